package org.liuhen.storage.ledger;

import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.StorageFailure;

/** Builds roots and proofs from stored nodes. Source: RFC 6962 sections 2.1 to 2.1.2. */
final class Proofs {
    private Proofs() {}

    /** One stored node. */
    static byte[] node(LedgerRows rows, int level, long index) throws StorageFailure {
        List<byte[]> found = rows.nodes(level, index, 1);
        if (found.isEmpty()) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "ledger node: missing, level=" + level + ", index=" + index);
        }
        return found.get(0);
    }

    /** The root over the leaves from {@code start} on, {@code width} of them; start is where such a subtree begins. */
    static byte[] root(LedgerRows rows, long start, long width) throws StorageFailure {
        if (width == 0) {
            return TreeHash.emptyRoot();
        }
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return node(rows, level, start >>> level);
        }
        long left = leftWidth(width);
        return TreeHash.node(root(rows, start, left), root(rows, start + left, width - left));
    }

    /** MTH(D[size]). */
    static byte[] rootOfFirst(LedgerRows rows, long size) throws StorageFailure {
        return CompactRange.load(rows, size).root();
    }

    /** PATH(index, D[size]). */
    static List<byte[]> inclusion(LedgerRows rows, long index, long size) throws StorageFailure {
        List<byte[]> path = new ArrayList<>();
        addPath(rows, index, 0, size, path);
        return path;
    }

    private static void addPath(LedgerRows rows, long index, long start, long width, List<byte[]> path)
            throws StorageFailure {
        if (width == 1) {
            return;
        }
        long left = leftWidth(width);
        if (index < left) {
            addPath(rows, index, start, left, path);
            path.add(root(rows, start + left, width - left));
        } else {
            addPath(rows, index - left, start + left, width - left, path);
            path.add(root(rows, start, left));
        }
    }

    /** PROOF(oldSize, D[newSize]); empty where there is nothing to prove. */
    static List<byte[]> consistency(LedgerRows rows, long oldSize, long newSize) throws StorageFailure {
        List<byte[]> proof = new ArrayList<>();
        if (oldSize > 0 && oldSize < newSize) {
            addSubproof(rows, oldSize, 0, newSize, true, proof);
        }
        return proof;
    }

    private static void addSubproof(
            LedgerRows rows, long oldSize, long start, long width, boolean oldRootKnown, List<byte[]> proof)
            throws StorageFailure {
        if (oldSize == width) {
            if (!oldRootKnown) {
                proof.add(root(rows, start, width));
            }
            return;
        }
        long left = leftWidth(width);
        if (oldSize <= left) {
            addSubproof(rows, oldSize, start, left, oldRootKnown, proof);
            proof.add(root(rows, start + left, width - left));
        } else {
            addSubproof(rows, oldSize - left, start + left, width - left, false, proof);
            proof.add(root(rows, start, left));
        }
    }

    /** The largest power of two below {@code width}. */
    private static long leftWidth(long width) {
        return Long.highestOneBit(width - 1);
    }
}
