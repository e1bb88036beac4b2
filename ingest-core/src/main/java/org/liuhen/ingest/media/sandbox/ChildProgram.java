package org.liuhen.ingest.media.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What children are made of and how one is started: lowest priority, limits, sandbox, then Java. Safe for many threads. */
public final class ChildProgram {
    private static final Logger LOG = LoggerFactory.getLogger(ChildProgram.class);
    private static final int OPEN_FILES = 256;
    private static final ExecutorService STARTER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "liuhen-media-starter");
        thread.setDaemon(true);
        return thread;
    });

    private final SandboxMode mode;
    private final Path nativesFolder;
    private final Path exchanges;
    private final List<Path> classPath;
    private final String platform;
    private final String mainClass;
    private final ChildLimits limits;
    private final GraphicsHardware hardware;
    private boolean swept;

    /**
     * Describes children; nothing is started or written yet.
     *
     * @param nativesFolder where FFmpeg's libraries are unpacked; the exchanges of children are beside it
     * @param classPath jars and folders
     * @param platform for example {@code linux-x86_64}
     * @param hardware what children that take orders may use beside the processor
     */
    public ChildProgram(
            SandboxMode mode,
            Path nativesFolder,
            List<Path> classPath,
            String platform,
            String mainClass,
            ChildLimits limits,
            GraphicsHardware hardware) {
        this.mode = mode;
        this.nativesFolder = nativesFolder.toAbsolutePath();
        this.exchanges = this.nativesFolder.resolveSibling("children");
        this.classPath = List.copyOf(classPath);
        this.platform = platform;
        this.mainClass = mainClass;
        this.limits = limits;
        this.hardware = hardware;
    }

    /**
     * What surrounds these children.
     *
     * @throws IllegalStateException if a sandbox is required and there is none
     */
    public Sandbox sandbox() {
        return Sandbox.of(mode);
    }

    /** How large a file any of these children may write. */
    public long fileBytes() {
        return limits.fileBytes();
    }

    /**
     * Starts a child that takes orders. It is not waited for.
     *
     * @param bound files and folders that it sees for all its life, besides what it is lent
     * @param fileBytes how large a file it may write
     */
    Child start(ChildWatch watch, List<Path> bound, long fileBytes) throws IOException {
        Exchange exchange = exchange();
        try {
            for (Path file : bound) {
                exchange.bind(file);
            }
            List<String> arguments = new ArrayList<>(List.of("serve"));
            arguments.addAll(hardware.offers());
            Process process = process(exchange, arguments, hardware, fileBytes, false);
            return new Child(process, exchange, watch);
        } catch (IOException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    /**
     * Starts a child that speaks a language of its own and reaches the network.
     *
     * @throws IOException if it cannot be started
     */
    public Conversation converse(String verb) throws IOException {
        Exchange exchange = exchange();
        try {
            return new Conversation(
                    process(exchange, List.of(verb), GraphicsHardware.none(), limits.fileBytes(), true), exchange);
        } catch (IOException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    private Exchange exchange() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        synchronized (this) {
            if (!swept) {
                sweep();
                swept = true;
            }
        }
        return Exchange.open(exchanges.resolve(nameOf(self)), sandbox().isThere());
    }

    private static String nameOf(ProcessHandle process) {
        return process.pid() + "."
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** Removes what programs that are gone have left: links to originals among it, which would keep them from being erased. */
    private void sweep() throws IOException {
        if (!Files.isDirectory(exchanges)) {
            return;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(exchanges)) {
            for (Path folder : folders) {
                String name = String.valueOf(folder.getFileName());
                String pid = name.substring(0, Math.max(0, name.indexOf('.')));
                boolean lives = pid.matches("[0-9]{1,9}")
                        && ProcessHandle.of(Long.parseLong(pid))
                                .map(process -> nameOf(process).equals(name))
                                .orElse(false);
                if (!lives) {
                    LOG.info("media children: removing what a former run left, {}", name);
                    Exchange.delete(folder);
                }
            }
        }
    }

    private Process process(
            Exchange exchange, List<String> arguments, GraphicsHardware hardware, long fileBytes, boolean network)
            throws IOException {
        Path natives = Natives.unpack(nativesFolder, classPath, platform);
        ProcessBuilder builder =
                new ProcessBuilder(command(exchange, natives, arguments, hardware, fileBytes, network));
        builder.directory(exchange.out().toFile());
        builder.redirectError(exchange.complaints().toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("LD_LIBRARY_PATH", inside("natives", natives));
        environment.putAll(hardware.environment());
        return started(builder);
    }

    /**
     * Starts it from a thread that stays: what is to die with its parent dies with the very thread that started it.
     */
    private static Process started(ProcessBuilder builder) throws IOException {
        try {
            return STARTER.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("media child: cannot be started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("media child: interrupted", e);
        }
    }

    private String inside(String name, Path outside) {
        return sandbox().isThere() ? Sandbox.INSIDE + "/" + name : outside.toString();
    }

    private List<String> command(
            Exchange exchange,
            Path natives,
            List<String> arguments,
            GraphicsHardware hardware,
            long fileBytes,
            boolean network)
            throws IOException {
        List<String> command = new ArrayList<>();
        Sandbox.program("prlimit")
                .ifPresent(prlimit -> command.addAll(List.of(
                        prlimit.toString(),
                        (hardware.mapsMuch() ? "--data=" : "--as=") + ((long) limits.addressSpaceMiB() << 20),
                        "--nofile=" + OPEN_FILES,
                        "--fsize=" + fileBytes,
                        "--core=0")));
        Sandbox.program("nice")
                .ifPresent(nice -> command.addAll(List.of(nice.toString(), "-n", Integer.toString(limits.niceness()))));
        if (limits.niceness() > 0) {
            Sandbox.program("ionice").ifPresent(ionice -> command.addAll(List.of(ionice.toString(), "-c3")));
        }
        List<Sandbox.Bind> readable = new ArrayList<>(List.of(new Sandbox.Bind(natives, inside("natives", natives))));
        List<String> entries = new ArrayList<>();
        for (Path entry : classPath) {
            String name = inside("lib/" + entries.size(), entry);
            entries.add(name);
            readable.add(new Sandbox.Bind(entry, name));
        }
        for (Path folder : hardware.drivers()) {
            readable.add(new Sandbox.Bind(folder, folder.toString()));
        }
        if (sandbox().isThere()) {
            command.addAll(sandbox().around(exchange, readable, hardware.nodes(), network));
        }
        command.addAll(java(inside("natives", natives), inside("out", exchange.out())));
        command.addAll(List.of("-cp", String.join(File.pathSeparator, entries), mainClass));
        command.addAll(arguments);
        return command;
    }

    private List<String> java(String natives, String work) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + limits.heapMiB() + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+ErrorFileToStderr",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:CompressedClassSpaceSize=32m",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + work,
                "-Djava.library.path=" + natives,
                "-Dorg.bytedeco.javacpp.pathsFirst=true",
                "-Dorg.bytedeco.javacpp.cachedir=" + work,
                "-Dorg.bytedeco.javacpp.nopointergc=true");
    }
}
