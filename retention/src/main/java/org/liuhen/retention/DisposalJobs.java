package org.liuhen.retention;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disposals that are decided and not certified yet. Each is a job in the catalog, so that a crash leaves none behind. */
final class DisposalJobs {
    /** The kind of job. */
    static final String KIND = "erase";

    private static final Logger LOG = LoggerFactory.getLogger(DisposalJobs.class);
    private static final int BATCH = 200;
    private static final int MAX_ATTEMPTS = 16;

    private final Catalog catalog;
    private final Vault vault;
    private final Erasure derived;
    private final Schedule schedule;
    private final InstantSource clock;

    DisposalJobs(Catalog catalog, Vault vault, Erasure derived, Schedule schedule, InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.derived = derived;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** Finishes what earlier runs left. */
    void finishAll(Work work, BooleanSupplier stopping) throws StorageFailure {
        boolean progress = true;
        while (progress && !stopping.getAsBoolean()) {
            progress = false;
            for (Job job : catalog.jobs(KIND, work.began(), BATCH)) {
                if (stopping.getAsBoolean()) {
                    return;
                }
                progress |= finish(job, work);
            }
        }
    }

    /** Erases and certifies. Returns whether the job is off the list of those that were due when the run began. */
    boolean finish(Job job, Work work) throws StorageFailure {
        try {
            return erased(job, work);
        } catch (StorageFailure e) {
            LOG.warn("erasure: failed, the next run goes on, recording={}", job.recording(), e);
            work.tally().failed("erasure: " + e.getMessage() + ", recording=" + job.recording());
            Instant now = clock.instant();
            Instant due = (now.isAfter(work.began()) ? now : work.began()).plusSeconds(1);
            Job later = new Job(KIND, due, job.recording(), job.attempts() + 1);
            Commits.decide(catalog, Change.builder().finishJob(job).job(later).build());
            return true;
        }
    }

    private boolean erased(Job job, Work work) throws StorageFailure {
        Optional<Recording> first = catalog.recording(job.recording(), ReadLevel.CURRENT);
        if (first.isEmpty() || first.get().state() != RecordingState.DISPOSED) {
            String state = first.map(recording -> recording.state().label()).orElse("unknown");
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "state: " + state + " (expected: disposed)");
        }
        OriginalKey key = new OriginalKey(first.get().receivedDay(), job.recording());
        derived.erase(key);
        vault.erase(key);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Recording> current = catalog.recording(job.recording(), ReadLevel.CURRENT);
            List<CustodyEvent> custody = catalog.custody(job.recording());
            if (current.isEmpty() || Assessor.last(custody, EventKind.DISPOSED).isPresent()) {
                Commits.decide(catalog, Change.builder().finishJob(job).build());
                return true;
            }
            CommitOutcome outcome = Commits.decide(catalog, certifying(current.get(), custody, job, work));
            if (outcome.match(done -> true, conflict -> false)) {
                work.tally().erased(current.get().sizeBytes());
                return true;
            }
        }
        work.tally().failed("changed too often to certify, recording=" + job.recording());
        return false;
    }

    private Change certifying(Recording recording, List<CustodyEvent> custody, Job job, Work work) {
        DisposalCertificate.Act erased = new DisposalCertificate.Act(clock.instant(), work.actor());
        Optional<CustodyEvent> decision = Assessor.last(custody, EventKind.DISPOSAL_DECIDED);
        DisposalCertificate.Act decided = decision.map(DisposalJobs::act).orElse(erased);
        DisposalCertificate.@Nullable Act announced = Assessor.last(custody, EventKind.DISPOSAL_ANNOUNCED)
                .map(DisposalJobs::act)
                .orElse(null);
        String edition = decision.map(event -> event.details().get("schedule")).orElse(schedule.version());
        DisposalCertificate certificate = DisposalCertificate.of(recording, edition, announced, decided, erased);
        Map<String, String> details = certificate.details();
        details.put("run", work.run());
        return Change.builder()
                .recording(recording.next())
                .event(CustodyEvent.of(erased.at(), work.actor(), EventKind.DISPOSED, recording.id(), details))
                .put(DisposalCertificate.KIND, certificate.name(), certificate)
                .finishJob(job)
                .build();
    }

    private static DisposalCertificate.Act act(CustodyEvent event) {
        return new DisposalCertificate.Act(event.at(), event.actor());
    }
}
