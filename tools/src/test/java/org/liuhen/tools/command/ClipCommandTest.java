package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.storage.StoredJson;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClipCommandTest {
    @TempDir
    private static Path folder;

    private String data = "";
    private Path original = Path.of("");
    private String recording = "";

    @BeforeAll
    void push_a_recording() throws Exception {
        data = folder.resolve("d").toString();
        original = folder.resolve("street.mp4");
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            maker.make(
                    FootageSpec.of(
                                    "CAM-1",
                                    Instant.parse("2026-03-01T00:00:00Z"),
                                    ZoneId.of("Asia/Shanghai"),
                                    Duration.ofSeconds(6),
                                    FootageSpec.Scene.STREET)
                            .withSize(320, 180, 15),
                    original);
        }
        assertThat(run("device", "add", "--id", "cam-1", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        Done pushed = run("push", "--case", "c1", "--device", "cam-1", "--data", data, original.toString());
        assertThat(pushed.exit()).as(pushed.error()).isEqualTo(ExitCode.DONE);
        recording = pushed.out().strip().split(" ", 3)[0];
    }

    private JsonNode custody() throws Exception {
        return run("show", recording, "--data", data, "--json").json().path("custody");
    }

    @Test
    void a_clip_comes_with_a_sidecar_that_a_stranger_can_check() throws Exception {
        Path out = folder.resolve("exact.mp4");
        Done cut = run(
                "clip",
                recording,
                "--from",
                "1.2",
                "--to",
                "2.6",
                "--exact",
                "--reason",
                "hearing on Monday",
                "--out",
                out.toString(),
                "--data",
                data,
                "--json");
        assertThat(cut.exit()).as(cut.error()).isEqualTo(ExitCode.DONE);
        String sha256 = DigestUtils.sha256Hex(Files.readAllBytes(out));
        assertThat(cut.json().path("sha256").asText()).isEqualTo(sha256);
        Path sidecar = folder.resolve("exact.mp4.json");
        JsonNode paper = StoredJson.MAPPER.readTree(sidecar.toFile());
        assertThat(paper.at("/clip/sha256").asText()).isEqualTo(sha256);
        assertThat(paper.path("reason").asText()).isEqualTo("hearing on Monday");
        assertThat(paper.path("cutBy").asText()).isEqualTo("console");
        assertThat(paper.at("/sources/0/recording").asText()).isEqualTo(recording);
        assertThat(paper.at("/sources/0/sha256").asText())
                .isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(original)));
        assertThat(paper.at("/sources/0/wanted/from").asDouble()).isEqualTo(1.2);
        assertThat(paper.at("/sources/0/real/from").asDouble()).isBetween(1.2, 1.27);
        assertThat(paper.at("/pictures/encoded").asInt()
                        + paper.at("/pictures/copied").asInt())
                .isEqualTo(21);
        Done checked = run("verify", "--receipt", sidecar.toString(), "--original", original.toString());
        assertThat(checked.exit()).as(checked.out() + checked.error()).isEqualTo(ExitCode.DONE);
        assertThat(custody()).anySatisfy(event -> {
            assertThat(event.path("kind").asText()).isEqualTo("clip-cut");
            assertThat(event.at("/details/sha256").asText()).isEqualTo(sha256);
            assertThat(event.at("/details/reason").asText()).isEqualTo("hearing on Monday");
        });
        try (Stream<Path> left = Files.list(Path.of(data, "clips-ordered"))) {
            assertThat(left).isEmpty();
        }

        Files.write(out, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
        assertThat(run("verify", "--receipt", sidecar.toString()).exit()).isEqualTo(ExitCode.NO);
        Path forged = Files.writeString(
                folder.resolve("forged.json"),
                Files.readString(sidecar).replace(recording, "0".repeat(recording.length())));
        assertThat(run("verify", "--receipt", forged.toString()).exit()).isEqualTo(ExitCode.NO);
    }

    @Test
    void without_being_asked_for_more_a_clip_is_cut_at_key_pictures_and_not_encoded() throws Exception {
        Path out = folder.resolve("plain.mp4");
        Done cut = run("clip", recording, "--from", "1.2", "--to", "2.6", "--out", out.toString(), "--data", data);
        assertThat(cut.exit()).as(cut.error()).isEqualTo(ExitCode.DONE);
        assertThat(cut.out().strip()).isEqualTo(recording + " " + out);
        JsonNode paper =
                StoredJson.MAPPER.readTree(folder.resolve("plain.mp4.json").toFile());
        assertThat(paper.path("exact").asBoolean()).isFalse();
        assertThat(paper.at("/sources/0/real/from").asDouble()).isLessThan(0.1);
        assertThat(paper.at("/clip/sha256").asText()).isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(out)));
    }

    @Test
    void what_cannot_be_masked_is_refused_with_the_place_that_is_wrong() throws Exception {
        Path out = folder.resolve("never.mp4");
        Path masks = Files.writeString(
                folder.resolve("masks.json"),
                "[{\"from\":1,\"to\":2,\"kind\":\"blur\",\"keys\":[{\"at\":1,\"x\":0.1,\"y\":0.1,\"w\":0.2,\"h\":0.2},"
                        + "{\"at\":1.5,\"x\":0.1,\"y\":0.1,\"w\":0.2,\"h\":0.2}]}]");
        Done uncovered = run(
                "clip",
                recording,
                "--from",
                "1",
                "--to",
                "2",
                "--masks",
                masks.toString(),
                "--out",
                out.toString(),
                "--data",
                data);
        assertThat(uncovered.exit()).isNotEqualTo(ExitCode.DONE);
        assertThat(uncovered.error()).contains("without cover");
        for (String bad : new String[] {
            "{}",
            "[{}]",
            "[{\"from\":1,\"to\":2,\"kind\":\"hide\",\"keys\":[]}]",
            "[{\"from\":1,\"to\":2,\"kind\":\"blur\",\"keys\":[{\"at\":1,\"x\":0.9,\"y\":0,\"w\":0.2,\"h\":1}]}]",
            "[{\"from\":1,\"to\":2,\"kind\":\"blur\",\"keys\":[{\"at\":3,\"x\":0,\"y\":0,\"w\":1,\"h\":1}]}]",
            "[{\"from\":2,\"to\":1,\"kind\":\"blur\",\"keys\":[{\"at\":1,\"x\":0,\"y\":0,\"w\":1,\"h\":1}]}]"
        }) {
            Files.writeString(masks, bad);
            assertThat(run(
                                    "clip",
                                    recording,
                                    "--from",
                                    "1",
                                    "--to",
                                    "2",
                                    "--masks",
                                    masks.toString(),
                                    "--out",
                                    out.toString(),
                                    "--data",
                                    data)
                            .exit())
                    .as(bad)
                    .isNotEqualTo(ExitCode.DONE);
        }
        assertThat(out).doesNotExist();
        assertThat(run(
                                "clip",
                                recording,
                                "--from",
                                "50",
                                "--to",
                                "60",
                                "--exact",
                                "--out",
                                out.toString(),
                                "--data",
                                data)
                        .error())
                .contains("no picture is shown");
        assertThat(out).doesNotExist();
    }

    @Test
    void masked_and_muted_clips_say_so() throws Exception {
        Path masks = Files.writeString(
                folder.resolve("box.json"),
                "[{\"from\":1,\"to\":2,\"kind\":\"black\",\"keys\":[{\"at\":1,\"x\":0.1,\"y\":0.1,\"w\":0.2,\"h\":0.2}]}]");
        Path out = folder.resolve("masked.mp4");
        Done cut = run(
                "clip",
                recording,
                "--from",
                "0.5",
                "--to",
                "3",
                "--masks",
                masks.toString(),
                "--mute",
                "1-1.5",
                "--disguise",
                "2-2.5",
                "--out",
                out.toString(),
                "--data",
                data);
        assertThat(cut.exit()).as(cut.error()).isEqualTo(ExitCode.DONE);
        JsonNode paper =
                StoredJson.MAPPER.readTree(folder.resolve("masked.mp4.json").toFile());
        assertThat(paper.at("/pictures/masked").asInt()).isBetween(15, 18);
        assertThat(paper.path("sound").asText()).isEqualTo("encoded");
        assertThat(paper.at("/sources/0/masks/0/kind").asText()).isEqualTo("black");
        assertThat(paper.at("/sources/0/muted/0/from").asDouble()).isEqualTo(1);
        assertThat(paper.at("/sources/0/disguised/0/to").asDouble()).isEqualTo(2.5);
    }
}
