package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketTimesTest {
    private static final long NONE = PacketTimes.NONE;

    @Test
    void times_begin_at_the_origin() {
        PacketTimes times = new PacketTimes(5000, 40, 1000);
        times.next(5000, 5000, 40);
        assertThat(times.pts()).isZero();
        times.next(5040, 5040, 40);
        assertThat(times.dts()).isEqualTo(40);
        assertThat(times.endSeconds()).isEqualTo(0.08);
    }

    @Test
    void missing_times_are_filled_in_at_the_stream_s_pace() {
        PacketTimes times = new PacketTimes(0, 48_000, 1_200_000);
        for (int i = 0; i < 100; i++) {
            times.next(NONE, NONE, i % 2);
        }
        assertThat(times.endSeconds()).isEqualTo(4.0);
        assertThat(times.rate()).isCloseTo(25, within(0.001));
    }

    @Test
    void reordered_pictures_keep_their_order() {
        PacketTimes times = new PacketTimes(0, 40, 1000);
        times.next(40, 0, 40);
        assertThat(times.pts()).isEqualTo(40);
        times.next(160, 40, 40);
        assertThat(times.pts()).isEqualTo(160);
        times.next(80, 80, 40);
        assertThat(times.pts()).isEqualTo(80);
        assertThat(times.dts()).isEqualTo(80);
    }

    @Test
    void equal_decoding_times_are_made_to_rise() {
        PacketTimes times = new PacketTimes(0, 40, 1000);
        times.next(0, 0, 40);
        times.next(0, 0, 40);
        assertThat(times.dts()).isEqualTo(1);
    }

    @Test
    void pictures_a_second_apart_may_be_reordered_without_decoding_times() {
        PacketTimes times = new PacketTimes(0, 1000, 1000);
        for (long pts : new long[] {0, 5000, 3000, 1000, 2000, 4000, 10_000, 8000, 6000, 7000, 9000}) {
            times.next(pts, NONE, 1000);
        }
        assertThat(times.jumps()).isEmpty();
    }

    @Test
    void a_clock_set_back_or_far_ahead_leaves_no_hole() {
        PacketTimes times = new PacketTimes(0, 40, 1000);
        times.next(100_000, 100_000, 40);
        times.next(0, 0, 40);
        assertThat(times.dts()).isEqualTo(100_040);
        times.next(40, 40, 40);
        assertThat(times.dts()).isEqualTo(100_080);
        times.next(900_000_000, 900_000_000, 40);
        assertThat(times.dts()).isEqualTo(100_120);
    }

    @Test
    void whatever_times_a_hostile_file_gives_decoding_times_rise_and_no_picture_is_shown_before_it_is_decoded() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            PacketTimes times = new PacketTimes(hostile(random), random.nextInt(100), random.nextInt(2000));
            long last = Long.MIN_VALUE;
            for (int i = 0; i < 200; i++) {
                times.next(hostile(random), hostile(random), hostile(random));
                assertThat(times.dts()).as("seed %s packet %s", seed, i).isGreaterThan(last);
                assertThat(times.pts()).as("seed %s packet %s", seed, i).isGreaterThanOrEqualTo(times.dts());
                assertThat(times.duration()).as("seed %s packet %s", seed, i).isPositive();
                last = times.dts();
            }
        }
    }

    private static long hostile(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> NONE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE + 1;
            case 3 -> 0;
            case 4 -> random.nextLong();
            default -> random.nextInt(100_000);
        };
    }
}
