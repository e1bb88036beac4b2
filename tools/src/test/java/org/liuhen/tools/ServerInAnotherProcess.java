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
final class ServerInAnotherProcess implements AutoCloseable {
    private final Process process;
    private final Path data;
    private final URI address;

    private ServerInAnotherProcess(Process process, Path data, URI address) {
        this.process = process;
        this.data = data;
        this.address = address;
    }

    static ProcessBuilder program(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
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

    static ServerInAnotherProcess start(Path data, String... more) throws IOException {
        Path config = data.resolveSibling(data.getFileName() + ".yaml");
        Files.writeString(config, "media:\n  children: 0\nvault:\n  reserveBytes: 0\n");
        List<String> verb = new ArrayList<>(
                List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0", "--config", config.toString()));
        verb.addAll(List.of(more));
        Process process = program(verb.toArray(String[]::new))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(data.getFileName() + ".log").toFile()))
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return new ServerInAnotherProcess(process, data, URI.create(line.substring("ready ".length())));
            }
        }
        throw new IOException("server: ended before it was ready: "
                + Files.readString(data.resolveSibling(data.getFileName() + ".log")));
    }

    URI address() {
        return address;
    }

    Path data() {
        return data;
    }

    long pid() {
        return process.pid();
    }

    ServerConnection console() {
        return ServerConnection.through(DataFolder.socket(data));
    }

    /** Asks it to stop and returns its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
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
