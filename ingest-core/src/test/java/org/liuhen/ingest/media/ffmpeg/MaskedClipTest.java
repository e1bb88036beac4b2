package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.clip.Mask;
import org.liuhen.ingest.media.clip.MaskKey;
import org.liuhen.ingest.media.clip.Stretch;

class MaskedClipTest {
    private static final int WIDTH = 192;
    private static final int HEIGHT = 108;
    /** What is left in common is what chance and the mean brightness of a few patches leave. */
    private static final double UNREADABLE = 0.35;

    private static final double LIKE = 28;

    @TempDir
    private Path folder = Path.of("");

    private static Mask moving(Mask.Kind kind, double from, double to) {
        return new Mask(
                new Stretch(from, to),
                kind,
                List.of(new MaskKey(from, 0.1, 0.1, 0.3, 0.4), new MaskKey(to, 0.5, 0.4, 0.3, 0.4)));
    }

    private static int[] samples(Mask mask, double seconds) {
        MaskKey box = mask.at(seconds);
        return new int[] {
            (int) Math.round(box.x() * WIDTH),
            (int) Math.round(box.y() * HEIGHT),
            (int) Math.round((box.x() + box.width()) * WIDTH),
            (int) Math.round((box.y() + box.height()) * HEIGHT)
        };
    }

    @ParameterizedTest
    @EnumSource(Mask.Kind.class)
    void what_is_below_a_mask_is_unreadable_in_every_picture_and_the_rest_is_as_it_was(Mask.Kind kind)
            throws Exception {
        Path original = ExactClipTest.sample("stripes.mp4");
        Pictures before = Pictures.of(original);
        // at the beginning of the clip, over a join, and at its end
        List<Mask> masks = List.of(moving(kind, 0.3, 0.9), moving(kind, 1.7, 2.3), moving(kind, 4.2, 5));
        Path target = folder.resolve(kind + ".mp4");
        JsonNode answer = ExactClipTest.cut(ClipOrder.of(ClipPart.of(0.4, 4.7).masked(masks)), target, original);
        Pictures clip = Pictures.of(target);
        List<Pictures.Picture> wanted = before.between(0.4, 4.7);
        assertThat(clip.all).hasSameSizeAs(wanted);
        assertThat(clip.errors).isZero();
        assertThat(answer.path("copied").asInt()).isEqualTo(25); // from 3 to 4 s nothing is hidden
        int hidden = 0;
        for (int i = 0; i < wanted.size(); i++) {
            Pictures.Picture now = clip.all.get(i);
            Pictures.Picture then = wanted.get(i);
            for (Mask mask : masks) {
                if (mask.span().contains(then.seconds())) {
                    int[] box = samples(mask, then.seconds());
                    assertThat(Math.abs(now.correlation(then, box[0], box[1], box[2], box[3])))
                            .as("picture at %s", then.seconds())
                            .isLessThan(UNREADABLE);
                    assertThat(now.likeness(then, box[0] - 12, box[1] - 12, box[2] + 12, box[3] + 12))
                            .isGreaterThan(LIKE);
                    hidden++;
                }
            }
            if (masks.stream().noneMatch(mask -> mask.span().touches(then.seconds() - 0.05, then.seconds() + 0.05))) {
                assertThat(now.likeness(then)).isGreaterThan(LIKE);
            }
        }
        assertThat(hidden).isEqualTo(13 + 15 + 13);
        assertThat(answer.path("masked").asInt()).isBetween(hidden, hidden + 3);
    }

    @Test
    void no_byte_of_a_masked_picture_s_group_and_none_of_the_file_s_head_is_taken_over() throws Exception {
        Path original = ExactClipTest.sample("stripes.mp4");
        Mask mask = new Mask(new Stretch(1.5, 1.6), Mask.Kind.BLACK, List.of(new MaskKey(1.5, 0.2, 0.2, 0.2, 0.2)));
        Path target = folder.resolve("clip.mp4");
        ExactClipTest.cut(ClipOrder.of(ClipPart.of(1, 3).masked(List.of(mask))), target, original);
        byte[] clip = Files.readAllBytes(target);
        byte[] source = Files.readAllBytes(original);
        String text = new String(clip, StandardCharsets.ISO_8859_1);
        // the second group, from 2 s to 3 s, is copied; of the first, nothing longer than a few bytes is found
        int copied = 0;
        for (int at = 0; at + 64 <= source.length; at += 64) {
            copied += text.contains(new String(source, at, 64, StandardCharsets.ISO_8859_1)) ? 1 : 0;
        }
        double share = copied * 64.0 / source.length;
        assertThat(share).isBetween(0.08, 0.24); // one group of six
        assertThat(mediaData(clip)).isEqualTo(referenced(target));
    }

    /** The size of what an MP4 file keeps as media data. */
    private static long mediaData(byte[] file) {
        ByteBuffer boxes = ByteBuffer.wrap(file);
        long data = 0;
        while (boxes.remaining() >= 8) {
            int begin = boxes.position();
            int size = boxes.getInt();
            int type = boxes.getInt();
            assertThat(type).as("a box that hides nothing").isIn(0x66747970, 0x6d6f6f76, 0x6d646174, 0x66726565);
            if (type == 0x66726565) {
                assertThat(size).isEqualTo(8);
            }
            data += type == 0x6d646174 ? size - 8 : 0;
            boxes.position(begin + size);
        }
        return data;
    }

    private static long referenced(Path file) throws FfmpegFailure {
        List<Long> sizes = new ArrayList<>();
        try (MediaFile media = MediaFile.open(file, MediaFile.RECORDINGS)) {
            var packet = org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc();
            while (media.read(packet)) {
                sizes.add((long) packet.size());
                org.bytedeco.ffmpeg.global.avcodec.av_packet_unref(packet);
            }
            org.bytedeco.ffmpeg.global.avcodec.av_packet_free(packet);
        }
        return sizes.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void sound_is_silent_where_it_is_muted_and_no_longer_the_voice_where_it_is_disguised() throws Exception {
        Path original = ExactClipTest.sample("reordered.mp4");
        Path target = folder.resolve("hushed.mp4");
        ClipPart part = ClipPart.of(0.5, 5).hushed(List.of(new Stretch(1, 2)), List.of(new Stretch(3, 4)));
        JsonNode answer = ExactClipTest.cut(ClipOrder.of(part), target, original);
        assertThat(answer.path("sound").asText()).isEqualTo("encoded");
        Pictures clip = Pictures.of(target);
        double usual = clip.loudness(0, 0.4);
        assertThat(usual).isGreaterThan(0.05);
        assertThat(clip.loudness(0.55, 1.45)).isLessThan(0.001);
        assertThat(clip.loudness(2.6, 3.4)).isGreaterThan(usual / 10);
        assertThat(clip.loudness(3.6, 4.4)).isGreaterThan(usual / 2);
        Pictures before = Pictures.of(original);
        assertThat(alike(clip, 2.0, before, 2.5)).isGreaterThan(0.9);
        // not there, and not at any other pitch of a tone: what comes out has none
        assertThat(alike(clip, 2.7, before, 3.2)).isLessThan(0.3);
        assertThat(tone(clip, 0.1)).isGreaterThan(0.8);
        assertThat(tone(clip, 2.7)).isLessThan(0.5);
    }

    /** How much the best shift makes two stretches of 200 ms the same, 0 to 1. */
    private static double alike(Pictures one, double at, Pictures other, double otherAt) {
        double best = 0;
        int samples = (int) (0.2 * one.sampleRate);
        int begin = (int) ((at - one.soundFrom) * one.sampleRate);
        for (int shift = -480; shift <= 480; shift += 8) {
            int its = (int) ((otherAt - other.soundFrom) * other.sampleRate) + shift;
            double both = 0;
            double own = 0;
            double theirs = 0;
            for (int i = 0; i < samples; i++) {
                both += one.sound[begin + i] * other.sound[its + i];
                own += one.sound[begin + i] * one.sound[begin + i];
                theirs += other.sound[its + i] * other.sound[its + i];
            }
            best = Math.max(best, Math.abs(both) / Math.sqrt(own * theirs));
        }
        return best;
    }

    /** How much 200 ms repeat themselves at the best of all pitches of a voice, 0 to 1. */
    private static double tone(Pictures sound, double at) {
        double best = 0;
        int samples = (int) (0.2 * sound.sampleRate);
        int begin = (int) ((at - sound.soundFrom) * sound.sampleRate);
        for (int period = sound.sampleRate / 400; period < sound.sampleRate / 80; period++) {
            double both = 0;
            double own = 0;
            for (int i = 0; i < samples; i++) {
                both += sound.sound[begin + i] * sound.sound[begin + i + period];
                own += sound.sound[begin + i] * sound.sound[begin + i];
            }
            best = Math.max(best, both / own);
        }
        return best;
    }
}
