package org.liuhen.ingest.media.signed;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The time a camera says that it signed at. */
final class SigningTime {
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final long MICROSECONDS_FROM_1601_TO_1970 = 11_644_473_600_000_000L;

    private SigningTime() {}

    /** @param ticks of 100 ns since 1601 */
    static long microsecondsOfOnvif(long ticks) {
        return ticks / 10 - MICROSECONDS_FROM_1601_TO_1970;
    }

    /** Null for none, and for times in which no camera signs. */
    static @Nullable Instant believable(@Nullable Long microseconds) {
        if (microseconds == null) {
            return null;
        }
        Instant time = Instant.EPOCH.plus(microseconds, ChronoUnit.MICROS);
        return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
    }
}
