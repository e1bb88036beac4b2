package org.liuhen.storage.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Uninterrupted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door for changes: a bounded queue and the committer thread that empties it. The thread takes what has queued
 * up, has it applied and made durable as one batch, completes everybody who waited, then tells the listeners. A full
 * queue makes callers wait; only changes that come from the committer thread itself never do.
 */
final class CommitQueue implements AutoCloseable {
    /** Applies changes in their order and makes them durable together. Called by one thread only. */
    @FunctionalInterface
    interface Applier {
        /**
         * @return a verdict for each change
         * @throws StorageFailure if the batch as a whole failed
         */
        List<Verdict> apply(List<Change> batch) throws StorageFailure;
    }

    private record Waiting(@Nullable Change change, CompletableFuture<CommitOutcome> answer) {}

    private static final Logger LOG = LoggerFactory.getLogger(CommitQueue.class);
    private static final int MAX_BATCH = 1024;

    private final Applier applier;
    private final BlockingQueue<Waiting> queue;
    /** Changes that callbacks on the committer thread made; only that thread touches it. */
    private final Queue<Waiting> own = new ArrayDeque<>();

    private final List<Consumer<List<CustodyEvent>>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Thread thread;
    private boolean closed;

    CommitQueue(String threadName, int capacity, Applier applier) {
        this.applier = applier;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = new Thread(this::run, threadName);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    int depth() {
        return queue.size();
    }

    CompletableFuture<CommitOutcome> commit(Change change) {
        Waiting waiting = new Waiting(change, new CompletableFuture<>());
        if (Thread.currentThread() == thread) {
            own.add(waiting);
            return waiting.answer();
        }
        gate.readLock().lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closedFailure());
            }
            putUninterruptibly(waiting);
        } finally {
            gate.readLock().unlock();
        }
        return waiting.answer();
    }

    Catalog.Listening listen(Consumer<List<CustodyEvent>> listener) {
        // A wrapper of its own for each call: the same listener may be registered twice and ended once.
        Consumer<List<CustodyEvent>> registered = events -> listener.accept(events);
        listeners.add(registered);
        return () -> listeners.remove(registered);
    }

    /** Applies what was accepted, then ends the thread. */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("close: on the committer's thread (expected: any other)");
        }
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            gate.writeLock().unlock();
        }
        putUninterruptibly(new Waiting(null, new CompletableFuture<>()));
        Uninterrupted.join(thread);
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        boolean ending = false;
        while (!ending || !own.isEmpty()) {
            batch.clear();
            takeInto(batch);
            ending |= batch.removeIf(waiting -> waiting.change() == null);
            if (!batch.isEmpty()) {
                applyBatch(batch);
            }
        }
    }

    private void takeInto(List<Waiting> batch) {
        while (!own.isEmpty() && batch.size() < MAX_BATCH) {
            batch.add(own.remove());
        }
        boolean interrupted = false;
        while (batch.isEmpty()) {
            try {
                batch.add(queue.take());
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread: it owns the write-ahead log.
                interrupted = true;
            }
        }
        if (interrupted) {
            LOG.warn("committer thread: interrupted, goes on");
        }
        queue.drainTo(batch, MAX_BATCH - batch.size());
    }

    private void applyBatch(List<Waiting> batch) {
        List<Change> changes = new ArrayList<>(batch.size());
        for (Waiting waiting : batch) {
            Change change = waiting.change();
            if (change != null) {
                changes.add(change);
            }
        }
        List<Verdict> verdicts;
        try {
            verdicts = applier.apply(Collections.unmodifiableList(changes));
        } catch (StorageFailure | RuntimeException | Error e) {
            LOG.error("commit: a batch of {} changes failed", changes.size(), e);
            batch.forEach(waiting -> waiting.answer().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            complete(batch.get(i).answer(), verdicts.get(i));
        }
        for (Verdict verdict : verdicts) {
            if (verdict.fresh() && verdict.outcome() instanceof CommitOutcome.Applied applied) {
                tell(applied.events());
            }
        }
    }

    private static void complete(CompletableFuture<CommitOutcome> answer, Verdict verdict) {
        CommitOutcome outcome = verdict.outcome();
        if (outcome != null) {
            answer.complete(outcome);
        } else {
            Throwable failure = verdict.failure();
            answer.completeExceptionally(failure == null ? new IllegalStateException("no verdict") : failure);
        }
    }

    private void tell(List<CustodyEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        for (Consumer<List<CustodyEvent>> listener : listeners) {
            try {
                listener.accept(events);
            } catch (RuntimeException e) {
                LOG.error("listener: failed on event {}", events.get(0).sequence(), e);
            }
        }
    }

    private static StorageFailure closedFailure() {
        return new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: closed (expected: open)");
    }

    private void putUninterruptibly(Waiting waiting) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    queue.put(waiting);
                    return;
                } catch (InterruptedException ignored) {
                    // The change is either in the queue or not: an interrupt must not leave that open.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
