package org.liuhen.storage.ledger;

import java.util.List;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;

/**
 * What a catalog stores of the log: the leaves and every complete node. Level 0 are the leaf hashes; the node at
 * (level, index) covers the leaves from {@code index << level} on, {@code 1 << level} of them. Safe for many threads.
 */
public interface LedgerRows {
    /** The head over everything durable. */
    Ledger.Head head();

    /** The leaves from {@code from} on, at most {@code count}, fewer where the store ends or a leaf is missing. */
    List<Ledger.Leaf> leaves(long from, int count) throws StorageFailure;

    /** The hashes of the nodes from (level, from) on, at most {@code count}, fewer where one is missing. */
    List<byte[]> nodes(int level, long from, int count) throws StorageFailure;
}
