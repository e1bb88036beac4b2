package org.liuhen.retention;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a run does, for its outcome and for the meters. Used by one thread. */
final class Tally {
    private static final int SHOWN_FAILURES = 20;

    /** What is counted; the label is part of the meter's name. */
    enum Count {
        ANNOUNCED("announced"),
        CANCELLED("cancelled"),
        EXTENDED("extended"),
        ERASED("erased"),
        KEPT("kept"),
        FAILED("failed");

        private final String label;

        Count(String label) {
            this.label = label;
        }
    }

    private final MeterRegistry meters;
    private final Map<Count, Long> counts = new EnumMap<>(Count.class);
    private final List<String> failures = new ArrayList<>();
    private long erasedBytes;

    Tally(MeterRegistry meters) {
        this.meters = meters;
    }

    void add(Count count) {
        counts.merge(count, 1L, Long::sum);
        meters.counter("liuhen.retention." + count.label).increment();
    }

    void erased(long sizeBytes) {
        add(Count.ERASED);
        erasedBytes += sizeBytes;
        meters.counter("liuhen.retention.erased.bytes").increment((double) sizeBytes);
    }

    void failed(String what) {
        add(Count.FAILED);
        if (failures.size() < SHOWN_FAILURES) {
            failures.add(what);
        }
    }

    private long of(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    RetentionOutcome outcome(LocalDate day, boolean complete) {
        return new RetentionOutcome(
                day,
                of(Count.ANNOUNCED),
                of(Count.CANCELLED),
                of(Count.EXTENDED),
                of(Count.ERASED),
                erasedBytes,
                of(Count.KEPT),
                of(Count.FAILED),
                failures,
                complete);
    }

    Map<String, String> details(LocalDate day, boolean complete) {
        Map<String, String> details = new TreeMap<>();
        details.put("day", day.toString());
        details.put("complete", Boolean.toString(complete));
        details.put("erasedBytes", Long.toString(erasedBytes));
        for (Count count : Count.values()) {
            details.put(count.label, Long.toString(of(count)));
        }
        return details;
    }
}
