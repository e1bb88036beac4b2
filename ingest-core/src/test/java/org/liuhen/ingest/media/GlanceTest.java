package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.storage.Finding;

/** Some of the looks alone, beside all of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GlanceTest {
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);
    private final Map<String, byte[]> whole = new TreeMap<>();

    @TempDir
    static Path folder;

    private Path recording = Path.of("");

    @BeforeAll
    void make_everything() throws IOException {
        recording = folder.resolve("recording.mp4");
        FootageSpec spec = FootageSpec.of(
                        "BWC-0001", Instant.EPOCH, ZoneOffset.UTC, Duration.ofSeconds(14), FootageSpec.Scene.STREET)
                .withSize(960, 540, 15);
        try (FootageMaker maker = new FootageMaker(SampleMedia.SETTINGS)) {
            maker.make(spec, recording);
        }
        Path out = Files.createDirectory(folder.resolve("whole"));
        assertThat(tools.look(recording, out)).isInstanceOf(RenderOutcome.Playable.class);
        whole.putAll(files(out));
    }

    @AfterAll
    void end_children() {
        tools.close();
    }

    private static Map<String, byte[]> files(Path out) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(out)) {
            for (Path file : all.toList()) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private Map<String, byte[]> made(Look... wanted) throws IOException {
        Path out = Files.createTempDirectory(folder, "made");
        assertThat(tools.make(Set.of(wanted), recording, out)).isEmpty();
        return files(out);
    }

    /** Those of the whole set whose names begin so. */
    private List<String> names(String... beginnings) {
        return whole.keySet().stream()
                .filter(name -> Stream.of(beginnings).anyMatch(name::startsWith))
                .toList();
    }

    @Test
    void low_copy_alone_is_that_of_the_whole_set_to_the_byte() throws IOException {
        Map<String, byte[]> made = made(Look.LOW_COPY);
        assertThat(made.keySet()).containsExactlyElementsOf(names("low", "master"));
        assertThat(made).allSatisfy((name, bytes) -> assertThat(bytes).as(name).isEqualTo(whole.get(name)));
    }

    @Test
    void waveform_alone_is_that_of_the_whole_set_to_the_byte() throws IOException {
        Map<String, byte[]> made = made(Look.WAVEFORM);
        assertThat(made.keySet()).containsExactly("waveform.json");
        assertThat(made.get("waveform.json")).isEqualTo(whole.get("waveform.json"));
    }

    @Test
    void storyboard_alone_has_the_same_pictures_though_only_those_are_decoded() throws IOException {
        Map<String, byte[]> made = made(Look.STORYBOARD);
        assertThat(made.keySet()).containsExactly("storyboard-000.jpg", "storyboard.vtt");
        assertThat(made.get("storyboard-000.jpg")).isEqualTo(whole.get("storyboard-000.jpg"));
    }

    @Test
    void poster_alone_is_a_still_of_the_same_size() throws IOException {
        Path out = Files.createDirectory(folder.resolve("poster"));
        assertThat(tools.make(Set.of(Look.POSTER), recording, out)).isEmpty();
        assertThat(files(out).keySet()).containsExactly("poster.jpg");
        Decoded alone = tools.decode(out.resolve("poster.jpg"));
        Decoded among = tools.decode(folder.resolve("whole/poster.jpg"));
        assertThat(alone.width()).isEqualTo(among.width());
        assertThat(alone.height()).isEqualTo(among.height());
        assertThat(alone.brightness()).isCloseTo(among.brightness(), within(8.0));
    }

    @Test
    void several_may_be_wanted_together() throws IOException {
        assertThat(made(Look.STORYBOARD, Look.WAVEFORM, Look.POSTER).keySet())
                .containsExactly("poster.jpg", "storyboard-000.jpg", "storyboard.vtt", "waveform.json");
    }

    @Test
    void findings_alone_are_those_of_the_whole_set_and_leave_nothing() throws IOException {
        Path dark = SampleMedia.SHARED.resolve("street-cars.mp4");
        Path file = Files.exists(dark) ? dark : recording;
        RenderOutcome.Playable all =
                (RenderOutcome.Playable) tools.look(file, Files.createDirectory(folder.resolve("all")));
        Path out = Files.createDirectory(folder.resolve("findings"));
        assertThat(tools.make(Set.of(Look.FINDINGS, Look.CLOCK), file, out))
                .extracting(Finding::kind)
                .isEqualTo(all.findings().stream().map(Finding::kind).toList());
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void what_no_browser_plays_is_not_encoded_for_its_waveform() throws IOException {
        Path old = SampleMedia.made(
                        folder,
                        "old.mkv",
                        SampleMedia.spec(FootageSpec.Scene.ROOM)
                                .withFormat(
                                        FootageSpec.Container.MATROSKA,
                                        FootageSpec.Pictures.MPEG4,
                                        FootageSpec.Sound.ALAW))
                .file();
        Path out = Files.createDirectory(folder.resolve("old"));
        tools.make(Set.of(Look.WAVEFORM, Look.STORYBOARD), old, out);
        assertThat(files(out).keySet()).containsExactly("storyboard-000.jpg", "storyboard.vtt", "waveform.json");
    }

    @Test
    void what_is_no_recording_is_refused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.mp4"), "no media");
        Path out = Files.createDirectory(folder.resolve("nothing"));
        assertThatThrownBy(() -> tools.make(Set.of(Look.POSTER), text, out)).isInstanceOf(IOException.class);
        assertThat(out).isEmptyDirectory();
    }
}
