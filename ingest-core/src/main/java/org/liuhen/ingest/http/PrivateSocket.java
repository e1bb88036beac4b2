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
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a Unix domain socket that only its owner can reach. */
final class PrivateSocket {
    /** Of the kernel. Source: unix(7). */
    private static final int MOST_PATH_BYTES = 107;

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
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
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

    private static boolean answers(Path file) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException ignored) {
            return false; // refused: left behind by a server that is gone
        }
    }
}
