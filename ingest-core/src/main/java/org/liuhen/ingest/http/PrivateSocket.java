package org.liuhen.ingest.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/** The file of a Unix domain socket that only its owner can reach. */
final class PrivateSocket {
    /** Of the kernel. Source: unix(7). */
    private static final int MOST_PATH_BYTES = 107;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private PrivateSocket() {}

    /**
     * Makes the folder and clears away a socket that nobody listens at any more.
     *
     * @throws IOException if the path is too long, is something else, or somebody listens there
     */
    static void prepare(Path file) throws IOException {
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MOST_PATH_BYTES) {
            throw new IOException("socket: path of " + length + " bytes (expected: at most " + MOST_PATH_BYTES
                    + ", a limit of the kernel; use a shorter data folder), path=" + file);
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            protectFolder(folder, file);
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("socket: something else is there (expected: nothing, or a socket), path=" + file);
        }
        if (answers(file)) {
            throw new IOException("socket: another server listens there, path=" + file);
        }
        Files.delete(file);
    }

    /** Makes sure that nobody else can connect. */
    static void protect(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Closes a folder that holds nothing but the socket; leaves others alone, if strangers cannot write there. */
    private static void protectFolder(Path folder, Path file) throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Path name = file.getFileName();
        boolean dedicated;
        try (Stream<Path> files = Files.list(folder)) {
            dedicated = files.allMatch(other -> other.getFileName().equals(name));
        }
        if (dedicated) {
            Files.setPosixFilePermissions(folder, OWNER_ONLY);
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("socket: others may write to its folder, permissions="
                    + PosixFilePermissions.toString(permissions) + " (expected: rwx------), path=" + folder);
        }
    }

    private static boolean answers(Path file) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException ignored) {
            return false; // refused: left behind by a server that is gone
        }
    }
}
