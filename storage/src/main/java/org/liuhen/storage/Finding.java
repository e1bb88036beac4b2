package org.liuhen.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something about a recording that people should know, found by the system itself.
 *
 * @param kind one of the kinds CONTRACT names, for example {@code truncated}
 * @param detail a sentence for people
 * @param from where it begins, seconds from the start of the recording; null if it concerns the whole
 * @param to where it ends; null if it concerns the whole
 */
public record Finding(
        String kind,
        String detail,
        @Nullable Double from,
        @Nullable Double to) {
    public static Finding of(String kind, String detail) {
        return new Finding(kind, detail, null, null);
    }

    public static Finding between(String kind, String detail, Duration from, Duration to) {
        return new Finding(kind, detail, from.toMillis() / 1000.0, to.toMillis() / 1000.0);
    }
}
