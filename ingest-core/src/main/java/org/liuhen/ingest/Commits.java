package org.liuhen.ingest;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;

/** Waits for commits, and repeats one whose outcome is unknown, once. Safe for many threads. */
public final class Commits {
    private static final long DEADLINE_SECONDS = 60;

    private final Catalog catalog;

    public Commits(Catalog catalog) {
        this.catalog = catalog;
    }

    /** A change that has been handed over. */
    record Pending(Change change, CompletableFuture<CommitOutcome> outcome) {}

    /** Hands a change over without waiting. */
    Pending begin(Change change) {
        return new Pending(change, catalog.commit(change));
    }

    public CommitOutcome commit(Change change) throws StorageFailure {
        return await(begin(change));
    }

    /** What is to become of a recording. */
    @FunctionalInterface
    public interface Amendment {
        /**
         * The change of a recording as it is now.
         *
         * @return empty if nothing is to be done
         */
        Optional<Change> of(Recording now) throws StorageFailure;
    }

    /**
     * Amends a recording as it is now, anew as often as somebody else is faster. Durable on return.
     *
     * @return whether it was changed; it is not if it is unknown or disposed of
     */
    public boolean amend(RecordingId id, Amendment amendment) throws StorageFailure {
        while (true) {
            Optional<Recording> now = catalog.recording(id, ReadLevel.CURRENT);
            if (now.isEmpty() || now.get().state() == RecordingState.DISPOSED) {
                return false;
            }
            Optional<Change> change = amendment.of(now.get());
            if (change.isEmpty()) {
                return false;
            }
            if (commit(change.get()) instanceof CommitOutcome.Applied) {
                return true;
            }
        }
    }

    CommitOutcome await(Pending pending) throws StorageFailure {
        try {
            return result(pending.outcome());
        } catch (StorageFailure failure) {
            if (failure.kind() != StorageFailure.Kind.OUTCOME_UNKNOWN) {
                throw failure;
            }
            try {
                return result(catalog.commit(pending.change()));
            } catch (StorageFailure again) {
                again.addSuppressed(failure);
                throw again;
            }
        }
    }

    /** For changes of upload rows alone, which build on nothing and so cannot conflict. */
    void apply(Change change) throws StorageFailure {
        applied(begin(change));
    }

    void applied(Pending pending) throws StorageFailure {
        await(pending).match(applied -> applied, conflict -> {
            throw new IllegalStateException("upload row: conflict: " + conflict.what() + " (expected: none)");
        });
    }

    private static CommitOutcome result(CompletableFuture<CommitOutcome> outcome) throws StorageFailure {
        try {
            return outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw new StorageFailure(failure.kind(), String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException("commit: failed", e.getCause());
        } catch (TimeoutException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUTCOME_UNKNOWN,
                    "commit: no outcome after " + DEADLINE_SECONDS + " s (expected: milliseconds)",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: interrupted while waiting", e);
        }
    }
}
