package org.liuhen.ingest.media;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The system's clock, set forward by hand. Any thread. */
final class ShiftedClock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plus(ahead);
    }
}
