package org.liuhen.tools;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.DataFolder;

/** The real program in a process of its own, from the class path of the tests. It makes nothing playable. */
public final class ServerInAnotherProcess implements AutoCloseable {
    private final Process process;
    /** The server itself, where {@link #process} is what it runs under. */
    private final ProcessHandle server;

    private final Path data;
    private final URI address;
    private final String said;

    private ServerInAnotherProcess(Process process, ProcessHandle server, Path data, URI address, String said) {
        this.process = process;
        this.server = server;
        this.data = data;
        this.address = address;
        this.said = said;
    }

    public static ProcessBuilder program(String... arguments) {
        return program(List.of(), arguments);
    }

    /** @param under what it runs under, such as nsenter */
    public static ProcessBuilder program(List<String> under, String... arguments) {
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "org.liuhen.tools.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LIUHEN_ADMIN_PASSWORD", "correct horse battery");
        builder.environment().keySet().removeIf(name -> name.equals("LIUHEN_SERVER") || name.equals("LIUHEN_TOKEN"));
        return builder;
    }

    public static ServerInAnotherProcess start(Path data, String... more) throws IOException {
        return startUnder(List.of(), 0, data, more);
    }

    /**
     * Starts it under another program.
     *
     * @param under that program and its arguments, such as strace; empty for none
     * @param reserveBytes room that uploads leave free
     */
    public static ServerInAnotherProcess startUnder(List<String> under, long reserveBytes, Path data, String... more)
            throws IOException {
        return launch(under, "media:\n  children: 0\nvault:\n  reserveBytes: " + reserveBytes + "\n", data, more);
    }

    /** Starts it with a configuration of one's own. */
    public static ServerInAnotherProcess configured(String configuration, Path data) throws IOException {
        return launch(List.of(), configuration, data);
    }

    private static ServerInAnotherProcess launch(List<String> under, String configuration, Path data, String... more)
            throws IOException {
        Path config = data.resolveSibling(data.getFileName() + ".yaml");
        Files.writeString(config, configuration);
        List<String> verb = new ArrayList<>(
                List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0", "--config", config.toString()));
        verb.addAll(List.of(more));
        Process process = program(under, verb.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(data.getFileName() + ".log").toFile()))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("ready ")) {
                ProcessHandle server = under.isEmpty()
                        ? process.toHandle()
                        : process.descendants().reduce((before, last) -> last).orElse(process.toHandle());
                return new ServerInAnotherProcess(
                        process, server, data, URI.create(line.substring("ready ".length())), said.toString());
            }
        }
        throw new IOException("server: ended before it was ready: "
                + Files.readString(data.resolveSibling(data.getFileName() + ".log")));
    }

    public URI address() {
        return address;
    }

    /** What it printed until it was ready. */
    public String said() {
        return said;
    }

    public Path data() {
        return data;
    }

    public long pid() {
        return server.pid();
    }

    public ServerConnection console() {
        return ServerConnection.through(DataFolder.socket(data));
    }

    /** Asks it to stop and returns its exit code. */
    public int terminate() throws InterruptedException {
        server.destroy();
        boolean traced = server.pid() != process.pid();
        if (!process.waitFor(traced ? 120 : 30, TimeUnit.SECONDS)) {
            server.destroyForcibly();
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    /** Waits; returns whether it still runs then. */
    public boolean livesFor(long millis) throws InterruptedException {
        return !process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** As a power cut does it. */
    public void kill() throws InterruptedException {
        server.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        try {
            terminate();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
