package org.liuhen.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be committed together: at most one recording, the events that say why, and what they trigger.
 *
 * @param recording its next version, see {@link Recording#next}; null if none changes. It is applied only if the
 *     catalog holds the version before it (none, for version 1)
 * @param events unnumbered; at least one if a recording or a register entry changes
 * @param entries register entries to write
 * @param uploads upload rows to write
 * @param forgottenUploads upload rows to remove
 * @param jobs to be added
 * @param finishedJobs to be removed
 */
public record Change(
        @Nullable Recording recording,
        List<CustodyEvent> events,
        List<Entry<?>> entries,
        List<Upload> uploads,
        List<UploadId> forgottenUploads,
        List<Job> jobs,
        List<Job> finishedJobs) {
    /**
     * A register entry to write.
     *
     * @param onlyIfAbsent whether the whole change conflicts if the name is taken
     */
    public record Entry<T>(Register.Kind<T> kind, String name, T value, boolean onlyIfAbsent) {}

    public Change {
        events = List.copyOf(events);
        entries = List.copyOf(entries);
        uploads = List.copyOf(uploads);
        forgottenUploads = List.copyOf(forgottenUploads);
        jobs = List.copyOf(jobs);
        finishedJobs = List.copyOf(finishedJobs);
        if ((recording != null || !entries.isEmpty()) && events.isEmpty()) {
            throw new IllegalArgumentException("change: without an event (expected: every change is an event)");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Gathers a change. Not safe for several threads. */
    public static final class Builder {
        private @Nullable Recording recording;
        private final List<CustodyEvent> events = new ArrayList<>();
        private final List<Entry<?>> entries = new ArrayList<>();
        private final List<Upload> uploads = new ArrayList<>();
        private final List<UploadId> forgottenUploads = new ArrayList<>();
        private final List<Job> jobs = new ArrayList<>();
        private final List<Job> finishedJobs = new ArrayList<>();

        private Builder() {}

        public Builder recording(Recording recording) {
            this.recording = recording;
            return this;
        }

        public Builder event(CustodyEvent event) {
            events.add(event);
            return this;
        }

        public <T> Builder put(Register.Kind<T> kind, String name, T value) {
            entries.add(new Entry<>(kind, name, value, false));
            return this;
        }

        public <T> Builder putIfAbsent(Register.Kind<T> kind, String name, T value) {
            entries.add(new Entry<>(kind, name, value, true));
            return this;
        }

        public Builder upload(Upload upload) {
            uploads.add(upload);
            return this;
        }

        public Builder forgetUpload(UploadId upload) {
            forgottenUploads.add(upload);
            return this;
        }

        public Builder job(Job job) {
            jobs.add(job);
            return this;
        }

        public Builder finishJob(Job job) {
            finishedJobs.add(job);
            return this;
        }

        public Change build() {
            return new Change(recording, events, entries, uploads, forgottenUploads, jobs, finishedJobs);
        }
    }
}
