package org.liuhen.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.looks.Look;

class MediaBenchTest {
    @TempDir
    private Path folder;

    @Test
    void every_output_is_measured_beside_ffmpeg_and_compared_with_what_it_made() throws Exception {
        Path recording = folder.resolve("recording.mp4");
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            maker.make(
                    FootageSpec.of("B", Instant.EPOCH, ZoneOffset.UTC, Duration.ofSeconds(12), FootageSpec.Scene.STREET)
                            .withSize(720, 404, 20),
                    recording);
        }
        Path home = folder.resolve("bench");
        MediaReport report = new MediaBench(home, List.of(recording), null, 1).run();
        assertThat(report.rows())
                .extracting(MediaReport.Row::output)
                .containsExactly("full set", "low copy", "storyboard", "poster", "waveform", "findings");
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.cpuSeconds()).isNotNegative();
            assertThat(row.ffmpegCpuSeconds()).isPositive();
            assertThat(row.spread()).hasSize(2);
        });
        assertThat(report.ffmpeg()).contains("libopenh264");
        assertThat(report.table()).contains("recording.mp4", "full set", "times as fast");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void a_bench_is_refused_that_one_child_cannot_do() {
        for (int rounds : new int[] {0, 99}) {
            assertThatThrownBy(() -> new MediaBench(folder, List.of(), null, rounds))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void what_both_have_made_is_compared() throws Exception {
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Files.writeString(ours.resolve("waveform.json"), "{\"secondsPerPeak\":0.1,\"peaks\":[1,2,3]}");
        Files.write(theirs.resolve("sound.f32"), new byte[24_000 * 4 * 2]);
        try (var tools = new MediaTools(MediaSettings.standard(folder.resolve("natives")))) {
            MediaLikeness likeness = new MediaLikeness(tools, ours, theirs);
            assertThatThrownBy(() -> likeness.check(Look.WAVEFORM, List.of(), ""))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("seconds heard");
            likeness.check(Look.FINDINGS, List.of(), "nothing");
            assertThatThrownBy(() -> likeness.check(Look.FINDINGS, List.of(), "silence_start: 0"))
                    .hasMessageContaining("[silent]");
        }
    }
}
