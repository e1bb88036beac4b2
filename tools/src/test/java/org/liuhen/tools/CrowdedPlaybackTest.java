package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** More people who watch than children that make segments for them. */
class CrowdedPlaybackTest {
    private static final int VIEWERS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final CountDownLatch never = new CountDownLatch(1);

    /** Footage that no browser plays and that is slow to encode. */
    private Path old() throws Exception {
        Path file = folder.resolve("old.avi");
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            FootageSpec spec = FootageSpec.of(
                            "BWC-0001",
                            Instant.parse("2026-03-01T00:00:00Z"),
                            ZoneId.of("Asia/Shanghai"),
                            Duration.ofSeconds(12),
                            FootageSpec.Scene.STREET)
                    .byOldRecorder();
            maker.make(spec, file);
        }
        return file;
    }

    @Test
    void who_comes_while_others_wait_is_told_when_to_come_again_and_then_gets_it() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"));
                ServerConnection console = server.console()) {
            String device = console.post("/api/v1/devices", Map.of("id", "BWC-0001"))
                    .path("token")
                    .asText();
            String token =
                    console.post("/api/v1/tokens", Map.of()).path("token").asText();
            String id;
            try (ServerConnection connection = ServerConnection.over(server.address(), device, null)) {
                id = new Push(connection, InstantSource.system(), Duration.ofMinutes(1), Push.quiet())
                        .push(old(), Map.of("case", "2026-1"))
                        .recording();
            }
            HttpRequest segment = HttpRequest.newBuilder(
                            URI.create(server.address() + "/api/v1/recordings/" + id + "/playback/demand-1.m4s"))
                    .header("Authorization", "Bearer " + token)
                    .timeout(PATIENCE)
                    .build();

            List<CompletableFuture<HttpResponse<byte[]>>> viewers = new ArrayList<>();
            for (int i = 0; i < VIEWERS; i++) {
                viewers.add(http.sendAsync(segment, HttpResponse.BodyHandlers.ofByteArray()));
            }

            int sentAway = 0;
            List<byte[]> got = new ArrayList<>();
            for (CompletableFuture<HttpResponse<byte[]>> viewer : viewers) {
                HttpResponse<byte[]> answer = viewer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                while (answer.statusCode() != 200) {
                    assertThat(answer.statusCode())
                            .as(new String(answer.body(), StandardCharsets.UTF_8))
                            .isEqualTo(503);
                    sentAway++;
                    long seconds =
                            answer.headers().firstValueAsLong("retry-after").orElseThrow();
                    never.await(seconds, TimeUnit.SECONDS);
                    answer = http.send(segment, HttpResponse.BodyHandlers.ofByteArray());
                }
                got.add(answer.body());
            }
            assertThat(sentAway).isPositive();
            assertThat(got)
                    .allSatisfy(
                            bytes -> assertThat(bytes).hasSizeGreaterThan(1000).isEqualTo(got.get(0)));
        }
    }
}
