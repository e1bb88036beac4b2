package org.liuhen.tools.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.Decoded;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.ServerConnection;

/** An interrogation room with two cameras of a real RTSP server that is not ours, its recorder killed twice. */
@Tag("world")
class RealCamerasTest {
    private static final Path FOOTAGE = Path.of("../../shared/media/corridor-people.mp4");
    private static final Duration DRAWN = Duration.ofSeconds(140);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> PATHS = Map.of("CAM-OPEN", "/open", "CAM-CLOSED", "/closed");

    @TempDir
    private Path folder;

    @Test
    void recorder_killed_twice_leaves_gaps_right_to_a_second_and_everything_before_intact() throws Exception {
        Path data = folder.resolve("d");
        Path secret = Files.writeString(folder.resolve("camera.password"), RtspCameras.PASSWORD + "\n");
        try (RtspCameras cameras = RtspCameras.start(footage(), folder.resolve("cameras.log"))) {
            String configuration = configuration(cameras, secret);
            String session;
            Instant childKilled;
            Instant serverKilled;
            Map<String, Instant> acknowledged = new HashMap<>();
            try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(configuration, data);
                    ServerConnection console = server.console()) {
                session = console.post(
                                "/api/v1/sessions",
                                Map.of(
                                        "case", "A-2026-7",
                                        "room", "ROOM-1",
                                        "people", List.of(Map.of("name", "王某", "role", "suspect"))))
                        .path("session")
                        .asText();
                acknowledged.putAll(acknowledged(await(console, session, shown -> running(shown, 4))));
                console.post("/api/v1/sessions/" + session + "/marks", Map.of("mark", "suspect-entered"));
                List<ProcessHandle> recorders = recorders(server);
                assertThat(recorders).hasSize(2);
                recorders.forEach(RealCamerasTest::assertTellsNoSecret);
                childKilled = java.time.InstantSource.system().instant();
                recorders.get(0).destroyForcibly();
                acknowledged.putAll(
                        acknowledged(await(console, session, shown -> running(shown, 6) && stretches(shown) >= 3)));
                serverKilled = java.time.InstantSource.system().instant();
                server.kill();
            }
            try (ServerInAnotherProcess server = ServerInAnotherProcess.configured(configuration, data);
                    ServerConnection console = server.console()) {
                await(console, session, shown -> running(shown, 4) && stretches(shown) >= 5);
                console.post("/api/v1/sessions/" + session + "/marks", Map.of("mark", "record-signed"));
                JsonNode closed = console.post("/api/v1/sessions/" + session + "/close", Map.of());
                assertThat(closed.path("state").asText()).isEqualTo("incomplete");
                assertGaps(closed, childKilled, serverKilled);
                assertRecordings(console, closed, cameras, acknowledged);
                JsonNode explained = closed;
                for (JsonNode finding : closed.path("findings")) {
                    explained = console.post(
                            "/api/v1/sessions/" + session + "/gaps/"
                                    + finding.path("id").asText() + "/reason",
                            Map.of("reason", "the recorder was killed"));
                }
                assertThat(explained.path("state").asText()).isEqualTo("complete");
                assertThat(explained.path("manifests"))
                        .hasSize(1 + closed.path("findings").size());
                assertThat(server.terminate()).isZero();
            }
            verifyAll(data);
        }
        assertThat(Files.readString(folder.resolve("d.log")))
                .doesNotContain("geheim")
                .doesNotContain("王某");
    }

    /** Real people in a corridor where that is at hand, a drawn room otherwise: longer than the test takes, either. */
    private Path footage() throws java.io.IOException {
        Path real = FOOTAGE.toAbsolutePath().normalize();
        if (Files.isRegularFile(real)) {
            return real;
        }
        Path drawn = folder.resolve("room.mp4");
        try (FootageMaker maker = new FootageMaker(
                MediaSettings.standard(Path.of("target", "natives").toAbsolutePath()))) {
            maker.make(
                    FootageSpec.of("CAM", Instant.EPOCH, ZoneOffset.UTC, DRAWN, FootageSpec.Scene.ROOM)
                            .withFormat(FootageSpec.Container.MP4, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE),
                    drawn);
        }
        return drawn;
    }

    private static String configuration(RtspCameras cameras, Path secret) {
        return String.join(
                "\n",
                "media:",
                "  children: 0",
                "capture: {piece: PT2S, silence: PT10S, retryAtMost: PT2S}",
                "rooms:",
                "- id: ROOM-1",
                "  cameras:",
                "  - {device: CAM-OPEN, url: '" + cameras.url("/open") + "'}",
                "  - {device: CAM-CLOSED, url: '" + cameras.url("/closed") + "', user: " + RtspCameras.USER
                        + ", passwordFile: '" + secret + "'}",
                "");
    }

    /** Whether both cameras are being recorded, and for so long. */
    private static boolean running(JsonNode shown, int seconds) {
        int running = 0;
        for (JsonNode camera : shown.path("timeLine").path("cameras")) {
            for (JsonNode recording : camera.path("recordings")) {
                double length = recording.path("toSeconds").asDouble()
                        - recording.path("fromSeconds").asDouble();
                running += recording.path("recording").isNull() && length >= seconds ? 1 : 0;
            }
        }
        return running == 2;
    }

    private static int stretches(JsonNode shown) {
        int stretches = 0;
        for (JsonNode camera : shown.path("timeLine").path("cameras")) {
            stretches += camera.path("recordings").size();
        }
        return stretches;
    }

    private static JsonNode await(ServerConnection console, String session, Predicate<JsonNode> until)
            throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode shown;
        do {
            shown = console.get("/api/v1/sessions/" + session);
            if (until.test(shown)) {
                return shown;
            }
            LockSupport.parkNanos(200_000_000);
        } while (System.nanoTime() < deadline);
        throw new AssertionError("session did not come so far: " + shown.toPrettyString());
    }

    private static List<ProcessHandle> recorders(ServerInAnotherProcess server) {
        return ProcessHandle.of(server.pid())
                .orElseThrow()
                .descendants()
                .filter(child -> commandLine(child).matches("[^\\x00]*/java\\x00.*ChildMain\\x00.*"))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private static void assertTellsNoSecret(ProcessHandle process) {
        try {
            String environment = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
            assertThat(commandLine(process) + environment)
                    .isNotEmpty()
                    .doesNotContain("geheim")
                    .doesNotContain(RtspCameras.USER + ":")
                    .doesNotContain("rtsp://");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What was acknowledged of the runs under way, by camera and start. */
    private static Map<String, Instant> acknowledged(JsonNode shown) {
        Map<String, Instant> ends = new HashMap<>();
        for (JsonNode camera : shown.path("timeLine").path("cameras")) {
            for (JsonNode recording : camera.path("recordings")) {
                if (recording.path("recording").isNull()) {
                    ends.put(
                            camera.path("camera").asText()
                                    + recording.path("from").asText(),
                            at(recording, "to"));
                }
            }
        }
        return ends;
    }

    private static Instant at(JsonNode span, String end) {
        return Instant.parse(span.path(end).asText());
    }

    /** Each interruption is a finding with the very ends of the recordings around it, and there is no other. */
    private static void assertGaps(JsonNode closed, Instant childKilled, Instant serverKilled) {
        List<String> expected = new ArrayList<>();
        List<String> aroundChild = new ArrayList<>();
        List<String> aroundServer = new ArrayList<>();
        Instant required = at(closed.path("timeLine"), "from");
        for (JsonNode camera : closed.path("timeLine").path("cameras")) {
            JsonNode recordings = camera.path("recordings");
            String name = camera.path("camera").asText();
            for (int i = 1; i < recordings.size(); i++) {
                Instant from = at(recordings.path(i - 1), "to");
                Instant to = at(recordings.path(i), "from");
                // the kill may have cost what was recorded before the suspect entered as well
                Instant missing = from.isBefore(required) ? required : from;
                if (Duration.between(missing, to).compareTo(Duration.ofSeconds(1)) > 0) {
                    expected.add(name + " " + missing + " " + to);
                }
                if (!from.isAfter(childKilled.plusSeconds(1)) && to.isAfter(childKilled)) {
                    aroundChild.add(name);
                }
                if (!from.isAfter(serverKilled.plusSeconds(1)) && to.isAfter(serverKilled)) {
                    aroundServer.add(name);
                }
            }
        }
        List<String> found = new ArrayList<>();
        closed.path("findings")
                .forEach(finding -> found.add(finding.path("camera").asText() + " "
                        + finding.path("from").asText() + " "
                        + finding.path("to").asText()));
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(aroundChild).hasSize(1);
        assertThat(aroundServer).containsExactlyInAnyOrder("CAM-OPEN", "CAM-CLOSED");
    }

    /** Every recording is as long as it says, begins when its camera began to play, and plays to its end. */
    private void assertRecordings(
            ServerConnection console, JsonNode closed, RtspCameras cameras, Map<String, Instant> acknowledged)
            throws Exception {
        Set<String> kept = new HashSet<>();
        try (MediaTools tools = new MediaTools(
                MediaSettings.standard(Path.of("target", "natives").toAbsolutePath()))) {
            for (JsonNode camera : closed.path("timeLine").path("cameras")) {
                String name = camera.path("camera").asText();
                for (JsonNode recording : camera.path("recordings")) {
                    String id = recording.path("recording").asText();
                    Path file = folder.resolve(id);
                    try (OutputStream out = Files.newOutputStream(file)) {
                        console.download("/api/v1/recordings/" + id + "/original", out);
                    }
                    Decoded decoded = tools.decode(file);
                    Instant from = at(recording, "from");
                    Instant to = at(recording, "to");
                    assertThat(decoded.errors()).as(name).isZero();
                    assertThat(decoded.endSeconds())
                            .as(name + " from " + from + " to " + to)
                            .isCloseTo(Duration.between(from, to).toMillis() / 1000.0, within(1.0));
                    assertThat(cameras.plays(PATHS.getOrDefault(name, "")))
                            .as(name + " from " + from)
                            .anyMatch(play -> Duration.between(play, from).abs().compareTo(Duration.ofSeconds(2)) < 0);
                    Instant promised = acknowledged.get(name + from);
                    if (promised != null) {
                        assertThat(to).as(name).isAfterOrEqualTo(promised);
                        kept.add(name + from);
                    }
                }
            }
        }
        assertThat(kept).isEqualTo(acknowledged.keySet());
    }

    private static void verifyAll(Path data) throws Exception {
        Process verify = ServerInAnotherProcess.program("verify", "--all", "--data", data.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(verify.waitFor()).as(said).isZero();
    }
}
