package org.liuhen.retention;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
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

    private final Catalog catalog;
    private final Vault vault;
    private final Erasure derived;
    private final InstantSource clock;

    DisposalJobs(Catalog catalog, Vault vault, Erasure derived, InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.derived = derived;
        this.clock = clock;
    }

    /** Finishes what earlier runs left. */
    void finishAll(Work work, BooleanSupplier stopping) throws StorageFailure {
        List<Job> waiting;
        do {
            waiting = catalog.jobs(KIND, work.began(), BATCH);
            for (Job job : waiting) {
                if (stopping.getAsBoolean()) {
                    return;
                }
                finish(job, work);
            }
        } while (!waiting.isEmpty());
    }

    /** Erases and certifies. If that fails, the job is due again after the run began, so for the next run. */
    void finish(Job job, Work work) throws StorageFailure {
        try {
            erase(job, work);
        } catch (StorageFailure e) {
            LOG.warn("erasure: failed, the next run goes on, recording={}", job.recording(), e);
            work.tally().failed("erasure: " + e.getMessage() + ", recording=" + job.recording());
            Instant now = clock.instant();
            Instant due = (now.isAfter(work.began()) ? now : work.began()).plusSeconds(1);
            Job later = new Job(KIND, due, job.recording(), job.attempts() + 1);
            Commits.decide(catalog, Change.builder().finishJob(job).job(later).build());
        }
    }

    /**
     * Does what every decision about the recording still lacks. A decision is known by its event alone, because the same
     * bytes may have been received anew since, and then the recording is no longer the one that was decided about.
     */
    private void erase(Job job, Work work) throws StorageFailure {
        for (CustodyEvent event : catalog.custody(job.recording())) {
            if (event.kind() == EventKind.DISPOSAL_DECIDED) {
                erase(job.recording(), event, work);
            }
        }
        Commits.decide(catalog, Change.builder().finishJob(job).build());
    }

    private void erase(RecordingId id, CustodyEvent decision, Work work) throws StorageFailure {
        DisposalCertificate draft =
                DisposalCertificate.of(id, decision, new DisposalCertificate.Act(clock.instant(), work.actor()));
        if (isCertified(draft)) {
            return;
        }
        Optional<Recording> present = catalog.recording(id, ReadLevel.CURRENT);
        if (present.isPresent()
                && present.get().state() != RecordingState.DISPOSED
                && present.get().receivedDay().equals(draft.receivedDay())) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "received anew in the same place (expected: on another day)");
        }
        derived.erase(draft.key());
        vault.erase(draft.key());
        DisposalCertificate certificate =
                DisposalCertificate.of(id, decision, new DisposalCertificate.Act(clock.instant(), work.actor()));
        Map<String, String> details = new TreeMap<>(decision.details());
        details.put("erasedAt", certificate.erasedAt().toString());
        details.put("erasedBy", certificate.erasedBy().value());
        details.put("run", work.run());
        CommitOutcome outcome = Commits.decide(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(certificate.erasedAt(), work.actor(), EventKind.DISPOSED, id, details))
                        .putIfAbsent(DisposalCertificate.KIND, certificate.name(), certificate)
                        .build());
        if (outcome.match(applied -> true, conflict -> false)) {
            work.tally().erased(certificate.sizeBytes());
        }
    }

    private boolean isCertified(DisposalCertificate certificate) throws StorageFailure {
        return catalog.register()
                .entry(DisposalCertificate.KIND, certificate.name())
                .isPresent();
    }
}
