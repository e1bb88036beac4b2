package org.liuhen.ingest.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** What all conversations of one server share. */
final class Service {
    final HttpSettings settings;
    final Router router;
    final Authenticator authenticator;
    final BodyBudget budget;
    final ServerMeters meters;
    final Failures failures;
    final Replies replies;
    final Executor workers;
    /** One thread for each stream under way; refuses more than allowed. */
    final Executor streams;

    /** Every open conversation. */
    final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();

    private final AtomicInteger exchanges = new AtomicInteger();
    private final Object quiet = new Object();
    private volatile boolean stopping;

    Service(
            HttpSettings settings,
            Router router,
            Authenticator authenticator,
            BodyBudget budget,
            ServerMeters meters,
            Failures failures,
            Replies replies,
            Executor workers,
            Executor streams) {
        this.settings = settings;
        this.router = router;
        this.authenticator = authenticator;
        this.budget = budget;
        this.meters = meters;
        this.failures = failures;
        this.replies = replies;
        this.workers = workers;
        this.streams = streams;
    }

    boolean isStopping() {
        return stopping;
    }

    void stop() {
        stopping = true;
    }

    void exchangeBegun() {
        exchanges.incrementAndGet();
    }

    void exchangeOver() {
        if (exchanges.decrementAndGet() == 0) {
            synchronized (quiet) {
                quiet.notifyAll();
            }
        }
    }

    /** Waits until no exchange is under way, or the time is up. Returns whether it is quiet. */
    boolean awaitQuiet(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        synchronized (quiet) {
            while (exchanges.get() > 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                quiet.wait(left);
            }
        }
        return true;
    }
}
