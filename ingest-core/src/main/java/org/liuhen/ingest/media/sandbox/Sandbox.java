package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What surrounds a child: bubblewrap, where this machine has it and lets us use it. In there are no network, no other
 * process, and no files but the system's programs and libraries, Java, what the child is made of (all read-only), and
 * its {@link Exchange}. Where there is none, a child still has its limits, but sees what this program's user sees.
 */
public final class Sandbox {
    /** Where the child finds what it is made of and what it is given. */
    static final String INSIDE = "/liuhen";

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final List<Path> PROGRAM_FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"));
    private static final int PATIENCE_SECONDS = 60;
    private static final int MOST_PROCESSES = 256;
    private static final int MAX_WORDS = 300;

    private final Optional<Path> bubblewrap;
    private final String why;
    private final boolean countsProcesses;

    private Sandbox(Optional<Path> bubblewrap, String why, boolean countsProcesses) {
        this.bubblewrap = bubblewrap;
        this.why = why;
        this.countsProcesses = countsProcesses;
    }

    /** Looked for once: it costs two processes. */
    private static final class Found {
        static final Sandbox HERE = look();
        static final Sandbox SWITCHED_OFF = new Sandbox(Optional.empty(), "it is switched off", false);

        private Found() {}
    }

    /**
     * The sandbox of this machine.
     *
     * @throws IllegalStateException if one is required and there is none
     */
    public static Sandbox of(SandboxMode mode) {
        if (mode == SandboxMode.OFF) {
            return Found.SWITCHED_OFF;
        }
        if (mode == SandboxMode.REQUIRED && !Found.HERE.isThere()) {
            throw new IllegalStateException("media.sandbox: required, but there is none: " + Found.HERE.why);
        }
        return Found.HERE;
    }

    /** The path of a system program; empty if this machine does not have it. */
    static Optional<Path> program(String name) {
        return PROGRAM_FOLDERS.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Sandbox look() {
        Sandbox found = tried();
        if (found.isThere()) {
            LOG.info("media children run in bubblewrap, without network and other files");
        } else {
            LOG.warn("media children run without a sandbox, with limits only: {}", found.why);
        }
        return found;
    }

    /** Whether it works is only known by trying: containers and distributions forbid user namespaces in many ways. */
    private static Sandbox tried() {
        Optional<Path> bubblewrap = program("bwrap");
        if (bubblewrap.isEmpty()) {
            return new Sandbox(bubblewrap, "bubblewrap is not installed", false);
        }
        Optional<Path> prlimit = program("prlimit");
        if (prlimit.isPresent()) {
            Sandbox counting = new Sandbox(bubblewrap, "", true);
            if (counting.trouble().isEmpty()) {
                return counting;
            }
        }
        Sandbox plain = new Sandbox(bubblewrap, "", false);
        return plain.trouble()
                .map(trouble -> new Sandbox(Optional.empty(), "bubblewrap is not permitted here: " + trouble, false))
                .orElse(plain);
    }

    /** Why a program cannot be run in here; empty if it can. */
    private Optional<String> trouble() {
        try {
            List<String> command = new ArrayList<>(surroundings(List.of(), false));
            command.addAll(List.of("--remount-ro", "/"));
            command.addAll(counted());
            command.add(program("true").orElse(Path.of("/bin/true")).toString());
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (InputStream said = process.getInputStream()) {
                String words = new String(said.readNBytes(MAX_WORDS), StandardCharsets.UTF_8).strip();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    return Optional.of("it does not end");
                }
                return process.exitValue() == 0
                        ? Optional.empty()
                        : Optional.of(words.isEmpty() ? "it ends with code " + process.exitValue() : words);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while it was tried");
        }
    }

    /** Whether children are surrounded by one. */
    public boolean isThere() {
        return bubblewrap.isPresent();
    }

    /** Why there is none; empty if there is one. */
    public Optional<String> missing() {
        return isThere() ? Optional.empty() : Optional.of(why);
    }

    /**
     * What comes before a child's own command, to run it in here with its exchange.
     *
     * @param readable what else it sees, and under which names
     * @param devices the device files that it may open besides those that every program has
     */
    List<String> around(Exchange exchange, List<Bind> readable, List<Path> devices, boolean network)
            throws IOException {
        List<String> command = new ArrayList<>(surroundings(devices, network));
        for (Bind bind : readable) {
            command.addAll(List.of("--ro-bind", bind.file().toString(), bind.inside()));
        }
        command.addAll(List.of("--ro-bind", exchange.in().toString(), INSIDE + "/in"));
        command.addAll(exchange.directBinds());
        command.addAll(List.of("--bind", exchange.out().toString(), INSIDE + "/out"));
        command.addAll(List.of("--remount-ro", "/", "--chdir", INSIDE + "/out"));
        command.addAll(counted());
        return command;
    }

    /** A file or folder, and its name inside. */
    record Bind(Path file, String inside) {}

    private List<String> surroundings(List<Path> devices, boolean network) throws IOException {
        List<String> command = new ArrayList<>(List.of(bubblewrap.orElseThrow().toString(), "--unshare-all"));
        List<Path> system = new ArrayList<>(List.of(
                Path.of("/usr"),
                Path.of("/lib"),
                Path.of("/lib64"),
                Path.of("/bin"),
                Path.of("/etc/ld.so.cache"),
                Path.of(System.getProperty("java.home", "/usr"))));
        Path etc = Path.of("/etc");
        if (Files.isDirectory(etc)) {
            // distributions keep Java's own configuration there
            try (DirectoryStream<Path> java = Files.newDirectoryStream(etc, "java*")) {
                java.forEach(system::add);
            }
        }
        if (network) {
            command.add("--share-net");
            system.addAll(List.of(
                    Path.of("/etc/resolv.conf"),
                    Path.of("/etc/hosts"),
                    Path.of("/etc/nsswitch.conf"),
                    Path.of("/etc/host.conf")));
        }
        if (!devices.isEmpty()) {
            // drivers read there what kind of device it is
            List.of("bus", "class", "dev", "devices").forEach(part -> system.add(Path.of("/sys", part)));
        }
        command.addAll(List.of("--die-with-parent", "--new-session", "--cap-drop", "ALL"));
        for (Path path : system) {
            command.addAll(List.of("--ro-bind-try", path.toString(), path.toString()));
        }
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        for (Path device : devices) {
            command.addAll(List.of("--dev-bind-try", device.toString(), device.toString()));
        }
        command.addAll(List.of("--remount-ro", "/dev"));
        return command;
    }

    /** Inside, where only the child's own processes and threads are counted; kernels before 5.14 count all of a user's. */
    private List<String> counted() {
        Optional<Path> prlimit = countsProcesses ? program("prlimit") : Optional.empty();
        return prlimit.map(program -> List.of(program.toString(), "--nproc=" + MOST_PROCESSES))
                .orElse(List.of());
    }
}
