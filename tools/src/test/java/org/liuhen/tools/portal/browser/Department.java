package org.liuhen.tools.portal.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.FootageSpec.Scene;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/**
 * A real server with real footage in it: an evening on patrol with two body-worn cameras and an interview on the next
 * day with two cameras, made for the test; and street footage from a sample file where there is one.
 */
final class Department implements AutoCloseable {
    static final String CASE = "永公(治)受案字〔2026〕1183号";
    static final String STREET_CASE = "A/2026/0042";
    static final String PASSWORD = "correct horse battery staple";

    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final Path SAMPLE = Path.of("../../shared/media/street-cars.mp4");

    private final Path folder;
    private final LiuhenServer server;
    private final FootageMaker maker;
    private final Map<String, String> tokens = new HashMap<>();
    /** When the department hands in its footage, to the minute. */
    private final Instant now = InstantSource.system().instant().truncatedTo(ChronoUnit.MINUTES);

    private int pushed;

    Department(Path folder) throws Exception {
        this.folder = folder;
        ServerConfiguration configuration =
                ServerConfiguration.defaults().serving(folder.resolve("d"), "127.0.0.1:0", null, null);
        this.server = LiuhenServer.start(
                folder.resolve("d"), configuration, Listening.of(configuration), PASSWORD.toCharArray());
        this.maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")));
    }

    String address() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    /** Pushes everything and returns when each recording is playable or known not to be. */
    void work() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        try (ServerConnection console = console()) {
            for (String device :
                    new String[] {"BWC-0147", "BWC-0155", "BWC-0162", "ROOM-02-A", "ROOM-02-B", "CAR-31"}) {
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("id", device);
                body.put("unit", "城关派出所");
                tokens.put(
                        device,
                        console.post("/api/v1/devices", body).path("token").asText());
            }
            String admin =
                    console.post("/api/v1/tokens", Map.of()).path("token").asText();
            HttpRequest events = HttpRequest.newBuilder(URI.create(address() + "/api/v1/events?after=0"))
                    .header("authorization", "Bearer " + admin)
                    .build();
            pushAll();
            try (var stream = new BufferedReader(new InputStreamReader(
                    http.send(events, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
                int seen = 0;
                while (seen < pushed) {
                    String line = stream.readLine();
                    if (line == null) {
                        throw new IOException("events: ended after " + seen + " of " + pushed);
                    }
                    seen += line.startsWith("event: media-") ? 1 : 0;
                }
            }
        }
    }

    private ServerConnection console() throws IOException {
        return ServerConnection.through(folder.resolve("d/run/liuhen.sock"));
    }

    private void pushAll() throws Exception {
        Instant patrol = now.minus(Duration.ofHours(20)).plusSeconds(11);
        patrol("BWC-0147", "033127", patrol, 42, Scene.STREET, null);
        patrol("BWC-0147", "033127", patrol.plusSeconds(42), 42, Scene.STREET, null);
        patrol("BWC-0147", "033127", patrol.plusSeconds(84), 28, Scene.SCUFFLE, "obstruction");
        patrol("BWC-0162", "033164", patrol.plusSeconds(19), 35, Scene.STREET, null);
        patrol("BWC-0162", "033164", patrol.plusSeconds(73), 44, Scene.SCUFFLE, "obstruction");
        patrol("BWC-0162", "033164", patrol.plusSeconds(149), 20, Scene.STREET, "evidence");
        patrol("BWC-0155", "033190", now.minus(Duration.ofHours(27)), 25, Scene.STREET, null);
        Instant interview = now.minus(Duration.ofHours(3));
        interview("ROOM-02-A", interview, 60, Scene.ROOM);
        interview("ROOM-02-B", interview, 60, Scene.FACE);
        interview("ROOM-02-A", interview.plusSeconds(80), 30, Scene.ROOM);
        interview("ROOM-02-B", interview.plusSeconds(80), 30, Scene.FACE);
        Path street = Files.exists(SAMPLE)
                ? SAMPLE
                : made("CAR-31", now.minus(Duration.ofHours(5)), 12, Scene.STREET, "street-cars.mp4");
        push(
                "CAR-31",
                street,
                Map.of(
                        "case",
                        STREET_CASE,
                        "kind",
                        "vehicle",
                        "officer",
                        "033127",
                        "from",
                        now.minus(Duration.ofHours(5)).toString()));
    }

    private void patrol(String device, String officer, Instant from, int seconds, Scene scene, String category)
            throws Exception {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("officer", officer);
        metadata.put("session", device + "-patrol");
        if (category != null) {
            metadata.put("category", category);
        }
        inCase(device, from, seconds, scene, metadata);
    }

    private void interview(String device, Instant from, int seconds, Scene scene) throws Exception {
        inCase(
                device,
                from,
                seconds,
                scene,
                Map.of("officer", "033105", "kind", "interrogation", "session", "interview-7"));
    }

    private void inCase(String device, Instant from, int seconds, Scene scene, Map<String, String> more)
            throws Exception {
        String name = device + "_" + (pushed + 1) + ".mp4";
        Map<String, String> metadata = new LinkedHashMap<>(more);
        metadata.put("case", CASE);
        metadata.put("from", from.toString());
        metadata.put("to", from.plusSeconds(seconds).toString());
        push(device, made(device, from, seconds, scene, name), metadata);
    }

    private Path made(String device, Instant from, int seconds, Scene scene, String name) throws IOException {
        Path file = folder.resolve(name);
        maker.make(FootageSpec.of(device, from, ZONE, Duration.ofSeconds(seconds), scene), file);
        return file;
    }

    private void push(String device, Path file, Map<String, String> metadata) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        all.put("filetype", "video/mp4");
        try (ServerConnection connection = ServerConnection.over(URI.create(address()), tokens.get(device), null)) {
            new Push(connection, InstantSource.system(), Duration.ofSeconds(20), Push.quiet()).push(file, all);
        }
        pushed++;
    }

    @Override
    public void close() {
        maker.close();
        server.close();
    }
}
