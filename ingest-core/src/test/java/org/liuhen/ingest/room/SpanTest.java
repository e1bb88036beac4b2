package org.liuhen.ingest.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanTest {
    private static final Instant ZERO = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Spans as {@code 0-10 12-20}, in tenths of seconds. */
    private static List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        for (String span : text.strip().split(" +", -1)) {
            if (!span.isEmpty()) {
                String[] ends = span.split("-", 2);
                spans.add(span(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
            }
        }
        return spans;
    }

    private static Span span(long fromTenths, long toTenths) {
        return new Span(ZERO.plusMillis(fromTenths * 100), ZERO.plusMillis(toTenths * 100));
    }

    @ParameterizedTest(name = "{0} without {1} is {2}: {3}")
    @CsvSource({
        "10-100, '', 10-100, nothing at all",
        "10-100, 10-100, '', all",
        "10-100, 0-200, '', more than all",
        "10-100, 0-5, 10-100, before only",
        "10-100, 100-200, 10-100, after only",
        "10-100, 0-10, 10-100, touches the beginning",
        "10-100, 10-50 60-100, '', a gap of exactly the tolerance is none",
        "10-100, 10-50 61-100, 50-61, one longer is",
        "10-100, 61-100 10-50, 50-61, in any order",
        "10-100, 10-50 20-30 61-100, 50-61, one within another",
        "10-100, 10-70 50-100, '', overlapping",
        "10-100, 30-80, 10-30 80-100, at both ends",
        "10-100, 21-99, 10-21, the end within the tolerance",
        "10-100, 50-50, 10-50 50-100, a moment",
        "10-10, '', '', nothing is asked for",
        "10-15, '', '', less than the tolerance is asked for"
    })
    void gaps_are_what_nothing_covers(String asked, String covering, String gaps, String ignoredWhat) {
        assertThat(spans(asked).get(0).without(spans(covering), SECOND)).isEqualTo(spans(gaps));
    }

    @Test
    void random_spans_leave_the_gaps_that_counting_tenths_of_seconds_finds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            Span asked = random(random);
            List<Span> covering = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                covering.add(random(random));
            }
            assertThat(asked.without(covering, SECOND))
                    .as("seed %d: %s without %s", seed, asked, covering)
                    .isEqualTo(naive(asked, covering));
        }
    }

    private static Span random(Random random) {
        int from = random.nextInt(200);
        return span(from, from + random.nextInt(80));
    }

    /** Looks at each tenth of a second by itself. */
    private static List<Span> naive(Span asked, List<Span> covering) {
        List<Span> gaps = new ArrayList<>();
        long from = tenths(asked.from());
        long to = tenths(asked.to());
        long start = -1;
        for (long tenth = from; tenth <= to; tenth++) {
            boolean isGap = false;
            if (tenth < to) {
                isGap = true;
                for (Span span : covering) {
                    isGap &= !(tenths(span.from()) <= tenth && tenth < tenths(span.to()));
                }
            }
            boolean splits = false;
            for (Span span : covering) {
                splits |= tenths(span.from()) == tenth && tenths(span.to()) == tenth;
            }
            if (start >= 0 && (!isGap || splits)) {
                if (tenth - start > 10) {
                    gaps.add(span(start, tenth));
                }
                start = -1;
            }
            if (isGap && start < 0) {
                start = tenth;
            }
        }
        return gaps;
    }

    private static long tenths(Instant at) {
        return Duration.between(ZERO, at).toMillis() / 100;
    }

    @Test
    void end_before_its_beginning_is_a_mistake_of_ours() {
        assertThatThrownBy(() -> span(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
