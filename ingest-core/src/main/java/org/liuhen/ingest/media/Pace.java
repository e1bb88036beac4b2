package org.liuhen.ingest.media;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.storage.Uninterrupted;

/**
 * Holds media work back while uploads need the machine: no work is handed out, and children at work are stopped where they
 * are. Looks several times a second at how many bytes of recordings have come in. Nothing is held longer than a while:
 * behind an upload that never ends it goes on at the lowest priority. Safe for many threads.
 */
final class Pace implements AutoCloseable {
    /** From here on uploads count as pressing, bytes a second: a tenth of what one core takes in. */
    private static final double PRESSING = 48 << 20;

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration HELD_AT_MOST = Duration.ofMinutes(10);
    private static final Duration LET_GO_FOR = Duration.ofMinutes(1);

    private final MeterRegistry meters;
    private final ChildPool pool;
    private final Thread thread = new Thread(this::look, "liuhen-media-pace");
    private final Object lock = new Object();
    /** Guarded by {@link #lock}, like all below. */
    private boolean held;

    private boolean closed;

    Pace(MeterRegistry meters, ChildPool pool) {
        this.meters = meters;
        this.pool = pool;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether media work is held back. */
    boolean isHeld() {
        synchronized (lock) {
            return held;
        }
    }

    /** Waits until work may be handed out, or this is closed. */
    void awaitFree() throws InterruptedException {
        synchronized (lock) {
            while (held && !closed) {
                lock.wait();
            }
        }
    }

    private double receivedBytes() {
        Counter counter = meters.find("liuhen.upload.bytes").counter();
        return counter == null ? 0 : counter.count();
    }

    private void look() {
        double before = receivedBytes();
        long looked = System.nanoTime();
        long pressed = looked - QUIET.toNanos();
        long heldSince = looked;
        long letGoUntil = looked;
        while (pause()) {
            long now = System.nanoTime();
            double received = receivedBytes();
            double perSecond = (received - before) * 1e9 / Math.max(1, now - looked);
            before = received;
            looked = now;
            if (perSecond > PRESSING) {
                pressed = now;
            }
            if (!isHeld()) {
                if (perSecond > PRESSING && now - letGoUntil >= 0) {
                    heldSince = now;
                    hold(true);
                }
            } else if (now - pressed >= QUIET.toNanos()) {
                hold(false);
            } else if (now - heldSince >= HELD_AT_MOST.toNanos()) {
                letGoUntil = now + LET_GO_FOR.toNanos();
                hold(false);
            } else {
                // what was handed out at the very moment
                pool.hold();
            }
        }
    }

    private void hold(boolean hold) {
        synchronized (lock) {
            held = hold;
            lock.notifyAll();
        }
        if (hold) {
            pool.hold();
        } else {
            pool.resume();
        }
    }

    /** Waits for the next look; false if this is closed. */
    private boolean pause() {
        long end = System.nanoTime() + LOOK_EVERY.toNanos();
        synchronized (lock) {
            try {
                long nanos = LOOK_EVERY.toNanos();
                while (!closed && nanos > 0) {
                    TimeUnit.NANOSECONDS.timedWait(lock, nanos);
                    nanos = end - System.nanoTime();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            return !closed;
        }
    }

    /** Lets everybody go. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        Uninterrupted.join(thread);
    }
}
