package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.ProofCheck;
import org.liuhen.storage.ledger.VerifierKey;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;

/** The main job against the real program: push, find, fetch, prove, stop. */
class EndToEndTest {
    private static final int SIZE = 3_000_000;

    @TempDir
    private static Path folder;

    private static ServerInAnotherProcess server;
    private static String device;
    private static String admin;
    private static byte[] footage;
    private static Push.Pushed pushed;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void push() throws Exception {
        server = ServerInAnotherProcess.start(folder.resolve("d"));
        try (ServerConnection console = server.console()) {
            device = console.post("/api/v1/devices", Map.of("id", "cam-1", "officer", "007"))
                    .path("token")
                    .asText();
            admin = console.post("/api/v1/tokens", Map.of()).path("token").asText();
        }
        footage = new byte[SIZE];
        new Random(7).nextBytes(footage);
        Path file = Files.write(folder.resolve("现场.mp4"), footage);
        try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
            pushed =
                    pushing(connection).push(file, Map.of("case", "京公〔2026〕1/2号", "from", "2026-05-01T08:00:00+08:00"));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Push pushing(ServerConnection connection) {
        return new Push(connection, InstantSource.system(), Duration.ofSeconds(20), Push.quiet());
    }

    @Test
    void pushed_file_is_found_by_its_case_and_fetched_bit_for_bit() throws Exception {
        JsonNode page = json(get(
                "/api/v1/recordings?case=" + java.net.URLEncoder.encode("京公〔2026〕1/2号", StandardCharsets.UTF_8),
                admin));
        assertThat(page.path("next").isNull()).isTrue();
        JsonNode found = page.path("recordings").path(0);
        assertThat(found.path("id").asText()).isEqualTo(pushed.recording());
        assertThat(found.path("sha256").asText()).isEqualTo(DigestUtils.sha256Hex(footage));
        assertThat(found.path("filename").asText()).isEqualTo("现场.mp4");
        assertThat(found.has("media") && found.path("media").isNull()).isTrue();
        assertThat(found.path("retention").has("keepUntil")).isTrue();
        HttpResponse<byte[]> whole = bytes("/original", Map.of(), admin);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(footage);
        assertThat(whole.headers().firstValue("etag")).contains('"' + DigestUtils.sha256Hex(footage) + '"');
        assertThat(whole.headers().firstValue("repr-digest"))
                .contains("sha-256=:" + Base64.getEncoder().encodeToString(DigestUtils.sha256(footage)) + ":");
        assertThat(whole.headers().firstValue("content-disposition"))
                .hasValueSatisfying(value -> assertThat(value).contains("filename*=UTF-8''%E7%8E%B0%E5%9C%BA.mp4"));
        assertThat(whole.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    @Test
    void attachment_shows_with_the_recordings_of_its_session_and_not_among_them() throws Exception {
        Push.Pushed recording;
        Push.Pushed bookmark;
        Path note = Files.writeString(folder.resolve("bookmark_1.txt"), "stopped a lorry");
        Path video = Files.write(folder.resolve("patrol.mp4"), Arrays.copyOf(footage, 5000));
        try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
            recording = pushing(connection).push(video, Map.of("session", "patrol-1"));
            bookmark = pushing(connection).push(note, Map.of("session", "patrol-1", "attachment", "bookmark"));
        }
        JsonNode listed = json(get("/api/v1/recordings?session=patrol-1", admin));
        assertThat(listed.path("recordings").findValuesAsText("id")).containsExactly(recording.recording());
        JsonNode all = json(get("/api/v1/recordings?session=patrol-1&attachments=true", admin));
        assertThat(all.path("recordings").findValuesAsText("id"))
                .containsExactlyInAnyOrder(recording.recording(), bookmark.recording());
        JsonNode one = json(get("/api/v1/recordings/" + recording.recording(), admin));
        assertThat(one.path("attachment").isNull()).isTrue();
        assertThat(one.at("/attachments/0/id").asText()).isEqualTo(bookmark.recording());
        assertThat(one.at("/attachments/0/attachment").asText()).isEqualTo("bookmark");
        assertThat(one.path("attachments")).hasSize(1);
        assertThat(get("/api/v1/recordings/" + bookmark.recording() + "/original", admin)
                        .body())
                .isEqualTo("stopped a lorry");
        assertThat(json(get("/api/v1/recordings/" + bookmark.recording() + "/custody", admin))
                        .path("events")
                        .findValuesAsText("kind"))
                .contains("received", "downloaded");
        assertThat(get("/api/v1/recordings?attachments=maybe", admin).statusCode())
                .isEqualTo(400);
    }

    @Test
    void case_file_lists_the_recordings_of_an_open_case() throws Exception {
        JsonNode file =
                json(get("/api/v1/cases/" + java.net.URLEncoder.encode("京公〔2026〕1/2号", StandardCharsets.UTF_8), admin));
        assertThat(file.path("state").asText()).isEqualTo("open");
        assertThat(file.path("recordings").path(0).path("id").asText()).isEqualTo(pushed.recording());
    }

    @Test
    void ranges_are_exact_and_many_of_them_are_one_look() throws Exception {
        String token;
        try (ServerConnection console = server.console()) {
            console.post("/api/v1/users", Map.of("name", "ranger", "roles", List.of("investigator")));
            token = console.post("/api/v1/tokens", Map.of("user", "ranger"))
                    .path("token")
                    .asText();
        }
        for (int[] range : new int[][] {{0, 0}, {1, 999}, {1_048_570, 1_048_590}, {SIZE - 5, SIZE - 1}}) {
            HttpResponse<byte[]> part =
                    bytes("/original", Map.of("Range", "bytes=" + range[0] + "-" + range[1]), token);
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(footage, range[0], range[1] + 1));
        }
        assertThat(bytes("/original", Map.of("Range", "bytes=" + SIZE + "-"), token)
                        .statusCode())
                .isEqualTo(416);
        assertThat(bytes("/original", Map.of("Range", "bytes=0-1", "If-Range", "\"another\""), token)
                        .statusCode())
                .isEqualTo(200);
        JsonNode events = json(get("/api/v1/recordings/" + pushed.recording() + "/custody", token))
                .path("events");
        long looks = 0;
        for (JsonNode event : events) {
            looks += event.path("kind").asText().equals("downloaded")
                            && event.path("actor").asText().equals("user:ranger")
                    ? 1
                    : 0;
        }
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void receipt_proves_itself_against_the_public_log() throws Exception {
        JsonNode receipt = pushed.receipt();
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] entry = DigestUtils.getSha256Digest()
                .digest(concat(
                        base64.decode(receipt.path("salt").asText()),
                        base64.decode(receipt.path("event").asText())));
        byte[] leaf = DigestUtils.sha256(concat(new byte[] {0}, entry));
        String body = VerifierKey.parse(receipt.path("verifier").asText())
                .open(receipt.path("checkpoint").asText());
        Checkpoint head = Checkpoint.parse(body);
        List<byte[]> proof = new java.util.ArrayList<>();
        receipt.path("proof").forEach(node -> proof.add(base64.decode(node.asText())));
        assertThat(ProofCheck.inclusion(leaf, receipt.path("leaf").asLong(), head.size(), proof, head.root()))
                .isTrue();
        assertThat(get("/ledger/checkpoint", "").body()).startsWith(head.origin());
    }

    @Test
    void tiles_are_open_to_all_and_never_change() throws Exception {
        HttpResponse<String> tile = get("/ledger/tile/0/000.p/1", "");
        assertThat(tile.statusCode()).isEqualTo(200);
        assertThat(tile.headers().firstValue("cache-control"))
                .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
        for (String wrong : new String[] {"0/000.p/0", "0/000.p/256", "0/x001", "99/000", "0/0", "entries/999", "x"}) {
            assertThat(get("/ledger/tile/" + wrong, "").statusCode()).as(wrong).isEqualTo(404);
        }
    }

    @Test
    void same_bytes_again_are_the_same_recording() throws Exception {
        try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
            Push.Pushed again = pushing(connection).push(pushed.file(), Map.of("case", "another"));
            assertThat(again.recording()).isEqualTo(pushed.recording());
        }
    }

    @Test
    void bad_input_is_refused_with_the_field_named() throws Exception {
        Path file = Files.write(folder.resolve("small"), new byte[] {1, 2, 3});
        try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
            assertRefused(400, () -> pushing(connection).push(file, Map.of("from", "yesterday")));
            assertRefused(400, () -> pushing(connection).push(file, Map.of("case", "a\u0007b")));
            assertRefused(403, () -> pushing(connection).push(file, Map.of("device", "cam-2")));
        }
        for (String query :
                new String[] {"limit=0", "limit=x", "from=yesterday", "state=gone", "cursor=x", "case=%07"}) {
            HttpResponse<String> answer = get("/api/v1/recordings?" + query, admin);
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(json(answer).path("field").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
        }
        assertThat(get("/api/v1/recordings/" + "0".repeat(32), admin).statusCode())
                .isEqualTo(404);
        assertThat(get("/api/v1/recordings/nonsense", admin).statusCode()).isEqualTo(404);
    }

    @Test
    void events_are_told_as_they_happen_and_again_to_who_comes_back() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(server.address().resolve("/api/v1/events"))
                .header("Authorization", "Bearer " + admin)
                .header("Last-Event-ID", "0")
                .build();
        HttpResponse<InputStream> stream = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("id: 1")) {
                line = lines.readLine();
            }
            assertThat(line).isEqualTo("id: 1");
        }
    }

    @Test
    void verification_finds_what_was_altered_on_the_disk() throws Exception {
        Path file =
                Files.write(folder.resolve("to be altered"), "as the camera saw it".getBytes(StandardCharsets.UTF_8));
        Push.Pushed victim;
        try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
            victim = pushing(connection).push(file, Map.of());
        }
        try (ServerConnection console = server.console()) {
            String path = "/api/v1/recordings/" + victim.recording() + "/verification";
            assertThat(console.post(path, Map.of()).path("intact").asBoolean()).isTrue();
            try (var files = Files.walk(server.data().resolve("vault"))) {
                Path original = files.filter(one -> one.endsWith(Path.of(victim.recording(), "original")))
                        .findFirst()
                        .orElseThrow();
                original.toFile().setWritable(true);
                Files.writeString(original, "as somebody wants it ");
            }
            JsonNode verdict = console.post(path, Map.of());
            assertThat(verdict.path("intact").asBoolean()).isFalse();
            assertThat(verdict.path("rottenMiB").toString()).isEqualTo("[0]");
        }
    }

    @Test
    void second_process_says_who_holds_the_store_and_exits_3() throws Exception {
        Process second = ServerInAnotherProcess.program(
                        "serve", "--data", server.data().toString(), "--listen", "127.0.0.1:0")
                .start();
        String error = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(3);
        assertThat(error).contains("held by process " + server.pid());
    }

    @Test
    void stopped_server_exits_0_and_has_everything_when_it_comes_back() throws Exception {
        Path data = folder.resolve("r");
        Push.Pushed kept;
        String token;
        try (ServerInAnotherProcess first = ServerInAnotherProcess.start(data)) {
            try (ServerConnection console = first.console()) {
                token = console.post("/api/v1/devices", Map.of("id", "dock"))
                        .path("token")
                        .asText();
            }
            try (ServerConnection connection = ServerConnection.over(first.address(), token, null)) {
                kept = pushing(connection).push(pushed.file(), Map.of());
            }
            assertThat(first.terminate()).isZero();
        }
        try (ServerInAnotherProcess next = ServerInAnotherProcess.start(data)) {
            try (ServerConnection console = next.console()) {
                assertThat(console.get("/api/v1/recordings/" + kept.recording())
                                .path("sha256")
                                .asText())
                        .isEqualTo(DigestUtils.sha256Hex(footage));
                console.post("/api/v1/devices/dock/revocation", Map.of());
            }
            try (ServerConnection connection = ServerConnection.over(next.address(), token, null)) {
                assertRefused(401, () -> pushing(connection).push(pushed.file(), Map.of()));
            }
        }
    }

    @Test
    void health_and_metrics_answer_programs_on_this_machine() throws Exception {
        assertThat(get("/health/live", "").statusCode()).isEqualTo(200);
        assertThat(json(get("/health/ready", "")).path("status").asText()).isEqualTo("ready");
        assertThat(get("/metrics", "").body()).contains("liuhen_catalog_rows", "jvm_memory_used_bytes");
        HttpRequest forwarded = HttpRequest.newBuilder(server.address().resolve("/metrics"))
                .header("X-Forwarded-For", "203.0.113.9")
                .build();
        assertThat(http.send(forwarded, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
        assertThat(get("/api/openapi.yaml", "").body()).startsWith("openapi: 3.1");
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void assertRefused(int status, Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(status));
    }

    private HttpResponse<byte[]> bytes(String part, Map<String, String> headers, String token) throws Exception {
        URI uri = server.address().resolve("/api/v1/recordings/" + pushed.recording() + part);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return StoredJson.MAPPER.readTree(answer.body());
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
