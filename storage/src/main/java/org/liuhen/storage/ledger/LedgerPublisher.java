package org.liuhen.storage.ledger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Uninterrupted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that keeps a {@link LedgerFolder} up with its log: as soon as something is new, but then not again for a
 * while, so that a busy log costs no more than a quiet one. What fails is tried again. Nobody waits for it; closing
 * publishes what is left.
 */
public final class LedgerPublisher implements AutoCloseable {
    /** The least time between two passes; the most by which the folder is behind a log that works. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(LedgerPublisher.class);

    private final LedgerFolder folder;
    private final Duration interval;
    private final BlockingQueue<Boolean> news = new ArrayBlockingQueue<>(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable String trouble;

    private LedgerPublisher(LedgerFolder folder, Duration interval) {
        this.folder = folder;
        this.interval = interval;
        this.thread = new Thread(this::run, "liuhen-ledger-folder");
        this.thread.setDaemon(true);
    }

    /** Starts with a first pass. */
    public static LedgerPublisher start(LedgerFolder folder) {
        return start(folder, INTERVAL);
    }

    static LedgerPublisher start(LedgerFolder folder, Duration interval) {
        LedgerPublisher publisher = new LedgerPublisher(folder, interval);
        publisher.changed();
        publisher.thread.start();
        return publisher;
    }

    /** Says that there is something new. Never waits. */
    public void changed() {
        if (!news.offer(Boolean.TRUE)) {
            LOG.trace("a pass is due already");
        }
    }

    /** Why the folder is behind; empty while it is not. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                news.take();
                boolean done = pass();
                open = !closing.await((done ? interval : AFTER_FAILURE).toMillis(), TimeUnit.MILLISECONDS);
                if (!done) {
                    changed();
                }
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread.
                LOG.warn("interrupted, goes on");
                changed();
            }
        }
        boolean ignored = pass();
    }

    private boolean pass() {
        try {
            long size = folder.publish();
            if (trouble != null) {
                LOG.info("ledger folder: published again, size={}", size);
            }
            trouble = null;
            return true;
        } catch (StorageFailure e) {
            if (trouble == null) {
                LOG.error("ledger folder: behind the log, tried again from now on", e);
            }
            trouble = e.getMessage();
            return false;
        }
    }

    /** Publishes what is left, then ends the thread. */
    @Override
    public void close() {
        closing.countDown();
        changed();
        Uninterrupted.join(thread);
    }
}
