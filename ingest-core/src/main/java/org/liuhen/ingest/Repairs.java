package org.liuhen.ingest;

import java.util.List;

/**
 * What start-up found of uploads that a stop or a crash had left behind, and did about it.
 *
 * @param resumable unfinished uploads that wait for their device; nothing was done
 * @param sealed recordings that lay whole in the vault and were missing in the catalog
 * @param discarded remains of uploads that nobody was promised anything about
 * @param lost uploads whose acknowledged bytes are not there any more, a sentence each: the vault was tampered with or
 *     damaged
 */
public record Repairs(int resumable, int sealed, int discarded, List<String> lost) {
    public Repairs {
        lost = List.copyOf(lost);
    }

    /** Whether there was anything to repair. */
    public boolean any() {
        return sealed > 0 || discarded > 0 || !lost.isEmpty();
    }

    @Override
    public String toString() {
        return "uploads: " + resumable + " to be resumed, " + sealed + " sealed, " + discarded + " discarded, "
                + lost.size() + " lost" + (lost.isEmpty() ? "" : " " + lost);
    }
}
