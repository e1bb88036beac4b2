package org.liuhen.storage.ledger;

import java.util.Locale;

/**
 * The name of a numbered piece of the log as a path: the number in groups of three digits, all but the last led by an
 * x, such as {@code x001/x234/067}. Source: c2sp.org/tlog-tiles.
 */
public final class TilePath {
    /** How many hashes, entries or events a whole piece holds. */
    public static final int WIDTH = 256;

    private static final int GROUP = 1000;

    private TilePath() {}

    public static String of(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("tile: " + number + " (expected: 0 or more)");
        }
        StringBuilder path = new StringBuilder(String.format(Locale.ROOT, "%03d", number % GROUP));
        for (long rest = number / GROUP; rest > 0; rest /= GROUP) {
            path.insert(0, String.format(Locale.ROOT, "x%03d/", rest % GROUP));
        }
        return path.toString();
    }

    /** The path of a piece that may not be whole yet: with {@code .p/<width>} if it is not. */
    public static String of(long number, int width) {
        return width == WIDTH ? of(number) : of(number) + ".p/" + width;
    }
}
