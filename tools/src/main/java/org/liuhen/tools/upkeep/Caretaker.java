package org.liuhen.tools.upkeep;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Pace;
import org.liuhen.tools.access.Commits;

/**
 * Looks at one recording at a time and does what is called for: damage is announced once, as an event, a finding on the
 * recording and a {@link RotReport}; what is sound again is said to be. Safe for many threads; a recording is attended to
 * by one at a time.
 */
public final class Caretaker {
    /** The kind of the finding. */
    static final String ROT = "rot";

    private static final int MAX_DETAIL = 1_000;

    private final Catalog catalog;
    private final Examiner examiner;
    private final InstantSource clock;
    private final ReentrantLock[] byRecording =
            Stream.generate(ReentrantLock::new).limit(256).toArray(ReentrantLock[]::new);

    public Caretaker(Catalog catalog, Vault vault, InstantSource clock) {
        this.catalog = catalog;
        this.examiner = new Examiner(catalog, vault);
        this.clock = clock;
    }

    /**
     * What was done about a recording.
     *
     * @param announced whether damage was found that nobody knew of
     */
    record Attention(Verdict verdict, boolean announced) {}

    /**
     * Recomputes a recording, all its copies. What is announced is durable on return.
     *
     * @throws java.util.concurrent.CancellationException if {@code pace} says so
     */
    Attention attend(Recording recording, Actor actor, Pace pace) throws StorageFailure {
        ReentrantLock lock = byRecording[Math.floorMod(recording.id().hashCode(), byRecording.length)];
        lock.lock();
        try {
            Examination found = examiner.examine(recording, pace);
            if (found.differences().isEmpty()) {
                absolve(recording, actor, Map.of("sha256", found.expected().hex()), EventKind.VERIFIED);
                return new Attention(found.verdict(List.of()), false);
            }
            if (isGone(recording)) {
                return new Attention(new Verdict(recording.id(), null, List.of(), List.of(), List.of()), false);
            }
            Verdict verdict = found.verdict(List.of());
            boolean announced = announce(recording, found, verdict.damage().orElseThrow(), actor);
            return new Attention(verdict, announced);
        } finally {
            lock.unlock();
        }
    }

    /** A run of retention may have erased it since it was read. */
    private boolean isGone(Recording recording) throws StorageFailure {
        return catalog.recording(recording.id(), ReadLevel.CURRENT)
                .map(now -> now.state() == RecordingState.DISPOSED
                        || !now.receivedDay().equals(recording.receivedDay()))
                .orElse(false);
    }

    /** Whether it was news. */
    private boolean announce(Recording recording, Examination found, String damage, Actor actor) throws StorageFailure {
        String detail = damage.length() > MAX_DETAIL ? damage.substring(0, MAX_DETAIL) + "…" : damage;
        for (; ; ) {
            Optional<Recording> now = catalog.recording(recording.id(), ReadLevel.CURRENT);
            if (now.isEmpty() || now.get().state() == RecordingState.DISPOSED) {
                return false;
            }
            Optional<RotReport> report =
                    catalog.register().entry(RotReport.KIND, recording.id().hex());
            boolean known = report.isPresent()
                    && report.get().endedAt() == null
                    && report.get().detail().equals(detail)
                    && now.get().findings().contains(Finding.of(ROT, detail));
            if (known) {
                return false;
            }
            Instant at = clock.instant();
            Map<String, String> details = new TreeMap<>();
            details.put("sha256", found.expected().hex());
            details.put("damage", detail);
            if (!found.rottenMiB().isEmpty()) {
                details.put("rottenMiB", Blocks.ranges(found.rottenMiB()));
            }
            List<Finding> findings = Stream.concat(withoutRot(now.get()).stream(), Stream.of(Finding.of(ROT, detail)))
                    .toList();
            Change change = Change.builder()
                    .recording(now.get().next().withFindings(findings))
                    .event(CustodyEvent.of(at, actor, EventKind.ROT_FOUND, recording.id(), details))
                    .put(
                            RotReport.KIND,
                            recording.id().hex(),
                            new RotReport(RotReport.FORMAT, recording.id(), detail, at, null))
                    .build();
            if (Commits.outcome(catalog, change) instanceof CommitOutcome.Applied) {
                return true;
            }
        }
    }

    /** Takes the finding back, if there is one, with an event that says why. Durable on return. */
    private void absolve(Recording recording, Actor actor, Map<String, String> why, EventKind kind)
            throws StorageFailure {
        for (; ; ) {
            Optional<Recording> now = catalog.recording(recording.id(), ReadLevel.CURRENT);
            if (now.isEmpty() || now.get().state() == RecordingState.DISPOSED) {
                return;
            }
            Optional<RotReport> report = catalog.register()
                    .entry(RotReport.KIND, recording.id().hex())
                    .filter(open -> open.endedAt() == null);
            List<Finding> findings = withoutRot(now.get());
            if (report.isEmpty() && findings.size() == now.get().findings().size()) {
                return;
            }
            Instant at = clock.instant();
            Change.Builder change = Change.builder()
                    .recording(now.get().next().withFindings(findings))
                    .event(CustodyEvent.of(at, actor, kind, recording.id(), why));
            report.ifPresent(open -> change.put(RotReport.KIND, recording.id().hex(), open.ended(at)));
            if (Commits.outcome(catalog, change.build()) instanceof CommitOutcome.Applied) {
                return;
            }
        }
    }

    private static List<Finding> withoutRot(Recording recording) {
        return recording.findings().stream()
                .filter(finding -> !finding.kind().equals(ROT))
                .toList();
    }
}
