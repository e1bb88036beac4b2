package org.liuhen.storage;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something about a recording that people should know, found by the system itself.
 *
 * @param kind one of the kinds CONTRACT names, for example {@code truncated}
 * @param detail a sentence for people, in English
 * @param from where it begins, seconds from the start of the recording; null if it concerns the whole
 * @param to where it ends; null if it concerns the whole
 * @param said what {@code detail} says, for other languages; null in what was stored before there was such a thing
 */
public record Finding(
        String kind,
        String detail,
        @Nullable Double from,
        @Nullable Double to,
        @Nullable List<Said> said) {
    public Finding {
        said = said == null ? null : List.copyOf(said);
    }

    /** One that is known in English only. */
    public Finding(String kind, String detail, @Nullable Double from, @Nullable Double to) {
        this(kind, detail, from, to, null);
    }

    public static Finding of(String kind, String detail) {
        return new Finding(kind, detail, null, null);
    }

    public static Finding of(String kind, Said said) {
        return new Finding(kind, said.english(), null, null, List.of(said));
    }

    public static Finding between(String kind, Said said, Duration from, Duration to) {
        return new Finding(kind, said.english(), from.toMillis() / 1000.0, to.toMillis() / 1000.0, List.of(said));
    }
}
