package org.liuhen.ingest.media.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
import org.liuhen.storage.Media;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlaybackIndexTest {
    private static final int SECONDS = 13;
    private static final int RATE = 15;
    private static final long PICTURES = (long) SECONDS * RATE;
    private static final MediaSettings SETTINGS = MediaSettings.standard(
                    Path.of("target", "natives").toAbsolutePath())
            .withNiceness(0);

    @TempDir
    static Path folder;

    private final MediaTools tools = new MediaTools(SETTINGS);
    private Path street = Path.of("");

    @BeforeAll
    void make_footage() throws IOException {
        street = make("street.mp4", FootageSpec.Container.MP4, FootageSpec.Pictures.H264, FootageSpec.Sound.AAC);
    }

    @AfterAll
    void end_children() {
        tools.close();
    }

    private static Path make(
            String name, FootageSpec.Container container, FootageSpec.Pictures pictures, FootageSpec.Sound sound)
            throws IOException {
        Path file = folder.resolve(name);
        try (FootageMaker maker = new FootageMaker(SETTINGS)) {
            maker.make(
                    FootageSpec.of(
                                    "BWC-0001",
                                    Instant.parse("2026-03-01T00:00:00Z"),
                                    ZoneOffset.UTC,
                                    Duration.ofSeconds(SECONDS),
                                    FootageSpec.Scene.STREET)
                            .withSize(320, 180, RATE)
                            .withFormat(container, pictures, sound),
                    file);
        }
        return file;
    }

    private static PlaybackIndex index(Path file) throws IOException {
        return PlaybackIndex.of(file).orElseThrow();
    }

    /** The bytes of what is put together. */
    static byte[] bytes(Splice splice, byte[] original) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Splice.Part part : splice.parts()) {
            if (part instanceof Splice.Written written) {
                out.writeBytes(written.bytes());
            } else if (part instanceof Splice.Taken taken) {
                out.write(original, Math.toIntExact(taken.offsetBytes()), Math.toIntExact(taken.sizeBytes()));
            }
        }
        assertThat(out.size()).isEqualTo(Math.toIntExact(splice.sizeBytes()));
        return out.toByteArray();
    }

    private static List<String> names(PlaybackIndex index) {
        List<String> names = new ArrayList<>();
        index.playlist().lines().forEach(line -> {
            if (line.startsWith("#EXT-X-MAP")) {
                names.add(line.replaceAll(".*URI=\"([^\"]+)\".*", "$1"));
            } else if (!line.startsWith("#")) {
                names.add(line);
            }
        });
        return names;
    }

    /** Fetches everything that a player would. */
    private static Path fetched(Path original, String name) throws IOException {
        PlaybackIndex index = index(original);
        byte[] bytes = Files.readAllBytes(original);
        Path to = Files.createDirectories(folder.resolve(name));
        Files.writeString(to.resolve(PlaybackIndex.PLAYLIST), index.playlist());
        for (String file : names(index)) {
            Files.write(to.resolve(file), bytes(index.file(file).orElseThrow(), bytes));
        }
        return to;
    }

    private static Path joined(Path from, String name) throws IOException {
        Path joined = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(joined)) {
            for (String file : names(index(street(from)))) {
                Files.copy(from.resolve(file), out);
            }
        }
        return joined;
    }

    private static Path street(Path from) {
        return folder.resolve(from.getFileName() + ".mp4");
    }

    private void assertWhole(Decoded decoded) {
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(PICTURES);
        assertThat(decoded.endSeconds()).isCloseTo(SECONDS, within(0.15));
        assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(SECONDS, within(0.15));
    }

    @Test
    void original_of_h264_and_aac_is_played_in_segments_without_a_copy() throws IOException {
        PlaybackIndex index = index(street);
        assertThat(index.segments()).isBetween(2, 4);
        assertThat(index.playlist()).contains("#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-ENDLIST", "#EXT-X-MAP");
        Media media = index.media();
        assertThat(media.durationSeconds()).isCloseTo(SECONDS, within(0.15));
        assertThat(media.video()).isEqualTo(new Media.Video("h264", 320, 180, RATE));
        assertThat(media.audio()).isEqualTo(new Media.Audio("aac", 48_000, 1));
        assertWhole(tools.decode(fetched(street, "street").resolve(PlaybackIndex.PLAYLIST)));
        assertThat(index.file("cut-99.m4s")).isEmpty();
        assertThat(index.file("../cut-0.m4s")).isEmpty();
    }

    @Test
    void fragmented_original_is_played_and_so_is_the_whole_part_of_a_torn_one() throws IOException {
        Path fragmented = joined(fetched(street, "street"), "fragmented.mp4");
        assertThat(index(fragmented).segments()).isEqualTo(index(street).segments());
        assertWhole(tools.decode(fetched(fragmented, "again").resolve(PlaybackIndex.PLAYLIST)));

        byte[] bytes = Files.readAllBytes(fragmented);
        Path torn = Files.write(folder.resolve("torn.mp4"), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        Decoded decoded = tools.decode(fetched(torn, "torn").resolve(PlaybackIndex.PLAYLIST));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isBetween(PICTURES / 4, PICTURES - 1);
    }

    @Test
    void signature_without_a_picture_at_the_end_is_left_out_of_what_is_played() throws Exception {
        byte[] bytes = Files.readAllBytes(street);
        Samples samples;
        try (SeekableByteChannel file = Files.newByteChannel(street)) {
            samples = Mp4Reader.read(file).get(0).samples();
        }
        int last = samples.count() - 1;
        // one unit, of the type of supplemental information
        int unit = Math.toIntExact(samples.offset(last));
        ByteBuffer.wrap(bytes).putInt(unit, samples.size(last) - Integer.BYTES);
        bytes[unit + Integer.BYTES] = 6;
        Path signed = Files.write(folder.resolve("signed.mp4"), bytes);

        Decoded decoded = tools.decode(fetched(signed, "signed").resolve(PlaybackIndex.PLAYLIST));
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(PICTURES - 1);
        assertThat(index(signed).media().durationSeconds()).isCloseTo(SECONDS, within(0.15));
    }

    @Test
    void index_at_the_end_of_the_file_is_found() throws IOException {
        Path late = Files.write(folder.resolve("late.mp4"), indexLast(Files.readAllBytes(street)));
        assertThat(index(late).playlist()).isEqualTo(index(street).playlist());
        assertWhole(tools.decode(fetched(late, "late").resolve(PlaybackIndex.PLAYLIST)));
    }

    /** Moves {@code moov} behind {@code mdat}. */
    private static byte[] indexLast(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        int at = 0;
        while (in.getInt(at + 4) != Boxes.type("moov")) {
            at += in.getInt(at);
        }
        byte[] moov = Arrays.copyOfRange(file, at, at + in.getInt(at));
        ByteBuffer tables = ByteBuffer.wrap(moov);
        for (int i = 0; i < moov.length - 12; i++) {
            if (tables.getInt(i) == Boxes.type("stco")) {
                for (int row = 0; row < tables.getInt(i + 8); row++) {
                    int offsetAt = i + 12 + 4 * row;
                    tables.putInt(offsetAt, tables.getInt(offsetAt) - moov.length);
                }
            }
        }
        ByteBuffer out = ByteBuffer.allocate(file.length);
        out.put(file, 0, at).put(file, at + moov.length, file.length - at - moov.length);
        return out.put(moov).array();
    }

    @Test
    void excerpt_is_cut_at_key_pictures_and_plays_as_a_file() throws IOException {
        PlaybackIndex.Cut cut = index(street).excerpt(5, 9.5).orElseThrow();
        assertThat(cut.fromSeconds()).isBetween(0.0, 5.0);
        assertThat(cut.toSeconds()).isCloseTo(9.5, within(0.1));
        Path file = Files.write(folder.resolve("excerpt.mp4"), bytes(cut.file(), Files.readAllBytes(street)));
        Decoded decoded = tools.decode(file);
        double seconds = cut.toSeconds() - cut.fromSeconds();
        assertThat(decoded.errors()).isZero();
        assertThat(decoded.pictures()).isEqualTo(Math.round(seconds * RATE));
        assertThat(decoded.endSeconds()).isCloseTo(seconds, within(0.1));
        assertThat((double) decoded.samples() / decoded.sampleRate()).isCloseTo(seconds, within(0.1));
        assertThat(index(file).media().video()).isEqualTo(index(street).media().video());
        assertThat(index(street).excerpt(SECONDS + 1, SECONDS + 2)).isEmpty();
        assertThat(tools.decode(Files.write(
                                folder.resolve("all.mp4"),
                                bytes(
                                        index(street)
                                                .excerpt(0, 1e9)
                                                .orElseThrow()
                                                .file(),
                                        Files.readAllBytes(street))))
                        .pictures())
                .isEqualTo(PICTURES);
    }

    @Test
    void what_browsers_do_not_play_has_no_index() throws IOException {
        assertThat(PlaybackIndex.of(
                        make("old.mp4", FootageSpec.Container.MP4, FootageSpec.Pictures.MPEG4, FootageSpec.Sound.AAC)))
                .isEmpty();
        assertThat(PlaybackIndex.of(Files.writeString(folder.resolve("report.txt"), "a report, not a recording")))
                .isEmpty();
        assertThat(PlaybackIndex.of(Files.createFile(folder.resolve("empty.mp4"))))
                .isEmpty();
    }

    @Test
    void file_cut_off_anywhere_is_played_as_far_as_it_goes_or_has_no_index() throws IOException {
        byte[] whole = Files.readAllBytes(street);
        Path torn = folder.resolve("cut-off.mp4");
        int playable = 0;
        for (int i = 0; i <= 60; i++) {
            byte[] left = Arrays.copyOf(whole, (int) ((long) whole.length * i / 60));
            playable += exercised(Files.write(torn, left), left.length) ? 1 : 0;
        }
        assertThat(playable).isGreaterThan(20);
    }

    @Test
    void damaged_tables_never_reach_out_of_the_file_nor_fail() throws IOException {
        byte[] plain = Files.readAllBytes(street);
        byte[] fragmented = Files.readAllBytes(joined(fetched(street, "street"), "for-damage.mp4"));
        long seed = 20260301;
        Random random = new Random(seed);
        int[] extremes = {0, 1, 7, 8, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x00010000, 0x7fffff00};
        Path damaged = folder.resolve("damaged.mp4");
        for (int i = 0; i < 1500; i++) {
            byte[] from = i % 2 == 0 ? plain : fragmented;
            ByteBuffer file = ByteBuffer.wrap(from.clone());
            int moov = new String(from, StandardCharsets.ISO_8859_1).indexOf("moov");
            int among = i % 2 == 0 ? Math.min(from.length, moov + 8000) : from.length;
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(Math.max(0, moov - 16), among - 4);
                if (random.nextBoolean()) {
                    file.putInt(at, extremes[random.nextInt(extremes.length)]);
                } else {
                    file.put(at, (byte) random.nextInt(256));
                }
            }
            assertThat(Files.write(damaged, file.array()))
                    .as("seed " + seed + ", round " + i)
                    .exists();
            exercised(damaged, from.length);
        }
    }

    /** Reads, plays and cuts a file; whether it could be read. */
    private static boolean exercised(Path file, long sizeBytes) throws IOException {
        Optional<PlaybackIndex> read = PlaybackIndex.of(file);
        if (read.isEmpty()) {
            return false;
        }
        PlaybackIndex index = read.get();
        List<Splice> made = new ArrayList<>();
        names(index).forEach(name -> made.add(index.file(name).orElseThrow()));
        index.excerpt(3, 8).ifPresent(cut -> made.add(cut.file()));
        index.excerpt(0, 1e12).ifPresent(cut -> made.add(cut.file()));
        for (Splice splice : made) {
            for (Splice.Part part : splice.parts()) {
                if (part instanceof Splice.Taken taken) {
                    assertThat(taken.offsetBytes()).isNotNegative();
                    assertThat(taken.offsetBytes() + taken.sizeBytes()).isLessThanOrEqualTo(sizeBytes);
                }
            }
        }
        assertThat(index.media().durationSeconds()).isNotNegative();
        return true;
    }
}
