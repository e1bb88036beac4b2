package org.liuhen.storage.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.FileCalls;

/**
 * The files of a published log: each appears whole or not at all, and is durable before the next is begun. Not safe for
 * several threads.
 */
final class LedgerFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final String DRAFT = ".new";

    private final Path root;
    private final FileCalls disk;
    /** Folders whose names this process has made durable. */
    private final Set<Path> durable = new HashSet<>();

    /** @param root its parent is there */
    LedgerFiles(Path root, FileCalls disk) {
        this.root = root;
        this.disk = disk;
    }

    Path root() {
        return root;
    }

    /** Writes what everybody may read. Durable on return. */
    void publish(String name, byte[] bytes) throws StorageFailure {
        write(name, bytes, "rw-r--r--", "rwxr-xr-x");
    }

    /** Writes what only the owner may read. Durable on return. */
    void keepPrivate(String name, byte[] bytes) throws StorageFailure {
        write(name, bytes, "rw-------", "rwx------");
    }

    private void write(String name, byte[] bytes, String filePermissions, String folderPermissions)
            throws StorageFailure {
        Path file = root.resolve(name);
        Path folder = parent(file);
        Path draft = file.resolveSibling("." + file.getFileName() + DRAFT);
        try {
            makeFolder(folder, folderPermissions);
            // What a crash left of an earlier attempt.
            if (Files.exists(draft)) {
                disk.delete(draft);
            }
            try (FileCalls.OpenFile open = disk.create(draft)) {
                permit(draft, filePermissions);
                open.write(ByteBuffer.wrap(bytes), 0);
                open.force();
            }
            disk.replaceFile(draft, file);
            disk.forceFolder(folder);
        } catch (IOException e) {
            throw failure("cannot be written", file, e);
        }
    }

    /**
     * Makes the folders on the way to {@code folder} and makes their names durable, once for each: one that is there may
     * have been made by a process that died before it was durable.
     */
    private void makeFolder(Path folder, String permissions) throws IOException {
        List<Path> way = new ArrayList<>();
        for (Path each = folder; each.startsWith(root) && !durable.contains(each); each = parent(each)) {
            way.add(each);
        }
        Collections.reverse(way);
        for (Path each : way) {
            if (!Files.isDirectory(each)) {
                disk.createFolder(each);
                // The outermost folder lets everybody in; what is private has a folder of its own.
                permit(each, each.equals(root) ? "rwxr-xr-x" : permissions);
            }
            disk.forceFolder(parent(each));
            durable.add(each);
        }
    }

    private static Path parent(Path path) {
        return path.resolveSibling("");
    }

    /** Removes the unfinished forms of a piece that is whole now. */
    void removeParts(String name) throws StorageFailure {
        Path folder = root.resolve(name + ".p");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            List<Path> parts = new ArrayList<>();
            try (var inside = Files.newDirectoryStream(folder)) {
                inside.forEach(parts::add);
            }
            for (Path part : parts) {
                disk.delete(part);
            }
            disk.delete(folder);
            durable.remove(folder);
            disk.forceFolder(parent(folder));
        } catch (IOException e) {
            throw failure("cannot be removed", folder, e);
        }
    }

    private static void permit(Path path, String permissions) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    static StorageFailure failure(String what, Path file, IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left");
        return new StorageFailure(
                full ? StorageFailure.Kind.NO_SPACE : StorageFailure.Kind.OUT_OF_SERVICE,
                "ledger folder: " + what + ": " + e + ", file=" + file,
                e);
    }
}
