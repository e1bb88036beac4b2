package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.vault.FileCalls;

/** Files copied durably and fingerprinted on the way, through the calls of a disk that tests can make fail. */
final class FolderCopy {
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileCalls files;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    FolderCopy(FileCalls files) {
        this.files = files;
    }

    /** A file that was copied: what its bytes were, and how many. */
    record Copied(Fingerprint fingerprint, long sizeBytes) {}

    /** Copies a file to a name that is free. Its bytes and its time of change are durable on return, its name is not. */
    Copied copy(Path from, Path to, boolean secret) throws IOException {
        MessageDigest digest = DigestUtils.getSha256Digest();
        long offset = 0;
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileCalls.OpenFile target = files.create(to)) {
            if (secret) {
                restrict(to, "rw-------");
            }
            while (source.read(buffer.clear()) >= 0) {
                buffer.flip();
                digest.update(buffer.duplicate());
                int bytes = buffer.remaining();
                target.write(buffer, offset);
                offset += bytes;
            }
            Files.setLastModifiedTime(to, Files.getLastModifiedTime(from));
            target.force();
        }
        return new Copied(Fingerprint.of(digest.digest()), offset);
    }

    /** Recomputes what a file's bytes are. */
    Copied read(Path file) throws IOException {
        MessageDigest digest = DigestUtils.getSha256Digest();
        long size = 0;
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            while (source.read(buffer.clear()) >= 0) {
                buffer.flip();
                size += buffer.remaining();
                digest.update(buffer);
            }
        }
        return new Copied(Fingerprint.of(digest.digest()), size);
    }

    /** Writes a small file of a name that is free; its bytes are durable on return. */
    void write(Path file, byte[] bytes) throws IOException {
        try (FileCalls.OpenFile target = files.create(file)) {
            target.write(ByteBuffer.wrap(bytes), 0);
            target.force();
        }
    }

    /** Makes a folder that may be there, and those above it; their names are durable on return. */
    void makeFolders(Path folder) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        makeFolders(parent);
        files.createFolder(folder);
        files.forceFolder(parent);
    }

    /** Only the owner may look, where the disk knows rights. */
    static void restrict(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    /** The files below a folder, in the order of their names; nothing if there is no such folder. */
    static List<Path> filesBelow(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path each : list(folder)) {
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                found.addAll(filesBelow(each));
            } else if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                found.add(each);
            }
        }
        return found;
    }

    /** Whether this is what a file system puts into its own root. */
    static boolean isOfTheDisk(Path path) {
        return path.endsWith("lost+found");
    }

    static Path parentOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("path: " + path + " (expected: inside a folder)");
        }
        return parent;
    }

    static List<Path> list(Path folder) throws IOException {
        List<Path> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
                inside.forEach(names::add);
            }
        }
        names.sort(null);
        return names;
    }

    /** Deletes a folder and what is in it. Does nothing if it is not there. */
    static void drop(Path folder, FileCalls files) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        for (Path each : list(folder)) {
            if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                drop(each, files);
            } else {
                files.delete(each);
            }
        }
        files.delete(folder);
    }
}
