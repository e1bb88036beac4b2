package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.Decoded;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.ServerInAnotherProcess;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.ServerConnection;

/** An interview under two cameras, one of which wrote two files, and a file that nobody can play. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionClipTest {
    private static final Instant BEGUN = Instant.parse("2026-11-01T08:00:00Z");

    @TempDir
    private static Path folder;

    private final Map<String, String> recordings = new HashMap<>();
    private ServerInAnotherProcess server;
    private MediaSettings media;
    private String data = "";

    @BeforeAll
    void interview() throws Exception {
        server = ServerInAnotherProcess.configured("media:\n  children: 1\n", folder.resolve("d"));
        data = server.data().toString();
        media = MediaSettings.standard(folder.resolve("natives"));
        for (String camera : new String[] {"wall", "table"}) {
            assertThat(run("device", "add", "--id", camera, "--data", data).exit())
                    .isEqualTo(ExitCode.DONE);
        }
        push("wall", "wall-1", 0, 3);
        push("wall", "wall-2", 4, 3);
        push("table", "table-1", 1, 5);
        push("wall", "torn", 8, 0);
        Path lost = folder.resolve("lost.mp4");
        byte[] bytes = Files.readAllBytes(folder.resolve("wall-2.mp4"));
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov")] = 'x';
        send("wall", "lost", 12, Files.write(lost, bytes));
        try (ServerConnection console = server.console()) {
            for (String id : recordings.values()) {
                MediaWork.ended(console, id);
            }
        }
    }

    @AfterAll
    void end() {
        server.close();
    }

    private void push(String camera, String name, int atSeconds, int seconds) throws Exception {
        Path file = folder.resolve(name + ".mp4");
        if (seconds == 0) {
            Files.write(file, "no recording".getBytes(StandardCharsets.UTF_8));
        } else {
            try (FootageMaker maker = new FootageMaker(media)) {
                FootageSpec spec = FootageSpec.of(
                                camera,
                                BEGUN.plusSeconds(atSeconds),
                                ZoneId.of("Asia/Shanghai"),
                                Duration.ofSeconds(seconds),
                                FootageSpec.Scene.ROOM)
                        .withSize(320, 180, 15);
                maker.make(spec, file);
            }
        }
        send(camera, name, atSeconds, file);
    }

    private void send(String camera, String name, int atSeconds, Path file) throws Exception {
        Map<String, String> told = Map.of(
                "device",
                camera,
                "session",
                "interview-7",
                "case",
                "2026-1",
                "from",
                BEGUN.plusSeconds(atSeconds).toString());
        try (ServerConnection console = server.console()) {
            Push push = new Push(console, InstantSource.system(), Duration.ofMinutes(1), Push.quiet());
            recordings.put(name, push.push(file, told).recording());
        }
    }

    private JsonNode cut(Path out, String... more) throws Exception {
        String[] words = {"clip", "--session", "interview-7", "--out", out.toString(), "--data", data};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        Done done = run(all);
        assertThat(done.exit()).as(done.error()).isEqualTo(ExitCode.DONE);
        assertThat(done.out().strip()).isEqualTo("interview-7 " + out);
        Path sidecar = Path.of(out + ".json");
        assertThat(run("verify", "--receipt", sidecar.toString()).exit()).isEqualTo(ExitCode.DONE);
        return StoredJson.MAPPER.readTree(sidecar.toFile());
    }

    private Decoded decoded(Path clip) throws Exception {
        try (MediaTools tools = new MediaTools(media)) {
            return tools.decode(clip);
        }
    }

    @Test
    void cameras_stand_side_by_side_and_the_files_of_one_share_its_place() throws Exception {
        Path out = folder.resolve("room.mp4");
        JsonNode sidecar = cut(out, "--beside");
        assertThat(sidecar.path("arrangement").asText()).isEqualTo("beside");
        assertThat(sidecar.findValuesAsText("recording"))
                .containsSubsequence(recordings.get("wall-1"), recordings.get("table-1"), recordings.get("wall-2"));
        assertThat(sidecar.path("sources")).as("of them all").hasSize(4);
        assertThat(sidecar.at("/sources/3/recording").asText()).isEqualTo(recordings.get("lost"));
        assertThat(sidecar.findValues("repaired"))
                .as("only what has lost its index")
                .hasSize(1);
        assertThat(sidecar.path("leftOut")).hasSize(1);
        assertThat(sidecar.at("/leftOut/0").asText()).isEqualTo(recordings.get("torn"));
        Decoded clip = decoded(out);
        assertThat(clip.errors()).isZero();
        assertThat(clip.endSeconds()).as("from the first to the last").isCloseTo(15, within(0.2));
        // the sample entry of H.264: its kind, 24 bytes, width and height
        byte[] file = Files.readAllBytes(out);
        int entry = new String(file, StandardCharsets.ISO_8859_1).indexOf("avc1", 64);
        assertThat(ByteBuffer.wrap(file).getShort(entry + 28)).as("two of 320").isEqualTo((short) 640);
        assertThat(ByteBuffer.wrap(file).getShort(entry + 30)).isEqualTo((short) 180);
    }

    @Test
    void a_person_says_which_of_the_devices_side_by_side_is_heard() throws Exception {
        Path first = folder.resolve("first-heard.mp4");
        Path table = folder.resolve("table-heard.mp4");
        assertThat(cut(first, "--beside").path("heard").asText()).isEqualTo("wall");
        assertThat(cut(table, "--beside", "--sound", "table").path("heard").asText())
                .isEqualTo("table");
        assertThat(decoded(first).pictures()).isEqualTo(decoded(table).pictures());
        assertThat(decoded(table).samples())
                .as("five seconds, not six")
                .isNotEqualTo(decoded(first).samples());
        String out = folder.resolve("unheard.mp4").toString();
        assertThat(run(
                                "clip",
                                "--session",
                                "interview-7",
                                "--beside",
                                "--sound",
                                "ceiling",
                                "--out",
                                out,
                                "--data",
                                data)
                        .error())
                .contains("sound: ceiling", "wall, table");
        assertThat(run("clip", "--session", "interview-7", "--sound", "table", "--out", out, "--data", data)
                        .error())
                .contains("sound: table", "side by side");
        assertThat(Path.of(out)).doesNotExist();
    }

    @Test
    void recordings_of_a_session_follow_each_other_as_far_as_they_lie_in_the_span() throws Exception {
        Path out = folder.resolve("story.mp4");
        JsonNode sidecar = cut(out, "--from", "2", "--to", "4.5");
        // a second of the wall, three and a half of the table cut at the span, half a second of the wall
        assertThat(decoded(out).endSeconds()).isCloseTo(1 + 2.5 + 0.5, within(0.3));
        assertThat(sidecar.at("/sources/0/wanted/from").asDouble()).isEqualTo(2);
        assertThat(sidecar.at("/sources/1/wanted/from").asDouble()).isEqualTo(1);
        assertThat(sidecar.at("/sources/1/wanted/to").asDouble()).isEqualTo(3.5);
        assertThat(sidecar.at("/sources/2/wanted/to").asDouble()).isEqualTo(0.5);
    }

    @Test
    void what_makes_no_clip_of_a_session_is_refused_with_the_reason() {
        String out = folder.resolve("never.mp4").toString();
        assertThat(run("clip", "--session", "nobody", "--out", out, "--data", data)
                        .error())
                .contains("nobody has no recordings");
        assertThat(run("clip", "--session", "interview-7", "--from", "100", "--out", out, "--data", data)
                        .error())
                .contains("nothing to be seen");
        assertThat(run("clip", "--session", "interview-7", "--mute", "1-2", "--out", out, "--data", data)
                        .error())
                .contains("--session");
        assertThat(run("clip", "--out", out, "--data", data).error()).contains("--session ID");
        assertThat(Path.of(out)).doesNotExist();
    }
}
