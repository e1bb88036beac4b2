package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.ingest.media.ClipOutcome;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.PieceOutcome;
import org.liuhen.ingest.media.RenderOutcome;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.playback.PlaybackIndex;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.Splice;
import org.liuhen.storage.Finding;

/** That what is played, copies and clips tell the same times, and sound stays beside its pictures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimelineTest {
    private static final double HAIR = 0.0011;
    private static final double ENCODED_LIKENESS = 30;

    private final MediaTools tools =
            new MediaTools(MediaSettings.standard(Path.of("target", "natives").toAbsolutePath())
                    .withNiceness(0));

    @TempDir
    static Path folder;

    @AfterAll
    void end_children() {
        tools.close();
    }

    /** Head and segments of a playlist, one after the other. */
    private static Path joined(Path target, Path head, List<Path> pieces) throws IOException {
        try (OutputStream to = Files.newOutputStream(target)) {
            Files.copy(head, to);
            for (Path piece : pieces) {
                Files.copy(piece, to);
            }
        }
        return target;
    }

    /** What a player gets of an original that is played as it is. */
    private static Path straight(Path original, String name) throws IOException {
        PlaybackIndex index = PlaybackIndex.of(original).orElseThrow();
        Path target = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(original);
        try (OutputStream to = Files.newOutputStream(target)) {
            for (String file : index.playlist().lines().toList()) {
                String wanted = file.startsWith("#EXT-X-MAP") ? file.replaceAll(".*URI=\"([^\"]+)\".*", "$1") : file;
                if (!wanted.startsWith("#")) {
                    write(index.file(wanted).orElseThrow(), bytes, to);
                }
            }
        }
        return target;
    }

    private static void write(Splice splice, byte[] original, OutputStream to) throws IOException {
        for (Splice.Part part : splice.parts()) {
            if (part instanceof Splice.Taken taken) {
                to.write(original, (int) taken.offsetBytes(), (int) taken.sizeBytes());
            } else {
                to.write(((Splice.Written) part).bytes());
            }
        }
    }

    /** What a player gets of an original that is played in segments made on demand. */
    private Path onDemand(Path original, String name) throws IOException {
        Path planned = Files.createDirectory(folder.resolve(name + ".plan"));
        assertThat(tools.plan(original, planned, false)).isInstanceOf(PieceOutcome.Made.class);
        Path plan = planned.resolve(MediaTools.PLAN);
        List<Path> pieces = new ArrayList<>();
        for (int i = 0; i < SegmentPlan.read(plan).segments().size(); i++) {
            Path made = Files.createDirectory(folder.resolve(name + "." + i));
            assertThat(tools.segment(original, plan, i, made, false)).isInstanceOf(PieceOutcome.Made.class);
            pieces.add(made.resolve(MediaTools.PIECE));
        }
        return joined(folder.resolve(name), planned.resolve(MediaTools.HEAD), pieces);
    }

    private static void sameTimes(Pictures played, Pictures original) {
        assertThat(played.errors).isZero();
        assertThat(played.all).hasSameSizeAs(original.all);
        for (int i = 0; i < played.all.size(); i++) {
            assertThat(played.all.get(i).seconds())
                    .as("picture %d", i)
                    .isCloseTo(original.all.get(i).seconds(), within(HAIR));
            assertThat(played.all.get(i).likeness(original.all.get(i)))
                    .as("picture %d", i)
                    .isGreaterThan(ENCODED_LIKENESS);
        }
        assertThat(played.soundFrom).isCloseTo(original.soundFrom, within(HAIR));
    }

    @Test
    void pictures_that_are_reordered_are_played_when_they_were_and_so_is_the_sound() throws Exception {
        Path original = ExactClipTest.sample("reordered.mp4");
        sameTimes(Pictures.of(straight(original, "straight.mp4")), Pictures.of(original));
    }

    @ParameterizedTest
    @ValueSource(strings = {"matroska", "mpegts", "flv"})
    void what_is_played_on_demand_keeps_its_times(String container) throws Exception {
        Path original =
                Remuxed.of(ExactClipTest.sample("stripes.mp4"), container, folder.resolve("stripes." + container), 0);
        sameTimes(Pictures.of(onDemand(original, "demand-" + container + ".mp4")), Pictures.of(original));
    }

    @Test
    void sound_lies_beside_its_pictures_in_long_segments_too() throws Exception {
        Path original = ExactClipTest.sample("reordered.mp4");
        Path played = straight(original, "turns.mp4");
        Map<Long, Double> byPlace = new TreeMap<>();
        AVPacket packet = av_packet_alloc();
        try (MediaFile file = MediaFile.open(played, MediaFile.RECORDINGS)) {
            while (file.read(packet)) {
                byPlace.put(packet.pos(), ExactClip.seconds(file, packet));
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
        List<Double> order = List.copyOf(byPlace.values());
        assertThat(order).hasSizeGreaterThan(400);
        for (int i = 1; i < order.size(); i++) {
            assertThat(order.get(i)).isGreaterThan(order.get(i - 1) - 1.5);
        }
    }

    @Test
    void stored_copies_begin_with_the_recording_although_their_sound_warms_up() throws Exception {
        Path original = folder.resolve("old.mov");
        new Footage(Map.ofEntries(
                        Map.entry("output", original.toString()),
                        Map.entry("container", "mov"),
                        Map.entry("pictures", "MPEG4"),
                        Map.entry("sound", "PCM"),
                        Map.entry("label", "CAM-3"),
                        Map.entry("start", "2026-03-01T08:00:00"),
                        Map.entry("seconds", "3"),
                        Map.entry("width", "1280"),
                        Map.entry("height", "720"),
                        Map.entry("rate", "10"),
                        Map.entry("scene", "ROOM"),
                        Map.entry("seed", "3")))
                .make();
        Path out = Files.createDirectory(folder.resolve("old"));
        assertThat(tools.render(original, out)).isInstanceOf(RenderOutcome.Playable.class);
        Pictures wanted = Pictures.of(original);
        Pictures whole = Pictures.of(
                joined(out.resolve("whole.mp4"), out.resolve("init.mp4"), List.of(out.resolve("segment-00000.m4s"))));
        assertThat(whole.all.get(0).seconds()).isCloseTo(0, within(HAIR));
        assertThat(whole.all).hasSameSizeAs(wanted.all);
        Pictures low = Pictures.of(
                joined(out.resolve("l.mp4"), out.resolve("low-init.mp4"), List.of(out.resolve("low-00000.m4s"))));
        assertThat(low.all.get(0).seconds()).isCloseTo(0, within(HAIR));
    }

    @Test
    void stored_copies_of_pictures_that_come_unevenly_keep_their_times() throws Exception {
        Path original = folder.resolve("uneven.mkv");
        PictureTrack.Size size = new PictureTrack.Size(320, 240);
        AVFrame picture = av_frame_alloc();
        picture.width(320).height(240).format(AV_PIX_FMT_YUV420P);
        FfmpegFailure.check(av_frame_get_buffer(picture, 0), "make picture");
        try (Output output = Output.file("matroska", original);
                Encoder encoder = Encoder.pictures("mpeg4", output, size, 25, Colours.STANDARD, 500_000, Map.of())) {
            output.begin();
            for (int i = 0; i < 80; i++) {
                picture.pts(3L * i + i % 2);
                encoder.encode(picture);
            }
            encoder.encode(null);
            output.finish();
        } finally {
            av_frame_free(picture);
        }
        Path out = Files.createDirectory(folder.resolve("uneven"));
        assertThat(tools.render(original, out)).isInstanceOf(RenderOutcome.Playable.class);
        List<Path> pieces = List.of(
                out.resolve("segment-00000.m4s"), out.resolve("segment-00001.m4s"), out.resolve("segment-00002.m4s"));
        Path whole = joined(out.resolve("whole.mp4"), out.resolve("init.mp4"), pieces);
        assertThat(Pictures.of(whole).all.stream()
                        .map(one -> Math.round(one.seconds() * 25))
                        .toList())
                .isEqualTo(Pictures.of(original).all.stream()
                        .map(one -> Math.round(one.seconds() * 25))
                        .toList());
    }

    @Test
    void what_an_edit_list_hides_is_played_and_clipped_at_the_times_it_is_played() throws Exception {
        byte[] bytes = Files.readAllBytes(ExactClipTest.sample("reordered.mp4"));
        Pictures all = Pictures.of(ExactClipTest.sample("reordered.mp4"));
        // from when the first track, the pictures, is shown; version 0: size, type, flags, count, lasts, from
        int list = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("elst");
        ByteBuffer edits = ByteBuffer.wrap(bytes);
        assertThat(edits.getInt(list + 4)).isZero();
        edits.putInt(list + 16, edits.getInt(list + 16) + 12_800 * 3 / 2);
        Path hidden = Files.write(folder.resolve("hidden.mp4"), bytes);
        Pictures played = Pictures.of(straight(hidden, "hidden-played.mp4"));
        assertThat(played.all).hasSize(150);
        Path clip = folder.resolve("hidden-clip.mp4");
        ExactClipTest.cut(ClipOrder.of(ClipPart.of(1, 3)), clip, hidden);
        Pictures cut = Pictures.of(clip);
        assertThat(cut.all).hasSize(50);
        assertThat(cut.all.get(0).likeness(all.all.get(25))).isGreaterThan(ENCODED_LIKENESS);
        assertThat(cut.all.get(0).likeness(played.all.get(25))).isGreaterThan(ENCODED_LIKENESS);
    }

    @Test
    void clip_of_what_can_only_be_searched_for_times_has_every_picture() throws Exception {
        Path original = Remuxed.of(ExactClipTest.sample("stripes.mp4"), "mpegts", folder.resolve("searched.ts"), 0);
        Pictures wanted = Pictures.of(original);
        for (double from : new double[] {0.3, 1.96, 2.52, 4.4}) {
            Path exact = folder.resolve("searched-" + from + ".mp4");
            ExactClipTest.cut(ClipOrder.of(ClipPart.of(from, from + 1.3)), exact, original);
            List<Pictures.Picture> pictures = Pictures.of(exact).all;
            List<Pictures.Picture> expected = wanted.between(from, from + 1.3);
            assertThat(pictures).as("from %s", from).hasSameSizeAs(expected);
            assertThat(pictures.get(0).likeness(expected.get(0))).isGreaterThan(ENCODED_LIKENESS);
            Path quick = folder.resolve("quick-" + from + ".mp4");
            ClipOutcome clip = tools.clip(original, from, from + 1.3, quick);
            assertThat(clip).isInstanceOf(ClipOutcome.Cut.class);
            double began = ((ClipOutcome.Cut) clip).fromSeconds();
            assertThat(began).isBetween(from - 1.1, from);
            assertThat(Pictures.of(quick)
                            .all
                            .get(0)
                            .likeness(wanted.between(began, 7).get(0)))
                    .isGreaterThan(ENCODED_LIKENESS);
        }
    }

    @Test
    void clip_of_pictures_that_are_refreshed_bit_by_bit_has_every_picture() throws Exception {
        Path original = ExactClipTest.sample("refreshed.mp4");
        Path clip = folder.resolve("refreshed-clip.mp4");
        ExactClipTest.cut(ClipOrder.of(ClipPart.of(3.48, 4.6)), clip, original);
        List<Pictures.Picture> expected = Pictures.of(original).between(3.48, 4.6);
        List<Pictures.Picture> pictures = Pictures.of(clip).all;
        assertThat(pictures).hasSize(28).hasSameSizeAs(expected);
        assertThat(pictures.get(0).likeness(expected.get(0))).isGreaterThan(ENCODED_LIKENESS);
    }

    @Test
    void file_whose_clock_began_an_hour_before_is_not_cut_off() throws Exception {
        Path late = Remuxed.of(ExactClipTest.sample("stripes.mp4"), "matroska", folder.resolve("late.mkv"), 3600);
        Path out = Files.createDirectory(folder.resolve("late"));
        RenderOutcome outcome = tools.look(late, out);
        assertThat(outcome).isInstanceOf(RenderOutcome.Playable.class);
        assertThat(((RenderOutcome.Playable) outcome).findings())
                .extracting(Finding::kind)
                .doesNotContain("truncated", "clock-jump");
        assertThat(tools.probe(late).orElseThrow().durationSeconds()).isCloseTo(6, within(0.2));
    }
}
