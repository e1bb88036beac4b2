package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An upload growing as {@code incoming/<upload>.part/original}. Holds one open file and a few hundred bytes, besides
 * four bytes for each MiB. When a write finds no room, the upload is as it was before and the write can be repeated;
 * after any other failure it can only be closed, and resumed from the acknowledged offset.
 */
final class FileIncoming implements Vault.Incoming {
    private static final Logger LOG = LoggerFactory.getLogger(FileIncoming.class);
    private static final int READ_BYTES = 1 << 20;
    private static final ThreadLocal<ByteBuffer> READ_BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES));

    private enum State {
        OPEN,
        /** Nobody knows what of the unforced bytes is there. */
        SPOILED,
        CLOSED
    }

    private final FileVault vault;
    private final UploadId upload;
    private final FileCalls.OpenFile file;
    private final Fingerprinting fingerprinting;
    /** Held while forcing, which another thread may do while one writes. */
    private final Object forcing = new Object();

    private volatile State state = State.OPEN;
    /** Handed to the operating system; never behind what is forced. */
    private volatile long writtenBytes;

    private volatile long forcedBytes;
    private boolean forcedOnce;
    private boolean namesForced;
    /** Whether the file goes on past {@link #sizeBytes}, with what a failed write left. */
    private boolean trailing;

    /** @param fingerprinting has seen all of {@code file}, which is durable so far */
    FileIncoming(FileVault vault, UploadId upload, FileCalls.OpenFile file, Fingerprinting fingerprinting) {
        this.vault = vault;
        this.upload = upload;
        this.file = file;
        this.fingerprinting = fingerprinting;
        this.forcedBytes = fingerprinting.sizeBytes();
        this.writtenBytes = forcedBytes;
    }

    static FileIncoming resume(FileVault vault, UploadId upload, long durableBytes) throws StorageFailure {
        Path part = vault.part(upload);
        if (!Files.isDirectory(part)) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING, "upload: has left no bytes here (expected: begun), upload=" + upload);
        }
        Path original = part.resolve(Layout.ORIGINAL);
        Fingerprinting fingerprinting = new Fingerprinting();
        FileCalls.OpenFile file = openPart(vault, original, durableBytes, upload);
        try {
            long sizeBytes = file.sizeBytes();
            if (sizeBytes < durableBytes) {
                throw tooShort(sizeBytes, durableBytes, upload, null);
            }
            if (sizeBytes > durableBytes) {
                file.truncate(durableBytes);
            }
            if (Files.exists(part.resolve(Layout.MANIFEST))) {
                vault.files().delete(part.resolve(Layout.MANIFEST));
            }
            readAgain(original, durableBytes, fingerprinting, upload);
            return new FileIncoming(vault, upload, file, fingerprinting);
        } catch (StorageFailure e) {
            closeQuietly(file, upload);
            throw e;
        } catch (IOException e) {
            closeQuietly(file, upload);
            throw vault.volume().failed("cannot go on with the upload " + upload, e);
        }
    }

    static SeekableByteChannel openForReading(FileVault vault, UploadId upload) throws StorageFailure {
        try {
            return FileChannel.open(vault.part(upload).resolve(Layout.ORIGINAL), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "upload: has left no bytes here (expected: begun), upload=" + upload,
                    e);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "upload: cannot be opened: " + e.getMessage() + ", upload=" + upload,
                    e);
        }
    }

    private static FileCalls.OpenFile openPart(FileVault vault, Path original, long durableBytes, UploadId upload)
            throws StorageFailure {
        try {
            return durableBytes == 0 && !Files.exists(original)
                    ? vault.files().create(original)
                    : vault.files().reopen(original);
        } catch (NoSuchFileException e) {
            throw tooShort(0, durableBytes, upload, e);
        } catch (IOException e) {
            throw vault.volume().refused("cannot open the upload " + upload, e);
        }
    }

    private static StorageFailure tooShort(
            long sizeBytes, long durableBytes, UploadId upload, @Nullable IOException cause) {
        String message =
                "upload: " + sizeBytes + " bytes (expected: the acknowledged " + durableBytes + "), upload=" + upload;
        return cause == null
                ? new StorageFailure(StorageFailure.Kind.CORRUPT, message)
                : new StorageFailure(StorageFailure.Kind.CORRUPT, message, cause);
    }

    private static void readAgain(Path original, long durableBytes, Fingerprinting fingerprinting, UploadId upload)
            throws StorageFailure {
        ByteBuffer buffer = READ_BUFFER.get();
        try (FileChannel channel = FileChannel.open(original, StandardOpenOption.READ)) {
            while (fingerprinting.sizeBytes() < durableBytes) {
                buffer.clear();
                buffer.limit((int) Math.min(READ_BYTES, durableBytes - fingerprinting.sizeBytes()));
                if (channel.read(buffer) < 0) {
                    throw tooShort(fingerprinting.sizeBytes(), durableBytes, upload, null);
                }
                fingerprinting.add(buffer.flip());
            }
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "upload: cannot be read again: " + e.getMessage() + ", upload=" + upload,
                    e);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageFailure {
        requireOpen();
        if (!bytes.hasRemaining()) {
            return;
        }
        int count = bytes.remaining();
        vault.volume().admit(count);
        int start = bytes.position();
        try {
            file.write(bytes, fingerprinting.sizeBytes());
        } catch (IOException e) {
            bytes.position(start);
            trailing = true;
            throw spoiledUnlessFull(vault.volume().failed("cannot write to the upload " + upload, e));
        } finally {
            vault.volume().written(count);
        }
        bytes.position(start);
        fingerprinting.add(bytes);
        writtenBytes = fingerprinting.sizeBytes();
        if (writtenBytes - forcedBytes >= vault.settings().writebackBytes()) {
            forceBytes();
        }
    }

    @Override
    public long sizeBytes() {
        return fingerprinting.sizeBytes();
    }

    @Override
    public long force() throws StorageFailure {
        requireOpen();
        vault.volume().requireInService();
        synchronized (forcing) {
            forceBytes();
            forceNames();
            return forcedBytes;
        }
    }

    private void forceBytes() throws StorageFailure {
        synchronized (forcing) {
            long written = writtenBytes;
            if (forcedOnce && written == forcedBytes) {
                return;
            }
            try {
                file.force();
            } catch (IOException e) {
                state = State.SPOILED;
                throw vault.volume().failed("cannot force the upload " + upload, e);
            }
            forcedBytes = written;
            forcedOnce = true;
        }
    }

    /** Once: the name of the file in its folder, and that of the folder. */
    private void forceNames() throws StorageFailure {
        if (namesForced) {
            return;
        }
        forceFolder(vault.part(upload));
        forceFolder(vault.incoming());
        namesForced = true;
    }

    private void forceFolder(Path folder) throws StorageFailure {
        try {
            vault.forceFolder(folder);
        } catch (StorageFailure e) {
            throw spoiledUnlessFull(e);
        }
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
    public OriginalKey seal(Manifest manifest, LocalDate day) throws StorageFailure {
        requireOpen();
        Sealing.check(manifest, upload, fingerprinting);
        vault.volume().requireInService();
        try {
            if (trailing) {
                file.truncate(fingerprinting.sizeBytes());
                file.force();
                trailing = false;
            }
            forceBytes();
            writeManifest(manifest);
            forceFolder(vault.part(upload));
            return vault.publish(vault.part(upload), manifest, day);
        } catch (IOException e) {
            throw vault.volume().failed("cannot seal the upload " + upload, e);
        } finally {
            close();
        }
    }

    private void writeManifest(Manifest manifest) throws IOException, StorageFailure {
        Path path = vault.part(upload).resolve(Layout.MANIFEST);
        try (FileCalls.OpenFile open = createManifest(path)) {
            open.write(ByteBuffer.wrap(StoredManifest.write(manifest)), 0);
            open.force();
        }
    }

    private FileCalls.OpenFile createManifest(Path path) throws StorageFailure {
        try {
            return vault.files().create(path);
        } catch (IOException e) {
            throw vault.volume().refused("cannot create the manifest of the upload " + upload, e);
        }
    }

    private void requireOpen() throws StorageFailure {
        if (state == State.CLOSED) {
            throw new IllegalStateException("upload: is closed (expected: open), upload=" + upload);
        }
        if (state == State.SPOILED) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE,
                    "upload: a write or a force has failed (expected: resumed from the acknowledged offset), upload="
                            + upload);
        }
    }

    private StorageFailure spoiledUnlessFull(StorageFailure failure) {
        if (failure.kind() != StorageFailure.Kind.NO_SPACE) {
            state = State.SPOILED;
        }
        return failure;
    }

    @Override
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            closeQuietly(file, upload);
            vault.release(upload);
        }
    }

    private static void closeQuietly(FileCalls.OpenFile file, UploadId upload) {
        try {
            file.close();
        } catch (IOException ignored) {
            // What was forced stays durable, and nothing else was promised.
            LOG.warn("closing the upload {} failed", upload, ignored);
        }
    }
}
