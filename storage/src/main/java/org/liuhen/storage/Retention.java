package org.liuhen.storage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a recording is kept and why.
 *
 * @param category why it is kept
 * @param permanent kept for ever; then {@code keepUntil} is null
 * @param keepUntil the last day of its period in the configured zone; it may go on the day after
 * @param rule the rule of the schedule that decided, for people
 * @param holds orders not to dispose, in force or not
 * @param announcedAt when its disposal was announced; null unless it is being disposed of
 */
public record Retention(
        Category category,
        boolean permanent,
        @Nullable LocalDate keepUntil,
        String rule,
        List<Hold> holds,
        @Nullable Instant announcedAt) {
    public Retention {
        holds = List.copyOf(holds);
        if (permanent == (keepUntil != null)) {
            throw new IllegalArgumentException("keepUntil: " + keepUntil + " (expected: a day, or none if permanent)");
        }
    }

    /** The day a disposal may first be considered, or null if this can never be. Held recordings never can. */
    public @Nullable LocalDate due() {
        return permanent || keepUntil == null || holds.stream().anyMatch(hold -> hold.until() == null)
                ? null
                : keepUntil;
    }

    public Retention withHolds(List<Hold> holds) {
        return new Retention(category, permanent, keepUntil, rule, holds, announcedAt);
    }

    public Retention withAnnouncedAt(@Nullable Instant announcedAt) {
        return new Retention(category, permanent, keepUntil, rule, holds, announcedAt);
    }
}
