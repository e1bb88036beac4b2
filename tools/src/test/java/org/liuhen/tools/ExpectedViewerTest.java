package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** Somebody who opens the page of a recording that a child has to make playable once they press play. */
class ExpectedViewerTest {
    @TempDir
    private Path folder;

    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void a_child_is_started_while_the_page_is_looked_at_if_one_will_be_needed() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"));
                ServerConnection console = server.console()) {
            console.post("/api/v1/devices", Map.of("id", "BWC-0001"));
            String token =
                    console.post("/api/v1/tokens", Map.of()).path("token").asText();
            FootageSpec spec = FootageSpec.of(
                            "BWC-0001",
                            Instant.parse("2026-03-01T00:00:00Z"),
                            ZoneId.of("Asia/Shanghai"),
                            Duration.ofSeconds(2),
                            FootageSpec.Scene.ROOM)
                    .withSize(320, 180, 15);
            open(server, token, push(console, "plays.mp4", spec));
            awaitChildren(server, 0);
            String id = push(
                    console,
                    "plays-not.mkv",
                    spec.withFormat(FootageSpec.Container.MATROSKA, FootageSpec.Pictures.H264, FootageSpec.Sound.AAC));
            open(server, token, id);
            awaitChildren(server, 1);
            open(server, token, id);
            awaitChildren(server, 1);
        }
    }

    private String push(ServerConnection console, String name, FootageSpec spec) throws Exception {
        Path file = folder.resolve(name);
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            maker.make(spec, file);
        }
        return new Push(console, InstantSource.system(), Duration.ofMinutes(1), Push.quiet())
                .push(file, Map.of("case", "2026-1", "device", "BWC-0001"))
                .recording();
    }

    private static void open(ServerInAnotherProcess server, String token, String id) throws Exception {
        HttpRequest page = HttpRequest.newBuilder(URI.create(server.address() + "/recordings/" + id))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/html")
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(page, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void awaitChildren(ServerInAnotherProcess server, long count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
        while (process.children().count() != count) {
            assertThat(System.nanoTime() - end).as("time is up").isNegative();
            never.await(20, TimeUnit.MILLISECONDS);
        }
    }
}
