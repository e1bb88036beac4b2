package org.liuhen.tools.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;

/** A Liuhen server in a process of its own, started the way people start it, on a store of its own. */
final class ServerProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 40;

    private final Process process;
    private final Path data;
    private final InetSocketAddress address;

    private ServerProcess(Process process, Path data, InetSocketAddress address) {
        this.process = process;
        this.data = data;
        this.address = address;
    }

    /**
     * Starts a server that answers on a free port. It makes nothing playable: the benchmark's files are noise.
     *
     * @param data an empty folder
     */
    static ServerProcess start(Path data, boolean tls) throws IOException {
        Path config = data.resolveSibling(data.getFileName() + ".yaml");
        Files.writeString(config, "media:\n  children: 0\n");
        List<String> verb = new ArrayList<>(
                List.of("serve", "--data", data.toString(), "--listen", "127.0.0.1:0", "--config", config.toString()));
        if (tls) {
            verb.addAll(List.of("--tls", "self-signed"));
        }
        ProcessBuilder builder = program(verb)
                .redirectError(data.resolveSibling(data.getFileName() + ".log").toFile());
        builder.environment().put("LIUHEN_ADMIN_PASSWORD", "bench-" + System.nanoTime());
        Process process = builder.start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                URI uri = URI.create(line.substring("ready ".length()).strip());
                return new ServerProcess(process, data, new InetSocketAddress(uri.getHost(), uri.getPort()));
            }
        }
        throw new IOException("server: ended before it was ready (see " + data.getFileName() + ".log)");
    }

    /** Registers a device and returns its token. */
    String addDevice(String id) throws IOException, InterruptedException {
        Process adding = program(List.of("device", "add", "--id", id, "--data", data.toString(), "--json"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JsonNode added = StoredJson.MAPPER.readTree(adding.getInputStream().readAllBytes());
        if (adding.waitFor() != 0) {
            throw new IOException("device add: exit " + adding.exitValue());
        }
        return added.path("token").asText();
    }

    InetSocketAddress address() {
        return address;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** How often the catalog has synced, by the server's own count. */
    double syncs(String token, @Nullable SSLContext tls) throws IOException, InterruptedException {
        HttpClient.Builder client = HttpClient.newBuilder();
        if (tls != null) {
            client.sslContext(tls);
        }
        URI uri = URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + address.getPort() + "/metrics");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Bearer " + token)
                .build();
        String text = client.build()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith("liuhen_catalog_sync_seconds_count"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("server: did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** This program again: by its launcher where one started us, else by our own class path. */
    private static ProcessBuilder program(List<String> verb) {
        List<String> command = new ArrayList<>();
        String launcher = System.getProperty("liuhen.launcher");
        if (launcher != null) {
            command.add(launcher);
        } else {
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.liuhen.tools.Main"));
        }
        command.addAll(verb);
        return new ProcessBuilder(command);
    }
}
