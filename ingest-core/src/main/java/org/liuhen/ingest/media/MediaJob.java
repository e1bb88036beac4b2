package org.liuhen.ingest.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.DoubleConsumer;
import org.liuhen.ingest.media.activation.ActivationFindings;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one media job is done, from the original to the commit of what came of it. Safe for many threads. */
final class MediaJob {
    /** How a job ended, as far as this run is concerned. */
    enum Ending {
        READY,
        UNPLAYABLE,
        /** Will be tried once more. */
        CRASHED,
        /** Will be tried later. */
        PUT_OFF,
        /** The recording is gone, so there was nothing to do. */
        OBSOLETE,
        /** This program is closing. */
        STOPPED
    }

    private static final Logger LOG = LoggerFactory.getLogger(MediaJob.class);
    private static final int MOST_ATTEMPTS = 2;
    private static final int MOST_CONFLICTS = 100;
    private static final int MOST_REPEATS = 10;
    /** Recordings of a device that are asked how it records. */
    private static final int MOST_LIKE = 20;

    private static final Duration PUT_OFF_BY = Duration.ofMinutes(1);

    private final Catalog catalog;
    private final Vault vault;
    private final Renditions renditions;
    private final MediaTools tools;
    private final MediaSettings settings;
    private final InstantSource clock;
    /** Guarded by itself: what it tells neighbours is committed before another job asks. */
    private final ActivationFindings activations;

    MediaJob(
            Catalog catalog,
            Vault vault,
            Renditions renditions,
            MediaTools tools,
            MediaSettings settings,
            InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.renditions = renditions;
        this.tools = tools;
        this.settings = settings;
        this.clock = clock;
        this.activations = new ActivationFindings(catalog, clock, MediaVerdict.ACTOR);
    }

    /**
     * Does a job.
     *
     * @param progress told how far it is, seconds of the recording
     * @throws StorageFailure if nothing could be committed, so that the job is still there
     * @throws IOException likewise
     */
    Ending run(Job job, DoubleConsumer progress) throws StorageFailure, IOException {
        Optional<Recording> recording = catalog.recording(job.recording(), ReadLevel.CURRENT);
        if (recording.isEmpty() || recording.get().state() == RecordingState.DISPOSED) {
            return obsolete(job, recording);
        }
        OriginalKey key = keyOf(recording.get());
        try {
            Path made = renditions.begin(job.recording());
            Path original = original(key, made);
            boolean strictly = job.attempts() > 0;
            // what need not be encoded again is played from the original, see the packages playback and ondemand
            RenderOutcome played = tools.look(original, made, strictly, progress);
            Optional<Likeness> likeness = Optional.empty();
            if (hasLostIndex(played)) {
                likeness = likeness(recording.get());
                if (likeness.isPresent()) {
                    made = renditions.begin(job.recording());
                    original = original(key, made);
                    played = tools.repair(original, made, likeness.get(), strictly, progress);
                }
            }
            RenderOutcome outcome = tools.withSignatures(played, original, likeness.orElse(null));
            if (outcome instanceof RenderOutcome.Playable) {
                renditions.publish(made, key);
            }
            return conclude(job, outcome);
        } finally {
            renditions.abandon(job.recording());
        }
    }

    private static boolean hasLostIndex(RenderOutcome outcome) {
        return outcome instanceof RenderOutcome.Unplayable unplayable
                ? unplayable.reason().equals("truncated")
                : outcome instanceof RenderOutcome.Playable playable
                        && playable.findings().stream()
                                .anyMatch(finding -> finding.kind().equals(MediaVerdict.REPAIRED));
    }

    /** What a healthy recording of the same device tells of it, the first that is found. */
    private Optional<Likeness> likeness(Recording of) throws StorageFailure, IOException {
        RecordingQuery query =
                new RecordingQuery(null, of.device(), null, null, null, RecordingState.READY, null, null, false);
        for (Recording other : catalog.recordings(query, MOST_LIKE, null).items()) {
            Optional<Path> local = vault.localFile(keyOf(other));
            if (!other.id().equals(of.id()) && local.isPresent()) {
                Optional<Likeness> likeness = Likeness.of(local.get());
                if (likeness.isPresent()) {
                    return likeness;
                }
            }
        }
        return Optional.empty();
    }

    private static OriginalKey keyOf(Recording recording) {
        return new OriginalKey(recording.receivedDay(), recording.id());
    }

    /** The original as a file; a vault that keeps it elsewhere lends a copy, which goes with the folder of the work. */
    private Path original(OriginalKey key, Path made) throws StorageFailure, IOException {
        Optional<Path> local = vault.localFile(key);
        if (local.isPresent()) {
            return local.get();
        }
        Path copy = made.resolveSibling("original");
        try (InputStream bytes = Channels.newInputStream(vault.open(key))) {
            Files.copy(bytes, copy);
        }
        return copy;
    }

    private Ending conclude(Job job, RenderOutcome outcome) throws StorageFailure, IOException {
        if (outcome instanceof RenderOutcome.Playable playable) {
            return commit(job, MediaVerdict.of(playable));
        }
        if (outcome instanceof RenderOutcome.Unplayable unplayable) {
            return commit(job, MediaVerdict.of(unplayable));
        }
        if (outcome instanceof RenderOutcome.Crashed crashed) {
            if (job.attempts() + 1 < MOST_ATTEMPTS) {
                LOG.warn("media job: will be tried again, {}, recording={}", crashed.how(), job.recording());
                replace(job, settings.retryAfter(), job.attempts() + 1);
                return Ending.CRASHED;
            }
            return commit(
                    job,
                    MediaVerdict.of(new RenderOutcome.Unplayable(
                            "crashed", List.of(Said.of(Sentence.CRASHED_TWICE, "text", crashed.how())))));
        }
        if (outcome instanceof RenderOutcome.Hindered hindered) {
            LOG.warn("media job: put off, {}, recording={}", hindered.how(), job.recording());
            replace(job, PUT_OFF_BY, job.attempts());
            return Ending.PUT_OFF;
        }
        return Ending.STOPPED;
    }

    private Ending obsolete(Job job, Optional<Recording> recording) throws StorageFailure, IOException {
        if (recording.isPresent()) {
            renditions.drop(keyOf(recording.get()));
        }
        apply(Change.builder().finishJob(job).build());
        return Ending.OBSOLETE;
    }

    /** Writes the verdict into the recording as it is now; whoever changed it meanwhile is not overwritten. */
    private Ending commit(Job job, MediaVerdict verdict) throws StorageFailure, IOException {
        synchronized (activations) {
            return commitNow(job, verdict);
        }
    }

    private Ending commitNow(Job job, MediaVerdict verdict) throws StorageFailure, IOException {
        for (int i = 0; i < MOST_CONFLICTS; i++) {
            Optional<Recording> recording = catalog.recording(job.recording(), ReadLevel.CURRENT);
            if (recording.isEmpty() || recording.get().state() == RecordingState.DISPOSED) {
                return obsolete(job, recording);
            }
            if (!verdict.playable()) {
                renditions.drop(keyOf(recording.get()));
            }
            Change change = Change.builder()
                    .recording(activations.told(verdict.applyTo(recording.get())))
                    .event(verdict.event(clock.instant(), job.recording()))
                    .finishJob(job)
                    .build();
            if (apply(change) instanceof CommitOutcome.Applied) {
                return verdict.playable() ? Ending.READY : Ending.UNPLAYABLE;
            }
        }
        throw new StorageFailure(
                StorageFailure.Kind.OUTCOME_UNKNOWN,
                "media result: changed by others " + MOST_CONFLICTS + " times, recording=" + job.recording());
    }

    private void replace(Job job, Duration by, int attempts) throws StorageFailure {
        Instant due = clock.instant().plus(by);
        Instant later = due.isAfter(job.due()) ? due : job.due().plusMillis(1);
        apply(Change.builder()
                .finishJob(job)
                .job(new Job(job.kind(), later, job.recording(), attempts))
                .build());
    }

    /** Commits and waits; repeats what may or may not have been applied until that is decided. */
    private CommitOutcome apply(Change change) throws StorageFailure {
        for (int i = 1; ; i++) {
            try {
                return catalog.commit(change).join();
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof StorageFailure failure)) {
                    throw e;
                }
                if (failure.kind() != StorageFailure.Kind.OUTCOME_UNKNOWN || i >= MOST_REPEATS) {
                    throw failure;
                }
                LOG.warn("media result: repeating a commit whose outcome is unknown", failure);
            }
        }
    }
}
