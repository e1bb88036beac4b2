package org.liuhen.storage.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;

/**
 * What a batch decided about one of its changes.
 *
 * @param outcome null if the change could not be judged
 * @param failure why not; null if it was
 * @param fresh whether the change was applied by this batch and its events are new
 */
record Verdict(@Nullable CommitOutcome outcome, @Nullable Throwable failure, boolean fresh) {
    static Verdict applied(List<CustodyEvent> events) {
        return new Verdict(new CommitOutcome.Applied(events), null, true);
    }

    /** The very same change had been applied before. */
    static Verdict repeated(List<CustodyEvent> events) {
        return new Verdict(new CommitOutcome.Applied(events), null, false);
    }

    static Verdict conflict(String what) {
        return new Verdict(new CommitOutcome.Conflict(what), null, false);
    }

    static Verdict failed(Throwable failure) {
        return new Verdict(null, failure, false);
    }
}
