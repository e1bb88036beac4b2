package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageSpec.Container;
import org.liuhen.ingest.media.FootageSpec.Pictures;
import org.liuhen.ingest.media.FootageSpec.Scene;
import org.liuhen.ingest.media.FootageSpec.Sound;
import org.liuhen.ingest.media.SampleMedia.Sample;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;
import org.liuhen.storage.RecordingId;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnDemandTest {
    private static final long SEED = 20_261_123;
    private static final Duration LENGTH = Duration.ofSeconds(13);
    private static final Pattern NAME = Pattern.compile("(?m)^demand-[0-9]+\\.m4s$");

    private final MediaTools tools = new MediaTools(SampleMedia.SETTINGS);
    private final Random random = new Random(SEED);

    @TempDir
    static Path folder;

    private OnDemand onDemand;

    @BeforeAll
    void open() throws IOException {
        onDemand = new OnDemand(tools, folder.resolve("kept"), 256 << 20, 2);
    }

    @AfterAll
    void close() {
        onDemand.close();
        tools.close();
    }

    static RecordingId id(int number) {
        return new RecordingId(String.format(java.util.Locale.ROOT, "%032x", number));
    }

    private RecordingId id() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new RecordingId(java.util.HexFormat.of().formatHex(bytes));
    }

    private static Sample sample(String name, Container container, Pictures pictures, Sound sound) throws IOException {
        FootageSpec spec = FootageSpec.of(
                        "BWC-0001",
                        java.time.Instant.parse("2026-03-01T00:00:00Z"),
                        java.time.ZoneId.of("Asia/Shanghai"),
                        LENGTH,
                        Scene.STREET)
                .withSize(320, 180, container == Container.H264 ? 25 : 15)
                .withFormat(container, pictures, sound);
        return SampleMedia.made(folder, name, spec);
    }

    private static byte[] made(Piece piece) throws IOException {
        assertThat(piece).isInstanceOf(Piece.Made.class);
        return Files.readAllBytes(((Piece.Made) piece).file());
    }

    private byte[] get(OnDemand from, RecordingId id, Path original, String name) throws IOException {
        return made(from.file(id, original, name));
    }

    private static List<String> names(String playlist) {
        List<String> names =
                NAME.matcher(playlist).results().map(match -> match.group()).toList();
        assertThat(names).isNotEmpty();
        return names;
    }

    @TestFactory
    Stream<DynamicTest> segments_of_every_kind_join_without_a_seam() throws IOException {
        return Stream.of(
                        sample("a.ts", Container.MPEGTS, Pictures.H264, Sound.AAC),
                        sample("a.mkv", Container.MATROSKA, Pictures.H264, Sound.AAC),
                        sample("a.avi", Container.AVI, Pictures.H264, Sound.PCM),
                        sample("a.h264", Container.H264, Pictures.H264, Sound.NONE),
                        programStream(),
                        sample("mixed.mkv", Container.MATROSKA, Pictures.H264, Sound.ALAW),
                        sample("old.mkv", Container.MATROSKA, Pictures.MPEG4, Sound.ALAW),
                        sample("old.avi", Container.AVI, Pictures.MJPEG, Sound.PCM),
                        sample("voice.wav", Container.WAV, Pictures.NONE, Sound.PCM))
                .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> joins(sample)));
    }

    private static Sample programStream() throws IOException {
        Sample bare = sample("bare.h264", Container.H264, Pictures.H264, Sound.NONE);
        byte[] stream = ProgramStream.of(Files.readAllBytes(bare.file()), 25);
        return new Sample(Files.write(folder.resolve("a.mpg"), stream), bare.seconds(), bare.pictures(), false, true);
    }

    private void joins(Sample sample) throws IOException {
        RecordingId id = id();
        String playlist = new String(get(onDemand, id, sample.file(), "index.m3u8"), StandardCharsets.UTF_8);
        double told = Pattern.compile("#EXTINF:([0-9.]+),")
                .matcher(playlist)
                .results()
                .mapToDouble(match -> Double.parseDouble(match.group(1)))
                .sum();
        assertThat(told).isCloseTo(sample.seconds(), within(0.1));
        List<String> names = names(playlist);
        assertThat(names).hasSizeBetween(3, 4);
        // somebody presses play near the end, then goes back: each segment stands for itself
        List<String> order = new ArrayList<>(names);
        Collections.reverse(order);
        Map<String, byte[]> pieces = new HashMap<>();
        for (String name : order) {
            pieces.put(name, get(onDemand, id, sample.file(), name));
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(get(onDemand, id, sample.file(), "demand-head.mp4"));
        names.forEach(name -> whole.writeBytes(pieces.get(name)));
        assertThat(Seams.gaps(whole.toByteArray())).as("seed %s", SEED).isEmpty();

        Decoded decoded = tools.decode(Files.write(folder.resolve(sample + ".mp4"), whole.toByteArray()));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(sample.pictures());
        assertThat(decoded.endSeconds()).isCloseTo(sample.seconds(), within(0.15));
        if (sample.pictures() > 0) {
            assertThat(decoded.videoCodec()).isEqualTo("h264");
        }
        if (sample.sound()) {
            assertThat(decoded.audioCodec()).isEqualTo("aac");
            assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(sample.seconds(), within(0.15));
        }
    }

    @Test
    void what_the_playlist_does_not_name_is_unknown() throws IOException {
        Sample sample = sample("b.ts", Container.MPEGTS, Pictures.H264, Sound.AAC);
        RecordingId id = id();
        assertThat(List.of(
                        "demand-4.m4s",
                        "demand-9999999.m4s",
                        "demand-.m4s",
                        "demand--1.m4s",
                        "plan.txt",
                        "head.mp4",
                        "../plan.txt",
                        ""))
                .allSatisfy(name ->
                        assertThat(onDemand.file(id, sample.file(), name)).isInstanceOf(Piece.Unknown.class));
    }

    @Test
    void no_recording_says_why_it_cannot_be_played() throws IOException {
        byte[] rubbish = new byte[100_000];
        random.nextBytes(rubbish);
        Path file = Files.write(folder.resolve("rubbish.ts"), rubbish);
        Path empty = Files.write(folder.resolve("empty.mkv"), new byte[0]);
        for (Path one : List.of(file, empty)) {
            RecordingId id = id();
            for (String name : List.of("index.m3u8", "demand-0.m4s", "demand-head.mp4")) {
                Piece piece = onDemand.file(id, one, name);
                assertThat(piece).as("seed %s", SEED).isInstanceOf(Piece.NotMade.class);
                assertThat(((Piece.NotMade) piece).why()).isNotBlank().doesNotContain(folder.toString());
            }
        }
    }

    @Test
    void no_more_is_kept_than_may_be_and_what_went_is_made_again() throws IOException {
        Sample sample = sample("c.mkv", Container.MATROSKA, Pictures.H264, Sound.AAC);
        RecordingId id = id();
        long most = Files.size(sample.file());
        // each segment is less than half of it
        try (OnDemand small = new OnDemand(tools, folder.resolve("small"), most, 1)) {
            List<String> names = names(new String(get(small, id, sample.file(), "index.m3u8"), StandardCharsets.UTF_8));
            byte[] first = get(small, id, sample.file(), names.get(0));
            for (String name : names) {
                assertThat(get(small, id, sample.file(), name)).isNotEmpty();
                assertThat(small.keptBytes()).isLessThanOrEqualTo(most);
            }
            assertThat(get(small, id, sample.file(), names.get(0))).isEqualTo(first);
            small.forget(id);
        }
    }

    @Test
    void asked_while_the_children_have_ended_it_says_to_come_again() throws IOException {
        Sample sample = sample("d.ts", Container.MPEGTS, Pictures.H264, Sound.NONE);
        MediaTools gone = new MediaTools(SampleMedia.SETTINGS);
        gone.close();
        try (OnDemand late = new OnDemand(gone, folder.resolve("late"), 64 << 20, 1)) {
            assertThat(late.file(id(), sample.file(), "index.m3u8")).isInstanceOf(Piece.Busy.class);
        }
    }

    @Test
    void damaged_recordings_are_played_as_far_as_they_go_or_say_why_not() throws IOException {
        byte[] whole = Files.readAllBytes(
                sample("e.ts", Container.MPEGTS, Pictures.H264, Sound.AAC).file());
        for (int i = 0; i < 12; i++) {
            byte[] damaged = java.util.Arrays.copyOf(whole, whole.length - random.nextInt(whole.length / 2));
            for (int flips = random.nextInt(200); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("damaged-" + i + ".ts"), damaged);
            RecordingId id = id();
            Piece playlist = onDemand.file(id, file, "index.m3u8");
            if (playlist instanceof Piece.Made made) {
                for (String name : names(Files.readString(made.file()))) {
                    assertThat(onDemand.file(id, file, name))
                            .as("%s of %s, seed %s", name, file.getFileName(), SEED)
                            .isNotInstanceOfAny(Piece.Unknown.class, Piece.Busy.class);
                }
            } else {
                assertThat(playlist).as("seed %s", SEED).isInstanceOf(Piece.NotMade.class);
            }
            onDemand.forget(id);
        }
    }

    /** Where the segments of fragmented MP4 do not join. */
    private static final class Seams {
        private final Map<Integer, Long> ends = new HashMap<>();
        private final List<String> gaps = new ArrayList<>();
        private int track;
        private long at;

        static List<String> gaps(byte[] file) {
            Seams seams = new Seams();
            seams.walk(ByteBuffer.wrap(file));
            assertThat(seams.ends).as("tracks").isNotEmpty();
            return seams.gaps;
        }

        private void walk(ByteBuffer boxes) {
            while (boxes.remaining() >= 8) {
                int start = boxes.position();
                int size = boxes.getInt();
                byte[] type = new byte[4];
                boxes.get(type);
                box(new String(type, StandardCharsets.US_ASCII), boxes.slice(start + 8, size - 8));
                boxes.position(start + size);
            }
        }

        private void box(String type, ByteBuffer in) {
            switch (type) {
                case "moof", "traf" -> walk(in);
                case "tfhd" -> track = in.getInt(4);
                case "tfdt" -> {
                    at = in.getLong(4);
                    long expected = ends.getOrDefault(track, at);
                    if (at != expected) {
                        gaps.add("track " + track + ": " + at + " follows " + expected);
                    }
                }
                case "trun" -> {
                    int count = in.getInt(4);
                    for (int i = 0; i < count; i++) {
                        at += in.getInt(12 + 16 * i);
                    }
                    ends.put(track, at);
                }
                default -> {
                    // nothing about times
                }
            }
        }
    }
}
