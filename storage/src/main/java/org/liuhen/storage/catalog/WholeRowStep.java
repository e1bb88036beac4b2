package org.liuhen.storage.catalog;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.CompactRange;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * From format 1 to 2: the events of each recording say everything about its row, see {@link RowPatch}. Where they do not,
 * because they are older, an event is added that holds the whole row.
 */
final class WholeRowStep implements FormatStep {
    private static final Actor ACTOR = Actor.system("migration");
    private static final int AT_ONCE = 500;

    @Override
    public int from() {
        return 1;
    }

    @Override
    public void run(RocksStore store, Instant now, SecureRandom random) throws StorageFailure {
        RocksRows rows = RocksRows.open(store);
        CompactRange edge = CompactRange.load(rows, rows.head().size());
        byte[] from = Rows.NOTHING;
        List<Recording> lacking;
        do {
            lacking = lacking(store, from);
            if (!lacking.isEmpty()) {
                write(store, lacking, edge, now, random);
                from = Keys.next(lacking.get(lacking.size() - 1).id().bytes());
            }
        } while (!lacking.isEmpty());
    }

    private static List<Recording> lacking(RocksStore store, byte[] from) throws StorageFailure {
        List<Recording> lacking = new ArrayList<>();
        store.scan(Family.RECORDING, from, null, (key, value) -> {
            if (!isWhole(store, RecordingId.ofBytes(Arrays.copyOf(key, RecordingId.BYTES)))) {
                lacking.add(Rows.value(Recording.class, value));
            }
            return lacking.size() < AT_ONCE;
        });
        return lacking;
    }

    /** Whether some event holds the whole row; those after it hold what they changed. */
    private static boolean isWhole(RocksStore store, RecordingId id) throws StorageFailure {
        boolean[] found = {false};
        store.scan(Family.BY_RECORDING, Keys.custody(id, 0), Keys.custody(id, Long.MAX_VALUE), (key, value) -> {
            byte[] event = store.get(Family.EVENT, Keys.sequence(Keys.number(key)))
                    .orElseThrow(() -> new StorageFailure(
                            StorageFailure.Kind.CORRUPT,
                            "event: " + Keys.number(key) + " is missing, recording=" + id));
            found[0] = Rows.patch(event).filter(RowPatch::isWhole).isPresent();
            return !found[0];
        });
        return found[0];
    }

    private static void write(
            RocksStore store, List<Recording> recordings, CompactRange edge, Instant now, SecureRandom random)
            throws StorageFailure {
        try (WriteBatch batch = new WriteBatch()) {
            for (Recording recording : recordings) {
                byte[] salt = new byte[Rows.SALT_BYTES];
                random.nextBytes(salt);
                CustodyEvent event = CustodyEvent.of(
                        now,
                        ACTOR,
                        EventKind.STORE_REPAIRED,
                        recording.id(),
                        Map.of("what", "its row was written into the log", "format", "2"));
                ChangeRows.wholeRow(event.numbered(edge.size()), recording, salt)
                        .addTo(batch, store, edge);
            }
            store.write(batch);
        } catch (RocksDBException e) {
            throw RocksStore.failure("write", e);
        }
    }
}
