package org.liuhen.ingest.room;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.StorageFailure;

/** Waits for commits that build on nothing and so cannot conflict; an unknown outcome is decided by repeating it once. */
final class RoomCommits {
    private static final int DEADLINE_SECONDS = 60;

    private RoomCommits() {}

    /** Durable on return. */
    static void apply(Catalog catalog, Change change) throws StorageFailure {
        try {
            once(catalog, change);
        } catch (StorageFailure failure) {
            if (failure.kind() != StorageFailure.Kind.OUTCOME_UNKNOWN) {
                throw failure;
            }
            once(catalog, change);
        }
    }

    private static void once(Catalog catalog, Change change) throws StorageFailure {
        try {
            CommitOutcome outcome = catalog.commit(change).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (outcome instanceof CommitOutcome.Conflict conflict) {
                throw new IllegalStateException("session: conflict: " + conflict.what() + " (expected: none)");
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw new StorageFailure(failure.kind(), String.valueOf(failure.getMessage()), failure);
            }
            throw new IllegalStateException("commit: failed", e.getCause());
        } catch (TimeoutException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: no outcome after " + DEADLINE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: interrupted while waiting", e);
        }
    }
}
