package org.liuhen.tools.portal.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.tools.portal.page.Timeline.Bar;
import org.liuhen.tools.portal.page.Timeline.Lane;
import org.liuhen.tools.portal.page.Timeline.Stretch;

class TimelineTest {
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final Instant START = Instant.parse("2026-11-18T13:00:00Z");
    private int number;

    /** Samples are 59 seconds long. */
    private Recording at(String device, Duration after) {
        number++;
        return SampleRecordings.received(new DeviceId(device), number, START.plus(after));
    }

    @Test
    void nothing_recorded_is_an_empty_drawing() {
        Timeline timeline = Timeline.of(List.of(), ZONE);
        assertThat(timeline.lanes()).isEmpty();
        assertThat(timeline.stretches()).isEmpty();
        assertThat(timeline.hasFindings()).isFalse();
    }

    @Test
    void one_recording_fills_the_width() {
        Timeline timeline = Timeline.of(List.of(at("A", Duration.ZERO)), ZONE);
        Bar bar = timeline.lanes().get(0).bars().get(0);
        assertThat(bar.x()).isZero();
        assertThat(bar.width()).isEqualTo(100);
        assertThat(timeline.isCut()).isFalse();
    }

    @Test
    void empty_hours_are_cut_out_and_near_recordings_stay_together() {
        Timeline timeline = Timeline.of(
                List.of(
                        at("A", Duration.ZERO),
                        at("A", Duration.ofMinutes(5)),
                        at("B", Duration.ofHours(30)),
                        at("B", Duration.ofHours(30).plusMinutes(2))),
                ZONE);
        assertThat(timeline.stretches()).hasSize(2);
        assertThat(timeline.stretches().get(1).gapBefore()).isGreaterThan(Duration.ofHours(29));
        assertThat(timeline.stretches().get(0).ticks().get(0).day()).isEqualTo("2026-11-18");
        assertThat(timeline.stretches().get(1).ticks().get(0).day()).isEqualTo("2026-11-20");
    }

    @Test
    void each_device_has_its_lane_in_order_of_its_first_recording() {
        Timeline timeline = Timeline.of(
                List.of(at("B", Duration.ofMinutes(2)), at("A", Duration.ofMinutes(4)), at("B", Duration.ofMinutes(6))),
                ZONE);
        assertThat(timeline.lanes()).extracting(lane -> lane.device().value()).containsExactly("B", "A");
        assertThat(timeline.lanes()).extracting(Lane::rows).containsOnly(1);
    }

    @Test
    void overlapping_recordings_of_one_device_lie_in_different_rows() {
        Timeline timeline = Timeline.of(
                List.of(
                        at("A", Duration.ZERO),
                        at("A", Duration.ofSeconds(30)),
                        at("A", Duration.ofSeconds(40)),
                        at("A", Duration.ofSeconds(61))),
                ZONE);
        assertThat(timeline.lanes().get(0).rows()).isEqualTo(3);
        assertThat(timeline.lanes().get(0).bars()).extracting(Bar::row).containsExactly(0, 1, 2, 0);
    }

    @Test
    void bars_stay_inside_never_overlap_in_a_row_and_never_vanish_whatever_the_times() {
        long seed = 20261118;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Recording> recordings = new ArrayList<>();
            int many = 1 + random.nextInt(60);
            long span = 1L << random.nextInt(36);
            for (int i = 0; i < many; i++) {
                recordings.add(at("D" + random.nextInt(4), Duration.ofMillis(random.nextLong(span))));
            }
            Timeline timeline = Timeline.of(recordings, ZONE);
            assertThat(timeline.stretches()).as("seed %s round %s", seed, round).hasSizeLessThanOrEqualTo(12);
            int bars = 0;
            for (Lane lane : timeline.lanes()) {
                double[] ends = new double[lane.rows()];
                for (Bar bar : lane.bars()) {
                    bars++;
                    assertThat(bar.width()).isGreaterThanOrEqualTo(0.5);
                    assertThat(bar.x()).isGreaterThanOrEqualTo(0);
                    assertThat(bar.x() + bar.width()).isLessThanOrEqualTo(100.001);
                    assertThat(bar.x()).isGreaterThanOrEqualTo(ends[bar.row()] - 0.02);
                    ends[bar.row()] = bar.x() + bar.width();
                }
            }
            assertThat(bars).isEqualTo(many);
            Stretch last = timeline.stretches().get(timeline.stretches().size() - 1);
            assertThat(last.x() + last.width()).isBetween(99.999, 100.001);
            assertTicksApart(timeline);
        }
    }

    private static void assertTicksApart(Timeline timeline) {
        double before = -100;
        for (Stretch stretch : timeline.stretches()) {
            assertThat(stretch.ticks()).isNotEmpty().hasSizeLessThanOrEqualTo(15);
            for (Timeline.Tick tick : stretch.ticks()) {
                assertThat(tick.x() - before).isGreaterThan(4);
                before = tick.x();
            }
        }
    }
}
