package org.liuhen.storage.ledger;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Supplier;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;

/**
 * A small text file that holds a secret: made once, readable by its owner only, never written again. It appears whole
 * or not at all, and two processes that make it at once agree on one.
 */
public final class SecretFile {
    private static final int MAX_BYTES = 64 * 1024;

    private SecretFile() {}

    /**
     * The lines of {@code file}. If there is none yet, {@code lines} are written first. Durable on return.
     *
     * @throws StorageFailure {@code CORRUPT} if it is not text
     */
    public static List<String> readOrCreate(Path file, Supplier<List<String>> lines) throws StorageFailure {
        try {
            if (!Files.exists(file)) {
                create(file, String.join("\n", lines.get()) + "\n");
            }
            return read(file);
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "secret file: " + e + ", file=" + file, e);
        }
    }

    /** The lines of a secret file that is there. */
    static List<String> read(Path file) throws StorageFailure {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "secret file: longer than " + MAX_BYTES + " bytes, file=" + file);
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "secret file: not text, file=" + file, e);
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "secret file: " + e + ", file=" + file, e);
        }
    }

    private static void create(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("file without a folder: " + file);
        }
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            DurableFiles.createDurably(file, text.getBytes(StandardCharsets.UTF_8), "rw-------");
        } catch (FileAlreadyExistsException ignored) {
            // Another process was quicker: its file counts.
            DurableFiles.LOCAL.forceFolder(folder);
        }
    }
}
