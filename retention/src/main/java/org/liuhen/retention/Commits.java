package org.liuhen.retention;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.StorageFailure;

/** Commits a change and waits until it is decided: an unknown outcome is decided by repeating the very same change. */
final class Commits {
    private static final int REPEATS = 3;
    private static final long DEADLINE_SECONDS = 60;

    private Commits() {}

    /** @throws StorageFailure {@code OUTCOME_UNKNOWN} if repeating did not decide it */
    static CommitOutcome decide(Catalog catalog, Change change) throws StorageFailure {
        for (int repeat = 0; ; repeat++) {
            try {
                return once(catalog, change);
            } catch (StorageFailure e) {
                if (e.kind() != StorageFailure.Kind.OUTCOME_UNKNOWN || repeat == REPEATS) {
                    throw e;
                }
            }
        }
    }

    private static CommitOutcome once(Catalog catalog, Change change) throws StorageFailure {
        try {
            return catalog.commit(change).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw new StorageFailure(failure.kind(), "commit: " + failure.getMessage(), e);
            }
            throw new IllegalStateException("commit: failed", e);
        } catch (TimeoutException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: took over " + DEADLINE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: interrupted while waiting", e);
        }
    }
}
