package org.liuhen.tools.portal.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Recording;

/**
 * Where a person starts: a case number to type, and what this person worked on last.
 *
 * @param typed what was typed and could not be used; empty otherwise
 * @param wrong why, in the reader's language; null otherwise
 * @param damaged how many recordings are damaged in the store, for those who look after it; 0 for others
 */
public record HomePage(
        Frame frame,
        String typed,
        @Nullable String wrong,
        int damaged,
        List<RecentCase> recentCases,
        List<RecentRecording> recentRecordings) {
    /** @param at when this person last looked at a recording of it */
    public record RecentCase(CaseNumber number, Instant at) {}

    /** @param at when this person last looked at it */
    public record RecentRecording(Recording recording, Instant at) {}

    public HomePage {
        recentCases = List.copyOf(recentCases);
        recentRecordings = List.copyOf(recentRecordings);
    }
}
