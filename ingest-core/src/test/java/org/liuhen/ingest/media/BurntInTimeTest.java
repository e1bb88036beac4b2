package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Finding;

/** Clocks in the pictures of real files: encoded, decoded and scaled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BurntInTimeTest {
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);

    @TempDir
    static Path folder;

    @AfterAll
    void end_children() {
        tools.close();
    }

    private List<String> clocks(int width, int height, FootageSpec.Scene scene) throws IOException {
        FootageSpec spec = FootageSpec.of(
                        "BWC-0001",
                        Instant.parse("2026-03-01T00:00:00Z"),
                        ZoneOffset.UTC,
                        Duration.ofSeconds(17),
                        scene)
                .withSize(width, height, 10);
        Path file = SampleMedia.made(folder, scene + "-" + width + ".mp4", spec).file();
        Path out = Files.createDirectories(folder.resolve(scene + "-" + width + ".out"));
        RenderOutcome outcome = tools.look(file, out);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        return ((RenderOutcome.Playable) outcome)
                .findings().stream()
                        .filter(finding -> finding.kind().equals("burnt-in-time"))
                        .map(Finding::detail)
                        .toList();
    }

    @Test
    void a_clock_in_the_pictures_is_found_with_its_place() throws IOException {
        // label and clock are drawn at the top, see Footage
        for (List<String> clocks : List.of(
                clocks(320, 180, FootageSpec.Scene.STREET),
                clocks(640, 360, FootageSpec.Scene.SCUFFLE),
                clocks(360, 640, FootageSpec.Scene.ROOM))) {
            assertThat(clocks).isNotEmpty().allMatch(where -> where.contains("and 0."));
        }
    }
}
