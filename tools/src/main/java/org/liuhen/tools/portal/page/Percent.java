package org.liuhen.tools.portal.page;

import java.util.Locale;

/** Places in a drawing, as its width's per cent, so that it fits any window. */
public final class Percent {
    private Percent() {}

    /** For example {@code 12.35%}. */
    public static String of(double percent) {
        return String.format(Locale.ROOT, "%.2f%%", percent);
    }
}
