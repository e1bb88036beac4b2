package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
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
import org.liuhen.tools.client.ServerConnection;

/** Clips of a recording whose camera ran out of power before it wrote the index. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RepairedClipTest {
    private static final int RATE = 15;

    @TempDir
    private static Path folder;

    private MediaTools tools;
    private String data = "";
    private ServerInAnotherProcess server;
    private String cutOff = "";
    private Path lost = Path.of("");

    @BeforeAll
    void push_a_recording_that_is_whole_and_one_that_has_no_index() throws Exception {
        tools = new MediaTools(MediaSettings.standard(folder.resolve("natives")));
        data = folder.resolve("d").toString();
        server = ServerInAnotherProcess.configured("media: {children: 1}", Path.of(data));
        assertThat(run("device", "add", "--id", "cam-1", "--data", data).exit()).isEqualTo(ExitCode.DONE);
        pushed(footage("whole.mp4", FootageSpec.Scene.ROOM));
        Path whole = footage("other.mp4", FootageSpec.Scene.STREET);
        byte[] bytes = Files.readAllBytes(whole);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov")] = 'x';
        lost = Files.write(folder.resolve("lost.mp4"), bytes);
        cutOff = pushed(lost);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
        tools.close();
    }

    private static Path footage(String name, FootageSpec.Scene scene) throws Exception {
        Path file = folder.resolve(name);
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            maker.make(
                    FootageSpec.of(
                                    "CAM-1",
                                    Instant.parse("2026-03-01T00:00:00Z"),
                                    ZoneId.of("Asia/Shanghai"),
                                    Duration.ofSeconds(8),
                                    scene)
                            .withSize(320, 180, RATE),
                    file);
        }
        return file;
    }

    private String pushed(Path file) throws Exception {
        Done pushed =
                run("push", "--case", "c1", "--session", "s-1", "--device", "cam-1", "--data", data, file.toString());
        assertThat(pushed.exit()).as(pushed.error()).isEqualTo(ExitCode.DONE);
        String id = pushed.out().substring(0, 32);
        try (ServerConnection console = server.console()) {
            assertThat(MediaWork.ended(console, id).path("state").asText()).isEqualTo("ready");
        }
        return id;
    }

    private JsonNode clip(Path out, String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("clip"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--out", out.toString(), "--data", data, "--json"));
        Done cut = run(words.toArray(String[]::new));
        assertThat(cut.exit()).as(cut.error()).isEqualTo(ExitCode.DONE);
        return StoredJson.MAPPER.readTree(
                out.resolveSibling(out.getFileName() + ".json").toFile());
    }

    private Decoded decoded(Path clip) throws Exception {
        Decoded decoded = tools.decode(clip);
        assertThat(decoded.errors()).isZero();
        return decoded;
    }

    @Test
    void it_is_cut_to_the_picture_and_the_paper_says_from_what() throws Exception {
        Path out = folder.resolve("exact.mp4");
        JsonNode paper = clip(out, cutOff, "--from", "1", "--to", "5", "--exact");

        assertThat(decoded(out).pictures()).isEqualTo(4 * RATE);
        JsonNode source = paper.at("/sources/0");
        assertThat(source.path("sha256").asText()).isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(lost)));
        assertThat(source.at("/repaired/sha256").asText())
                .hasSize(64)
                .isNotEqualTo(source.path("sha256").asText());
        assertThat(source.at("/repaired/size").asLong()).isPositive();
        assertThat(source.at("/repaired/note").asText()).contains("reckoned");
        Done checked = run("verify", "--receipt", out + ".json", "--original", lost.toString());
        assertThat(checked.exit()).as(checked.out() + checked.error()).isEqualTo(ExitCode.DONE);
        assertThat(run("show", cutOff, "--data", data, "--json").json().path("custody"))
                .anySatisfy(event -> {
                    assertThat(event.path("kind").asText()).isEqualTo("clip-cut");
                    assertThat(event.at("/details/repaired").asText()).isEqualTo("true");
                });
        try (Stream<Path> left = Files.list(Path.of(data, "clips-ordered"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void it_is_cut_at_key_pictures_and_with_boxes() throws Exception {
        Path quick = folder.resolve("quick.mp4");
        clip(quick, cutOff, "--from", "1", "--to", "5");
        assertThat(decoded(quick).pictures()).isGreaterThanOrEqualTo(4 * RATE);

        Path masks = Files.writeString(
                folder.resolve("masks.json"),
                "[{\"from\": 1, \"to\": 5, \"kind\": \"black\","
                        + " \"keys\": [{\"at\": 1, \"x\": 0.2, \"y\": 0.2, \"w\": 0.3, \"h\": 0.3}]}]");
        JsonNode paper =
                clip(folder.resolve("masked.mp4"), cutOff, "--from", "1", "--to", "3", "--masks", masks.toString());
        assertThat(paper.at("/pictures/masked").asInt()).isEqualTo(2 * RATE);
    }
}
