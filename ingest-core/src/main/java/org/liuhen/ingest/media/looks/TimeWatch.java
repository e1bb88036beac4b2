package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a running clock is burnt into the pictures of a recording, and where.
 *
 * <p>Looked for in the upper and the lower quarter, in windows of {@value #WINDOW_SECONDS} seconds: a few at the beginning,
 * then one every {@value #APART_SECONDS} seconds until one shows a clock. Of each picture only the strong edges are kept,
 * see {@link EdgePicture}; what a window shows is judged by {@link TickSearch}. A recording shorter than a window is
 * judged by less: there the last digit does not come round.
 */
public final class TimeWatch {
    /** The kind of the finding. */
    public static final String BURNT_IN_TIME = "burnt-in-time";

    static final double WINDOW_SECONDS = 16;
    private static final double SHORT_SECONDS = 5.5;
    private static final double APART_SECONDS = 120;
    private static final double BROKEN_SECONDS = 1;
    private static final double CLOSEST_SECONDS = 0.15;
    private static final int WINDOWS_IN_A_ROW = 2;
    private static final int MOST_WINDOWS = 100;

    /** A part of every picture, in parts of its width and height. */
    public record Area(double left, double top, double width, double height) {}

    private final List<EdgePicture> window = new ArrayList<>();
    private List<Area> areas = List.of();
    private int windows;
    private double beginAt;

    /** Takes the next picture, in order of time. */
    public void see(double seconds, SmallPicture picture) {
        if (!areas.isEmpty() || windows >= MOST_WINDOWS || seconds < beginAt) {
            return;
        }
        if (!window.isEmpty()) {
            EdgePicture last = window.get(window.size() - 1);
            double since = seconds - last.seconds();
            if (since >= 0 && since < CLOSEST_SECONDS) {
                return;
            }
            if (since < 0 || since > BROKEN_SECONDS || !last.hasSizeOf(picture)) {
                window.clear();
            }
        }
        window.add(EdgePicture.of(seconds, picture));
        if (seconds - window.get(0).seconds() >= WINDOW_SECONDS) {
            areas = new TickSearch(window, true).areas();
            window.clear();
            windows++;
            beginAt = windows < WINDOWS_IN_A_ROW ? seconds : seconds + APART_SECONDS;
        }
    }

    /** Where clocks are, once all pictures have been taken; empty if there is none. */
    public List<Area> areas() {
        boolean isShort = windows == 0 && !window.isEmpty();
        if (isShort && window.get(window.size() - 1).seconds() - window.get(0).seconds() >= SHORT_SECONDS) {
            areas = new TickSearch(window, false).areas();
        }
        window.clear();
        return areas;
    }
}
