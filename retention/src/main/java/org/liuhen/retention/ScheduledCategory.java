package org.liuhen.retention;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Category;

/**
 * A category that the schedule knows.
 *
 * @param titleZh what people call it, in Chinese
 * @param titleEn what people call it, in English
 * @param months how many calendar months it keeps; null: for ever
 */
public record ScheduledCategory(
        @JsonProperty("category") Category name,
        String titleZh,
        String titleEn,
        @Nullable Integer months) {
    public boolean permanent() {
        return months == null;
    }

    /** For people: {@code permanent} or {@code 6 months}. */
    public String period() {
        return months == null ? "permanent" : months + " months";
    }
}
