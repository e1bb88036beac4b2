package org.liuhen.ingest.media.looks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LooksTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 36;

    private final PictureWatch pictures = new PictureWatch();
    private final SoundWatch sound = new SoundWatch();

    private static SmallPicture picture(int brightness) {
        byte[] luma = new byte[WIDTH * HEIGHT];
        Arrays.fill(luma, (byte) brightness);
        byte[] colour = new byte[luma.length / 4];
        Arrays.fill(colour, (byte) 128);
        return new SmallPicture(WIDTH, HEIGHT, luma, colour, colour.clone());
    }

    private void show(int fromSecond, int toSecond, int brightness, int step) {
        for (int i = fromSecond * 5; i < toSecond * 5; i++) {
            pictures.see(i / 5.0, picture(brightness + i * step % 100));
        }
    }

    @Test
    void a_black_picture_is_told_from_when_to_when_and_is_not_frozen() {
        show(0, 5, 100, 3);
        show(5, 25, 16, 0);
        show(25, 30, 100, 3);
        assertThat(pictures.black(30)).containsExactly(new Span(5, 25));
        assertThat(pictures.frozen(30)).isEmpty();
    }

    @Test
    void a_frozen_picture_is_told_from_its_first_picture() {
        show(0, 5, 100, 3);
        show(5, 25, 90, 0);
        show(25, 30, 100, 3);
        assertThat(pictures.frozen(30)).containsExactly(new Span(5, 25));
        assertThat(pictures.black(30)).isEmpty();
    }

    @Test
    void a_picture_that_stands_still_for_less_than_ten_seconds_is_not_frozen() {
        show(0, 5, 100, 3);
        show(5, 14, 90, 0);
        show(14, 30, 100, 3);
        assertThat(pictures.frozen(30)).isEmpty();
    }

    @Test
    void a_slow_change_is_not_frozen() {
        for (int i = 0; i < 300; i++) {
            pictures.see(i / 5.0, picture(60 + i / 10));
        }
        assertThat(pictures.frozen(60)).isEmpty();
    }

    @Test
    void something_small_that_moves_is_not_frozen() {
        for (int i = 0; i < 300; i++) {
            SmallPicture picture = picture(90);
            int left = i * 3 % (WIDTH - 8);
            for (int y = 8; y < 16; y++) {
                Arrays.fill(picture.luma(), y * WIDTH + left, y * WIDTH + left + 6, (byte) 200);
            }
            pictures.see(i / 5.0, picture);
        }
        assertThat(pictures.frozen(60)).isEmpty();
    }

    @Test
    void a_short_recording_that_is_black_all_through_says_so() {
        show(0, 1, 16, 0);
        pictures.see(1.4, picture(16));
        assertThat(pictures.black(1.5)).containsExactly(new Span(0, 1.5));
    }

    private void play(double fromSeconds, double toSeconds, double loudness) {
        Random noise = new Random(5);
        for (double at = fromSeconds; at < toSeconds - 0.001; at += 0.05) {
            float[] samples = new float[400];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (float) (loudness * (noise.nextDouble() * 2 - 1));
            }
            sound.hear(at, samples);
        }
    }

    @Test
    void silence_is_told_and_a_quiet_room_is_not_silent() {
        play(0, 20, 0.004);
        play(20, 40, 0.0002);
        play(40, 60, 0.5);
        assertThat(sound.silent(60)).hasSize(1).allSatisfy(span -> {
            assertThat(span.fromSeconds()).isBetween(19.9, 20.1);
            assertThat(span.toSeconds()).isBetween(39.9, 40.1);
        });
    }

    @Test
    void a_waveform_keeps_peaks_and_stays_small_however_long_the_recording() {
        sound.hear(0, new float[] {0.25f});
        sound.hear(40_000, new float[] {-0.5f, Float.NaN});
        sound.hear(Double.NaN, new float[] {1});
        sound.hear(1e300, new float[] {1});
        String json = sound.waveform();
        assertThat(json).startsWith("{\"secondsPerPeak\":25.6,\"peaks\":[25,0").endsWith(",50]}\n");
        assertThat(json.length()).isLessThan(10_000);
    }

    @Test
    void a_storyboard_has_a_picture_every_five_seconds_on_sheets_of_twenty_five() {
        Storyboard board = new Storyboard(140);
        int full = 0;
        for (double at = 0; at < 140; at += 0.2) {
            if (board.wants(at)) {
                full += board.add(at, picture(100)) ? 1 : 0;
            }
        }
        assertThat(full).isEqualTo(1);
        assertThat(board.hasBegunSheet()).isTrue();
        assertThat(board.sheet().width()).isEqualTo(5 * WIDTH);
        assertThat(board.text(140))
                .startsWith("WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nplayback/storyboard-000.jpg#xywh=0,0,64,36\n")
                .contains("\n00:02:05.", "\nplayback/storyboard-001.jpg#xywh=0,0,64,36\n")
                .endsWith("--> 00:02:20.000\nplayback/storyboard-001.jpg#xywh=128,0,64,36\n");
    }

    @Test
    void pictures_of_a_long_recording_are_farther_apart_even_if_it_lies_about_its_length() {
        assertThat(picturesOf(new Storyboard(36_000), 36_000)).isBetween(700, 730);
        assertThat(picturesOf(new Storyboard(0), 100_000)).isLessThan(5000);
    }

    private static int picturesOf(Storyboard board, int seconds) {
        int count = 0;
        for (int at = 0; at < seconds; at++) {
            if (board.wants(at)) {
                board.add(at, picture(100));
                count++;
            }
        }
        return count;
    }

    @Test
    void pictures_far_apart_are_told_with_their_times_and_runs_of_them_as_one() {
        PictureIntervals intervals = new PictureIntervals();
        double at = 0;
        for (int i = 0; i < 200; i++) {
            boolean late = i == 50 || (i >= 100 && i < 104);
            double next = at + (late ? 2.5 : 0.04);
            intervals.see(at, next);
            at = next;
        }
        assertThat(intervals.medianSeconds()).isBetween(0.038, 0.042);
        assertThat(intervals.extremes()).hasSize(2);
        assertThat(intervals.extremes().get(0).lengthSeconds()).isBetween(2.49, 2.51);
        assertThat(intervals.extremes().get(1).lengthSeconds()).isBetween(9.99, 10.01);
    }

    @Test
    void a_picture_every_two_seconds_is_slow_and_not_uneven() {
        PictureIntervals intervals = new PictureIntervals();
        assertThat(intervals.medianSeconds()).isZero();
        for (int i = 0; i < 200; i++) {
            intervals.see(2 * i, 2 * i + 2);
        }
        intervals.see(400, Double.NaN);
        assertThat(intervals.extremes()).isEmpty();
    }
}
