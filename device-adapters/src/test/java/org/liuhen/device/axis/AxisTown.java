package org.liuhen.device.axis;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.SettableClock;

/** A server with two Axis systems let in, and what one of them says to it. */
final class AxisTown implements AutoCloseable {
    static final String SYSTEM = IngestServer.DOCK.value();
    static final String KEY = IngestServer.TOKEN;
    static final String OTHER = IngestServer.OTHER_DOCK.value();
    static final String OTHER_KEY = IngestServer.OTHER_TOKEN;
    static final String USER = "6d2b2a1e-6f0b-4a2e-9b3c-1c2d3e4f5a6b";
    static final String CAMERA = "ACCC8E000001";
    static final String PATROL = USER + "_" + CAMERA + "_20260301T080000Z";
    static final String AUTH = "/axis/auth/v1.0";
    static final String STORE = "/axis/v1/" + SYSTEM;

    private final Path folder;
    final SettableClock clock = new SettableClock(InstantSource.system().instant());
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private IngestServer server;

    AxisTown(Path folder) throws Exception {
        this.folder = folder;
        this.server = IngestServer.start(folder, IngestServer.NO_RESERVE, this::adapter);
    }

    private DeviceAdapter adapter(Uploads uploads, Catalog catalog) {
        return adapter(uploads, catalog, clock, (system, camera, serial, name, model) -> {});
    }

    /** The protocol over a catalog in which both systems are let in. */
    static DeviceAdapter adapter(Uploads uploads, Catalog catalog, InstantSource clock, CameraLabels labels) {
        letIn(catalog, SYSTEM, KEY);
        letIn(catalog, OTHER, OTHER_KEY);
        return new AxisAdapter(uploads, catalog, Schedule.builtIn(), labels, clock, new SecureRandom());
    }

    private static void letIn(Catalog catalog, String name, String key) {
        AxisAccount account = new AxisAccount(
                name, AxisAccount.sha256(key), "mkv", false, false, Instant.parse("2026-01-01T00:00:00Z"));
        try {
            catalog.commit(Change.builder()
                            .put(AxisAccount.KIND, name, account)
                            .event(CustodyEvent.of(
                                    account.createdAt(), Actor.CONSOLE, EventKind.DEVICE_ADDED, null, Map.of()))
                            .build())
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("letting in " + name, e);
        }
    }

    void restart(long reserveBytes) throws Exception {
        server.close();
        server = IngestServer.start(folder, reserveBytes, this::adapter);
    }

    IngestServer server() {
        return server;
    }

    HttpResponse<String> send(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    String token(String system, String key) throws Exception {
        return send("GET", AUTH, new byte[0], "X-Auth-User", system, "X-Auth-Key", key)
                .headers()
                .firstValue("x-auth-token")
                .orElseThrow();
    }

    /** A system that has logged in. */
    Mouth system() throws Exception {
        return new Mouth(token(SYSTEM, KEY));
    }

    /** Says things under one token; answers are statuses. */
    final class Mouth {
        final String token;

        Mouth(String token) {
            this.token = token;
        }

        HttpResponse<String> say(String method, String path, byte[] body, String... headers) throws Exception {
            String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = "X-Auth-Token";
            all[headers.length + 1] = token;
            return send(method, STORE + path, body, all);
        }

        int status(String method, String path, String... headers) throws Exception {
            return say(method, path, new byte[0], headers).statusCode();
        }

        int put(String path, byte[] body, String... headers) throws Exception {
            return say("PUT", path, body, headers).statusCode();
        }

        Optional<String> metadata(String path, String header) throws Exception {
            return say("HEAD", path, new byte[0]).headers().firstValue(header);
        }

        /** Tells of the camera and of who wears it, and makes a container for a patrol. */
        void beginPatrol() throws Exception {
            status("PUT", "/Users");
            status("PUT", "/Users/" + USER, "X-Object-Meta-Name", "Li%20Wei", "X-Object-Meta-Userid", "033127");
            status("PUT", "/Devices");
            status("PUT", "/Devices/" + CAMERA, "X-Object-Meta-Name", "Left", "X-Object-Meta-Model", "W101");
            status("PUT", "/" + PATROL, "X-Container-Meta-Status", "Transferring");
        }
    }

    /** Recordings and attachments by file name; two of one name are a mistake of the test. */
    Recording named(String filename) throws StorageFailure {
        List<Recording> found = server.recordings().stream()
                .filter(recording -> recording.filename().equals(filename))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(filename + ": " + found.size() + " found");
        }
        return found.get(0);
    }

    /** Waits until nothing is under way any more. */
    void awaitQuiet() throws IOException, StorageFailure {
        Instant until = InstantSource.system().instant().plusSeconds(60);
        while (!server.catalog().uploads().stream().allMatch(upload -> upload.recording() != null)
                || !server.vault().unfinished().isEmpty()) {
            if (InstantSource.system().instant().isAfter(until)) {
                throw new AssertionError("something is still under way after a minute");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
