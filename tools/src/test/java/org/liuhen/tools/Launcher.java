package org.liuhen.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.liuhen.storage.StoredJson;

/** Runs the real launcher in processes of their own, as a person or a cron job would. */
final class Launcher {
    /** The folder that holds the launcher. Maven runs tests in the module's folder. */
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    static final String ADMIN_PASSWORD = "correct horse battery staple";

    private Launcher() {}

    /** What a verb did. */
    record Done(int exit, String out, String error) {
        JsonNode json() throws IOException {
            return StoredJson.MAPPER.readTree(out);
        }
    }

    static ProcessBuilder command(List<String> verb) {
        List<String> command = new ArrayList<>(List.of(PROJECT.resolve("liuhen").toString()));
        command.addAll(verb);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LIUHEN_ADMIN_PASSWORD", ADMIN_PASSWORD);
        return builder;
    }

    static Done run(String... verb) throws IOException, InterruptedException {
        Process process = command(List.of(verb)).start();
        process.getOutputStream().close();
        StringBuilder error = new StringBuilder();
        Thread reading = new Thread(() -> {
            try {
                error.append(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                error.append(e);
            }
        });
        reading.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("verb: " + List.of(verb) + " did not end");
        }
        reading.join();
        return new Done(process.exitValue(), out, error.toString());
    }

    /** A server started by the launcher. */
    record Server(Process process, InetSocketAddress address) implements AutoCloseable {
        static Server start(Path data, String... more) throws IOException {
            List<String> verb = new ArrayList<>(List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0"));
            verb.addAll(List.of(more));
            Process process = command(verb)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            data.resolveSibling("server.log").toFile()))
                    .start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("ready ")) {
                    URI uri = URI.create(line.substring("ready ".length()).strip());
                    return new Server(process, new InetSocketAddress(uri.getHost(), uri.getPort()));
                }
            }
            throw new IOException("server: ended before it was ready, exit " + process.exitValue());
        }

        String url() {
            return "http://127.0.0.1:" + address.getPort();
        }

        /** As a power cut does it. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(40, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IOException("server: did not stop on SIGTERM");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
