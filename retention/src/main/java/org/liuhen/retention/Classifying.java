package org.liuhen.retention;

import java.util.Map;
import java.util.TreeMap;
import org.liuhen.storage.Retention;

/** How a change of category is told in an event, so that the catalog can be rebuilt from events alone. */
public final class Classifying {
    private Classifying() {}

    public static Map<String, String> details(Retention before, Retention after) {
        Map<String, String> details = new TreeMap<>();
        details.put("before", before.category().value());
        details.put("category", after.category().value());
        details.put("permanent", Boolean.toString(after.permanent()));
        details.put("rule", after.rule());
        if (after.keepUntil() != null) {
            details.put("keepUntil", after.keepUntil().toString());
        }
        return details;
    }
}
