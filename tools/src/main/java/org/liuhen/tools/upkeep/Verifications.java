package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Verification;
import org.liuhen.tools.access.Commits;

/**
 * Recomputes originals and compares catalog, vault and ledger. Who asked and what was found are events; damage is one on
 * the recording itself.
 */
public final class Verifications {
    private final Catalog catalog;
    private final Vault vault;
    private final java.time.InstantSource clock;

    public Verifications(Catalog catalog, Vault vault, java.time.InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.clock = clock;
    }

    /**
     * What was found about one recording.
     *
     * @param damage what is wrong, for people; empty if it is intact
     * @param rottenMiB where in the file, counted from 0
     */
    public record Verdict(RecordingId recording, Optional<String> damage, List<Long> rottenMiB) {}

    /**
     * What was found altogether.
     *
     * @param ledgerDifference what is wrong with the ledger; empty if nothing is
     */
    public record Summary(long verified, long bytes, long damaged, Optional<String> ledgerDifference) {}

    /** Takes verdicts as they come. */
    public interface Listener {
        void damaged(Verdict verdict) throws IOException;
    }

    /**
     * Recomputes one recording; the event is durable on return.
     *
     * @throws Problem 404 if there never was such a recording, 410 if it was disposed of
     */
    public Verdict verify(RecordingId id, Principal who) throws StorageFailure, Problem {
        Recording recording = catalog.recording(id, ReadLevel.CURRENT)
                .orElseThrow(() -> new Problem(404, "not-found", "recording: " + id + " is unknown"));
        if (recording.state() == RecordingState.DISPOSED) {
            throw new Problem(410, "disposed", "recording: " + id + " was disposed of; its custody events remain");
        }
        Verdict verdict = recompute(recording);
        Map<String, String> details = new HashMap<>();
        details.put("sha256", recording.fingerprint().hex());
        verdict.damage().ifPresent(text -> details.put("damage", text));
        commit(who, verdict.damage().isEmpty() ? EventKind.VERIFIED : EventKind.ROT_FOUND, id, details);
        return verdict;
    }

    /** Recomputes everything: originals, rows without files, files without rows, the ledger. */
    public Summary verifyAll(Principal who, Listener listener) throws StorageFailure, IOException {
        long verified = 0;
        long bytes = 0;
        long damaged = 0;
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(RecordingQuery.ALL, Catalog.MAX_PAGE, cursor);
            for (Recording recording : page.items()) {
                if (recording.state() == RecordingState.DISPOSED) {
                    continue;
                }
                Verdict verdict = recompute(recording);
                if (verdict.damage().isPresent() && !isGoneMeanwhile(recording)) {
                    damaged++;
                    listener.damaged(verdict);
                    commit(
                            who,
                            EventKind.ROT_FOUND,
                            recording.id(),
                            Map.of("damage", verdict.damage().get()));
                }
                verified++;
                bytes += recording.sizeBytes();
            }
            cursor = page.next();
        } while (cursor != null);
        damaged += orphans(listener);
        Optional<String> difference = catalog.ledger().audit();
        commit(
                who,
                EventKind.VERIFIED,
                null,
                Map.of(
                        "recordings", Long.toString(verified),
                        "bytes", Long.toString(bytes),
                        "damaged", Long.toString(damaged)));
        return new Summary(verified, bytes, damaged, difference);
    }

    /** A run of retention may have erased it since the page was read. */
    private boolean isGoneMeanwhile(Recording recording) throws StorageFailure {
        return catalog.recording(recording.id(), ReadLevel.CURRENT)
                .map(now -> now.state() == RecordingState.DISPOSED)
                .orElse(true);
    }

    private long orphans(Listener listener) throws StorageFailure, IOException {
        long found = 0;
        try (Stream<OriginalKey> keys = vault.originals()) {
            for (OriginalKey key : (Iterable<OriginalKey>) keys::iterator) {
                if (catalog.recording(key.id(), ReadLevel.CURRENT).isEmpty()) {
                    found++;
                    listener.damaged(new Verdict(
                            key.id(), Optional.of("catalog: knows nothing of this original in the vault"), List.of()));
                }
            }
        }
        return found;
    }

    private Verdict recompute(Recording recording) throws StorageFailure {
        try {
            Verification found = Verification.of(vault, new OriginalKey(recording.receivedDay(), recording.id()));
            if (!found.expected().equals(recording.fingerprint())) {
                return new Verdict(
                        recording.id(),
                        Optional.of("manifest: says " + found.expected() + " (expected: " + recording.fingerprint()
                                + ", as the catalog says)"),
                        List.of());
            }
            return found.intact()
                    ? new Verdict(recording.id(), Optional.empty(), List.of())
                    : new Verdict(recording.id(), Optional.of(damage(found)), found.rottenMiB());
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING || e.kind() == StorageFailure.Kind.CORRUPT) {
                return new Verdict(recording.id(), Optional.of(String.valueOf(e.getMessage())), List.of());
            }
            throw e;
        }
    }

    private static String damage(Verification found) {
        return "original: SHA-256 " + found.found() + ", " + found.foundBytes() + " bytes (expected: "
                + found.expected() + ", " + found.expectedBytes() + " bytes)"
                + (found.rottenMiB().isEmpty() ? "" : ", rot in MiB " + found.rottenMiB());
    }

    private void commit(Principal who, EventKind kind, @Nullable RecordingId id, Map<String, String> details)
            throws StorageFailure {
        Commits.outcome(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(clock.instant(), who.actor(), kind, id, details))
                        .build());
    }
}
