package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;

/**
 * How a whole copy of an original is put in the place of a rotten or missing one: made beside it, forced, read again, and
 * put there by renames. What was there is kept under {@code rotten/}; nothing is overwritten. Safe for many threads; one at
 * a time for an original.
 */
final class Mending {
    private static final int READ_BYTES = 1 << 20;

    private final FileVault vault;
    private final Layout layout;

    Mending(FileVault vault, Layout layout) {
        this.vault = vault;
        this.layout = layout;
    }

    /** Deletes copies that were not put in their place: whoever wanted them makes them again. */
    void dropUnfinished() throws StorageFailure {
        if (!Files.isDirectory(layout.mending())) {
            return;
        }
        for (Path leftover : Folders.list(layout.mending())) {
            if (vault.volume().outOfService().isPresent()) {
                return;
            }
            drop(leftover);
        }
    }

    /**
     * Makes a copy, whole and durable, that is not in its place yet.
     *
     * @param source its bytes, from the first on
     * @throws StorageFailure {@code CORRUPT} if they are not those of {@code expected}, and then nothing is left
     */
    void make(OriginalKey key, SeekableByteChannel source, byte[] manifest, Fingerprint expected, Pace pace)
            throws StorageFailure {
        vault.volume().requireInService();
        makeRoomFor(layout.mending());
        Path folder = layout.mending(key);
        drop(folder);
        try {
            vault.files().createFolder(folder);
        } catch (IOException e) {
            throw vault.volume().refused("cannot begin to mend " + key, e);
        }
        boolean made = false;
        try {
            Fingerprinting written = copy(source, folder.resolve(Layout.ORIGINAL), pace);
            write(folder.resolve(Layout.MANIFEST), manifest);
            vault.forceFolder(folder);
            vault.forceFolder(layout.mending());
            require(written.fingerprint(), expected, "the other copy", key);
            require(readAgain(folder.resolve(Layout.ORIGINAL), pace), expected, "what was just written", key);
            made = true;
        } catch (IOException e) {
            throw vault.volume().failed("cannot mend " + key, e);
        } finally {
            if (!made && vault.volume().outOfService().isEmpty()) {
                drop(folder);
            }
        }
    }

    /**
     * Puts the copy that was made in its place. Durable on return.
     *
     * @return where what was there is kept now; empty if nothing was there
     */
    Optional<Path> put(OriginalKey key) throws StorageFailure {
        vault.volume().requireInService();
        vault.makeDay(key.day());
        Path target = layout.original(key);
        Optional<Path> aside = Optional.empty();
        try (FileCalls.OpenFolder day = vault.openFolder(layout.day(key.day()))) {
            if (Files.exists(target)) {
                makeRoomFor(layout.rotten());
                aside = Optional.of(layout.rotten(key, free(key)));
                // A folder that may not be written cannot be moved into another.
                DurableFiles.makeWritable(target);
                vault.files().renameFolder(target, aside.get());
                vault.forceFolder(layout.rotten());
            }
            vault.files().renameFolder(layout.mending(key), target);
            vault.force(day, layout.day(key.day()));
            vault.forceFolder(layout.mending());
        } catch (IOException e) {
            throw vault.volume().failed("cannot put in its place the mended " + key, e);
        }
        DurableFiles.makeReadOnly(target.resolve(Layout.ORIGINAL));
        DurableFiles.makeReadOnly(target.resolve(Layout.MANIFEST));
        DurableFiles.makeReadOnly(target);
        return aside;
    }

    /** Erases what mending has left of an original. Durable on return. */
    void forget(OriginalKey key) throws StorageFailure {
        drop(layout.mending(key));
        int free = free(key);
        // The last first, so that a crash leaves no gap in the numbers.
        for (int number = free - 1; number > 0; number--) {
            drop(layout.rotten(key, number));
        }
        if (free > 1) {
            vault.forceFolder(layout.rotten());
        }
    }

    private int free(OriginalKey key) {
        int number = 1;
        while (Files.exists(layout.rotten(key, number))) {
            number++;
        }
        return number;
    }

    void drop(Path folder) throws StorageFailure {
        try {
            Folders.delete(vault.files(), folder);
        } catch (IOException e) {
            throw vault.volume().failed("cannot delete " + folder, e);
        }
    }

    private void makeRoomFor(Path folder) throws StorageFailure {
        try {
            if (!Files.isDirectory(folder)) {
                vault.files().createFolder(folder);
            }
        } catch (IOException e) {
            throw vault.volume().refused("cannot make the folder " + folder, e);
        }
        vault.forceFolder(layout.root());
    }

    private Fingerprinting copy(SeekableByteChannel source, Path target, Pace pace) throws IOException, StorageFailure {
        Fingerprinting fingerprinting = new Fingerprinting();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (FileCalls.OpenFile file = vault.files().create(target)) {
            long unforced = 0;
            for (int read = read(source, buffer); read >= 0; read = read(source, buffer)) {
                vault.volume().admit(read);
                long offset = fingerprinting.sizeBytes();
                fingerprinting.add(buffer.flip());
                file.write(buffer.flip(), offset);
                unforced += read;
                if (unforced >= vault.settings().writebackBytes()) {
                    file.force();
                    unforced = 0;
                }
                pace.read(read);
            }
            file.force();
        }
        return fingerprinting;
    }

    /** What cannot be read is the other copy's fault, not this disk's. */
    private static int read(SeekableByteChannel source, ByteBuffer buffer) throws StorageFailure {
        try {
            return source.read(buffer.clear());
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "the other copy: cannot be read: " + e.getMessage(), e);
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        try (FileCalls.OpenFile open = vault.files().create(file)) {
            open.write(ByteBuffer.wrap(bytes), 0);
            open.force();
        }
    }

    private static Fingerprint readAgain(Path file, Pace pace) throws IOException, StorageFailure {
        Fingerprinting fingerprinting = new Fingerprinting();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int read = read(channel, buffer); read >= 0; read = read(channel, buffer)) {
                fingerprinting.add(buffer.flip());
                pace.read(read);
            }
        }
        return fingerprinting.fingerprint();
    }

    private static void require(Fingerprint found, Fingerprint expected, String what, OriginalKey key)
            throws StorageFailure {
        if (!found.equals(expected)) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    what + ": SHA-256 " + found + " (expected: " + expected + "), recording=" + key.id());
        }
    }
}
