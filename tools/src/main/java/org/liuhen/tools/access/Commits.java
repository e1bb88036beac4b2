package org.liuhen.tools.access;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.StorageFailure;

/** Waits for commits. An unknown outcome is decided by repeating the very same change, as {@link Catalog} promises. */
public final class Commits {
    private static final int ATTEMPTS = 3;
    private static final int DEADLINE_SECONDS = 30;

    private Commits() {}

    /**
     * The events as committed, now durable.
     *
     * @throws Problem 409 if something it builds on has changed
     */
    public static List<CustodyEvent> apply(Catalog catalog, Change change) throws Problem, StorageFailure {
        CommitOutcome outcome = outcome(catalog, change);
        if (outcome instanceof CommitOutcome.Conflict conflict) {
            throw new Problem(409, "conflict", conflict.what());
        }
        return ((CommitOutcome.Applied) outcome).events();
    }

    public static CommitOutcome outcome(Catalog catalog, Change change) throws StorageFailure {
        for (int attempt = 1; ; attempt++) {
            try {
                return catalog.commit(change).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof StorageFailure failure)) {
                    throw new IllegalStateException("commit: failed", e.getCause());
                }
                if (failure.kind() != StorageFailure.Kind.OUTCOME_UNKNOWN || attempt == ATTEMPTS) {
                    throw failure;
                }
            } catch (TimeoutException e) {
                throw new StorageFailure(
                        StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: no answer in " + DEADLINE_SECONDS + " s", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StorageFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, "commit: interrupted while waiting", e);
            }
        }
    }
}
