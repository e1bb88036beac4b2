package org.liuhen.tools.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** A camera that shows the very same pictures each time somebody connects, as a test picture or a covered lens does. */
@Tag("world")
class RepeatingCameraTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration SHOWN = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    @Test
    void the_same_pictures_shown_again_are_another_recording() throws Exception {
        Path footage = folder.resolve("same.mp4");
        try (FootageMaker maker = new FootageMaker(
                MediaSettings.standard(Path.of("target", "natives").toAbsolutePath()))) {
            maker.make(
                    FootageSpec.of("CAM", Instant.EPOCH, ZoneOffset.UTC, SHOWN, FootageSpec.Scene.ROOM)
                            .withFormat(FootageSpec.Container.MP4, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE),
                    footage);
        }
        Path data = folder.resolve("d");
        try (RtspCameras cameras = RtspCameras.start(footage, folder.resolve("cameras.log"));
                ServerInAnotherProcess server =
                        ServerInAnotherProcess.configured(cameras.room("CAM-OPEN", "/open"), data);
                ServerConnection console = server.console()) {
            String session = console.post(
                            "/api/v1/sessions", Map.of("case", "A-2026-7", "room", "ROOM-1", "people", List.of()))
                    .path("session")
                    .asText();
            Set<String> recordings = new HashSet<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (recordings.size() < 2) {
                assertThat(System.nanoTime()).as("recordings: %s", recordings).isLessThan(deadline);
                LockSupport.parkNanos(200_000_000);
                JsonNode camera = console.get("/api/v1/sessions/" + session)
                        .path("timeLine")
                        .path("cameras")
                        .path(0);
                for (JsonNode recording : camera.path("recordings")) {
                    if (!recording.path("recording").isNull()) {
                        recordings.add(recording.path("recording").asText());
                    }
                }
            }
            for (String id : recordings) {
                assertThat(console.get("/api/v1/recordings/" + id + "/custody").path("events"))
                        .as("custody of %s", id)
                        .noneMatch(event -> event.path("kind").asText().equals("received-again"));
            }
            assertThat(server.terminate()).isZero();
        }
    }
}
