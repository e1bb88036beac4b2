package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.liuhen.storage.Deliberate;

/**
 * The calls of a local disk, and the only place that renames and forces. What it creates is readable by the owner and
 * the group, and writable by the owner alone. Safe for many threads.
 */
public final class DurableFiles implements FileCalls {
    /** On this machine's disks. */
    public static final DurableFiles LOCAL = new DurableFiles();

    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    /** The most bytes of a heap buffer written at once: the JDK keeps a direct copy of that size for each thread. */
    private static final int MAX_HEAP_WRITE_BYTES = 64 << 10;

    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private DurableFiles() {}

    @Override
    public OpenFile create(Path file) throws IOException {
        return new LocalFile(FileChannel.open(file, NEW, permissions("rw-r-----")));
    }

    @Override
    public OpenFile reopen(Path file) throws IOException {
        return new LocalFile(FileChannel.open(file, StandardOpenOption.WRITE));
    }

    @Override
    public OpenFolder openFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder) && Files.exists(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        return new LocalFolder(FileChannel.open(folder, StandardOpenOption.READ));
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder, permissions("rwxr-x---"));
    }

    @Override
    @Deliberate("a folder's rename cannot clobber, and callers force both parents")
    public void renameFolder(Path folder, Path target) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(folder.toString());
        }
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    @Deliberate("replaces on purpose, and callers force the folder")
    public void replaceFile(Path file, Path target) throws IOException {
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    /**
     * Writes a small file that must not be there yet. It appears whole or not at all. Durable on return.
     *
     * @param permissions POSIX permissions, for example {@code rw-------}; they hold from the first byte on
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken; what is there stays
     */
    public static void createDurably(Path file, byte[] bytes, String permissions) throws IOException {
        Path temporary = writeTemporary(file, bytes, permissions);
        try {
            Files.createLink(file, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        LOCAL.forceFolder(folderOf(file));
    }

    /**
     * Writes a small file in the place of what may be there. Whoever reads sees the old one or the new one, whole.
     * Durable on return.
     *
     * @param permissions POSIX permissions, for example {@code rw-r-----}; they hold from the first byte on
     */
    @Deliberate("replaces on purpose, and forces the folder")
    public static void replaceDurably(Path file, byte[] bytes, String permissions) throws IOException {
        Path temporary = writeTemporary(file, bytes, permissions);
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        LOCAL.forceFolder(folderOf(file));
    }

    /** Takes away the right to write, as far as the disk knows rights. Only a reminder: the owner can take it back. */
    static void makeReadOnly(Path fileOrFolder) {
        setPermissions(fileOrFolder, Files.isDirectory(fileOrFolder) ? "r-xr-x---" : "r--r-----");
    }

    /** Gives the owner the right to write back. */
    static void makeWritable(Path fileOrFolder) {
        setPermissions(fileOrFolder, Files.isDirectory(fileOrFolder) ? "rwxr-x---" : "rw-r-----");
    }

    private static void setPermissions(Path path, String permissions) {
        if (POSIX) {
            try {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            } catch (IOException ignored) {
                // Only a reminder: where the right is really missing, the call that needs it says so.
            }
        }
    }

    private static Path writeTemporary(Path file, byte[] bytes, String permissions) throws IOException {
        Path temporary =
                Files.createTempFile(folderOf(file), "." + file.getFileName(), ".tmp", permissions(permissions));
        try (OpenFile open = LOCAL.reopen(temporary)) {
            open.write(ByteBuffer.wrap(bytes), 0);
            open.force();
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        return temporary;
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("file: " + file + " (expected: inside a folder)");
        }
        return folder;
    }

    private static FileAttribute<?>[] permissions(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private record LocalFile(FileChannel channel) implements OpenFile {
        @Override
        public void write(ByteBuffer bytes, long offsetBytes) throws IOException {
            int limit = bytes.limit();
            long offset = offsetBytes;
            try {
                while (bytes.position() < limit) {
                    int most = bytes.isDirect() ? limit : Math.min(limit, bytes.position() + MAX_HEAP_WRITE_BYTES);
                    bytes.limit(most);
                    offset += channel.write(bytes, offset);
                }
            } finally {
                bytes.limit(limit);
            }
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            channel.truncate(sizeBytes);
        }

        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record LocalFolder(FileChannel channel) implements OpenFolder {
        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
