package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Pace;
import org.liuhen.tools.access.Commits;

/**
 * Recomputes originals and compares catalog, vault and ledger, because somebody asked. Who asked and what was found are
 * events; damage is one on the recording itself.
 */
public final class Verifications {
    private final Catalog catalog;
    private final Vault vault;
    private final Caretaker caretaker;
    private final int readers;
    private final InstantSource clock;

    /** @param readers how many originals are read at once, unless somebody asks for another number */
    public Verifications(Catalog catalog, Vault vault, Caretaker caretaker, int readers, InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.caretaker = caretaker;
        this.readers = readers;
        this.clock = clock;
    }

    /**
     * What was found altogether.
     *
     * @param bytes of the recordings that were recomputed
     * @param damaged verdicts that tell damage
     * @param repaired those of them that were mended since
     * @param ledgerDifference what is wrong with the ledger; empty if nothing is
     */
    public record Summary(long verified, long bytes, long damaged, long repaired, Optional<String> ledgerDifference) {}

    /**
     * How far it is.
     *
     * @param ofRecordings how many there are to recompute, estimated
     * @param bytes read so far, of all copies
     */
    public record Progress(long recordings, long ofRecordings, long bytes, long damaged) {}

    /** Takes verdicts as they come, on the thread that asked. */
    public interface Listener {
        void damaged(Verdict verdict) throws IOException;

        /** About once a second. */
        void progressed(Progress progress) throws IOException;
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
        Caretaker.Attention attention = caretaker.attend(recording, who.actor(), Pace.FULL);
        if (!attention.announced()) {
            Map<String, String> details = new HashMap<>();
            details.put("sha256", recording.fingerprint().hex());
            attention.verdict().damage().ifPresent(text -> details.put("damage", text));
            commit(who, id, details);
        }
        return attention.verdict();
    }

    /**
     * Recomputes everything: originals, rows without files, files without rows, the ledger. The event is durable on
     * return.
     *
     * @param readers how many originals are read at once; empty for the usual number
     * @throws IOException from {@code listener}, and then nothing more is read
     */
    public Summary verifyAll(Principal who, Optional<Integer> readers, Listener listener)
            throws StorageFailure, IOException {
        Summary summary =
                new WholeStore(catalog, vault, caretaker, who.actor(), readers.orElse(this.readers), listener).verify();
        Map<String, String> details = new HashMap<>();
        details.put("recordings", Long.toString(summary.verified()));
        details.put("bytes", Long.toString(summary.bytes()));
        details.put("damaged", Long.toString(summary.damaged()));
        summary.ledgerDifference().ifPresent(text -> details.put("ledger", text));
        commit(who, null, details);
        return summary;
    }

    private void commit(Principal who, @Nullable RecordingId id, Map<String, String> details) throws StorageFailure {
        Commits.outcome(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(clock.instant(), who.actor(), EventKind.VERIFIED, id, details))
                        .build());
    }
}
