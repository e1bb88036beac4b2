package org.liuhen.tools.upkeep;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.liuhen.ingest.Commits;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.MirroredVault;
import org.liuhen.storage.vault.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one recording at a time and does what is called for: damage is announced once, as an event, a finding on the
 * recording and a {@link RotReport}; a copy that is rotten or missing is mended from the other, if there is another; what
 * is sound again is said to be. Safe for many threads; a recording is attended to by one at a time.
 */
public final class Caretaker {
    /** The kind of the finding. */
    static final String ROT = "rot";

    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);
    private static final Actor MENDER = Actor.system("upkeep");
    private static final int MAX_DETAIL = 1_000;

    private final Catalog catalog;
    private final Commits commits;
    private final Vault vault;
    private final Examiner examiner;
    private final InstantSource clock;
    private final ReentrantLock[] byRecording =
            Stream.generate(ReentrantLock::new).limit(256).toArray(ReentrantLock[]::new);

    public Caretaker(Catalog catalog, Vault vault, InstantSource clock) {
        this.catalog = catalog;
        this.commits = new Commits(catalog);
        this.vault = vault;
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
            boolean announced = !found.isMerelyIncomplete() && announce(recording, found, damage(found), actor);
            List<String> repaired =
                    vault instanceof MirroredVault mirrored ? mend(mirrored, recording, found, pace) : List.of();
            if (!repaired.isEmpty()
                    && examiner.examine(recording, pace).differences().isEmpty()) {
                absolve(recording, MENDER, Map.of("sha256", found.expected().hex()), EventKind.VERIFIED);
            }
            return new Attention(found.verdict(repaired), announced);
        } finally {
            lock.unlock();
        }
    }

    private static String damage(Examination found) {
        return found.verdict(List.of()).damage().orElse("");
    }

    /** What was mended, for people; each is an event, durable on return. */
    private List<String> mend(MirroredVault mirrored, Recording recording, Examination found, Pace pace)
            throws StorageFailure {
        OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
        List<String> repaired = new ArrayList<>();
        for (int bad = 0; bad < found.copies().size(); bad++) {
            Examination.Copy copy = found.copies().get(bad);
            Examination.Copy other = found.copies().get(1 - bad);
            byte[] manifest = other.manifest() != null ? other.manifest() : copy.manifest();
            if (copy.sound() || !other.originalSound() || manifest == null) {
                continue;
            }
            mirrored.distrust(key, bad);
            try {
                Optional<Path> aside = mirrored.mend(key, bad, manifest, found.expected(), pace);
                Map<String, String> details = new TreeMap<>();
                details.put("what", aside.isPresent() ? "copy exchanged" : "copy made");
                details.put("copy", copy.name());
                details.put("from", other.name());
                details.put("sha256", found.expected().hex());
                aside.ifPresent(path -> details.put("kept", "rotten/" + path.getFileName()));
                if (aside.isPresent()) {
                    details.put("damage", shortened(damage(found)));
                }
                commits.commit(Change.builder()
                        .event(CustodyEvent.of(
                                clock.instant(), MENDER, EventKind.STORE_REPAIRED, recording.id(), details))
                        .build());
                repaired.add(copy.name() + ": made whole from the " + other.name()
                        + aside.map(path -> ", what was there is kept as rotten/" + path.getFileName())
                                .orElse(""));
            } catch (StorageFailure e) {
                LOG.warn("{}: could not be mended, recording={}", copy.name(), recording.id(), e);
            }
        }
        return repaired;
    }

    private static String shortened(String damage) {
        return damage.length() > MAX_DETAIL ? damage.substring(0, MAX_DETAIL) + "…" : damage;
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
        String detail = shortened(damage);
        Map<String, String> details = new TreeMap<>();
        details.put("sha256", found.expected().hex());
        details.put("damage", detail);
        if (!found.rottenMiB().isEmpty()) {
            details.put("rottenMiB", Blocks.ranges(found.rottenMiB()));
        }
        Finding rot = Finding.of(ROT, Said.of(Sentence.DAMAGED, "text", detail));
        return commits.amend(recording.id(), now -> {
            boolean known = report(recording.id())
                            .filter(report -> report.detail().equals(detail))
                            .isPresent()
                    && now.findings().stream()
                            .anyMatch(finding -> finding.kind().equals(ROT)
                                    && finding.detail().equals(detail));
            Instant at = clock.instant();
            return known
                    ? Optional.empty()
                    : Optional.of(Change.builder()
                            .recording(now.next()
                                    .withFindings(Stream.concat(withoutRot(now).stream(), Stream.of(rot))
                                            .toList()))
                            .event(CustodyEvent.of(at, actor, EventKind.ROT_FOUND, recording.id(), details))
                            .put(
                                    RotReport.KIND,
                                    recording.id().hex(),
                                    new RotReport(RotReport.FORMAT, recording.id(), detail, at, null))
                            .build());
        });
    }

    /** The report of damage that is not mended yet. */
    private Optional<RotReport> report(RecordingId id) throws StorageFailure {
        return catalog.register().entry(RotReport.KIND, id.hex()).filter(report -> report.endedAt() == null);
    }

    /** Takes the finding back, if there is one, with an event that says why. Durable on return. */
    private void absolve(Recording recording, Actor actor, Map<String, String> why, EventKind kind)
            throws StorageFailure {
        commits.amend(recording.id(), now -> {
            Optional<RotReport> report = report(recording.id());
            List<Finding> findings = withoutRot(now);
            if (report.isEmpty() && findings.size() == now.findings().size()) {
                return Optional.empty();
            }
            Instant at = clock.instant();
            Change.Builder change = Change.builder()
                    .recording(now.next().withFindings(findings))
                    .event(CustodyEvent.of(at, actor, kind, recording.id(), why));
            report.ifPresent(open -> change.put(RotReport.KIND, recording.id().hex(), open.ended(at)));
            return Optional.of(change.build());
        });
    }

    private static List<Finding> withoutRot(Recording recording) {
        return recording.findings().stream()
                .filter(finding -> !finding.kind().equals(ROT))
                .toList();
    }
}
