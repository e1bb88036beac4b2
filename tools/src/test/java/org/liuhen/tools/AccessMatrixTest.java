package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Role;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** Every role before every kind of door. */
class AccessMatrixTest {
    /** Who stands before the doors, in the order of the columns below. */
    private static final List<String> WHO = List.of(
            "administrator", "investigator", "supervisor", "records-officer", "auditor", "device", "other-device");

    /** {@code +} may pass, {@code -} is refused with 403; whoever shows nothing is refused with 401 everywhere. */
    private static final Map<String, String> DOORS = new LinkedHashMap<>();

    static {
        DOORS.put("GET /api/v1/recordings", "-++++--");
        DOORS.put("GET /api/v1/recordings/ID", "-++++--");
        DOORS.put("GET /api/v1/recordings/ID/original", "-+++---");
        DOORS.put("HEAD /api/v1/recordings/ID/original", "-+++---");
        DOORS.put("GET /api/v1/recordings/ID/playback/index.m3u8", "-+++---");
        DOORS.put("GET /api/v1/recordings/ID/poster.jpg", "-+++---");
        DOORS.put("GET /api/v1/recordings/ID/storyboard.vtt", "-+++---");
        DOORS.put("GET /api/v1/recordings/ID/clip?from=0&to=1", "-+++---");
        DOORS.put("POST /api/v1/clips", "-+++---");
        DOORS.put("GET /api/v1/clips/no-such", "-+++---");
        DOORS.put("DELETE /api/v1/clips/no-such", "-+++---");
        DOORS.put("GET /api/v1/clips/no-such/file", "-+++---");
        DOORS.put("GET /api/v1/clips/no-such/sidecar", "-+++---");
        DOORS.put("GET /api/v1/recordings/ID/receipt", "-+++++-");
        DOORS.put("GET /api/v1/recordings/ID/receipt.tlog-proof", "-+++++-");
        DOORS.put("GET /api/v1/recordings/ID/custody", "-++++--");
        DOORS.put("POST /api/v1/recordings/ID/verification", "+-+++--");
        DOORS.put("POST /api/v1/verifications", "+-+++--");
        DOORS.put("POST /api/v1/recordings/ID/classification", "--++---");
        DOORS.put("POST /api/v1/recordings/ID/cases", "-+++---");
        DOORS.put("POST /api/v1/recordings/ID/holds", "-+++---");
        DOORS.put("DELETE /api/v1/recordings/ID/holds/h9", "--++---");
        DOORS.put("GET /api/v1/cases/2026-1", "-++++--");
        DOORS.put("POST /api/v1/cases/2026-1/state", "--++---");
        DOORS.put("GET /api/v1/cases/2026-1/export?reason=x", "-+++---");
        DOORS.put("GET /api/v1/sessions", "-++++--");
        DOORS.put("POST /api/v1/sessions", "-+-----");
        DOORS.put("GET /api/v1/sessions/no-such", "-++++--");
        DOORS.put("POST /api/v1/sessions/no-such/marks", "-+-----");
        DOORS.put("POST /api/v1/sessions/no-such/people", "-+-----");
        DOORS.put("POST /api/v1/sessions/no-such/gaps/x/reason", "-+-----");
        DOORS.put("POST /api/v1/sessions/no-such/close", "-+-----");
        DOORS.put("GET /api/v1/rooms", "+++++--");
        DOORS.put("GET /api/v1/retention/plan", "--+++--");
        DOORS.put("POST /api/v1/retention/runs", "---+---");
        DOORS.put("GET /api/v1/retention/disposals", "--+++--");
        DOORS.put("GET /api/v1/devices", "+++++--");
        DOORS.put("POST /api/v1/devices", "+------");
        DOORS.put("POST /api/v1/devices/no-such/revocation", "+------");
        DOORS.put("POST /api/v1/axis/connection-files", "+------");
        DOORS.put("GET /api/v1/users", "+---+--");
        DOORS.put("POST /api/v1/users", "+------");
        DOORS.put("POST /api/v1/users/no-such/disabling", "+------");
        DOORS.put("GET /api/v1/statistics", "+++++--");
        DOORS.put("GET /api/v1/status", "+++++--");
        DOORS.put("GET /api/v1/backups", "+++++--");
        DOORS.put("POST /api/v1/backups", "-------");
        DOORS.put("POST /api/v1/ledger/rotations", "+------");
        DOORS.put("POST /api/v1/ledger/audits", "+-+++--");
        DOORS.put("GET /api/v1/events?after=0", "-++++--");
        DOORS.put("POST /uploads?filename=x", "+--+-++");
    }

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void each_role_passes_its_doors_and_no_other() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"))) {
            Map<String, String> tokens = tokens(server);
            String recording = push(server, String.valueOf(tokens.get("device")));
            for (var door : DOORS.entrySet()) {
                for (int i = 0; i < WHO.size(); i++) {
                    int status = knock(server, door.getKey(), recording, tokens.get(WHO.get(i)));
                    boolean passes = door.getValue().charAt(i) == '+';
                    assertThat(status != 403 && status != 401)
                            .as(WHO.get(i) + " before " + door.getKey() + ": " + status)
                            .isEqualTo(passes);
                    assertThat(status).as(door.getKey()).isNotEqualTo(401).isNotEqualTo(500);
                }
                assertThat(knock(server, door.getKey(), recording, null))
                        .as("nobody before " + door.getKey())
                        .isEqualTo(401);
                assertThat(knock(server, door.getKey(), recording, "lh_" + "x".repeat(43)))
                        .as("a forged token before " + door.getKey())
                        .isEqualTo(401);
            }
        }
    }

    private static Map<String, String> tokens(ServerInAnotherProcess server) throws Exception {
        Map<String, String> tokens = new LinkedHashMap<>();
        try (ServerConnection console = server.console()) {
            for (Role role : Role.values()) {
                console.post("/api/v1/users", Map.of("name", role.label(), "roles", List.of(role.label())));
                tokens.put(
                        role.label(),
                        console.post("/api/v1/tokens", Map.of("user", role.label()))
                                .path("token")
                                .asText());
            }
            for (String device : new String[] {"device", "other-device"}) {
                tokens.put(
                        device,
                        console.post("/api/v1/devices", Map.of("id", device))
                                .path("token")
                                .asText());
            }
        }
        return tokens;
    }

    private String push(ServerInAnotherProcess server, String token) throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[1000]);
        try (ServerConnection connection = ServerConnection.over(server.address(), token, null)) {
            return new Push(connection, InstantSource.system(), Duration.ofSeconds(20), Push.quiet())
                    .push(file, Map.of("case", "2026-1"))
                    .recording();
        }
    }

    private int knock(
            ServerInAnotherProcess server,
            String door,
            String recording,
            @org.jspecify.annotations.Nullable String token)
            throws Exception {
        String[] parts = door.replace("ID", recording).split(" ", 2);
        boolean hasBody = parts[0].equals("POST") || parts[0].equals("DELETE");
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(parts[1]))
                .method(
                        parts[0],
                        hasBody ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<java.io.InputStream> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }
}
