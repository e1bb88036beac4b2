package org.liuhen.ingest.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory in which request bodies may wait for their sinks, shared among all lanes. It is counted in what buffers
 * hold on to, not in what is readable in them. A lane never has to wait for another one: with an empty queue it may
 * always read a little, so nothing starves and nothing deadlocks when the budget is spent.
 */
final class BodyBudget {
    /** What every lane may have, however many there are. */
    static final int LEAST_SHARE_BYTES = 16 << 10;

    private final long limitBytes;
    private final int laneBytes;
    private final int receiveBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicInteger lanes = new AtomicInteger();

    BodyBudget(HttpSettings.Limits limits) {
        this.limitBytes = limits.bodyBytes();
        this.laneBytes = limits.laneBytes();
        this.receiveBytes = limits.receiveBytes();
    }

    void enter() {
        lanes.incrementAndGet();
    }

    void leave() {
        lanes.decrementAndGet();
    }

    void take(long bytes) {
        used.addAndGet(bytes);
    }

    void give(long bytes) {
        used.addAndGet(-bytes);
    }

    long usedBytes() {
        return used.get();
    }

    boolean isSpent() {
        return used.get() >= limitBytes;
    }

    /** How much one lane may queue now. */
    int laneShareBytes() {
        long share = limitBytes / Math.max(1, lanes.get());
        return (int) Math.max(LEAST_SHARE_BYTES, Math.min(laneBytes, share));
    }

    /** How large the next read of one connection may be. */
    int receiveShareBytes() {
        long left = Math.max(0, limitBytes - used.get());
        long share = Math.min(laneShareBytes() / 2, left / 4);
        return (int) Math.max(ReceiveSizes.HEAD_BYTES / 2, Math.min(receiveBytes, share));
    }
}
