package org.liuhen.storage.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Job;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.CompactRange;
import org.liuhen.storage.ledger.LedgerRows;

/** The rows of the database as values. Safe for many threads. */
final class RocksRows implements LedgerRows, Repeats.Log, Register {
    private final RocksStore store;
    private volatile Ledger.Head head;

    private RocksRows(RocksStore store, Ledger.Head head) {
        this.store = store;
        this.head = head;
    }

    /** @throws StorageFailure {@code CORRUPT} if the events end elsewhere than the ledger */
    static RocksRows open(RocksStore store) throws StorageFailure {
        long[] size = {0};
        store.scanBack(Family.EVENT, Rows.NOTHING, Keys.sequence(-1), (key, value) -> {
            size[0] = Keys.number(key) + 1;
            return false;
        });
        RocksRows rows = new RocksRows(store, new Ledger.Head(0, new byte[0]));
        rows.publish(CompactRange.load(rows, size[0]));
        if (!rows.nodes(0, size[0], 1).isEmpty()) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "events: end at " + size[0] + " (expected: as many as ledger leaves)");
        }
        return rows;
    }

    /** Lets everybody see a tree that is now durable. */
    void publish(CompactRange edge) {
        head = new Ledger.Head(edge.size(), edge.root());
    }

    Optional<Recording> recording(RecordingId id) throws StorageFailure {
        Optional<byte[]> row = store.get(Family.RECORDING, id.bytes());
        return row.isEmpty() ? Optional.empty() : Optional.of(Rows.value(Recording.class, row.get()));
    }

    /** One recording for each id, null where there is none. */
    List<@Nullable Recording> recordings(List<RecordingId> ids) throws StorageFailure {
        List<@Nullable Recording> found = new ArrayList<>(ids.size());
        for (byte[] row : store.multiGet(
                Family.RECORDING, ids.stream().map(RecordingId::bytes).toList())) {
            found.add(row == null ? null : Rows.value(Recording.class, row));
        }
        return found;
    }

    List<CustodyEvent> custody(RecordingId id) throws StorageFailure {
        List<byte[]> sequences = new ArrayList<>();
        store.scan(
                Family.BY_RECORDING,
                Keys.custody(id, 0),
                Keys.custody(id, Long.MAX_VALUE),
                (key, value) -> sequences.add(Keys.sequence(Keys.number(key))));
        List<CustodyEvent> events = new ArrayList<>();
        for (byte[] row : store.multiGet(Family.EVENT, sequences)) {
            if (row == null) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "event: missing, sequence=" + Keys.number(sequences.get(events.size())) + ", recording=" + id);
            }
            events.add(Rows.event(row));
        }
        return events;
    }

    @Override
    public List<CustodyEvent> events(long sequence, int limit) throws StorageFailure {
        List<CustodyEvent> events = new ArrayList<>();
        if (limit > 0) {
            store.scan(Family.EVENT, Keys.sequence(Math.max(0, sequence)), null, (key, value) -> {
                events.add(Rows.event(value));
                return events.size() < limit;
            });
        }
        return events;
    }

    @Override
    public List<Long> lastEvents(RecordingId id, int limit) throws StorageFailure {
        List<Long> sequences = new ArrayList<>();
        store.scanBack(Family.BY_RECORDING, id.bytes(), Keys.custody(id, Long.MAX_VALUE), (key, value) -> {
            sequences.add(Keys.number(key));
            return sequences.size() < limit;
        });
        return sequences;
    }

    @Override
    public long eventCount() {
        return head.size();
    }

    Optional<Upload> upload(UploadId id) throws StorageFailure {
        Optional<byte[]> row = store.get(Family.UPLOAD, Keys.upload(id));
        return row.isEmpty() ? Optional.empty() : Optional.of(Rows.value(Upload.class, row.get()));
    }

    List<Upload> uploads() throws StorageFailure {
        List<Upload> uploads = new ArrayList<>();
        store.scan(Family.UPLOAD, Rows.NOTHING, null, (key, value) -> uploads.add(Rows.value(Upload.class, value)));
        return uploads;
    }

    List<Job> jobs(String kind, Instant now, int limit) throws StorageFailure {
        List<Job> jobs = new ArrayList<>();
        byte[] prefix = Keys.prefix(kind);
        if (limit > 0) {
            store.scan(Family.JOB, prefix, Keys.afterPrefix(prefix), (key, value) -> {
                Job job = Rows.value(Job.class, value);
                if (job.due().isAfter(now)) {
                    return false;
                }
                jobs.add(job);
                return jobs.size() < limit;
            });
        }
        return jobs;
    }

    boolean hasEntry(Kind<?> kind, String name) throws StorageFailure {
        return store.get(Family.REGISTER, Keys.register(kind.label(), name)).isPresent();
    }

    @Override
    public <T> Optional<T> entry(Kind<T> kind, String name) throws StorageFailure {
        Optional<byte[]> row = store.get(Family.REGISTER, Keys.register(kind.label(), name));
        return row.isEmpty() ? Optional.empty() : Optional.of(Rows.value(kind.type(), row.get()));
    }

    @Override
    public <T> List<T> entries(Kind<T> kind, @Nullable String after, int limit) throws StorageFailure {
        byte[] prefix = Keys.prefix(kind.label());
        byte[] from = after == null ? prefix : Keys.next(Keys.register(kind.label(), after));
        List<T> found = new ArrayList<>();
        if (limit > 0) {
            store.scan(Family.REGISTER, from, Keys.afterPrefix(prefix), (key, value) -> {
                found.add(Rows.value(kind.type(), value));
                return found.size() < limit;
            });
        }
        return found;
    }

    @Override
    public Ledger.Head head() {
        return head;
    }

    @Override
    public List<Ledger.Leaf> leaves(long from, int count) throws StorageFailure {
        if (count == 1) {
            Optional<byte[]> row = store.get(Family.EVENT, Keys.sequence(from));
            return row.isEmpty() ? List.of() : List.of(Rows.leaf(from, row.get()));
        }
        List<Ledger.Leaf> leaves = new ArrayList<>();
        if (count > 0) {
            store.scan(Family.EVENT, Keys.sequence(from), null, (key, value) -> {
                if (Keys.number(key) != from + leaves.size()) {
                    return false;
                }
                leaves.add(Rows.leaf(from + leaves.size(), value));
                return leaves.size() < count;
            });
        }
        return leaves;
    }

    @Override
    public List<byte[]> nodes(int level, long from, int count) throws StorageFailure {
        if (count == 1) {
            Optional<byte[]> row = store.get(Family.LEDGER_NODE, Keys.node(level, from));
            return row.isEmpty() ? List.of() : List.of(Rows.node(row.get()));
        }
        List<byte[]> hashes = new ArrayList<>();
        if (count > 0) {
            store.scan(Family.LEDGER_NODE, Keys.node(level, from), Keys.node(level + 1, 0), (key, value) -> {
                if (Keys.number(key) != from + hashes.size()) {
                    return false;
                }
                hashes.add(Rows.node(value));
                return hashes.size() < count;
            });
        }
        return hashes;
    }
}
