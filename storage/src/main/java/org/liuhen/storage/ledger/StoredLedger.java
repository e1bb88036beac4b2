package org.liuhen.storage.ledger;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;

/** A ledger that answers from a catalog's rows and signs with the store's key. */
public final class StoredLedger implements Ledger {
    /** Tree levels that one tile level spans. */
    private static final int TILE_HEIGHT = 8;

    private static final int TILE_WIDTH = 1 << TILE_HEIGHT;
    private static final int MAX_TILE_LEVEL = 7;

    /**
     * How far apart heads are signed for those who ask for one over their event: within this time they share one, so that
     * signing takes at most half a per cent of a core, however many ask.
     */
    private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A signed head, and the keys that signed it. */
    record Signed(long size, String note, KeyRing.State by) {
        /** Whether the key before the present one signed as well. */
        boolean retiring() {
            return by.retiring() != null;
        }
    }

    private final LedgerRows rows;
    private final KeyRing keys;
    private final Object sharing = new Object();
    private volatile @Nullable Signed signed;
    /** When the next head may be signed; belongs to {@link #sharing}. */
    private long nextNanos = System.nanoTime();

    public StoredLedger(LedgerRows rows, KeyRing keys) {
        this.rows = rows;
        this.keys = keys;
    }

    /** The keys with which this log signs. */
    public KeyRing keys() {
        return keys;
    }

    @Override
    public Head head() {
        Head head = rows.head();
        return new Head(head.size(), head.root().clone());
    }

    @Override
    public Leaf leaf(long index) throws StorageFailure {
        requireCovered("leaf", index, index + 1);
        List<Leaf> found = rows.leaves(index, 1);
        if (found.isEmpty()) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "leaf: missing, index=" + index);
        }
        return found.get(0);
    }

    @Override
    public List<byte[]> inclusionProof(long index, long size) throws StorageFailure {
        requireCovered("leaf", index, size);
        if (index >= size) {
            throw missing("leaf", index, size);
        }
        return Proofs.inclusion(rows, index, size);
    }

    @Override
    public List<byte[]> consistencyProof(long oldSize, long newSize) throws StorageFailure {
        requireCovered("tree", oldSize, newSize);
        if (oldSize > newSize) {
            throw missing("tree", oldSize, newSize);
        }
        return Proofs.consistency(rows, oldSize, newSize);
    }

    @Override
    public String checkpoint() {
        return signed().note();
    }

    @Override
    public String checkpointOver(long index) throws StorageFailure {
        requireCovered("leaf", index, index + 1);
        String known = signedOver(index);
        if (known != null) {
            return known;
        }
        synchronized (sharing) {
            while (true) {
                known = signedOver(index);
                if (known != null) {
                    return known;
                }
                long waitNanos = nextNanos - System.nanoTime();
                if (waitNanos <= 0 || !waitFor(waitNanos)) {
                    String fresh = signed().note();
                    nextNanos = System.nanoTime() + SHARED_NANOS;
                    return fresh;
                }
            }
        }
    }

    /** @return false if this thread is to end */
    private boolean waitFor(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(sharing, nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private @Nullable String signedOver(long index) {
        Signed last = signed;
        return last != null && last.size() > index && last.by().equals(keys.state()) ? last.note() : null;
    }

    Signed signed() {
        // The keys before the head: a head that is signed by the next key alone includes the event that names it.
        KeyRing.State by = keys.state();
        Head head = rows.head();
        Signed last = signed;
        if (last == null || last.size() != head.size() || !last.by().equals(by)) {
            String text = new Checkpoint(by.current().verifier().name(), head.size(), head.root()).text();
            last = new Signed(head.size(), KeyRing.sign(by, text), by);
            signed = last;
        }
        return last;
    }

    @Override
    public String verifierKey() {
        return keys.verifier().toString();
    }

    /** The root over the first {@code size} events. */
    public byte[] root(long size) throws StorageFailure {
        requireCovered("tree", 0, size);
        return Proofs.rootOfFirst(rows, size);
    }

    /** @throws StorageFailure {@code CORRUPT} if there are not so many */
    List<Leaf> leaves(long from, int count) throws StorageFailure {
        List<Leaf> leaves = rows.leaves(from, count);
        if (leaves.size() < count) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "event: missing, sequence=" + (from + leaves.size()));
        }
        return leaves;
    }

    @Override
    public byte[] tile(int level, long index, int width) throws StorageFailure {
        requireTile(level, index, width);
        List<byte[]> hashes = rows.nodes(level * TILE_HEIGHT, index * TILE_WIDTH, width);
        if (hashes.size() < width) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "tile: incomplete, level=" + level + ", index=" + index);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(width * TreeHash.BYTES);
        hashes.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    @Override
    public byte[] entryBundle(long index, int width) throws StorageFailure {
        requireTile(0, index, width);
        return entries(leaves(index * TILE_WIDTH, width));
    }

    /** The entries of these events as an entry bundle holds them. */
    static byte[] entries(List<Leaf> leaves) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(leaves.size() * (2 + TreeHash.BYTES));
        for (Leaf leaf : leaves) {
            bytes.write(TreeHash.BYTES >>> 8);
            bytes.write(TreeHash.BYTES);
            bytes.writeBytes(TreeHash.entry(leaf.salt(), leaf.event()));
        }
        return bytes.toByteArray();
    }

    @Override
    public Optional<String> audit() throws StorageFailure {
        return LedgerAudit.firstDifference(rows);
    }

    private void requireTile(int level, long index, int width) throws StorageFailure {
        if (level < 0 || level > MAX_TILE_LEVEL || index < 0 || width < 1 || width > TILE_WIDTH) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "tile: level=" + level + ", index=" + index + ", width=" + width + " (expected: level 0 to "
                            + MAX_TILE_LEVEL + ", width 1 to " + TILE_WIDTH + ")");
        }
        long hashes = rows.head().size() >>> (level * TILE_HEIGHT);
        long full = hashes / TILE_WIDTH;
        if (index > full || (index == full && width > hashes % TILE_WIDTH)) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "tile: level=" + level + ", index=" + index + ", width=" + width + " (expected: within " + hashes
                            + " hashes)");
        }
    }

    private void requireCovered(String what, long number, long size) throws StorageFailure {
        if (number < 0 || size < 0 || size > rows.head().size()) {
            throw missing(what, number, size);
        }
    }

    private StorageFailure missing(String what, long number, long size) {
        return new StorageFailure(
                StorageFailure.Kind.MISSING,
                what + ": " + number + " of " + size + " (expected: within "
                        + rows.head().size() + ")");
    }
}
