package org.liuhen.storage.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Job;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Progress;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.CompactRange;
import org.liuhen.storage.ledger.TreeHash;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A catalog made anew in a folder of its own. Events, uploads and register entries go in as they were; ledger nodes,
 * recordings, indexes and jobs are worked out from the events, see {@link RowPatch}. Nothing of it counts before {@link
 * #finish} has returned: whoever makes one puts it in its place by a rename then. Memory does not grow with what is
 * stored, but for the events of one recording. One thread.
 */
public final class CatalogRebuild implements AutoCloseable {
    private static final long BATCH_BYTES = 8 << 20;

    /** Says what is still to be done about a recording: a rebuilt catalog has exactly these jobs. */
    @FunctionalInterface
    public interface OpenWork {
        /** @param custody every event about it, in order */
        List<Job> jobs(Recording recording, List<CustodyEvent> custody) throws StorageFailure;
    }

    /**
     * What was made.
     *
     * @param withoutBeginning recordings that were left out, because their events do not say how they began
     */
    public record Outcome(
            long events, long recordings, long jobs, Ledger.Head head, List<RecordingId> withoutBeginning) {}

    private final RocksStore store;
    private final Progress progress;
    private final CompactRange edge = CompactRange.empty();
    private WriteBatch batch = new WriteBatch();

    private CatalogRebuild(RocksStore store, Progress progress) {
        this.store = store;
        this.progress = progress;
    }

    /** @param fresh a folder that is not there */
    public static CatalogRebuild into(Path fresh, Progress progress) throws StorageFailure {
        return new CatalogRebuild(RocksStore.open(fresh, CatalogSettings.DEFAULT), progress);
    }

    /** Whether there is a catalog in a folder, be it whole or damaged: opening one where there is none makes one. */
    public static boolean isThere(Path folder) {
        return Files.exists(folder.resolve("CURRENT"));
    }

    /**
     * Takes all events, uploads and register entries of another catalog.
     *
     * @throws StorageFailure {@code FORMAT_TOO_OLD} if it was never opened since events say what they change; another
     *     if anything cannot be read. Then this rebuild is worthless
     */
    public void takeAll(Path old) throws StorageFailure {
        try (RocksStore from = RocksStore.open(old, CatalogSettings.DEFAULT)) {
            if (from.format() < RocksStore.FORMAT) {
                throw new StorageFailure(
                        StorageFailure.Kind.FORMAT_TOO_OLD,
                        "catalog: format " + from.format() + " (expected: " + RocksStore.FORMAT
                                + "; start the server on it once), folder=" + old);
            }
            from.scan(Family.EVENT, Rows.NOTHING, null, (key, value) -> {
                add(Rows.leaf(Keys.number(key), value));
                return true;
            });
            copy(from, Family.REGISTER);
            copy(from, Family.UPLOAD);
        }
    }

    /**
     * Takes the uploads and register entries of a catalog that may be damaged, if all of them can be read.
     *
     * @return why none of them was taken, for people; empty if all were
     */
    public Optional<String> takeReadable(Path old) throws StorageFailure {
        if (!isThere(old)) {
            return Optional.of("catalog: is not there, folder=" + old);
        }
        try (RocksStore from = RocksStore.open(old, CatalogSettings.DEFAULT)) {
            copy(from, Family.REGISTER);
            copy(from, Family.UPLOAD);
            return Optional.empty();
        } catch (StorageFailure e) {
            drop(Family.REGISTER, Rows.NOTHING);
            drop(Family.UPLOAD, Rows.NOTHING);
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void copy(RocksStore from, Family family) throws StorageFailure {
        from.scan(family, Rows.NOTHING, null, (key, value) -> {
            put(family, key, value);
            return true;
        });
    }

    /**
     * Adds the next event, exactly as it was hashed.
     *
     * @throws StorageFailure {@code CORRUPT} if it is not the next one or cannot be read
     */
    public void add(Ledger.Leaf leaf) throws StorageFailure {
        byte[] row = Rows.eventRow(leaf.salt(), leaf.event());
        CustodyEvent event = Rows.event(row);
        if (leaf.index() != edge.size() || event.sequence() != leaf.index()) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "event: " + leaf.index() + ", which says " + event.sequence() + " (expected: " + edge.size() + ")");
        }
        put(Family.EVENT, Keys.sequence(leaf.index()), row);
        RecordingId about = event.recording();
        if (about != null) {
            put(Family.BY_RECORDING, Keys.custody(about, leaf.index()), Rows.NOTHING);
        }
        List<byte[][]> nodes = new ArrayList<>();
        edge.append(
                TreeHash.leaf(TreeHash.entry(leaf.salt(), leaf.event())),
                (level, index, hash) -> nodes.add(new byte[][] {Keys.node(level, index), hash}));
        for (byte[][] node : nodes) {
            put(Family.LEDGER_NODE, node[0], node[1]);
        }
        progress.at("events", edge.size());
    }

    /** How many events are in it, and the root over them. */
    public Ledger.Head head() {
        return new Ledger.Head(edge.size(), edge.root());
    }

    /** The root over the first {@code size} events; empty if there are not so many. */
    public Optional<byte[]> root(long size) throws StorageFailure {
        if (size > edge.size()) {
            return Optional.empty();
        }
        flush();
        return Optional.of(CompactRange.load(RocksRows.open(store), size).root());
    }

    /** The register entry of this name that was taken; empty if none was. */
    public <T> Optional<T> entry(Register.Kind<T> kind, String name) throws StorageFailure {
        flush();
        Optional<byte[]> row = store.get(Family.REGISTER, Keys.register(kind.label(), name));
        return row.isEmpty() ? Optional.empty() : Optional.of(Rows.value(kind.type(), row.get()));
    }

    /** Puts a register entry in the place of what may be there. */
    public <T> void entry(Register.Kind<T> kind, String name, T value) throws StorageFailure {
        put(Family.REGISTER, Keys.register(kind.label(), name), Rows.row(value));
    }

    /** Drops all register entries of a kind that were taken. */
    public void dropEntries(Register.Kind<?> kind) throws StorageFailure {
        drop(Family.REGISTER, Keys.register(kind.label(), ""));
    }

    private void drop(Family family, byte[] prefix) throws StorageFailure {
        flush();
        List<byte[]> keys = new ArrayList<>();
        store.scan(family, prefix, null, (key, value) -> {
            boolean inside = Arrays.equals(Arrays.copyOf(key, prefix.length), prefix);
            if (inside) {
                keys.add(key);
            }
            return inside;
        });
        for (byte[] key : keys) {
            try {
                batch.delete(store.handle(family), key);
            } catch (RocksDBException e) {
                throw RocksStore.failure("write", e);
            }
        }
    }

    /** Works out everything else and makes all of it durable. */
    public Outcome finish(OpenWork work) throws StorageFailure {
        flush();
        Recordings recordings = new Recordings(work);
        store.scan(Family.BY_RECORDING, Rows.NOTHING, null, recordings);
        recordings.settle();
        flush();
        store.settle();
        return new Outcome(edge.size(), recordings.made, recordings.jobs, head(), recordings.withoutBeginning);
    }

    private void put(Family family, byte[] key, byte[] value) throws StorageFailure {
        try {
            batch.put(store.handle(family), key, value);
        } catch (RocksDBException e) {
            throw RocksStore.failure("write", e);
        }
        if (batch.getDataSize() > BATCH_BYTES) {
            flush();
        }
    }

    private void flush() throws StorageFailure {
        store.load(batch);
        batch.close();
        batch = new WriteBatch();
    }

    @Override
    public void close() {
        batch.close();
        store.close();
    }

    /** Goes through the events of one recording after the other. */
    private final class Recordings implements RocksStore.RowVisitor {
        private final OpenWork work;
        private final List<RecordingId> withoutBeginning = new ArrayList<>();
        private final List<Long> sequences = new ArrayList<>();
        private @Nullable RecordingId present;
        private long made;
        private long jobs;

        private Recordings(OpenWork work) {
            this.work = work;
        }

        @Override
        public boolean row(byte[] key, byte[] value) throws StorageFailure {
            RecordingId id = RecordingId.ofBytes(Arrays.copyOf(key, RecordingId.BYTES));
            if (!id.equals(present)) {
                settle();
                present = id;
            }
            sequences.add(Keys.number(key));
            return true;
        }

        private void settle() throws StorageFailure {
            RecordingId id = present;
            if (id == null) {
                return;
            }
            List<CustodyEvent> custody = new ArrayList<>();
            List<ObjectNode> patches = new ArrayList<>();
            for (long sequence : sequences) {
                byte[] row = store.get(Family.EVENT, Keys.sequence(sequence))
                        .orElseThrow(() -> new IllegalStateException("event: " + sequence + " was added and is gone"));
                custody.add(Rows.event(row));
                Rows.patch(row).ifPresent(patches::add);
            }
            sequences.clear();
            if (patches.isEmpty() || !RowPatch.isWhole(patches.get(0))) {
                withoutBeginning.add(id);
                return;
            }
            Recording recording = recording(patches);
            for (ChangeRows.Row row : ChangeRows.of(recording)) {
                put(row.family(), row.key(), row.present());
            }
            for (Job job : work.jobs(recording, custody)) {
                put(Family.JOB, Keys.job(job), Rows.row(job));
                jobs++;
            }
            made++;
            progress.at("recordings", made);
        }

        private static Recording recording(List<ObjectNode> patches) throws StorageFailure {
            ObjectNode row = patches.get(0);
            for (ObjectNode patch : patches.subList(1, patches.size())) {
                if (RowPatch.isWhole(patch)) {
                    row = patch;
                } else {
                    RowPatch.apply(row, patch);
                }
            }
            return RowPatch.recording(row);
        }
    }
}
