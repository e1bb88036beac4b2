package org.liuhen.tools.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** A room with a camera that sends H.265 and AAC, as new ones do, from a real RTSP server that is not ours. */
@Tag("world")
class ModernCameraTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LEAST_SECONDS = 5;

    @TempDir
    private Path folder;

    @Test
    void pictures_in_h265_and_sound_in_aac_are_sealed_as_they_came() throws Exception {
        Path footage = folder.resolve("modern.mp4");
        assertThat(said(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=640x360:rate=25:duration=20",
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=frequency=440:sample_rate=16000:duration=20",
                        "-c:v",
                        "libx265",
                        "-tag:v",
                        "hvc1",
                        "-preset",
                        "ultrafast",
                        "-x265-params",
                        "keyint=25:log-level=error",
                        "-c:a",
                        "aac",
                        footage.toString()))
                .isEmpty();
        Path original = folder.resolve("original");
        try (RtspCameras cameras = RtspCameras.start(footage, folder.resolve("cameras.log"));
                ServerInAnotherProcess server =
                        ServerInAnotherProcess.configured(cameras.room("CAM-MODERN", "/modern"), folder.resolve("d"));
                ServerConnection console = server.console()) {
            String session = console.post(
                            "/api/v1/sessions", Map.of("case", "A-2026-7", "room", "ROOM-1", "people", List.of()))
                    .path("session")
                    .asText();
            awaitFootage(console, session);
            JsonNode closed = console.post("/api/v1/sessions/" + session + "/close", Map.of());
            String recording = recordings(closed).path(0).path("recording").asText();
            try (OutputStream out = Files.newOutputStream(original)) {
                console.download("/api/v1/recordings/" + recording + "/original", out);
            }
            assertThat(server.terminate()).isZero();
        }

        assertThat(said(
                                "ffprobe",
                                "-v",
                                "error",
                                "-show_entries",
                                "stream=codec_name",
                                "-of",
                                "default=nokey=1:noprint_wrappers=1",
                                original.toString())
                        .lines())
                .containsExactlyInAnyOrder("hevc", "aac");
        // every picture, once decoded, and every packet of sound is one that the camera was given
        List<String> pictures = hashes(original, "-map", "0:v");
        assertThat(pictures).hasSizeGreaterThan(LEAST_SECONDS * 10);
        assertThat(hashes(footage, "-map", "0:v")).containsAll(pictures);
        List<String> sound = hashes(original, "-map", "0:a", "-c", "copy");
        assertThat(sound).hasSizeGreaterThan(LEAST_SECONDS * 10);
        assertThat(hashes(footage, "-map", "0:a", "-c", "copy")).containsAll(sound);
        assertThat(said("ffmpeg", "-v", "error", "-xerror", "-i", original.toString(), "-f", "null", "-"))
                .isEmpty();
    }

    private static void awaitFootage(ServerConnection console, String session) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode shown;
        do {
            LockSupport.parkNanos(200_000_000);
            shown = console.get("/api/v1/sessions/" + session);
            assertThat(System.nanoTime()).as("session: %s", shown).isLessThan(deadline);
        } while (recordings(shown).path(0).path("toSeconds").asDouble()
                        - recordings(shown).path(0).path("fromSeconds").asDouble()
                < LEAST_SECONDS);
    }

    private static JsonNode recordings(JsonNode session) {
        return session.path("timeLine").path("cameras").path(0).path("recordings");
    }

    /** A hash of each packet or decoded frame, as the options say. */
    private static List<String> hashes(Path file, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error", "-i", file.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-f", "framemd5", "-"));
        return said(command.toArray(String[]::new))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(line.lastIndexOf(',') + 1).strip())
                .toList();
    }

    private static String said(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip();
    }
}
