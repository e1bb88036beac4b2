package org.liuhen.tools.portal.page;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Recording;

/**
 * Finding recordings by anything but a case number.
 *
 * @param asked what was filled in, by field
 * @param wrong what is wrong with a field, in the reader's language, by field
 * @param rows what was found; null if nothing was asked yet
 * @param next the address of the next part; null at the end
 */
public record SearchPage(
        Frame frame,
        Map<String, String> asked,
        Map<String, String> wrong,
        List<String> categories,
        @Nullable List<Recording> rows,
        @Nullable String next) {
    public SearchPage {
        asked = Map.copyOf(asked);
        wrong = Map.copyOf(wrong);
        categories = List.copyOf(categories);
        rows = rows == null ? null : List.copyOf(rows);
    }

    public String asked(String field) {
        return asked.getOrDefault(field, "");
    }
}
