package org.liuhen.storage;

import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the bytes. An upload grows as an {@link Incoming}; sealing makes it an original, which appears whole or not at
 * all and is never written again. Safe for many threads; two threads never use one {@link Incoming}.
 */
public interface Vault extends AutoCloseable {
    /** A file of one MiB is the unit in which a manifest's CRC-32C says where rot sits. */
    int CRC_BLOCK_BYTES = 1 << 20;

    /**
     * Begins an upload. Durable on return: nothing.
     *
     * @throws StorageFailure {@code OUT_OF_SERVICE}, {@code NO_SPACE}
     */
    Incoming begin(UploadId upload) throws StorageFailure;

    /**
     * Goes on with an upload after a pause or a restart: everything past {@code durableBytes} is dropped, because it was
     * never acknowledged and may be torn. Reads what is there again to fingerprint it.
     *
     * @param durableBytes the acknowledged offset; at most the bytes that are there
     * @throws StorageFailure {@code MISSING} if no such upload is under way, {@code CORRUPT} if fewer bytes are there
     */
    Incoming resume(UploadId upload, long durableBytes) throws StorageFailure;

    /** Drops an unfinished upload and its bytes. Does nothing if there is none. */
    void discard(UploadId upload) throws StorageFailure;

    /**
     * Opens the bytes of an upload for reading, from their beginning. Nobody writes to it meanwhile: what has not been
     * forced may be anything.
     *
     * @throws StorageFailure {@code MISSING} if no such upload is under way
     */
    SeekableByteChannel openUnfinished(UploadId upload) throws StorageFailure;

    /** The uploads that have left bytes behind, in no order. */
    List<UploadId> unfinished() throws StorageFailure;

    /** What was sealed under this key, and is durable there; empty if nothing is there. */
    Optional<Manifest> manifest(OriginalKey key) throws StorageFailure;

    /**
     * The very bytes of what {@link #manifest} reads, whatever they say; empty if nothing is there.
     *
     * @throws StorageFailure {@code CORRUPT} if the original is there without them
     */
    Optional<byte[]> manifestBytes(OriginalKey key) throws StorageFailure;

    /** Every copy of the originals, each a vault of its own; this one if it keeps a single copy. */
    default List<Vault> copies() {
        return List.of(this);
    }

    /**
     * Opens an original for reading, anywhere in it.
     *
     * @throws StorageFailure {@code MISSING}
     */
    SeekableByteChannel open(OriginalKey key) throws StorageFailure;

    /** The file behind an original, where the bytes are local files; empty for other vaults. */
    Optional<Path> localFile(OriginalKey key);

    /** The keys of all originals, oldest day first. The stream holds an open folder: close it. */
    java.util.stream.Stream<OriginalKey> originals() throws StorageFailure;

    /** The keys of the originals received on one day, in no order. Close the stream. */
    default java.util.stream.Stream<OriginalKey> originals(java.time.LocalDate day) throws StorageFailure {
        return originals().filter(key -> key.day().equals(day));
    }

    /**
     * Erases an original for ever. Only a disposal does that. Durable on return. Does nothing if it is gone already.
     */
    void erase(OriginalKey key) throws StorageFailure;

    /** How much more the vault can take, in bytes, after the reserve that is kept for finishing what has begun. */
    long roomBytes() throws StorageFailure;

    /** Why nothing is written here any more; empty while in service. */
    Optional<String> outOfService();

    @Override
    void close();

    /**
     * An upload under way. One thread at a time, but for {@link #force}; closing keeps what was written for {@link
     * Vault#resume}.
     */
    interface Incoming extends AutoCloseable {
        /** Appends all of {@code bytes} and fingerprints them. Durable on return: nothing. Consumes the buffer. */
        void write(java.nio.ByteBuffer bytes) throws StorageFailure;

        /** How many bytes have been written, durable or not. */
        long sizeBytes();

        /**
         * Makes everything written before the call durable and returns how many bytes that is: the offset that may be
         * acknowledged. May be called while another thread is in {@link #write}, so that a long body gains durable
         * offsets without being stopped.
         */
        long force() throws StorageFailure;

        /** The fingerprint of everything written so far. Writing may go on afterwards. */
        Fingerprint fingerprint();

        /** The CRC-32C of each MiB written so far, as a {@link Manifest} lists them. */
        List<String> crc32cPerMiB();

        /**
         * Publishes the upload as an original, in this order: force the bytes, force the manifest, force the folder,
         * rename it, force its parent. Durable on return: the original and its manifest. The upload is closed. If the
         * very same original is there already, the upload is dropped and the one that is there stays.
         *
         * @param manifest its fingerprint and size must be this upload's
         * @param day the day of receipt, see {@link OriginalKey#day}
         */
        OriginalKey seal(Manifest manifest, java.time.LocalDate day) throws StorageFailure;

        @Override
        void close();
    }

    /** The day under which something received at {@code at} is kept. */
    static java.time.LocalDate dayOf(Instant at) {
        return at.atZone(java.time.ZoneOffset.UTC).toLocalDate();
    }
}
