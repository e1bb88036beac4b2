package org.liuhen.tools.upkeep;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is not as it was received.
 *
 * @param copy which copy of the original it is about, {@code vault} or {@code mirror}; null if none
 * @param where what differs: {@code original}, {@code manifest.json}, {@code catalog}, {@code ledger} or {@code vault}
 * @param what for people
 */
public record Difference(@Nullable String copy, String where, String what) {
    /** As a sentence of its own. */
    @Override
    public String toString() {
        return (copy == null ? "" : copy + ": ") + where + ": " + what;
    }
}
