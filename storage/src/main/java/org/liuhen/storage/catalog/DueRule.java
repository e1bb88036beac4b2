package org.liuhen.storage.catalog;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;

/** Which recordings the due index holds and which of them may be handed out. */
final class DueRule {
    private DueRule() {}

    /** The day under which a recording stands in the due index; null if nothing will ever make it due by itself. */
    static @Nullable LocalDate day(Recording recording) {
        return recording.state() == RecordingState.DISPOSED
                ? null
                : recording.retention().due();
    }

    /** Whether a recording is due on {@code through} or earlier and nobody holds it at {@code now}. */
    static boolean isDue(Recording recording, LocalDate through, Instant now) {
        LocalDate day = day(recording);
        return day != null
                && !day.isAfter(through)
                && recording.retention().holds().stream().noneMatch(hold -> {
                    Instant until = hold.until();
                    return until == null || until.isAfter(now);
                });
    }
}
