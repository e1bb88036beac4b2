package org.liuhen.storage.ledger;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;

/** A ledger that answers from a catalog's rows and signs with the store's key. */
public final class StoredLedger implements Ledger {
    /** Tree levels that one tile level spans. */
    private static final int TILE_HEIGHT = 8;

    private static final int TILE_WIDTH = 1 << TILE_HEIGHT;
    private static final int MAX_TILE_LEVEL = 7;

    private record Signed(long size, String note) {}

    private final LedgerRows rows;
    private final SigningKey key;
    private volatile @Nullable Signed signed;

    public StoredLedger(LedgerRows rows, SigningKey key) {
        this.rows = rows;
        this.key = key;
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
        Head head = rows.head();
        Signed last = signed;
        if (last == null || last.size() != head.size()) {
            String text = new Checkpoint(key.verifier().name(), head.size(), head.root()).text();
            last = new Signed(head.size(), key.sign(text));
            signed = last;
        }
        return last.note();
    }

    @Override
    public String verifierKey() {
        return key.verifier().toString();
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
        List<Leaf> leaves = rows.leaves(index * TILE_WIDTH, width);
        if (leaves.size() < width) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "entry bundle: incomplete, index=" + index);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(width * (2 + TreeHash.BYTES));
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
