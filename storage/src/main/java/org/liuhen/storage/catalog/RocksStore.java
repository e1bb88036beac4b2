package org.liuhen.storage.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The open database: gets, scans and synced batches by {@link Family}, in bytes. The row {@code format} of the default
 * family says which version wrote it. Safe for many threads; calls after closing fail and never reach freed memory.
 */
final class RocksStore implements AutoCloseable {
    static final int FORMAT = 2;
    /** The oldest that can be brought to the present one, see {@link FormatStep}. */
    static final int OLDEST_FORMAT = 1;

    private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);

    /** Takes the rows of a scan. */
    @FunctionalInterface
    interface RowVisitor {
        /** @return whether to go on */
        boolean row(byte[] key, byte[] value) throws StorageFailure;
    }

    private final RocksTuning tuning;
    private final RocksDB db;
    private final Map<Family, ColumnFamilyHandle> handles;
    private final List<ColumnFamilyHandle> allHandles;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final ReentrantLock writing = new ReentrantLock();
    private boolean closed;

    private RocksStore(
            RocksTuning tuning, RocksDB db, Map<Family, ColumnFamilyHandle> handles, List<ColumnFamilyHandle> all) {
        this.tuning = tuning;
        this.db = db;
        this.handles = handles;
        this.allHandles = all;
    }

    /** Opens the database in {@code folder}, made if there is none. */
    static RocksStore open(Path folder, CatalogSettings settings) throws StorageFailure {
        RocksLibrary.load(folder.toAbsolutePath().resolveSibling("natives"));
        RocksTuning tuning = new RocksTuning(settings);
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        RocksDB db = null;
        try {
            Files.createDirectories(folder);
            List<byte[]> present = present(folder);
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            for (byte[] label : present) {
                descriptors.add(new ColumnFamilyDescriptor(label, tuning.options(label)));
            }
            db = RocksDB.open(tuning.database(), folder.toString(), descriptors, opened);
            boolean fresh = requireFormat(db, folder, present);
            Map<Family, ColumnFamilyHandle> handles = handles(db, tuning, present, opened);
            if (fresh) {
                try (WriteOptions sync = new WriteOptions().setSync(true)) {
                    db.put(sync, FORMAT_KEY, formatRow(FORMAT));
                }
            }
            return new RocksStore(tuning, db, handles, opened);
        } catch (RocksDBException | IOException | StorageFailure | RuntimeException e) {
            opened.forEach(ColumnFamilyHandle::close);
            if (db != null) {
                db.close();
            }
            tuning.close();
            throw openFailure(e, folder);
        }
    }

    /** The labels of the families that are there. Where they cannot be read, a torn end of the manifest is cut off. */
    private static List<byte[]> present(Path folder) throws RocksDBException, IOException, StorageFailure {
        if (!Files.exists(folder.resolve("CURRENT"))) {
            return List.of(RocksDB.DEFAULT_COLUMN_FAMILY);
        }
        List<byte[]> labels = listed(folder);
        if (labels.isEmpty() && TornManifest.cut(folder)) {
            labels = listed(folder);
        }
        if (labels.isEmpty()) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "catalog: its manifest cannot be read (expected: whole but for a torn end), folder=" + folder);
        }
        return labels;
    }

    /** Empty if RocksDB cannot read its manifest. */
    private static List<byte[]> listed(Path folder) throws RocksDBException {
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, folder.toString());
        }
    }

    /** The handle of every family; those that are missing are made together. */
    private static Map<Family, ColumnFamilyHandle> handles(
            RocksDB db, RocksTuning tuning, List<byte[]> present, List<ColumnFamilyHandle> opened)
            throws RocksDBException {
        Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
        List<Family> missing = new ArrayList<>();
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : Family.values()) {
            missing.add(family);
            for (int i = 0; i < present.size(); i++) {
                if (Arrays.equals(present.get(i), family.label())) {
                    handles.put(family, opened.get(i));
                    missing.remove(family);
                }
            }
        }
        for (Family family : missing) {
            descriptors.add(new ColumnFamilyDescriptor(family.label(), tuning.options(family.label())));
        }
        List<ColumnFamilyHandle> made = db.createColumnFamilies(descriptors);
        opened.addAll(made);
        for (int i = 0; i < missing.size(); i++) {
            handles.put(missing.get(i), made.get(i));
        }
        return handles;
    }

    /** Whether the store is new: nothing was ever committed to it. */
    private static boolean requireFormat(RocksDB db, Path folder, List<byte[]> present)
            throws RocksDBException, StorageFailure {
        byte[] row = db.get(FORMAT_KEY);
        if (row == null) {
            // The format is written last when a store is made, so a store without one has no rows.
            if (present.size() > 1 + Family.values().length) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "catalog: not one of this program, folder=" + folder);
            }
            return true;
        }
        int format = row.length == Integer.BYTES ? ByteBuffer.wrap(row).getInt() : 0;
        if (format > FORMAT) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_NEW,
                    "catalog: format " + format + " (expected: at most " + FORMAT
                            + "; a newer version of this program wrote it: use that one), folder=" + folder);
        }
        if (format < OLDEST_FORMAT) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_OLD,
                    "catalog: format " + format + " (expected: " + OLDEST_FORMAT + " to " + FORMAT
                            + "; open it with an older version of this program first), folder=" + folder);
        }
        return false;
    }

    private static byte[] formatRow(int format) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(format).array();
    }

    /** Which version's rows it holds. */
    int format() throws StorageFailure {
        byte[] row = read(open -> Optional.ofNullable(open.get(FORMAT_KEY)))
                .orElseThrow(() -> new IllegalStateException("catalog: without a format (expected: one once open)"));
        return ByteBuffer.wrap(row).getInt();
    }

    /** Durable on return. */
    void writeFormat(int format) throws StorageFailure {
        try {
            db.put(synced, FORMAT_KEY, formatRow(format));
        } catch (RocksDBException e) {
            throw failure("write", e);
        }
    }

    private static StorageFailure openFailure(Exception e, Path folder) {
        if (e instanceof StorageFailure failure) {
            return failure;
        }
        if (e instanceof RocksDBException failure) {
            return isLocked(failure) ? locked(e, folder) : failure("open", failure);
        }
        if (e instanceof RuntimeException mistake) {
            throw mistake;
        }
        return new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: " + e + ", folder=" + folder, e);
    }

    /** RocksDB has no code for it; a damaged table speaks of a "block checksum". */
    private static boolean isLocked(RocksDBException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("While lock file") || message.contains("lock hold by");
    }

    private static StorageFailure locked(Exception e, Path folder) {
        String holder = LockHolder.of(folder.resolve("LOCK"))
                .map(pid -> "process " + pid)
                .orElse("another process");
        return new StorageFailure(StorageFailure.Kind.LOCKED, "catalog: held by " + holder + ", folder=" + folder, e);
    }

    static StorageFailure failure(String what, RocksDBException e) {
        Status status = e.getStatus();
        StorageFailure.Kind kind = StorageFailure.Kind.OUT_OF_SERVICE;
        if (status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            kind = StorageFailure.Kind.NO_SPACE;
        } else if (status != null && status.getCode() == Status.Code.Corruption) {
            kind = StorageFailure.Kind.CORRUPT;
        }
        return new StorageFailure(kind, "catalog: " + what + ": " + e.getMessage(), e);
    }

    /** A read of the database, which stays open until it is done. */
    private interface Read<T> {
        T from(RocksDB db) throws RocksDBException, StorageFailure;
    }

    private <T> T read(Read<T> read) throws StorageFailure {
        gate.readLock().lock();
        try {
            if (closed) {
                throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: closed (expected: open)");
            }
            return read.from(db);
        } catch (RocksDBException e) {
            throw failure("read", e);
        } finally {
            gate.readLock().unlock();
        }
    }

    Optional<byte[]> get(Family family, byte[] key) throws StorageFailure {
        return read(open -> Optional.ofNullable(open.get(handle(family), key)));
    }

    /** One value for each key, null where there is none. */
    List<byte @Nullable []> multiGet(Family family, List<byte[]> keys) throws StorageFailure {
        if (keys.size() < 2) {
            // many at once cost as much as ten times one, however few they are
            List<byte @Nullable []> values = new ArrayList<>();
            for (byte[] key : keys) {
                values.add(get(family, key).orElse(null));
            }
            return values;
        }
        return read(open -> open.multiGetAsList(Collections.nCopies(keys.size(), handle(family)), keys));
    }

    /**
     * Visits rows in the order of keys.
     *
     * @param from inclusive
     * @param until exclusive; null: to the end
     */
    void scan(Family family, byte[] from, byte @Nullable [] until, RowVisitor visitor) throws StorageFailure {
        read(open -> {
            try (ReadOptions options = new ReadOptions();
                    Slice bound = new Slice(until == null ? Rows.NOTHING : until)) {
                if (until != null) {
                    options.setIterateUpperBound(bound);
                }
                try (RocksIterator rows = open.newIterator(handle(family), options)) {
                    rows.seek(from);
                    while (rows.isValid() && visitor.row(rows.key(), rows.value())) {
                        rows.next();
                    }
                    rows.status();
                }
            }
            return true;
        });
    }

    /**
     * Visits rows from the last one backwards.
     *
     * @param from inclusive: where it ends
     * @param until inclusive: where it begins
     */
    void scanBack(Family family, byte[] from, byte[] until, RowVisitor visitor) throws StorageFailure {
        read(open -> {
            try (RocksIterator rows = open.newIterator(handle(family))) {
                rows.seekForPrev(until);
                while (rows.isValid()
                        && Arrays.compareUnsigned(rows.key(), from) >= 0
                        && visitor.row(rows.key(), rows.value())) {
                    rows.prev();
                }
                rows.status();
            }
            return true;
        });
    }

    /** How many rows there are, exactly as long as there are no more than {@code exactUpTo}, else an estimate. */
    long count(Family family, int exactUpTo) throws StorageFailure {
        int[] rows = {0};
        scan(family, Rows.NOTHING, null, (key, value) -> ++rows[0] <= exactUpTo);
        return rows[0] <= exactUpTo ? rows[0] : Math.max(rows[0], estimate(family));
    }

    private long estimate(Family family) throws StorageFailure {
        return read(open -> open.getLongProperty(handle(family), "rocksdb.estimate-num-keys"));
    }

    ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("family: " + family + " is not open");
        }
        return handle;
    }

    /** Writes all of {@code batch} or nothing. Durable on return. */
    void write(WriteBatch batch) throws StorageFailure {
        writing.lock();
        try {
            change("write", open -> open.write(synced, batch));
        } finally {
            writing.unlock();
        }
    }

    /** Writes a batch that is durable only after {@link #settle}. */
    void load(WriteBatch batch) throws StorageFailure {
        change("write", open -> {
            try (WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
                open.write(unlogged, batch);
            }
        });
    }

    /** Makes everything loaded durable. */
    void settle() throws StorageFailure {
        change("flush", open -> {
            try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
                open.flush(options, allHandles);
            }
        });
    }

    /**
     * Copies the database as it is now into {@code folder}, which must not be there; tables are linked if they can be.
     * Writes wait meanwhile.
     *
     * @return the key of the last event in the copy, empty if there is none
     */
    byte[] copyTo(Path folder) throws StorageFailure {
        writing.lock();
        try {
            change("copy", open -> {
                try (Checkpoint checkpoint = Checkpoint.create(open)) {
                    checkpoint.createCheckpoint(folder.toString());
                }
            });
            byte[][] last = {Rows.NOTHING};
            scanBack(Family.EVENT, Rows.NOTHING, Keys.sequence(-1), (key, value) -> {
                last[0] = key;
                return false;
            });
            return last[0];
        } finally {
            writing.unlock();
        }
    }

    private interface Changing {
        void change(RocksDB db) throws RocksDBException;
    }

    private void change(String what, Changing changing) throws StorageFailure {
        gate.readLock().lock();
        try {
            if (closed) {
                throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: closed (expected: open)");
            }
            changing.change(db);
        } catch (RocksDBException e) {
            throw failure(what, e);
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            allHandles.forEach(ColumnFamilyHandle::close);
            db.close();
            synced.close();
            tuning.close();
        } finally {
            gate.writeLock().unlock();
        }
    }
}
