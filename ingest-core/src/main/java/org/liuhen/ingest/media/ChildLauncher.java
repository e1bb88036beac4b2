package org.liuhen.ingest.media;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts child processes with limits: heap, mapped memory, processor time, elapsed time, size and number of files,
 * lowest priority, nothing of this program's environment. A child ends when this program does, because its standard
 * input closes. Safe for many threads.
 */
final class ChildLauncher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildLauncher.class);
    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int MAX_COMPLAINT_BYTES = 2000;
    /** FFmpeg's libraries are unpacked by whichever child comes first. */
    private static final long NATIVES_BYTES = 512L << 20;

    private static final String RESULT = "result ";
    private static final List<Path> PROGRAM_FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"));
    private static final int SIGNAL_BASE = 128;

    private final MediaSettings settings;
    private final String classPath;
    private final Set<Process> running = new HashSet<>();
    private boolean closed;

    ChildLauncher(MediaSettings settings) {
        this.settings = settings;
        this.classPath = ChildClassPath.find();
    }

    /**
     * Runs a child to its end.
     *
     * @param arguments of the child's program
     * @param folder where it works; its complaints are left beside it, see {@link #complaintsOf}
     * @param time how long it may take
     * @param fileBytes how large a file it may write
     * @throws IOException if no child can be started, which is not the fault of what it was to do
     */
    ChildOutcome run(List<String> arguments, Path folder, Duration time, long fileBytes) throws IOException {
        Files.createDirectories(settings.nativesFolder());
        Path complaints = complaintsOf(folder);
        String processorTime = "--cpu=" + time.multipliedBy(2).toSeconds();
        Optional<Process> started = start(builder(arguments, folder, List.of(processorTime, "--fsize=" + fileBytes)));
        if (started.isEmpty()) {
            return new ChildOutcome.Stopped();
        }
        Process process = started.get();
        AtomicBoolean overdue = new AtomicBoolean();
        var watch = process.onExit()
                .orTimeout(time.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    overdue.set(true);
                    process.destroyForcibly();
                    return process;
                });
        try (InputStream output = process.getInputStream()) {
            Optional<String> answer = lastAnswer(output);
            watch.join();
            process.onExit().join();
            return judge(process.exitValue(), answer, overdue.get(), time, complaints);
        } finally {
            process.destroyForcibly();
            synchronized (running) {
                running.remove(process);
            }
        }
    }

    /**
     * Starts a child that lives until it is told to end, and is spoken with. Whoever starts it ends it.
     *
     * @param folder where it works; it is to write nothing there, but see {@link #complaintsOf}
     * @throws IOException if none can be started, or this program is closing
     */
    Process converse(List<String> arguments, Path folder) throws IOException {
        Files.createDirectories(settings.nativesFolder());
        return start(builder(arguments, folder, List.of("--fsize=" + NATIVES_BYTES)))
                .orElseThrow(() -> new IOException("media child: this program is closing"));
    }

    /** Ends a child that {@link #converse} started. Idempotent. */
    void end(Process process) {
        process.destroyForcibly();
        synchronized (running) {
            running.remove(process);
        }
    }

    private ProcessBuilder builder(List<String> arguments, Path folder, List<String> limits) {
        ProcessBuilder builder = new ProcessBuilder(command(arguments, folder, limits));
        builder.directory(folder.toFile());
        builder.redirectError(complaintsOf(folder).toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /** Where a child that works in this folder complains. */
    static Path complaintsOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".log");
    }

    private Optional<Process> start(ProcessBuilder builder) throws IOException {
        synchronized (running) {
            if (closed) {
                return Optional.empty();
            }
            Process process = builder.start();
            running.add(process);
            return Optional.of(process);
        }
    }

    private ChildOutcome judge(int exit, Optional<String> answer, boolean overdue, Duration time, Path complaints) {
        synchronized (running) {
            if (closed && answer.isEmpty()) {
                return new ChildOutcome.Stopped();
            }
        }
        if (exit == 0 && answer.isPresent()) {
            return new ChildOutcome.Answered(answer.get());
        }
        String how = overdue
                ? "it took longer than " + time.toSeconds() + " s"
                : exit > SIGNAL_BASE ? "it was ended by signal " + (exit - SIGNAL_BASE) : "it ended with code " + exit;
        LOG.warn("media child: {}; it said: {}", how, complaintsIn(complaints));
        return new ChildOutcome.Died(how);
    }

    private List<String> command(List<String> arguments, Path folder, List<String> limits) {
        List<String> command = new ArrayList<>();
        program("prlimit").ifPresent(prlimit -> {
            command.addAll(List.of(
                    prlimit.toString(),
                    "--as=" + ((long) settings.addressSpaceMiB() << 20),
                    "--nofile=256",
                    "--core=0"));
            command.addAll(limits);
        });
        program("nice")
                .ifPresent(
                        nice -> command.addAll(List.of(nice.toString(), "-n", Integer.toString(settings.niceness()))));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + settings.heapMiB() + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ErrorFileToStderr",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:CompressedClassSpaceSize=32m",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + folder,
                "-Dorg.bytedeco.javacpp.cachedir=" + settings.nativesFolder().toAbsolutePath(),
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-cp",
                classPath,
                ChildClassPath.MAIN_CLASS));
        command.addAll(arguments);
        return command;
    }

    private static Optional<Path> program(String name) {
        return PROGRAM_FOLDERS.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Reads to the end; what a child says beyond measure is dropped, so that it cannot fill our memory. */
    private static Optional<String> lastAnswer(InputStream output) throws IOException {
        BufferedInputStream input = new BufferedInputStream(output);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        Optional<String> answer = Optional.empty();
        for (int b = input.read(); b >= 0; b = input.read()) {
            if (b != '\n') {
                if (line.size() < MAX_LINE_BYTES) {
                    line.write(b);
                }
                continue;
            }
            String text = line.toString(StandardCharsets.UTF_8);
            line.reset();
            if (text.startsWith(RESULT)) {
                answer = Optional.of(text.substring(RESULT.length()));
            }
        }
        return answer;
    }

    static String complaintsIn(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return new String(input.readNBytes(MAX_COMPLAINT_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "nothing that could be read (" + e.getMessage() + ")";
        }
    }

    /** Ends all children and starts no more. */
    @Override
    public void close() {
        synchronized (running) {
            closed = true;
            running.forEach(Process::destroyForcibly);
        }
    }
}
