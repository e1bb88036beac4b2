package org.liuhen.tools.portal.page;

import java.util.Set;

/** The style class that colours a category the same on every page. */
public final class CategoryColour {
    /** Those the built-in schedule knows; a department's own share one colour. */
    static final Set<String> KNOWN =
            Set.of("routine", "evidence", "obstruction", "major-incident", "mass-incident", "complex", "interrogation");

    private CategoryColour() {}

    public static String of(String category) {
        return KNOWN.contains(category) ? "cat-" + category : "cat-other";
    }
}
