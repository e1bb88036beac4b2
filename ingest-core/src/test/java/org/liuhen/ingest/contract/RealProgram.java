package org.liuhen.ingest.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A client that is not ours, run as its users run it. */
public final class RealProgram {
    private static final int PATIENCE_MINUTES = 5;

    private RealProgram() {}

    /** How it ended and what it said. */
    public record Ended(int exit, String said) {}

    /** Starts it; what it says goes to {@code log}. */
    public static Process start(Path folder, Path log, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    /** Runs it to its end. */
    public static Ended run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("said", ".log");
        Process process = start(folder, log, command);
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException(command.get(0) + ": did not end; said " + Files.readString(log));
        }
        Ended ended = new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
        Files.delete(log);
        return ended;
    }

    /** Waits until some upload of a vault has so many bytes on the disk, so that there is something to cut. */
    public static void awaitIncoming(Path vault, long bytes, Process sender) throws IOException, InterruptedException {
        for (int tries = 0; tries < PATIENCE_MINUTES * 60 * 20; tries++) {
            try (Stream<Path> all = Files.walk(vault.resolve("incoming"))) {
                if (all.anyMatch(file -> sizeOf(file) >= bytes)) {
                    return;
                }
            } catch (java.io.UncheckedIOException ignored) {
                // something there was just renamed
            }
            if (sender.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException("sender: ended before it could be cut, exit " + sender.exitValue());
            }
        }
        throw new IOException("incoming: fewer than " + bytes + " bytes for " + PATIENCE_MINUTES + " minutes");
    }

    private static long sizeOf(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException ignored) {
            return 0;
        }
    }
}
