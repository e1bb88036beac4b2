package org.liuhen.storage.vault;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * A vault in the heap: it promises the same as others for as long as the process lives, for tests and trials. Safe for
 * many threads.
 */
public final class MemoryVault implements Vault {
    private record Original(Manifest manifest, byte[] bytes) {}

    private final long capacityBytes;
    /** All guarded by this vault. */
    private final Map<UploadId, MemoryIncoming> uploads = new HashMap<>();

    private final Set<UploadId> openUploads = new HashSet<>();
    private final Map<OriginalKey, Original> originals = new HashMap<>();

    public MemoryVault() {
        this(1L << 30);
    }

    /** @param capacityBytes how much it takes altogether */
    public MemoryVault(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    @Override
    public synchronized Incoming begin(UploadId upload) throws StorageFailure {
        requireRoom(1);
        if (uploads.containsKey(upload)) {
            throw new IllegalStateException("upload: has begun already (expected: resume), upload=" + upload);
        }
        MemoryIncoming incoming = new MemoryIncoming(upload, new byte[0]);
        uploads.put(upload, incoming);
        openUploads.add(upload);
        return incoming;
    }

    @Override
    public synchronized Incoming resume(UploadId upload, long durableBytes) throws StorageFailure {
        if (durableBytes < 0) {
            throw new IllegalArgumentException("durable: " + durableBytes + " bytes (expected: 0 or more)");
        }
        requireClosed(upload);
        MemoryIncoming before = uploads.get(upload);
        if (before == null) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING, "upload: has left no bytes here (expected: begun), upload=" + upload);
        }
        if (before.sizeBytes() < durableBytes) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "upload: " + before.sizeBytes() + " bytes (expected: the acknowledged " + durableBytes
                            + "), upload=" + upload);
        }
        MemoryIncoming after = new MemoryIncoming(upload, Arrays.copyOf(before.bytes, (int) durableBytes));
        uploads.put(upload, after);
        openUploads.add(upload);
        return after;
    }

    private void requireClosed(UploadId upload) {
        if (openUploads.contains(upload)) {
            throw new IllegalStateException(
                    "upload: is open already (expected: closed before it is opened again), upload=" + upload);
        }
    }

    @Override
    public synchronized void discard(UploadId upload) {
        requireClosed(upload);
        uploads.remove(upload);
    }

    @Override
    public synchronized SeekableByteChannel openUnfinished(UploadId upload) throws StorageFailure {
        MemoryIncoming incoming = uploads.get(upload);
        if (incoming == null) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING, "upload: has left no bytes here (expected: begun), upload=" + upload);
        }
        return new Reading(incoming.bytes());
    }

    @Override
    public synchronized List<UploadId> unfinished() {
        return List.copyOf(uploads.keySet());
    }

    @Override
    public synchronized Optional<Manifest> manifest(OriginalKey key) {
        return Optional.ofNullable(originals.get(key)).map(Original::manifest);
    }

    @Override
    public synchronized Optional<byte[]> manifestBytes(OriginalKey key) {
        return manifest(key).map(StoredManifest::write);
    }

    @Override
    public synchronized SeekableByteChannel open(OriginalKey key) throws StorageFailure {
        Original original = originals.get(key);
        if (original == null) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "original: not in the vault under " + key.day() + ", recording=" + key.id());
        }
        return new Reading(original.bytes());
    }

    /** Empty: the bytes are no file. */
    @Override
    public Optional<Path> localFile(OriginalKey key) {
        return Optional.empty();
    }

    @Override
    public synchronized Stream<OriginalKey> originals() {
        return originals.keySet().stream().sorted(Comparator.comparing(OriginalKey::day)).toList().stream();
    }

    @Override
    public synchronized void erase(OriginalKey key) {
        originals.remove(key);
    }

    @Override
    public synchronized long roomBytes() {
        long used = 0;
        for (Original original : originals.values()) {
            used += original.bytes().length;
        }
        for (MemoryIncoming incoming : uploads.values()) {
            used += incoming.sizeBytes();
        }
        return Math.max(0, capacityBytes - used);
    }

    /** Always in service. */
    @Override
    public Optional<String> outOfService() {
        return Optional.empty();
    }

    /** Does nothing: what is in memory stays until nobody holds the vault any more. */
    @Override
    public void close() {}

    private void requireRoom(long bytes) throws StorageFailure {
        long roomBytes = roomBytes();
        if (roomBytes < bytes) {
            throw new StorageFailure(
                    StorageFailure.Kind.NO_SPACE,
                    "room in the vault: " + roomBytes + " bytes (expected: at least " + bytes + ")");
        }
    }

    private synchronized void requireRoomFor(ByteBuffer bytes) throws StorageFailure {
        requireRoom(bytes.remaining());
    }

    private synchronized OriginalKey publish(MemoryIncoming incoming, Manifest manifest, LocalDate day) {
        OriginalKey key = new OriginalKey(day, manifest.id());
        originals.putIfAbsent(key, new Original(manifest, incoming.bytes()));
        uploads.remove(incoming.upload);
        return key;
    }

    private synchronized void release(UploadId upload) {
        openUploads.remove(upload);
    }

    private final class MemoryIncoming implements Incoming {
        private final UploadId upload;
        private final Fingerprinting fingerprinting = new Fingerprinting();
        private byte[] bytes;
        private boolean open = true;

        private MemoryIncoming(UploadId upload, byte[] bytes) {
            this.upload = upload;
            this.bytes = bytes;
            fingerprinting.add(ByteBuffer.wrap(bytes));
        }

        @Override
        public void write(ByteBuffer more) throws StorageFailure {
            requireOpen();
            requireRoomFor(more);
            int size = (int) sizeBytes();
            int needed = Math.addExact(size, more.remaining());
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, size + (size >> 1)));
            }
            more.get(more.position(), bytes, size, more.remaining());
            fingerprinting.add(more);
        }

        @Override
        public long sizeBytes() {
            return fingerprinting.sizeBytes();
        }

        @Override
        public long force() {
            requireOpen();
            return sizeBytes();
        }

        @Override
        public Fingerprint fingerprint() {
            return fingerprinting.fingerprint();
        }

        @Override
        public List<String> crc32cPerMiB() {
            return fingerprinting.crc32cPerMiB();
        }

        @Override
        public OriginalKey seal(Manifest manifest, LocalDate day) {
            requireOpen();
            Sealing.check(manifest, upload, fingerprinting);
            OriginalKey key = publish(this, manifest, day);
            close();
            return key;
        }

        private byte[] bytes() {
            return Arrays.copyOf(bytes, (int) sizeBytes());
        }

        private void requireOpen() {
            if (!open) {
                throw new IllegalStateException("upload: is closed (expected: open), upload=" + upload);
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                release(upload);
            }
        }
    }

    /** Reads an array. */
    private static final class Reading implements SeekableByteChannel {
        private byte @Nullable [] bytes;
        private long position;

        private Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        private byte[] bytes() throws ClosedChannelException {
            byte[] all = bytes;
            if (all == null) {
                throw new ClosedChannelException();
            }
            return all;
        }

        @Override
        public int read(ByteBuffer target) throws ClosedChannelException {
            byte[] all = bytes();
            if (position >= all.length) {
                return target.hasRemaining() ? -1 : 0;
            }
            int length = (int) Math.min(target.remaining(), all.length - position);
            target.put(all, (int) position, length);
            position += length;
            return length;
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() throws ClosedChannelException {
            bytes();
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) throws ClosedChannelException {
            bytes();
            if (newPosition < 0) {
                throw new IllegalArgumentException("position: " + newPosition + " (expected: 0 or more)");
            }
            position = newPosition;
            return this;
        }

        @Override
        public long size() throws ClosedChannelException {
            return bytes().length;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return bytes != null;
        }

        @Override
        public void close() {
            bytes = null;
        }
    }
}
