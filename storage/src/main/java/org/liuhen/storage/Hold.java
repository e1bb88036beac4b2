package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's order not to dispose of a recording.
 *
 * @param id unique within the recording
 * @param reason why, in the words of who ordered it
 * @param until when the order lapses by itself; null: only when released
 */
public record Hold(
        String id,
        String reason,
        Actor by,
        Instant at,
        @Nullable Instant until) {}
