package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.SampleMedia.Sample;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MediaToolsTest {
    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);

    @TempDir
    static Path folder;

    private Path street = Path.of("");

    @BeforeAll
    void make_footage() throws IOException {
        street = SampleMedia.made(folder, "base.mp4", SampleMedia.spec(FootageSpec.Scene.STREET))
                .file();
    }

    @AfterAll
    void end_children() {
        tools.close();
    }

    private RenderOutcome render(Path file, Path out) throws IOException {
        Files.createDirectories(out);
        return tools.render(file, out);
    }

    private RenderOutcome.Unplayable refused(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        Path out = folder.resolve(name + ".out");
        RenderOutcome outcome = render(file, out);
        assertThat(outcome).isInstanceOf(RenderOutcome.Unplayable.class);
        try (Stream<Path> left = Files.list(out)) {
            assertThat(left).isEmpty();
        }
        RenderOutcome.Unplayable unplayable = (RenderOutcome.Unplayable) outcome;
        assertThat(unplayable.detail()).isNotEmpty().doesNotContain(folder.toString());
        return unplayable;
    }

    @Test
    void file_tells_its_length_without_being_decoded_and_rubbish_tells_nothing() throws IOException {
        assertThat(tools.probe(street).orElseThrow().durationSeconds()).isGreaterThan(0.5);
        assertThat(tools.probe(Files.writeString(folder.resolve("rubbish.mp4"), "no media")))
                .isEmpty();
        assertThat(
                        Probed.of(
                                "{\"outcome\":\"probed\",\"durationSeconds\":2.5,\"creationTime\":\"2026-11-22T01:30:00.000000Z\"}"))
                .contains(new Probed(2.5, java.time.Instant.parse("2026-11-22T01:30:00Z")));
        assertThat(Probed.of("{\"outcome\":\"probed\",\"creationTime\":\"1904-01-01T00:00:00Z\"}"))
                .contains(new Probed(0, null));
        assertThat(Probed.of("[")).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> every_usual_kind_of_recording_becomes_playable_and_decodes_whole() throws IOException {
        Path home = Files.createDirectories(folder.resolve("samples"));
        return SampleMedia.all(home).stream()
                .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> becomesPlayable(sample)));
    }

    private void becomesPlayable(Sample sample) throws IOException {
        Path out = folder.resolve("samples").resolve(sample + ".out");
        RenderOutcome outcome = render(sample.file(), out);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
        // the one sample with a sound track in which nothing is to be heard
        List<String> known = sample.toString().equals("street-cars.mp4") ? List.of("silent") : List.of();
        // made footage has a clock in its pictures, which so short a recording need not show
        boolean made = !sample.file().startsWith(SampleMedia.SHARED);
        assertThat(playable.findings())
                .extracting(Finding::kind)
                .filteredOn(kind -> !kind.equals("no-picture") && !(made && kind.equals("burnt-in-time")))
                .isEqualTo(known);
        Media media = playable.media();
        assertThat(media.durationSeconds()).isCloseTo(sample.seconds(), within(0.2));
        assertThat(playable.repackaged()).isEqualTo(sample.repackaged());
        assertThat(media.audio() != null).isEqualTo(sample.sound());
        assertThat(media.video() != null).isEqualTo(sample.pictures() > 0);
        // of sound alone a picture of its waveform
        assertThat(tools.decode(out.resolve("poster.jpg")).pictures()).isEqualTo(1);
        assertThat(Files.readString(out.resolve("index.m3u8")))
                .contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST", "init.mp4")
                .doesNotContain(folder.toString());

        Decoded decoded = tools.decode(out.resolve("index.m3u8"));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.endSeconds()).isCloseTo(sample.seconds(), within(0.3));
        assertThat(decoded.pictures()).isCloseTo(sample.pictures(), within(2L));
        if (sample.pictures() > 0) {
            assertThat(decoded.videoCodec()).isEqualTo("h264");
            assertThat(decoded.width()).isEven();
            assertThat(decoded.brightness()).isBetween(20.0, 235.0);
            assertThat(tools.decode(out.resolve("poster.jpg")).width()).isBetween(16, 640);
        }
        if (sample.sound()) {
            assertThat(decoded.audioCodec()).isEqualTo("aac");
            assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(sample.seconds(), within(0.3));
        }
    }

    @Test
    void sound_that_nobody_can_decode_is_left_out_and_pictures_stay_the_very_ones() throws IOException {
        Path whole = SampleMedia.made(
                        folder,
                        "odd-sound.mkv",
                        SampleMedia.spec(FootageSpec.Scene.STREET)
                                .withFormat(
                                        FootageSpec.Container.MATROSKA,
                                        FootageSpec.Pictures.H264,
                                        FootageSpec.Sound.PCM))
                .file();
        String bytes = new String(Files.readAllBytes(whole), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("A_PCM/INT/LIT");
        Path odd = Files.write(
                folder.resolve("odd.mkv"),
                bytes.replace("A_PCM/INT/LIT", "A_ODD/INT/LIT").getBytes(StandardCharsets.ISO_8859_1));

        RenderOutcome.Playable playable = (RenderOutcome.Playable) render(odd, folder.resolve("odd.out"));

        assertThat(playable.media().audio()).isNull();
        assertThat(playable.repackaged()).as("no picture is encoded again").isTrue();
        assertThat(tools.decode(folder.resolve("odd.out").resolve("index.m3u8")).pictures())
                .isEqualTo(90);
    }

    @Test
    void one_pass_gives_low_copy_storyboard_poster_and_waveform_and_no_copy_of_what_plays_as_it_is()
            throws IOException {
        Path large = SampleMedia.made(
                        folder,
                        "large.mp4",
                        SampleMedia.spec(FootageSpec.Scene.STREET).withSize(1280, 720, 30))
                .file();
        Path out = Files.createDirectories(folder.resolve("large.out"));
        RenderOutcome.Playable playable = (RenderOutcome.Playable) tools.look(large, out);
        assertThat(playable.repackaged()).isTrue();
        assertThat(playable.findings()).extracting(Finding::kind).isSubsetOf("burnt-in-time");
        assertThat(out.resolve("index.m3u8")).doesNotExist();
        assertThat(out.resolve("init.mp4")).doesNotExist();
        Decoded low = tools.decode(out.resolve("low.m3u8"));
        assertThat(low.errors()).isZero();
        assertThat(low.width()).isEqualTo(640);
        assertThat(low.pictures()).isBetween(80L, 95L);
        assertThat(low.endSeconds()).isCloseTo(6, within(0.3));
        assertThat(low.samples()).isPositive();
        assertThat(Files.readString(out.resolve("master.m3u8"))).contains("\nindex.m3u8\n", "\nlow.m3u8\n");
        assertThat(Files.readString(out.resolve("storyboard.vtt")))
                .contains("playback/storyboard-000.jpg#xywh=160,0,160,90");
        assertThat(tools.decode(out.resolve("storyboard-000.jpg")).width()).isEqualTo(800);
        assertThat(tools.decode(out.resolve("poster.jpg")).width()).isEqualTo(640);
        assertThat(Files.readString(out.resolve("waveform.json"))).startsWith("{\"secondsPerPeak\":0.1,\"peaks\":[");
    }

    @Test
    void a_small_recording_has_no_low_copy() throws IOException {
        Path out = Files.createDirectories(folder.resolve("small.out"));
        assertThat(tools.look(street, out)).isInstanceOf(RenderOutcome.Playable.class);
        assertThat(out.resolve("low.m3u8")).doesNotExist();
        assertThat(out.resolve("master.m3u8")).doesNotExist();
        assertThat(out.resolve("storyboard.vtt")).exists();
    }

    @Test
    void random_bytes_are_unplayable_with_a_reason() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(7).nextBytes(bytes);
        refused("random.mp4", bytes);
    }

    @Test
    void an_empty_file_is_unplayable() throws IOException {
        assertThat(refused("empty.mp4", new byte[0]).reason()).isEqualTo("empty");
    }

    @Test
    void a_text_is_unplayable() throws IOException {
        byte[] text = "a report, not a recording\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        assertThat(refused("report.txt", text).reason()).isEqualTo("unknown-format");
    }

    @Test
    void an_mp4_cut_off_before_its_index_says_so() throws IOException {
        byte[] bytes = Files.readAllBytes(street);
        byte[] cutOff = Arrays.copyOf(withoutIndex(bytes), bytes.length / 2);
        RenderOutcome.Unplayable outcome = refused("flat-battery.mp4", cutOff);
        assertThat(outcome.reason()).isEqualTo("truncated");
        assertThat(outcome.detail()).contains("moov");
    }

    /** Makes the index unrecognizable, as if it had not been written yet. */
    private static byte[] withoutIndex(byte[] mp4) {
        byte[] changed = mp4.clone();
        int at = new String(mp4, StandardCharsets.ISO_8859_1).indexOf("moov");
        changed[at] = 'x';
        return changed;
    }

    @Test
    void a_recording_that_breaks_off_is_playable_and_marked_truncated() throws IOException {
        byte[] bytes = Files.readAllBytes(street);
        Path file = folder.resolve("torn.mp4");
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        RenderOutcome outcome = render(file, folder.resolve("torn.out"));
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        RenderOutcome.Playable playable = (RenderOutcome.Playable) outcome;
        assertThat(playable.findings()).extracting(Finding::kind).contains("truncated");
        assertThat(playable.media().durationSeconds()).isBetween(1.0, 5.0);
        assertThat(tools.decode(folder.resolve("torn.out/index.m3u8")).pictures())
                .isBetween(15L, 80L);
    }

    @Test
    void files_that_name_other_files_are_not_followed() throws IOException {
        Map<String, String> hostile = new HashMap<>();
        hostile.put("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
        hostile.put("absolute.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n" + street + "\n#EXT-X-ENDLIST\n");
        hostile.put(
                "net.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n");
        hostile.put("list.ffconcat", "ffconcat version 1.0\nfile '" + street + "'\n");
        hostile.put(
                "session.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n");
        hostile.put(
                "dash.mpd",
                "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><AdaptationSet>"
                        + "<Representation><BaseURL>" + street
                        + "</BaseURL></Representation></AdaptationSet></Period></MPD>\n");
        for (Map.Entry<String, String> file : hostile.entrySet()) {
            RenderOutcome.Unplayable outcome =
                    refused(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
            assertThat(outcome.detail()).doesNotContain("root:");
        }
    }

    @Test
    void an_excerpt_is_cut_at_key_pictures_without_encoding() throws IOException {
        Path clip = folder.resolve("clip.mp4");
        ClipOutcome outcome = tools.clip(street, 4.5, 5.5, clip);
        assertThat(outcome).isInstanceOf(ClipOutcome.Cut.class);
        ClipOutcome.Cut cut = (ClipOutcome.Cut) outcome;
        assertThat(cut.repackaged()).isTrue();
        assertThat(cut.fromSeconds()).isBetween(3.0, 4.5);
        assertThat(cut.toSeconds()).isCloseTo(5.5, within(0.2));
        Decoded decoded = tools.decode(clip);
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.endSeconds()).isCloseTo(cut.toSeconds() - cut.fromSeconds(), within(0.2));
        assertThat(decoded.pictures()).isCloseTo(Math.round(15 * (5.5 - cut.fromSeconds())), within(2L));
        assertThat(decoded.samples()).isPositive();
        String bytes = Files.readString(clip, StandardCharsets.ISO_8859_1);
        assertThat(bytes.indexOf("moov")).isLessThan(bytes.indexOf("mdat"));
    }

    @Test
    void an_excerpt_of_what_browsers_cannot_play_is_encoded_again() throws IOException {
        Sample old = SampleMedia.made(
                folder,
                "clip-source.avi",
                SampleMedia.spec(FootageSpec.Scene.ROOM)
                        .withFormat(FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.PCM));
        Path clip = folder.resolve("encoded-clip.mp4");
        ClipOutcome outcome = tools.clip(old.file(), 2, 4, clip);
        assertThat(outcome).isInstanceOf(ClipOutcome.Cut.class);
        assertThat(((ClipOutcome.Cut) outcome).repackaged()).isFalse();
        Decoded decoded = tools.decode(clip);
        assertThat(decoded.videoCodec()).isEqualTo("h264");
        assertThat(decoded.audioCodec()).isEqualTo("aac");
        assertThat(decoded.endSeconds()).isCloseTo(2, within(0.3));
        assertThat(decoded.errors()).isZero();
    }

    @Test
    void no_excerpt_is_cut_from_rubbish() throws IOException {
        Path rubbish = Files.writeString(folder.resolve("rubbish.mp4"), "not a recording");
        assertThat(tools.clip(rubbish, 0, 1, folder.resolve("none.mp4"))).isInstanceOf(ClipOutcome.NotCut.class);
    }
}
