package org.liuhen.tools.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A memory file system of a given size in a mount namespace of its own, kept alive by a process that does nothing. Needs
 * the right to mount: root's, or that of a user namespace. Nothing of it is left when it is closed.
 */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private final Process keeper;
    private final List<String> entering;
    private final Path outside;

    private SmallDisk(Process keeper, List<String> entering, Path outside) {
        this.keeper = keeper;
        this.entering = entering;
        this.outside = outside;
    }

    /** Mounts it over {@code folder}, which must be there; seen only by programs that {@link #entering} starts. */
    static SmallDisk mount(Path folder, int mebibytes) throws IOException, InterruptedException {
        StringBuilder tried = new StringBuilder();
        for (List<String> way : List.of(List.of("unshare", "-m"), List.of("unshare", "-r", "-m"))) {
            List<String> command = new ArrayList<>(way);
            command.addAll(List.of(
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=" + mebibytes + "m liuhen \"$1\" && echo mounted && exec cat",
                    "sh",
                    folder.toString()));
            Process keeper =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = keeper.inputReader(StandardCharsets.UTF_8).readLine();
            if ("mounted".equals(said)) {
                String pid = Long.toString(keeper.pid());
                List<String> entering = way.contains("-r")
                        ? List.of("nsenter", "-t", pid, "-U", "-m", "--preserve-credentials")
                        : List.of("nsenter", "-t", pid, "-m");
                return new SmallDisk(
                        keeper,
                        entering,
                        Path.of("/proc", pid, "root").resolve(folder.toString().substring(1)));
            }
            keeper.destroy();
            keeper.waitFor();
            tried.append(way).append(": ").append(said).append("; ");
        }
        throw new IOException("small disk: cannot be mounted (expected: root or user namespaces): " + tried);
    }

    /** What a program that is to see it is started under. */
    List<String> entering() {
        return entering;
    }

    /** The mounted folder as this process can reach it. */
    Path outside() {
        return outside;
    }

    long usableBytes() throws IOException {
        return Files.getFileStore(outside).getUsableSpace();
    }

    /** Another program takes so many bytes; fewer if there are no more. */
    void take(String name, long bytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(outside.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long taken = 0; taken < bytes; taken += MIB / 4) {
                channel.write(ByteBuffer.allocate(MIB / 4));
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** The other program gives them back. */
    void giveBack(String name) throws IOException {
        Files.deleteIfExists(outside.resolve(name));
    }

    @Override
    public void close() throws IOException {
        keeper.getOutputStream().close();
        try {
            if (!keeper.waitFor(30, TimeUnit.SECONDS)) {
                keeper.destroyForcibly();
            }
        } catch (InterruptedException e) {
            keeper.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
