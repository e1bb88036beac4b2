package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.storage.StoredJson;

class ExactClipTest {
    /** What an encoder does to pictures that are encoded once more. */
    private static final double ENCODED_LIKENESS = 30;

    private static final double SAME = 100;

    @TempDir
    private Path folder = Path.of("");

    /** Six seconds of 25 pictures, a group each second, with pictures that are decoded before earlier ones. */
    static Path sample(String name) throws URISyntaxException {
        URL url = ExactClipTest.class.getResource(name);
        return Path.of(Objects.requireNonNull(url, name).toURI());
    }

    static JsonNode cut(ClipOrder order, Path target, Path... inputs) throws Exception {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Answer answer = new ExactClip(order, List.of(inputs), target, nowhere).run();
        JsonNode json = StoredJson.MAPPER.readTree(answer.json());
        assertThat(json.path("outcome").asText()).as(answer.json()).isEqualTo("cut");
        return json;
    }

    private static void same(List<Pictures.Picture> clip, List<Pictures.Picture> original, double shift) {
        assertThat(clip).hasSameSizeAs(original);
        for (int i = 0; i < clip.size(); i++) {
            assertThat(clip.get(i).seconds()).isCloseTo(original.get(i).seconds() - shift, within(0.001));
            assertThat(clip.get(i).likeness(original.get(i)))
                    .as("picture %d of the clip", i)
                    .isGreaterThan(ENCODED_LIKENESS);
        }
    }

    @Test
    void a_clip_has_exactly_the_pictures_asked_for_and_copies_the_groups_between() throws Exception {
        Path original = sample("reordered.mp4");
        Path target = folder.resolve("clip.mp4");
        JsonNode answer = cut(ClipOrder.of(ClipPart.of(0.52, 4.4)), target, original);
        Pictures wanted = Pictures.of(original);
        Pictures clip = Pictures.of(target);
        assertThat(clip.errors).isZero();
        same(clip.all, wanted.between(0.52, 4.4), 0.52);
        assertThat(answer.path("copied").asInt()).isEqualTo(75);
        assertThat(answer.path("encoded").asInt()).isEqualTo(22);
        assertThat(answer.path("notJoined").asText()).isEmpty();
        assertThat(answer.path("fromSeconds").asDouble()).isEqualTo(0.52);
        assertThat(answer.path("toSeconds").asDouble()).isEqualTo(4.4);
        // from 1 s to 4 s nothing was encoded again
        List<Pictures.Picture> copied = clip.between(0.48, 3.48);
        List<Pictures.Picture> before = wanted.between(1, 4);
        assertThat(copied).hasSize(75);
        for (int i = 0; i < copied.size(); i++) {
            assertThat(copied.get(i).likeness(before.get(i))).isEqualTo(SAME);
        }
        double frame = 1024.0 / 48_000;
        assertThat(clip.sound.length / 48_000.0).isCloseTo(3.88, within(2 * frame));
        assertThat(clip.soundFrom).isBetween(0.0, frame);
    }

    @Test
    void every_picture_can_be_the_first_or_the_last() throws Exception {
        Path original = sample("reordered.mp4");
        Pictures wanted = Pictures.of(original);
        for (int i = 0; i < 26; i++) {
            double from = 1 + i / 25.0;
            double to = from + 1.2 + i / 25.0;
            Path target = folder.resolve("clip-" + i + ".mp4");
            cut(ClipOrder.of(ClipPart.of(from, to)), target, original);
            Pictures clip = Pictures.of(target);
            assertThat(clip.errors).isZero();
            same(clip.all, wanted.between(from, to), from);
        }
    }

    @Test
    void leading_pictures_of_an_open_group_are_not_copied_without_what_they_need() throws Exception {
        Path original = sample("open-groups.mp4");
        Path target = folder.resolve("open.mp4");
        cut(ClipOrder.of(ClipPart.of(1.4, 3.6)), target, original);
        Pictures clip = Pictures.of(target);
        assertThat(clip.errors).isZero();
        same(clip.all, Pictures.of(original).between(1.4, 3.6), 1.4);
    }

    /** Footage that is coded in another way: smaller, with other parameters. */
    private Path other() throws FfmpegFailure {
        Path file = folder.resolve("other.mp4");
        new Footage(Map.ofEntries(
                        Map.entry("output", file.toString()),
                        Map.entry("container", "mp4"),
                        Map.entry("pictures", "H264"),
                        Map.entry("sound", "NONE"),
                        Map.entry("label", "CAM-2"),
                        Map.entry("start", "2026-03-01T08:00:00"),
                        Map.entry("seconds", "3"),
                        Map.entry("width", "160"),
                        Map.entry("height", "160"),
                        Map.entry("rate", "25"),
                        Map.entry("scene", "ROOM"),
                        Map.entry("seed", "7")))
                .make();
        return file;
    }

    @Test
    void parts_that_are_coded_alike_follow_each_other_and_are_copied() throws Exception {
        Path original = sample("reordered.mp4");
        Path target = folder.resolve("two.mp4");
        ClipOrder order =
                new ClipOrder(ClipOrder.Arrangement.SEQUENCE, 0, List.of(ClipPart.of(3, 5.2), ClipPart.of(0.8, 2)));
        JsonNode answer = cut(order, target, original, original);
        assertThat(answer.path("copied").asInt()).isEqualTo(75);
        Pictures wanted = Pictures.of(original);
        Pictures clip = Pictures.of(target);
        assertThat(clip.errors).isZero();
        assertThat(clip.all).hasSize(55 + 30);
        same(clip.all.subList(0, 55), wanted.between(3, 5.2), 3);
        same(clip.all.subList(55, 85), wanted.between(0.8, 2), 0.8 - 2.2);
        assertThat(clip.all.get(60 + 5).likeness(wanted.between(1.2, 2).get(0))).isEqualTo(SAME);
    }

    @Test
    void parts_that_differ_are_brought_to_one_size() throws Exception {
        Path original = sample("reordered.mp4");
        Path target = folder.resolve("differ.mp4");
        ClipOrder order =
                new ClipOrder(ClipOrder.Arrangement.SEQUENCE, 0, List.of(ClipPart.of(1, 2), ClipPart.of(0.4, 1.4)));
        JsonNode answer = cut(order, target, original, other());
        assertThat(answer.path("notJoined").asText()).contains("different ways");
        assertThat(answer.path("copied").asInt()).isZero();
        Pictures clip = Pictures.of(target);
        assertThat(clip.all).hasSize(50);
        same(clip.all.subList(0, 25), Pictures.of(original).between(1, 2), 1);
        Pictures.Picture narrow = clip.all.get(40);
        assertThat(narrow.width()).isEqualTo(192);
        assertThat(narrow.luma()[54 * 192 + 10] & 0xff).as("a black bar").isLessThan(24);
        assertThat(clip.loudness(0.1, 0.9)).isGreaterThan(0.05);
        assertThat(clip.loudness(1.1, 1.9)).as("the second has no sound").isLessThan(0.001);
    }

    @Test
    void recordings_stand_side_by_side_each_when_it_was() throws Exception {
        Path original = sample("reordered.mp4");
        Path target = folder.resolve("beside.mp4");
        ClipOrder order = new ClipOrder(
                ClipOrder.Arrangement.BESIDE,
                0,
                List.of(ClipPart.of(1, 3), ClipPart.of(2, 3).at(1, 1)));
        cut(order, target, original, original);
        Pictures wanted = Pictures.of(original);
        Pictures clip = Pictures.of(target);
        assertThat(clip.errors).isZero();
        assertThat(clip.all).hasSize(50);
        for (int i = 0; i < 50; i++) {
            Pictures.Picture both = clip.all.get(i);
            int half = both.width() / 2;
            Pictures.Picture left = both.part(0, half);
            Pictures.Picture right = both.part(half, half);
            Pictures.Picture then = wanted.between(1 + i / 25.0, 2 + i / 25.0).get(0);
            assertThat(left.scaledLikeness(then)).as("left at %d", i).isGreaterThan(18);
            if (i < 25) {
                assertThat(right.luma()[0] & 0xff).isLessThan(24);
                assertThat(right.luma()[right.height() / 2 * half + half / 2] & 0xff)
                        .as("the plate")
                        .isBetween(80, 100);
            } else {
                assertThat(right.scaledLikeness(then)).as("right at %d", i).isGreaterThan(18);
            }
        }
        assertThat(clip.loudness(0.1, 1.9)).isGreaterThan(0.05);
    }

    @Test
    void recordings_of_one_cell_follow_each_other_and_are_heard_where_they_are() throws Exception {
        Path original = sample("reordered.mp4");
        Path target = folder.resolve("cells.mp4");
        // the first of the left cell is cut off where the second begins
        ClipOrder order = new ClipOrder(
                ClipOrder.Arrangement.BESIDE,
                2,
                List.of(
                        ClipPart.of(1, 3).at(0, 1),
                        ClipPart.of(2.4, 3.4).at(1.4, 0),
                        ClipPart.of(0, 0.6).at(0, 0),
                        ClipPart.of(3, 4).at(2, 0)));
        cut(order, target, original, original, original, original);
        Pictures wanted = Pictures.of(original);
        Pictures clip = Pictures.of(target);
        assertThat(clip.errors).isZero();
        assertThat(clip.all).hasSize(75);
        for (int i = 0; i < 75; i++) {
            Pictures.Picture both = clip.all.get(i);
            int half = both.width() / 2;
            Pictures.Picture left = both.part(0, half);
            boolean between = i >= 15 && i < 35;
            if (between) {
                assertThat(left.luma()[left.height() / 2 * half + half / 2] & 0xff)
                        .as("the plate at %d", i)
                        .isBetween(80, 100);
            } else {
                double then = i / 25.0 + (i < 15 ? 0 : 1);
                assertThat(left.scaledLikeness(wanted.between(then, then + 0.5).get(0)))
                        .as("left at %d", i)
                        .isGreaterThan(18);
            }
        }
        assertThat(clip.loudness(0.1, 0.5)).isGreaterThan(0.05);
        assertThat(clip.loudness(0.7, 1.3)).as("nothing is shown").isLessThan(0.001);
        assertThat(clip.loudness(1.5, 2.9)).isGreaterThan(0.05);
    }
}
