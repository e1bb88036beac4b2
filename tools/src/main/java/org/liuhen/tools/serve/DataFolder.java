package org.liuhen.tools.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;

/**
 * The folder a server lives in, held by one process at a time.
 *
 * <table>
 *   <caption>What is in it</caption>
 *   <tr><td>{@code vault/}</td><td>the originals: the truth</td></tr>
 *   <tr><td>{@code catalog/}</td><td>events and indexes</td></tr>
 *   <tr><td>{@code ledger/}</td><td>the log as files: what a web server may publish, and the events beside it</td></tr>
 *   <tr><td>{@code keys/}</td><td>the keys that sign; only the owner may look</td></tr>
 *   <tr><td>{@code renditions/}</td><td>derived, can be made again</td></tr>
 *   <tr><td>{@code last-backup.json}</td><td>when and where the last backup was made</td></tr>
 *   <tr><td>{@code run/liuhen.sock}</td><td>the private socket of the running server</td></tr>
 *   <tr><td>{@code lock}</td><td>held while a process runs; its text names the process</td></tr>
 * </table>
 */
public final class DataFolder implements AutoCloseable {
    /** The longest path of a Unix domain socket on Linux, in bytes. Source: unix(7). */
    private static final int SOCKET_PATH_BYTES = 107;

    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the folder for this process and makes it if need be.
     *
     * @throws StorageFailure {@code LOCKED} if another process has it, which the message names
     */
    public static DataFolder open(Path folder) throws StorageFailure, IOException {
        Path root = folder.toAbsolutePath().normalize();
        checkSocket(root);
        boolean fresh = !Files.exists(root);
        Files.createDirectories(root);
        if (fresh) {
            restrict(root);
        }
        for (String owned : new String[] {"keys", "run"}) {
            Files.createDirectories(root.resolve(owned));
            restrict(root.resolve(owned));
        }
        FileChannel channel = FileChannel.open(
                root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new StorageFailure(
                        StorageFailure.Kind.LOCKED,
                        "data folder: " + root + " is held by " + holder(channel)
                                + " (expected: one process at a time; stop that one first)");
            }
            name(channel, root);
            return new DataFolder(root, channel, lock);
        } catch (IOException | StorageFailure | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void name(FileChannel channel, Path root) throws StorageFailure {
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(
                    ("process " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.NO_SPACE,
                    "data folder: " + root + " cannot be written: " + e.getMessage()
                            + " (expected: a disk with room that takes writes; nothing acknowledged is lost, start again"
                            + " when there is one)",
                    e);
        }
    }

    /** Whether a store has been made there, be it whole or not. */
    public static boolean holdsStore(Path folder) {
        return Files.isDirectory(folder.resolve("catalog")) || Files.isDirectory(folder.resolve("vault"));
    }

    /** The private socket of the server that has {@code folder}, if one runs. */
    public static Path socket(Path folder) {
        return folder.toAbsolutePath().normalize().resolve("run").resolve("liuhen.sock");
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(100);
        channel.read(text, 0);
        String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    private static void checkSocket(Path root) throws StorageFailure {
        int bytes = socket(root).toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_BYTES) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE,
                    "data folder: " + root + " makes the path of the private socket " + bytes
                            + " bytes long (expected: at most " + SOCKET_PATH_BYTES + "; use a shorter path)");
        }
    }

    private static void restrict(Path folder) throws IOException {
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(folder, OWNER_ONLY);
        }
    }

    Path root() {
        return root;
    }

    Path vault() {
        return root.resolve("vault");
    }

    Path catalog() {
        return root.resolve("catalog");
    }

    Path ledger() {
        return root.resolve("ledger");
    }

    Path keys() {
        return root.resolve("keys");
    }

    /** How far the scrubber is, and which mirror belongs to this store. */
    Path scrub() {
        return root.resolve("scrub.json");
    }

    Path renditions() {
        return root.resolve("renditions");
    }

    Path socket() {
        return socket(root);
    }

    /** Lets go of the folder. The lock's file stays: removing it would let two processes in. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.truncate(0);
            lock.release();
            channel.close();
        }
    }
}
