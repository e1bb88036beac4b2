package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageSpec.Container;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;

/** Files of recorders of every kind, from the media job to a playlist with its segments. See docs/formats.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FormatsTest {
    private static final Pattern SEGMENT = Pattern.compile("(?m)^demand-[0-9]+\\.m4s$");
    private static final double SECONDS = 6;
    private static final int RATE = 15;

    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);
    private int files;

    @TempDir
    static Path folder;

    private @Nullable MediaRoom room;
    private @Nullable OnDemand onDemand;
    private byte[] bare = {};

    @BeforeAll
    void open() throws IOException {
        room = new MediaRoom(folder.resolve("renditions"));
        onDemand = new OnDemand(tools, folder.resolve("kept"), 256 << 20, 2);
        bare = footage(Container.H264);
    }

    @AfterAll
    void close() {
        Objects.requireNonNull(room).close();
        Objects.requireNonNull(onDemand).close();
        tools.close();
    }

    private static byte[] footage(Container container) throws IOException {
        return Files.readAllBytes(SampleMedia.made(
                        folder,
                        "footage-" + container,
                        SampleMedia.usual(SampleMedia.spec(FootageSpec.Scene.STREET), container))
                .file());
    }

    private Recording worked(byte[] original) throws Exception {
        return Objects.requireNonNull(room).worked(original);
    }

    private static Media ready(Recording recording, String container) {
        assertThat(recording.state()).as("findings %s", recording.findings()).isEqualTo(RecordingState.READY);
        Media media = Objects.requireNonNull(recording.media());
        assertThat(media.container()).isEqualTo(container);
        return media;
    }

    /** What a browser is given, put together and decoded. */
    private Decoded played(byte[] original) throws IOException {
        Path file = Files.write(folder.resolve("original-" + ++files), original);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(piece(file, "demand-head.mp4"));
        String playlist = new String(piece(file, "index.m3u8"), StandardCharsets.UTF_8);
        List<String> segments = new ArrayList<>();
        SEGMENT.matcher(playlist).results().forEach(result -> segments.add(result.group()));
        assertThat(segments).isNotEmpty();
        for (String segment : segments) {
            whole.writeBytes(piece(file, segment));
        }
        Decoded decoded = tools.decode(Files.write(folder.resolve("whole-" + files + ".mp4"), whole.toByteArray()));
        assertThat(decoded.errors()).isZero();
        return decoded;
    }

    private byte[] piece(Path original, String name) throws IOException {
        Piece piece = Objects.requireNonNull(onDemand).file(OnDemandTest.id(files), original, name);
        assertThat(piece).as(name).isInstanceOf(Piece.Made.class);
        return Files.readAllBytes(((Piece.Made) piece).file());
    }

    private Recording pictures(byte[] original, String container) throws Exception {
        Recording recording = worked(original);
        Media media = ready(recording, container);
        assertThat(media.durationSeconds()).isCloseTo(SECONDS, within(0.3));
        Media.Video video = Objects.requireNonNull(media.video());
        assertThat(video.codec()).isEqualTo("h264");
        assertThat(video.width()).isEqualTo(320);
        assertThat(video.frameRate()).isCloseTo(RATE, within(1.0));
        Decoded decoded = played(original);
        assertThat(decoded.pictures()).isCloseTo(Math.round(SECONDS * RATE), within(2L));
        assertThat(decoded.endSeconds()).isCloseTo(SECONDS, within(0.3));
        return recording;
    }

    private void sound(byte[] original, String container, String codec) throws Exception {
        Recording recording = worked(original);
        assertThat(recording.state()).isEqualTo(RecordingState.READY);
        Media media = Objects.requireNonNull(recording.media());
        assertThat(media.container()).isEqualTo(container);
        assertThat(Objects.requireNonNull(media.audio()).codec()).isEqualTo(codec);
        assertThat(media.durationSeconds()).isCloseTo(SECONDS, within(0.3));
        assertThat(recording.findings()).extracting(Finding::kind).contains("no-picture");
        Decoded decoded = played(original);
        assertThat(decoded.audioCodec()).isEqualTo("aac");
        assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(SECONDS, within(0.3));
    }

    @Test
    void dav_frames_are_played() throws Exception {
        pictures(DahuaFile.of(bare, RATE, 320, 180), "dhav");
    }

    @Test
    void a_program_stream_behind_a_recorder_s_own_head_is_played() throws Exception {
        byte[] stream = ProgramStream.of(bare, RATE);
        for (int bytes : new int[] {40, 4096, 70_001}) {
            byte[] headed = new byte[bytes + stream.length];
            new Random(bytes).nextBytes(headed);
            System.arraycopy("IMKH".getBytes(StandardCharsets.US_ASCII), 0, headed, 0, 4);
            System.arraycopy(stream, 0, headed, bytes, stream.length);
            pictures(headed, "mpeg");
        }
    }

    @Test
    void a_program_stream_with_private_heads_between_its_packs_is_played() throws Exception {
        byte[] between = new byte[61];
        Arrays.fill(between, (byte) 0x5a);
        System.arraycopy("DHAV".getBytes(StandardCharsets.US_ASCII), 0, between, 0, 4);
        pictures(ProgramStream.of(bare, RATE, between), "mpeg");
    }

    @Test
    void private_packets_of_a_recorder_between_those_of_pictures_are_passed_over() throws Exception {
        byte[] packet = new byte[6 + 40];
        new Random(4).nextBytes(packet);
        System.arraycopy(new byte[] {0, 0, 1, (byte) 0xbf, 0, 40}, 0, packet, 0, 6);
        pictures(ProgramStream.of(bare, RATE, packet), "mpeg");
    }

    @Test
    void the_pictures_of_a_telephone_s_file_are_taken_over_and_its_sound_is_encoded_again() throws Exception {
        byte[] file = footage(Container.THREE_GP);
        Media media = ready(worked(file), "mov");
        assertThat(Objects.requireNonNull(media.audio()).codec()).isEqualTo("amr_nb");
        assertThat(media.durationSeconds()).isCloseTo(SECONDS, within(0.3));
        Decoded decoded = played(file);
        assertThat(decoded.pictures()).isEqualTo(Math.round(SECONDS * RATE));
        assertThat(decoded.audioCodec()).isEqualTo("aac");
        assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(SECONDS, within(0.3));
    }

    @Test
    void sound_alone_is_played() throws Exception {
        sound(footage(Container.MP3), "mp3", "mp3");
        sound(footage(Container.ADTS), "aac", "aac");
        sound(footage(Container.WAV), "wav", "pcm_s16le");
    }

    @Test
    void a_still_is_ready_and_shown() throws Exception {
        Path out = Files.createDirectories(folder.resolve("still.out"));
        Path video = SampleMedia.made(folder, "still-source.mp4", SampleMedia.spec(FootageSpec.Scene.FACE))
                .file();
        assertThat(tools.look(video, out)).isInstanceOf(RenderOutcome.Playable.class);
        Media media = ready(worked(Files.readAllBytes(out.resolve("poster.jpg"))), "jpeg_pipe");
        assertThat(Objects.requireNonNull(media.video()).codec()).isEqualTo("mjpeg");
    }

    @Test
    void an_avi_file_that_says_it_is_ten_times_as_long_is_measured() throws Exception {
        Recording recording = worked(LyingHeads.longer(footage(Container.AVI), 10));
        assertThat(recording.state()).isEqualTo(RecordingState.READY);
        assertThat(Objects.requireNonNull(recording.media()).durationSeconds()).isCloseTo(SECONDS, within(0.3));
        assertThat(recording.findings()).extracting(Finding::kind).contains("truncated");
    }

    @Test
    void an_avi_file_whose_pictures_go_faster_than_its_sound_says_so() throws Exception {
        Recording recording = worked(LyingHeads.faster(footage(Container.AVI), 2));
        assertThat(recording.state()).isEqualTo(RecordingState.READY);
        assertThat(Objects.requireNonNull(recording.media()).durationSeconds()).isCloseTo(SECONDS, within(0.3));
        assertThat(recording.findings())
                .filteredOn(finding -> finding.kind().equals("frame-rate"))
                .singleElement()
                .extracting(Finding::detail)
                .asString()
                .contains("3.0 s", "6.0 s", "30.0");
    }

    @Test
    void clocks_of_a_transport_stream_that_pass_their_last_value_are_no_jump() throws Exception {
        byte[] stream = footage(Container.MPEGTS);
        // begins at 1.4 s and passes after three seconds
        byte[] wrapping = LyingHeads.later(stream, (1L << 33) - 126_000 - 3 * 90_000);
        assertThat(pictures(wrapping, "mpegts").findings())
                .extracting(Finding::kind)
                .doesNotContain("clock-jump");
    }

    @Test
    void a_transport_stream_that_begins_before_its_tables_is_played() throws Exception {
        byte[] stream = footage(Container.MPEGTS);
        byte[] begun = Arrays.copyOfRange(stream, 3 * 188, stream.length);
        Media media = ready(worked(begun), "mpegts");
        assertThat(media.durationSeconds()).isBetween(3.0, SECONDS + 0.3);
    }
}
