package org.liuhen.tools.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where stations live under strace: each in a folder of its own, with the same names in it every time. Safe for many
 * threads.
 */
final class Laboratory {
    private static final int HANGS_AFTER_SECONDS = 180;

    private final Path root;

    Laboratory(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("natives"));
    }

    /**
     * A day that is over.
     *
     * @param exit the exit code; 137 if it was killed
     * @param trace what strace said
     */
    record Day(Path data, int exit, Promises promises, String trace, String log) {}

    /**
     * A day under the eyes of strace, whose calls are then in {@code trace.*} beside the data folder.
     *
     * @param shownBytes how much of what is written the trace shows
     */
    Day observed(String name, int shownBytes) throws IOException, InterruptedException {
        Path folder = folder(name);
        List<String> strace = List.of(
                "strace",
                "-ff",
                "-qq",
                "-ttt",
                "-y",
                "-s",
                Integer.toString(shownBytes),
                "-o",
                folder.resolve("trace").toString(),
                "-e",
                "trace=" + String.join(",", SystemCall.CHANGING));
        return day(folder, strace);
    }

    /** A day in which {@code effect} happens at {@code point}. */
    Day faulted(String name, FaultPoint point, Effect effect) throws IOException, InterruptedException {
        Path folder = folder(name);
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-y", "-s", "0", "-o"));
        strace.add(folder.resolve("trace").toString());
        if (effect != Effect.KILL) {
            // Much faster, but a signal is not delivered at the stop it uses.
            strace.add("--seccomp-bpf");
        }
        strace.addAll(List.of(
                "-P",
                folder.resolve("data").resolve(point.path()).normalize().toString(),
                "-e",
                "trace=" + point.call(),
                "-e",
                "inject=" + point.call() + ":" + effect.injection() + ":when=" + point.number()));
        return day(folder, strace);
    }

    private Path folder(String name) throws IOException {
        Path folder = root.resolve(name);
        Files.createDirectories(folder.resolve("tmp"));
        Files.createDirectories(folder.resolve("data"));
        // Unpacked once for all of them.
        Files.createSymbolicLink(folder.resolve("data/natives"), root.resolve("natives"));
        return folder;
    }

    private static Day day(Path folder, List<String> strace) throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        List<String> command = new ArrayList<>(strace);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-cp",
                System.getProperty("java.class.path"),
                StationDay.class.getName(),
                data.toString()));
        Path printed = folder.resolve("printed");
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectOutput(printed.toFile())
                .redirectError(log.toFile())
                .start();
        if (!process.waitFor(HANGS_AFTER_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new IOException("day: hangs (expected: an end within " + HANGS_AFTER_SECONDS + " s)");
        }
        Path trace = folder.resolve("trace");
        return new Day(
                data,
                process.exitValue(),
                Promises.of(Files.readString(printed, StandardCharsets.US_ASCII)),
                Files.exists(trace) ? Files.readString(trace, StandardCharsets.ISO_8859_1) : "",
                Files.readString(log, StandardCharsets.UTF_8));
    }

    /** Deletes a folder with everything in it. */
    static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inside, BasicFileAttributes attributes) throws IOException {
                // Originals are read-only, and only root may ignore that.
                Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwx------"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inside, @Nullable IOException e) throws IOException {
                Files.delete(inside);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
