package org.liuhen.ingest.media.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.playback.SegmentPlan.Segment;
import org.liuhen.ingest.media.playback.SegmentPlan.Treatment;

class SegmentPlanTest {
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    private static SegmentPlan plan() {
        return new SegmentPlan(
                Treatment.COPY,
                Treatment.ENCODE,
                8_000,
                1_000_000,
                List.of(
                        new Segment(0, 1890, SegmentPlan.NONE, 21, 1890, 0, 0, 0),
                        new Segment(361_890, 361_890, 74_426, 2021, 181_890, 1941, 15_515, -3)));
    }

    @Test
    void plan_is_read_as_it_was_written() throws IOException {
        plan().write(folder.resolve("plan.txt"));
        assertThat(SegmentPlan.read(folder.resolve("plan.txt"))).isEqualTo(plan());
        assertThat(Files.readString(folder.resolve("plan.txt"))).isEqualTo("""
                        plan 1 COPY ENCODE 8000 1000000
                        0 1890 -9223372036854775808 21 1890 0 0 0
                        361890 361890 74426 2021 181890 1941 15515 -3
                        """);
    }

    @Test
    void playlist_covers_the_recording_from_its_start_to_its_end() {
        assertThat(plan().playlist("head.mp4", "p-%d.m4s"))
                .contains("#EXT-X-MAP:URI=\"head.mp4\"", "#EXTINF:4.021000,\np-0.m4s\n", "#EXTINF:7.090111,\np-1.m4s\n")
                .contains("#EXT-X-TARGETDURATION:7\n")
                .endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    void what_is_no_plan_is_refused_with_a_reason() throws IOException {
        for (String text : List.of(
                "",
                "plan",
                "plan 2 COPY COPY 1 1",
                "plan 1 COPY COPY 1 5",
                "plan 1 COPY STEAL 1 5\n0 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 0 5\n0 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n0 0 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n-1 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n5 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n0 0 0 0 0 0 0 0\n0 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 99999999999999999\n0 0 0 0 0 0 0 0",
                "plan 1 COPY COPY 1 5\n0 0 0 0 0 0 0 99999999999999999999")) {
            Path file = Files.writeString(folder.resolve("bad.txt"), text);
            assertThatThrownBy(() -> SegmentPlan.read(file)).as(text).isInstanceOf(IOException.class);
        }
    }

    @Test
    void ten_thousand_mutations_are_plans_or_refused() throws IOException {
        plan().write(folder.resolve("plan.txt"));
        byte[] good = Files.readAllBytes(folder.resolve("plan.txt"));
        Random random = new Random(SEED);
        Path file = folder.resolve("mutated.txt");
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            Files.write(file, bytes);
            try {
                assertThat(SegmentPlan.read(file).segments()).isNotEmpty();
            } catch (IOException refused) {
                assertThat(refused)
                        .as(new String(bytes, StandardCharsets.UTF_8))
                        .hasMessageStartingWith("plan:");
            }
        }
    }
}
