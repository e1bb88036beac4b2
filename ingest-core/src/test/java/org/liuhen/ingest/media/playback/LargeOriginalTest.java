package org.liuhen.ingest.media.playback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.Decoded;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;

/**
 * An original of 10 GiB and almost five hours: a short one again and again, with holes between. Leaves what it measured in
 * {@code target/large-original.txt}.
 */
@Tag("world")
class LargeOriginalTest {
    private static final long SIZE_BYTES = 10L << 30;
    private static final int COPIES = 1300;
    private static final long SECONDS = 13;
    private static final long DATA_AT = 64L << 20;
    private static final long STRIDE_BYTES = (SIZE_BYTES - DATA_AT) / COPIES;
    private static final int SHOWN_COPY = 700;

    @TempDir
    static Path folder;

    private final MediaSettings settings = MediaSettings.standard(
                    Path.of("target", "natives").toAbsolutePath())
            .withNiceness(0);

    @Test
    void ten_gibibytes_are_indexed_and_cut_without_being_read() throws IOException {
        Path original = folder.resolve("short.mp4");
        try (FootageMaker maker = new FootageMaker(settings)) {
            maker.make(
                    FootageSpec.of(
                            "BWC-0001",
                            Instant.parse("2026-03-01T00:00:00Z"),
                            ZoneOffset.UTC,
                            Duration.ofSeconds(SECONDS),
                            FootageSpec.Scene.STREET),
                    original);
        }
        Path large = repeated(original);
        List<String> said = new ArrayList<>();
        Path excerpt = folder.resolve("excerpt.mp4");
        double from = SHOWN_COPY * (double) SECONDS + 1;
        for (int round = 1; round <= 3; round++) {
            long began = System.nanoTime();
            PlaybackIndex index = PlaybackIndex.of(large).orElseThrow();
            long indexed = System.nanoTime();
            assertThat(index.playlist()).endsWith("#EXT-X-ENDLIST\n");
            long listed = System.nanoTime();
            PlaybackIndex.Cut cut = index.excerpt(from, from + 10).orElseThrow();
            long begun = System.nanoTime();
            write(cut.file(), large, excerpt);
            long written = System.nanoTime();
            said.add(String.format(
                    Locale.ROOT,
                    "round %d: index %d ms, playlist %d ms, excerpt of 10 s ready to send %.1f ms, all of its %d bytes %.1f ms; index in memory %d KiB",
                    round,
                    (indexed - began) / 1_000_000,
                    (listed - indexed) / 1_000_000,
                    (begun - listed) / 1e6,
                    cut.file().sizeBytes(),
                    (written - listed) / 1e6,
                    index.weightBytes() >> 10));
            assertThat(index.media().durationSeconds()).isCloseTo(COPIES * (double) SECONDS, within(1.0));
        }
        Files.write(Path.of("target", "large-original.txt"), said);
        try (MediaTools tools = new MediaTools(settings)) {
            Decoded decoded = tools.decode(excerpt);
            assertThat(decoded.errors()).isZero();
            assertThat(decoded.pictures()).isBetween(150L, 200L);
        }
    }

    private static void write(Splice splice, Path original, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(original, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(
                        to,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            for (Splice.Part part : splice.parts()) {
                if (part instanceof Splice.Written written) {
                    out.write(ByteBuffer.wrap(written.bytes()));
                } else if (part instanceof Splice.Taken taken) {
                    assertThat(in.transferTo(taken.offsetBytes(), taken.sizeBytes(), out))
                            .isEqualTo(taken.sizeBytes());
                }
            }
        }
    }

    /** Only the copies that are shown are written; the others are holes. */
    private static Path repeated(Path original) throws IOException {
        List<Track> tracks = new ArrayList<>();
        List<MovieHead.Body> bodies = new ArrayList<>();
        try (FileChannel file = FileChannel.open(original, StandardOpenOption.READ)) {
            for (Track track : Mp4Reader.read(file)) {
                Samples all = repeated(track);
                tracks.add(track);
                long ticks = COPIES * SECONDS * track.ticksPerSecond();
                long movieTicks = 1000L * COPIES * SECONDS;
                bodies.add(new MovieHead.Body(ticks, movieTicks, 0, 0, out -> tables(out, all, track.ofPictures())));
            }
        } catch (NotIndexed e) {
            throw new IOException(e);
        }
        BoxWriter head = new BoxWriter();
        MovieHead.ofFile(head, 1000, tracks, bodies);
        assertThat((long) head.position()).isLessThan(DATA_AT);
        head.u32(1).text("mdat").u64(SIZE_BYTES - head.position() + 8);
        Path large = folder.resolve("large.mp4");
        try (FileChannel out = FileChannel.open(
                large, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE)) {
            out.write(ByteBuffer.wrap(head.toBytes()));
            byte[] bytes = Files.readAllBytes(original);
            for (int copy = SHOWN_COPY - 1; copy <= SHOWN_COPY + 1; copy++) {
                out.write(ByteBuffer.wrap(bytes), DATA_AT + copy * STRIDE_BYTES);
            }
            out.write(ByteBuffer.allocate(1), SIZE_BYTES - 1);
        }
        return large;
    }

    private static Samples repeated(Track track) throws NotIndexed {
        Samples once = track.samples();
        Samples all = new Samples(once.count() * COPIES);
        for (int copy = 0; copy < COPIES; copy++) {
            long start = copy * SECONDS * track.ticksPerSecond();
            for (int i = 0; i < once.count() && once.decode(i) < SECONDS * track.ticksPerSecond(); i++) {
                all.add(
                        DATA_AT + copy * STRIDE_BYTES + once.offset(i),
                        once.size(i),
                        start + once.decode(i),
                        (int) (once.shown(i) - once.decode(i)),
                        once.ticks(i),
                        once.isKey(i));
            }
        }
        return all;
    }

    private static void tables(BoxWriter out, Samples samples, boolean pictures) {
        int count = samples.count();
        out.begin("stts", 0, 0).u32(count);
        for (int i = 0; i < count; i++) {
            out.u32(1).u32((int) samples.ticks(i));
        }
        out.end();
        if (pictures) {
            int keys = (int) java.util.stream.IntStream.range(0, count)
                    .filter(samples::isKey)
                    .count();
            out.begin("stss", 0, 0).u32(keys);
            for (int i = samples.keyFrom(0); i >= 0; i = samples.keyFrom(i + 1)) {
                out.u32(i + 1);
            }
            out.end();
        }
        out.begin("stsc", 0, 0).u32(1).u32(1).u32(1).u32(1).end();
        out.begin("stsz", 0, 0).u32(0).u32(count);
        for (int i = 0; i < count; i++) {
            out.u32(samples.size(i));
        }
        out.end();
        out.begin("co64", 0, 0).u32(count);
        for (int i = 0; i < count; i++) {
            out.u64(samples.offset(i));
        }
        out.end();
    }
}
