package org.liuhen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DockingTest {
    private static final DeviceId ID = new DeviceId("BWC-1");
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void time_is_corrected_by_the_first_reading_made_after_it() {
        Docking slow = Docking.next(null, ID, NOON, NOON.minusSeconds(300), null, null);
        Docking then = Docking.next(slow, ID, NOON.plusSeconds(86_400), NOON.plusSeconds(86_400), null, null);

        assertThat(then.correction(NOON.minusSeconds(3_600))).isEqualTo(Duration.ofMinutes(5));
        assertThat(then.correction(NOON.plusSeconds(3_600))).isZero();
        assertThat(slow.correction(NOON.plusSeconds(3_600))).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void clock_ten_years_off_is_corrected_whatever_it_says() {
        Instant wrong = Instant.parse("2016-05-01T12:00:00Z");
        Docking docking = Docking.next(null, ID, NOON, wrong, null, null);

        Instant told = wrong.minusSeconds(60);
        assertThat(told.plus(docking.correction(told))).isEqualTo(NOON.minusSeconds(60));
    }

    @Test
    void reading_that_says_the_same_is_not_kept_twice_and_the_oldest_go_first() {
        Docking docking = Docking.next(null, ID, NOON, NOON, null, null);
        for (int i = 1; i < 100; i++) {
            Instant at = NOON.plusSeconds(i);
            docking = Docking.next(docking, ID, at, at.minusSeconds(i / 50 * 10L), null, null);
        }
        assertThat(docking.readings()).hasSize(2);
        for (int i = 0; i < 100; i++) {
            Instant at = NOON.plusSeconds(1_000 + i);
            docking = Docking.next(docking, ID, at, at.minusSeconds(10L * i), null, null);
        }
        assertThat(docking.readings()).hasSize(64);
        assertThat(docking.latestReading().orElseThrow().offset()).isEqualTo(Duration.ofSeconds(990));
    }

    @Test
    void what_is_not_told_stays_as_it_was_told_before() {
        Docking first = Docking.next(null, ID, NOON, null, 80, 1_000L);
        Docking second = Docking.next(first, ID, NOON.plusSeconds(1), null, null, 900L);

        assertThat(second).isEqualTo(new Docking(ID, NOON.plusSeconds(1), 80, 900L, List.of()));
        assertThat(second.correction(NOON)).isZero();
    }

    @Test
    void entry_is_read_as_it_was_first_written() throws Exception {
        String stored = """
                {"device":"BWC-1","at":"2026-05-01T12:00:00Z","batteryPercent":80,\
                "readings":[{"at":"2026-05-01T12:00:00Z","offsetMillis":300000}]}""";
        Docking docking = Docking.next(null, ID, NOON, NOON.minusSeconds(300), 80, null);

        assertThat(StoredJson.MAPPER.readValue(stored, Docking.class)).isEqualTo(docking);
        assertThat(StoredJson.MAPPER.readTree(StoredJson.MAPPER.writeValueAsString(docking)))
                .isEqualTo(StoredJson.MAPPER.readTree(stored));
    }
}
