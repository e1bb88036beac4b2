package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** A disk goes bad under a running server: uploads are refused, reading goes on, and everybody who asks is told why. */
@Tag("world")
class OutOfServiceTest {
    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final byte[] footage = new byte[200_000];
    private Path data = Path.of("");
    private String device = "";
    private String person = "";
    private String recording = "";

    @BeforeEach
    void record_something_while_the_disk_is_good() throws Exception {
        data = folder.resolve("d");
        new Random(5).nextBytes(footage);
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(data)) {
            try (ServerConnection console = server.console()) {
                device = console.post("/api/v1/devices", Map.of("id", "DOCK-1"))
                        .path("token")
                        .asText();
                person = console.post("/api/v1/tokens", Map.of()).path("token").asText();
            }
            HttpResponse<byte[]> pushed = push(server, footage);
            assertThat(pushed.statusCode()).isEqualTo(201);
            recording = pushed.headers().firstValue("liuhen-recording").orElseThrow();
        }
    }

    private HttpResponse<byte[]> push(ServerInAnotherProcess server, byte[] bytes) throws Exception {
        return send(
                server,
                device,
                HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofByteArray(bytes)),
                "/uploads?filename=a.mp4");
    }

    private HttpResponse<byte[]> create(ServerInAnotherProcess server) throws Exception {
        return send(
                server,
                device,
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", "1000"),
                "/uploads");
    }

    private HttpResponse<byte[]> get(ServerInAnotherProcess server, String path) throws Exception {
        return send(server, person, HttpRequest.newBuilder().GET(), path);
    }

    private HttpResponse<byte[]> send(
            ServerInAnotherProcess server, String token, HttpRequest.Builder request, String path) throws Exception {
        return http.send(
                request.uri(URI.create(server.address() + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static List<String> failing(String call, int from, List<Path> only) {
        List<String> strace = new ArrayList<>(List.of(
                "strace",
                "-f",
                "-qq",
                "--seccomp-bpf",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":error=EIO:when=" + from + "+"));
        only.forEach(path -> strace.addAll(List.of("-P", path.toString())));
        return strace;
    }

    private static void assertOutOfService(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after").orElse("")).matches("[1-9]\\d*");
        assertThat(answer.headers().firstValue("content-type").orElse("")).isEqualTo("application/problem+json");
    }

    private void everybody_is_told(ServerInAnotherProcess server, String part) throws Exception {
        HttpResponse<byte[]> ready = get(server, "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        JsonNode reasons = StoredJson.MAPPER.readTree(ready.body()).path("reasons");
        assertThat(reasons.path(0).asText()).startsWith(part).contains("out of service", "Input/output error");
        assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
        assertThat(text(get(server, "/metrics"))).contains("liuhen_" + part + "_in_service 0.0");
        Process doctor = ServerInAnotherProcess.program("doctor", "--data", data.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(doctor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(doctor.waitFor()).as(said).isEqualTo(1);
        assertThat(said).contains("uploads CANNOT be taken", part + ": out of service", "start the server again");
    }

    private void after_a_start_everything_is_there(List<String> acknowledged) throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(data)) {
            for (String id : acknowledged) {
                assertThat(get(server, "/api/v1/recordings/" + id + "/original").statusCode())
                        .as(id)
                        .isEqualTo(200);
            }
            assertThat(get(server, "/api/v1/recordings/" + recording + "/original")
                            .body())
                    .isEqualTo(footage);
            assertThat(push(server, new byte[] {1, 2, 3}).statusCode()).isEqualTo(201);
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
            Process verify = ServerInAnotherProcess.program("verify", "--all", "--data", data.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("verify.log").toFile())
                    .start();
            assertThat(verify.waitFor())
                    .as(Files.readString(folder.resolve("verify.log")))
                    .isZero();
        }
    }

    @Test
    void vault_whose_writes_fail_refuses_uploads_and_goes_on_reading() throws Exception {
        // Only the vault writes at an offset.
        try (ServerInAnotherProcess server =
                ServerInAnotherProcess.startUnder(failing("pwrite64", 1, List.of()), 0, data)) {
            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);

            assertOutOfService(push(server, new byte[100_000]));
            assertOutOfService(push(server, new byte[100_000]));
            assertOutOfService(create(server));

            assertThat(get(server, "/api/v1/recordings/" + recording + "/original")
                            .body())
                    .isEqualTo(footage);
            assertThat(text(get(server, "/api/v1/recordings"))).contains(recording);
            everybody_is_told(server, "vault");
            assertThat(server.terminate()).isZero();
        }
        after_a_start_everything_is_there(List.of(recording));
    }

    @Test
    void catalog_whose_log_cannot_be_forced_refuses_uploads_and_goes_on_listing() throws Exception {
        List<Path> logs = new ArrayList<>();
        for (int number = 1; number < 300; number++) {
            logs.add(data.resolve("catalog").resolve(String.format(java.util.Locale.ROOT, "%06d.log", number)));
        }
        List<String> acknowledged = new ArrayList<>(List.of(recording));
        try (ServerInAnotherProcess server =
                ServerInAnotherProcess.startUnder(failing("fdatasync", 12, logs), 0, data)) {
            HttpResponse<byte[]> answer = push(server, new byte[] {0});
            for (int i = 1; answer.statusCode() == 201 && i < 100; i++) {
                acknowledged.add(answer.headers().firstValue("liuhen-recording").orElseThrow());
                answer = push(server, new byte[] {(byte) i});
            }
            assertOutOfService(answer);
            assertThat(acknowledged).hasSizeGreaterThan(2);
            assertOutOfService(create(server));

            String listed = text(get(server, "/api/v1/recordings"));
            assertThat(acknowledged).allSatisfy(id -> assertThat(listed).contains(id));
            // Every look is an event, and there is no place for it.
            assertOutOfService(get(server, "/api/v1/recordings/" + recording + "/original"));
            everybody_is_told(server, "catalog");
            assertThat(server.terminate()).isZero();
        }
        after_a_start_everything_is_there(acknowledged);
    }
}
