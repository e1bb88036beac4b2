package org.liuhen.retention;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Retention;

/**
 * What retention demands for one recording on one day.
 *
 * @param step what is to be done
 * @param retention what it has, or the longer one that the schedule demands today
 * @param reason why it stays; null unless it is kept
 * @param detail the reason, for people
 * @param eraseFrom the first day on which the bytes may go; null unless announced
 */
record Assessment(
        Step step,
        Retention retention,
        @Nullable KeepReason reason,
        @Nullable String detail,
        @Nullable LocalDate eraseFrom) {
    enum Step {
        /** Permanent, disposed of already or not due: no business of retention today. */
        NOTHING,
        /** Due: its disposal is to be announced. */
        ANNOUNCE,
        /** Announced, and the grace period is over. */
        ERASE,
        /** Due, but something keeps it. */
        KEEP
    }

    static Assessment nothing(Retention retention) {
        return new Assessment(Step.NOTHING, retention, null, null, null);
    }

    static Assessment kept(Retention retention, KeepReason reason, String detail) {
        return new Assessment(Step.KEEP, retention, reason, detail, null);
    }

    /** Whether an announced disposal must be taken back. */
    boolean cancels() {
        return step == Step.NOTHING || (step == Step.KEEP && reason != KeepReason.GRACE);
    }
}
