package org.liuhen.tools.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** Sessions over the API of the real program, in a room that a DVR records. */
class SessionsApiTest {
    private static final String ROOM = String.join(
            "\n",
            "media: {children: 0}",
            "rooms:",
            "- {id: ROOM-1, cameras: [{device: DVR-1}, {device: DVR-2}]}",
            "- {id: ROOM-2, cameras: [{device: DVR-2}]}".replace("DVR-2", "DVR-3"),
            "");
    private static final String SESSIONS = "/api/v1/sessions";

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void session_is_opened_pushed_to_closed_explained_and_pushed_to_again() throws Exception {
        Path data = folder.resolve("d");
        String session;
        try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(ROOM, data);
                ServerConnection console = server.console()) {
            Map<String, String> tokens = devices(console);
            JsonNode opened = console.post(
                    SESSIONS,
                    Map.of(
                            "case", "A-2026-7",
                            "room", "ROOM-1",
                            "people", List.of(Map.of("name", "王某", "role", "suspect"))));
            session = opened.path("session").asText();
            assertThat(opened.path("state").asText()).isEqualTo("open");
            console.post(SESSIONS + "/" + session + "/marks", Map.of("mark", "suspect-entered"));
            console.post(SESSIONS + "/" + session + "/people", Map.of("name", "张某", "role", "lawyer"));
            console.post(SESSIONS + "/" + session + "/people", Map.of("name", "张某", "left", true));
            Instant begun = Instant.parse(opened.path("openedAt").asText());
            push(server, tokens.get("DVR-1"), session, begun.minusSeconds(5), begun.plusSeconds(3600));
            JsonNode closed = console.post(SESSIONS + "/" + session + "/close", Map.of());
            assertThat(closed.path("state").asText()).isEqualTo("incomplete");
            assertThat(closed.path("findings")).singleElement().satisfies(finding -> {
                assertThat(finding.path("kind").asText()).isEqualTo("missing-footage");
                assertThat(finding.path("camera").asText()).isEqualTo("DVR-2");
                assertThat(finding.path("reason").isNull()).isTrue();
            });
            String gap = closed.at("/findings/0/id").asText();
            JsonNode explained = console.post(
                    SESSIONS + "/" + session + "/gaps/" + gap + "/reason", Map.of("reason", "its disk was full"));
            assertThat(explained.path("state").asText()).isEqualTo("complete");
            assertThat(explained.path("manifests")).hasSize(2);
            String paper = explained.at("/manifests/1/recording").asText();
            assertThat(console.get("/api/v1/recordings/" + paper)
                            .path("attachment")
                            .asText())
                    .isEqualTo("session-manifest");
            push(server, tokens.get("DVR-2"), session, begun, begun.plusSeconds(3600));
            JsonNode late = awaitManifests(console, session, 3);
            assertThat(late.path("findings")).isEmpty();
            assertThat(console.get(SESSIONS + "?case=A-2026-7&state=complete").path("sessions"))
                    .hasSize(1);
            assertThat(console.get(SESSIONS + "?room=ROOM-2").path("sessions")).isEmpty();
            assertThat(server.terminate()).isZero();
        }
        assertThat(Files.readString(folder.resolve("d.log")))
                .doesNotContain("王某")
                .doesNotContain("张某");
        try (ServerInAnotherProcess again = ServerInAnotherProcess.configured(ROOM, data);
                ServerConnection console = again.console()) {
            JsonNode shown = console.get(SESSIONS + "/" + session);
            assertThat(shown.path("manifests")).hasSize(3);
            assertThat(shown.at("/people/0/name").asText()).isEqualTo("王某");
            assertThat(console.get("/api/v1/rooms").path("rooms")).hasSize(2);
        }
    }

    private static Map<String, String> devices(ServerConnection console) throws Exception {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String id : List.of("DVR-1", "DVR-2")) {
            tokens.put(
                    id,
                    console.post("/api/v1/devices", Map.of("id", id))
                            .path("token")
                            .asText());
        }
        return tokens;
    }

    private void push(
            ServerInAnotherProcess server,
            @org.jspecify.annotations.Nullable String token,
            String session,
            Instant from,
            Instant to)
            throws Exception {
        Path file = Files.writeString(folder.resolve("piece"), "of " + token);
        try (ServerConnection connection =
                ServerConnection.over(server.address(), Objects.requireNonNull(token), null)) {
            new Push(connection, InstantSource.system(), Duration.ofSeconds(20), Push.quiet())
                    .push(file, Map.of("session", session, "from", from.toString(), "to", to.toString()));
        }
    }

    private static JsonNode awaitManifests(ServerConnection console, String session, int count) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        JsonNode shown = console.get(SESSIONS + "/" + session);
        while (shown.path("manifests").size() < count) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
            shown = console.get(SESSIONS + "/" + session);
        }
        return shown;
    }

    @Test
    void hostile_requests_are_refused_with_a_reason_and_change_nothing() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(ROOM, folder.resolve("d"));
                ServerConnection console = server.console()) {
            devices(console);
            console.post("/api/v1/users", Map.of("name", "li", "roles", List.of("investigator")));
            String token = console.post("/api/v1/tokens", Map.of("user", "li"))
                    .path("token")
                    .asText();
            String open = "{\"case\":\"A\",\"room\":\"ROOM-1\"}";
            assertThat(send(server, token, SESSIONS, open)).isEqualTo(201);
            String session = console.get(SESSIONS).at("/sessions/0/session").asText();
            for (String body : List.of(
                    "",
                    "null",
                    "[]",
                    "{",
                    "\u0000",
                    "{}",
                    "{\"case\":\"A\"}",
                    "{\"case\":\"\",\"room\":\"ROOM-2\"}",
                    "{\"case\":\"A\",\"room\":\"../ROOM-2\"}",
                    "{\"case\":\"A\",\"room\":{}}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\"}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[]}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[null]}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[\"none\"]}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":\"DVR-1\"}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[\"DVR-1\"],\"people\":[null]}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[\"DVR-1\"],\"people\":[{\"name\":\"x\"}]}",
                    "{\"case\":\"A\",\"room\":\"ROOM-2\",\"cameras\":[\"DVR-1\"],\"kind\":\"<script>\"}")) {
                assertThat(send(server, token, SESSIONS, body)).as(body).isEqualTo(400);
            }
            assertThat(send(server, token, SESSIONS, open)).isEqualTo(409);
            for (String body : List.of(
                    "{}",
                    "{\"mark\":\"A B\"}",
                    "{\"mark\":\"x\",\"at\":\"soon\"}",
                    "{\"mark\":\"x\",\"at\":\"1970-01-01T00:00:00Z\"}",
                    "{\"mark\":\"x\",\"at\":\"+999999999-01-01T00:00:00Z\"}",
                    "{\"mark\":\"x\",\"at\":1e300}")) {
                assertThat(send(server, token, SESSIONS + "/" + session + "/marks", body))
                        .as(body)
                        .isEqualTo(400);
            }
            assertThat(send(server, token, SESSIONS + "/" + session + "/gaps/x/reason", "{\"reason\":\" \"}"))
                    .isEqualTo(400);
            assertThat(send(server, token, SESSIONS + "/" + session + "/gaps/x/reason", "{\"reason\":\"r\"}"))
                    .isEqualTo(404);
            assertThat(send(server, token, SESSIONS + "/%00/close", "{}")).isEqualTo(400);
            assertThat(send(server, token, SESSIONS + "/no-such/close", "{}")).isEqualTo(404);
            assertThat(console.get(SESSIONS).path("sessions")).hasSize(1);
            assertThat(console.get(SESSIONS).at("/sessions/0/version").asInt()).isEqualTo(1);
        }
    }

    private int send(ServerInAnotherProcess server, String token, String path, String body) throws Exception {
        URI address = URI.create(server.address() + path);
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() >= 400) {
            assertThat(StoredJson.MAPPER.readTree(answer.body()).path("detail").asText())
                    .isNotBlank();
        }
        return answer.statusCode();
    }
}
