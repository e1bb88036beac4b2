package org.liuhen.retention;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
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
import org.liuhen.storage.Retention;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out on the present day what a plan for it shows: announces, takes back, and after the grace period erases and
 * certifies. Safe to repeat, to kill anywhere and to run several times at once.
 *
 * <p>Each step is one commit, decided on a current read and guarded by the recording's version:
 *
 * <pre>
 *   announce      state disposing, event disposal-announced
 *   decide        state disposed, event disposal-decided, job {@value DisposalJobs#KIND}   from here it cannot be undone
 *   erase         what was derived, then the original: repeatable
 *   certify       event disposed with the certificate, once for each decision; then the job is done
 * </pre>
 *
 * So no byte goes without a committed decision, and a run begins with the jobs that an earlier one left. The clock is the
 * real one: nothing can be made to go early by asking for another day.
 */
public final class RetentionRun {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionRun.class);
    private static final int MAX_ATTEMPTS = 16;

    private final Catalog catalog;
    private final Vault vault;
    private final Schedule schedule;
    private final Assessor assessor;
    private final DisposalJobs jobs;
    private final InstantSource clock;
    private final SecureRandom random;
    private final MeterRegistry meters;
    private final AtomicLong lastRunEpochSeconds = new AtomicLong();
    private volatile boolean stopping;

    /** @param derived erases what was made from an original */
    public RetentionRun(
            Catalog catalog,
            Vault vault,
            Erasure derived,
            Schedule schedule,
            InstantSource clock,
            SecureRandom random,
            MeterRegistry meters) {
        this.catalog = catalog;
        this.vault = vault;
        this.schedule = schedule;
        this.assessor = new Assessor(catalog, schedule);
        this.jobs = new DisposalJobs(catalog, vault, derived, clock);
        this.clock = clock;
        this.random = random;
        this.meters = meters;
        meters.gauge("liuhen.retention.last.run.seconds", lastRunEpochSeconds);
    }

    /** Makes a run end after the recording it is at; for shutting down. Later runs do nothing. */
    public void stop() {
        stopping = true;
    }

    /**
     * Does everything that is due today.
     *
     * @param actor who asked for it
     * @throws StorageFailure if the catalog fails as a whole; what was done stays done
     */
    public RetentionOutcome run(Actor actor) throws StorageFailure {
        Instant began = clock.instant();
        LocalDate today = schedule.dayOf(began);
        Tally tally = new Tally(meters);
        Work work = new Work(actor, began, today, nonce(), tally);
        jobs.finishAll(work, () -> stopping);
        DueRecordings due = new DueRecordings(catalog, today);
        Optional<RecordingId> id = stopping ? Optional.empty() : due.next();
        while (id.isPresent() && !stopping) {
            settle(id.get(), work);
            id = due.next();
        }
        boolean complete = !stopping;
        Map<String, String> details = tally.details(today, complete);
        details.put("run", work.run());
        Commits.decide(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(clock.instant(), actor, EventKind.RETENTION_RAN, null, details))
                        .build());
        lastRunEpochSeconds.set(clock.instant().getEpochSecond());
        RetentionOutcome outcome = tally.outcome(today, complete);
        meters.timer("liuhen.retention.run")
                .record(Math.max(0, clock.millis() - began.toEpochMilli()), TimeUnit.MILLISECONDS);
        LOG.info("retention ran: {}", outcome);
        return outcome;
    }

    private void settle(RecordingId id, Work work) throws StorageFailure {
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                Optional<Recording> current = catalog.recording(id, ReadLevel.CURRENT);
                if (current.isEmpty() || settled(current.get(), work)) {
                    return;
                }
            }
            work.tally().failed("changed too often to decide, recording=" + id);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.OUT_OF_SERVICE
                    && vault.outOfService().isEmpty()) {
                throw e;
            }
            LOG.warn("retention: failed, recording={}", id, e);
            work.tally().failed(e.getMessage() + ", recording=" + id);
        }
    }

    /** Returns false if the recording changed in between, so that it must be looked at again. */
    private boolean settled(Recording recording, Work work) throws StorageFailure {
        Assessment assessment = assessor.assess(recording, work.today());
        return switch (assessment.step()) {
            case ANNOUNCE -> announce(recording, assessment, work);
            case ERASE -> erase(recording, assessment, work);
            case NOTHING, KEEP -> keep(recording, assessment, work);
        };
    }

    private boolean announce(Recording recording, Assessment assessment, Work work) throws StorageFailure {
        Instant now = clock.instant();
        Retention retention = assessment.retention();
        Map<String, String> details = details(recording, work);
        details.put("category", retention.category().value());
        details.put("rule", retention.rule());
        details.put("keepUntil", String.valueOf(retention.keepUntil()));
        details.put(Assessor.ERASE_FROM, schedule.eraseFrom(now).toString());
        Change change = Change.builder()
                .recording(recording
                        .next()
                        .withState(RecordingState.DISPOSING)
                        .withRetention(retention.withAnnouncedAt(now)))
                .event(CustodyEvent.of(now, work.actor(), EventKind.DISPOSAL_ANNOUNCED, recording.id(), details))
                .build();
        return applied(change, () -> work.tally().add(Tally.Count.ANNOUNCED));
    }

    private boolean erase(Recording recording, Assessment assessment, Work work) throws StorageFailure {
        Optional<String> outOfService = vault.outOfService();
        if (outOfService.isPresent()) {
            work.tally().failed("vault: out of service, " + outOfService.get() + ", recording=" + recording.id());
            return true;
        }
        Instant now = clock.instant();
        Retention retention = assessment.retention();
        DisposalCertificate.@Nullable Act announced = Assessor.last(
                        catalog.custody(recording.id()), EventKind.DISPOSAL_ANNOUNCED)
                .map(DisposalCertificate.Act::of)
                .orElse(null);
        Map<String, String> details = details(recording, work);
        details.put(Assessor.ERASE_FROM, String.valueOf(assessment.eraseFrom()));
        details.putAll(DisposalCertificate.decision(
                recording, retention, schedule.version(), announced, new DisposalCertificate.Act(now, work.actor())));
        Job job = new Job(DisposalJobs.KIND, now, recording.id(), 0);
        Change change = Change.builder()
                .recording(recording.next().withState(RecordingState.DISPOSED).withRetention(retention))
                .event(CustodyEvent.of(now, work.actor(), EventKind.DISPOSAL_DECIDED, recording.id(), details))
                .job(job)
                .build();
        boolean decided = applied(change, () -> {});
        if (decided) {
            jobs.finish(job, work);
        }
        return decided;
    }

    /** Takes back what no longer applies, and writes down a longer period. */
    private boolean keep(Recording recording, Assessment assessment, Work work) throws StorageFailure {
        boolean cancels = recording.state() == RecordingState.DISPOSING && assessment.cancels();
        boolean lengthens = assessment.reason() == KeepReason.LONGER_RULE;
        if (assessment.step() == Assessment.Step.KEEP && !lengthens && !cancels) {
            work.tally().add(Tally.Count.KEPT);
            return true;
        }
        if (!lengthens && !cancels) {
            return true;
        }
        Change.Builder change = Change.builder();
        Recording next = recording.next().withRetention(assessment.retention());
        if (lengthens) {
            change.event(extended(recording, assessment.retention(), work));
        }
        if (cancels) {
            Map<String, String> details = details(recording, work);
            details.put("reason", Objects.requireNonNullElse(assessment.detail(), "not due"));
            next = Cancelling.restored(next);
            change.event(CustodyEvent.of(
                    clock.instant(), work.actor(), EventKind.DISPOSAL_CANCELLED, recording.id(), details));
        }
        return applied(change.recording(next).build(), () -> {
            if (cancels) {
                work.tally().add(Tally.Count.CANCELLED);
            }
            if (lengthens) {
                work.tally().add(Tally.Count.EXTENDED);
            }
            if (assessment.step() == Assessment.Step.KEEP) {
                work.tally().add(Tally.Count.KEPT);
            }
        });
    }

    private CustodyEvent extended(Recording recording, Retention longer, Work work) {
        Map<String, String> details = Classifying.details(recording.retention(), longer);
        details.put("reason", "the schedule demands more than before");
        details.put("run", work.run());
        return CustodyEvent.of(
                clock.instant(), Actor.system("retention"), EventKind.CLASSIFIED, recording.id(), details);
    }

    private static Map<String, String> details(Recording recording, Work work) {
        Map<String, String> details = new TreeMap<>();
        details.put("run", work.run());
        details.put("version", Long.toString(recording.version()));
        return details;
    }

    private boolean applied(Change change, Runnable then) throws StorageFailure {
        CommitOutcome outcome = Commits.decide(catalog, change);
        boolean applied = outcome.match(done -> true, conflict -> false);
        if (applied) {
            then.run();
        }
        return applied;
    }

    private String nonce() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
