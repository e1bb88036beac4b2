package org.liuhen.storage.ledger;

import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.StorageFailure;

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first, one for each bit that is set in
 * its size. Enough to append leaves and to tell the root. Not safe for several threads.
 */
public final class CompactRange {
    /** Takes each node that an append completes, the leaf itself first. */
    @FunctionalInterface
    public interface NodeSink {
        void node(int level, long index, byte[] hash);
    }

    private final List<byte[]> roots;
    private long size;

    private CompactRange(long size, List<byte[]> roots) {
        this.size = size;
        this.roots = new ArrayList<>(roots);
    }

    public static CompactRange empty() {
        return new CompactRange(0, List.of());
    }

    /** The edge of a stored tree of {@code size} leaves. */
    public static CompactRange load(LedgerRows rows, long size) throws StorageFailure {
        List<byte[]> roots = new ArrayList<>();
        long start = 0;
        for (int level = Long.SIZE - 2; level >= 0; level--) {
            long width = 1L << level;
            if ((size & width) != 0) {
                roots.add(Proofs.node(rows, level, start >>> level));
                start += width;
            }
        }
        return new CompactRange(size, roots);
    }

    public CompactRange copy() {
        return new CompactRange(size, roots);
    }

    public long size() {
        return size;
    }

    /** Adds a leaf and hands every node that is now complete to {@code sink}. */
    public void append(byte[] leafHash, NodeSink sink) {
        byte[] hash = leafHash;
        long index = size;
        int level = 0;
        sink.node(0, index, hash);
        while ((index & 1) == 1) {
            hash = TreeHash.node(roots.remove(roots.size() - 1), hash);
            index >>>= 1;
            level++;
            sink.node(level, index, hash);
        }
        roots.add(hash);
        size++;
    }

    /** The root over everything appended. */
    public byte[] root() {
        if (roots.isEmpty()) {
            return TreeHash.emptyRoot();
        }
        byte[] hash = roots.get(roots.size() - 1);
        for (int i = roots.size() - 2; i >= 0; i--) {
            hash = TreeHash.node(roots.get(i), hash);
        }
        return hash.clone();
    }
}
