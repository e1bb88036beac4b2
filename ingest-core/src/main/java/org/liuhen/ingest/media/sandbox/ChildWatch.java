package org.liuhen.ingest.media.sandbox;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at children at work several times a second, and ends those that take more than they may: the limits that the
 * system can set are for a process's whole life, not for one of many pieces of work. Safe for many threads.
 */
public final class ChildWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 200;

    private final ScheduledThreadPoolExecutor looks;

    public ChildWatch() {
        this.looks = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "liuhen-media-watch");
            thread.setDaemon(true);
            return thread;
        });
        looks.setRemoveOnCancelPolicy(true);
    }

    /** Watches until the result is closed. */
    Guard over(Child child, WorkLimits limits) {
        return new Guard(child, limits);
    }

    /** One piece of work under watch. */
    final class Guard implements AutoCloseable {
        private final Child child;
        private final WorkLimits limits;
        private final long processorNanosBefore;
        private final ScheduledFuture<?> looking;
        private long lastNanos = System.nanoTime();
        private long nanos;

        private Guard(Child child, WorkLimits limits) {
            this.child = child;
            this.limits = limits;
            this.processorNanosBefore = child.processorNanos();
            long first = Math.max(0, Math.min(EVERY_MILLIS, limits.time().toMillis()));
            this.looking = looks.scheduleWithFixedDelay(this::look, first, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void look() {
            long now = System.nanoTime();
            nanos += child.isHeld() ? 0 : now - lastNanos;
            lastNanos = now;
            if (nanos > limits.time().toNanos()) {
                child.end("it took longer than " + limits.time().toSeconds() + " s");
            } else if (child.processorNanos() - processorNanosBefore
                    > limits.processorTime().toNanos()) {
                child.end("it used more than " + limits.processorTime().toSeconds() + " s of processor time");
            } else if (child.writtenBytes() > limits.outputBytes()) {
                child.end("it wrote more than " + (limits.outputBytes() >> 20) + " MiB");
            }
        }

        @Override
        public void close() {
            looking.cancel(false);
        }
    }

    /** Ends the watching. */
    @Override
    public void close() {
        looks.shutdownNow();
    }
}
