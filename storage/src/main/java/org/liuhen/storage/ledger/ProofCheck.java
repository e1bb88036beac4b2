package org.liuhen.storage.ledger;

import java.util.Arrays;
import java.util.List;

/** Checks proofs as a stranger would, from hashes alone. Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2. */
public final class ProofCheck {
    private ProofCheck() {}

    /** Whether {@code proof} shows that the leaf is number {@code index} of the tree of {@code size} leaves. */
    public static boolean inclusion(byte[] leafHash, long index, long size, List<byte[]> proof, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long node = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : proof) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = TreeHash.node(sibling, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = TreeHash.node(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /** Whether {@code proof} shows that the newer tree begins with all the leaves of the older one. */
    public static boolean consistency(long oldSize, long newSize, byte[] oldRoot, byte[] newRoot, List<byte[]> proof) {
        if (oldSize < 0 || oldSize > newSize) {
            return false;
        }
        if (oldSize == newSize) {
            return proof.isEmpty() && Arrays.equals(oldRoot, newRoot);
        }
        if (oldSize == 0) {
            return proof.isEmpty() && Arrays.equals(oldRoot, TreeHash.emptyRoot());
        }
        boolean oldIsComplete = Long.bitCount(oldSize) == 1;
        if (proof.isEmpty()) {
            return false;
        }
        long node = oldSize - 1;
        long last = newSize - 1;
        while ((node & 1) == 1) {
            node >>>= 1;
            last >>>= 1;
        }
        byte[] first = oldIsComplete ? oldRoot : proof.get(0);
        byte[] older = first;
        byte[] newer = first;
        for (byte[] sibling : proof.subList(oldIsComplete ? 0 : 1, proof.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                older = TreeHash.node(sibling, older);
                newer = TreeHash.node(sibling, newer);
                while ((node & 1) == 0 && node != 0) {
                    node >>>= 1;
                    last >>>= 1;
                }
            } else {
                newer = TreeHash.node(newer, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(older, oldRoot) && Arrays.equals(newer, newRoot);
    }
}
