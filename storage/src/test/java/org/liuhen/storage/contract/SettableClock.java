package org.liuhen.storage.contract;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is set. Safe for many threads. */
public final class SettableClock implements InstantSource {
    private volatile Instant now;

    public SettableClock(Instant now) {
        this.now = now;
    }

    public void set(Instant now) {
        this.now = now;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
