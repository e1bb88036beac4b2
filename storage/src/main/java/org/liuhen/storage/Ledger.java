package org.liuhen.storage;

import java.util.List;
import java.util.Optional;

/**
 * A Merkle log over the custody events, hashed as RFC 6962 section 2.1 says. The entry of an event is SHA-256(salt,
 * event) and says nothing about people; leaf hash = SHA-256(0x00, entry); node hash = SHA-256(0x01, left, right).
 * Source: RFC 6962, c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint. Safe for many threads.
 */
public interface Ledger {
    /** How many events there are, and the root hash over them. */
    record Head(long size, byte[] root) {}

    /**
     * What was hashed for one event: {@code entry = SHA-256(salt || event)}.
     *
     * @param event the event's stored bytes, UTF-8 JSON
     */
    record Leaf(long index, byte[] salt, byte[] event) {}

    /** The head over everything committed. */
    Head head();

    /** @throws StorageFailure {@code MISSING} if there is no such event */
    Leaf leaf(long index) throws StorageFailure;

    /** The audit path of a leaf in the tree of {@code size} leaves, from the leaf's sibling upwards. */
    List<byte[]> inclusionProof(long index, long size) throws StorageFailure;

    /** The proof that the tree of {@code newSize} leaves extends the one of {@code oldSize}. */
    List<byte[]> consistencyProof(long oldSize, long newSize) throws StorageFailure;

    /** The signed head as a C2SP checkpoint, text. */
    String checkpoint() throws StorageFailure;

    /**
     * A checkpoint whose tree holds the event of this index: the last one that was signed, if it does, for a signature
     * costs more than all else about a receipt. If not, a fresh one; of those at most 50 are signed a second, and whoever
     * asks meanwhile waits for the next.
     *
     * @throws StorageFailure {@code MISSING} if there is no such event
     */
    String checkpointOver(long index) throws StorageFailure;

    /**
     * The hashes of a tile, 32 bytes each.
     *
     * @param level 0 for leaves, one more for each 256-fold
     * @param width 1 to 256
     * @throws StorageFailure {@code MISSING} if the tree has not so many
     */
    byte[] tile(int level, long index, int width) throws StorageFailure;

    /**
     * The entries under a tile of level 0, each as its length (2 bytes, big-endian) and its 32 bytes.
     *
     * @param width 1 to 256
     * @throws StorageFailure {@code MISSING} if the tree has not so many
     */
    byte[] entryBundle(long index, int width) throws StorageFailure;

    /** The key that checks the checkpoints: {@code <name>+<id>+<key>} as c2sp.org/signed-note says. */
    String verifierKey();

    /** Recomputes everything from the events and says what differs first, for people; empty if nothing does. */
    Optional<String> audit() throws StorageFailure;
}
