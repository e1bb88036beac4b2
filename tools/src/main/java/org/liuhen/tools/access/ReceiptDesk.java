package org.liuhen.tools.access;

import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.evidence.Receipt;

/**
 * The counter over which receipts are handed out. A device asks for its receipt as soon as a recording is acknowledged, so
 * the events by which the latest were received are kept at hand. Safe for many threads.
 */
public final class ReceiptDesk implements AutoCloseable {
    private static final int MOST_AT_HAND = 1_000;

    private final Catalog catalog;
    private final Looks looks;
    private final Map<RecordingId, CustodyEvent> latest = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordingId, CustodyEvent> eldest) {
            return size() > MOST_AT_HAND;
        }
    });
    private final Catalog.Listening listening;

    public ReceiptDesk(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.looks = new Looks(catalog, clock);
        this.listening = catalog.listen(this::heard);
    }

    private void heard(List<CustodyEvent> events) {
        for (CustodyEvent event : events) {
            RecordingId about = event.recording();
            if (about != null && event.kind() == EventKind.RECEIVED) {
                latest.put(about, event);
            } else if (about != null && event.kind() == EventKind.DISPOSED) {
                latest.remove(about);
            }
        }
    }

    /**
     * The receipt: for the device that sent the recording, and for those who may see the records, once as an event.
     *
     * @throws Problem 401 and 403 for those who may not, 404 for what is not there, 410 for a device whose recording was
     *     disposed of
     */
    public Receipt receipt(Principal who, RecordingId id) throws StorageFailure, Problem {
        if (!(who instanceof Principal.OfDevice)) {
            Access.RECORDS.require(who);
        }
        Recording recording = catalog.recording(id, ReadLevel.ACKNOWLEDGED)
                .orElseThrow(() -> new Problem(404, "not-found", "recording: " + id + " is unknown"));
        if (who instanceof Principal.OfDevice sender) {
            requireSent(sender, recording);
        }
        CustodyEvent received = who instanceof Principal.OfDevice ? latest.get(id) : null;
        if (received == null) {
            List<CustodyEvent> custody = catalog.custody(id);
            received = received(id, custody);
            // to the sender the event of receipt itself was told already
            if (!(who instanceof Principal.OfDevice) && !isIssued(who, custody)) {
                looks.record(who, id, EventKind.RECEIPT_ISSUED, Map.of(), null);
            }
        }
        return Receipt.of(catalog.ledger(), recording, received);
    }

    private static void requireSent(Principal.OfDevice sender, Recording recording) throws Problem {
        if (!sender.device().equals(recording.device())) {
            throw new Problem(403, "forbidden", sender.actor() + ": did not send recording " + recording.id());
        }
        if (recording.state() == RecordingState.DISPOSED) {
            // nobody is told to forget what is not here any more
            throw new Problem(
                    410, "disposed", "recording: " + recording.id() + " was disposed of; push it again if it matters");
        }
    }

    private static CustodyEvent received(RecordingId id, List<CustodyEvent> custody) throws StorageFailure {
        return custody.stream()
                .filter(event -> event.kind() == EventKind.RECEIVED)
                // received anew after a disposal: the last time counts
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "custody: no event of receipt, recording=" + id));
    }

    private static boolean isIssued(Principal who, List<CustodyEvent> custody) {
        return custody.stream()
                .anyMatch(event -> event.kind() == EventKind.RECEIPT_ISSUED
                        && event.actor().equals(who.actor()));
    }

    /** Listens no longer. */
    @Override
    public void close() {
        listening.close();
    }
}
