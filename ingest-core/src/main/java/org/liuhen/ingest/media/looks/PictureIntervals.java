package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How long it is from one picture to the next, and where it is extremely long: a second or more, and {@value #EXTREME}
 * times as long as usual. What is usual is the median, known to a few per cent; what is extreme is decided at the end.
 * Several such intervals in a row are one span.
 */
public final class PictureIntervals {
    private static final double EXTREME = 10;
    private static final double LEAST_SECONDS = 1;
    private static final int MOST_KEPT = 10_000;
    private static final int MOST_TOLD = 20;

    private static final double SHORTEST_SECONDS = 0.001;
    private static final double STEPS_PER_DOUBLING = 16;
    private static final int STEPS = 400;

    private final long[] histogram = new long[STEPS];
    private final List<Span> longOnes = new ArrayList<>();
    private long count;

    /** Takes the next interval, in order of time. */
    public void see(double fromSeconds, double toSeconds) {
        double seconds = toSeconds - fromSeconds;
        if (!(seconds >= 0)) {
            return;
        }
        double doublings = Math.log(Math.max(seconds, SHORTEST_SECONDS) / SHORTEST_SECONDS) / Math.log(2);
        histogram[(int) Math.min(STEPS - 1, Math.round(doublings * STEPS_PER_DOUBLING))]++;
        count++;
        if (seconds >= LEAST_SECONDS && longOnes.size() < MOST_KEPT) {
            longOnes.add(new Span(fromSeconds, toSeconds));
        }
    }

    /** The usual interval, seconds; 0 if there was none. */
    public double medianSeconds() {
        long left = (count + 1) / 2;
        for (int i = 0; i < STEPS && count > 0; i++) {
            left -= histogram[i];
            if (left <= 0) {
                return SHORTEST_SECONDS * Math.pow(2, i / STEPS_PER_DOUBLING);
            }
        }
        return 0;
    }

    /** Where pictures are extremely far apart; the longest if there are too many, in order. */
    public List<Span> extremes() {
        double least = Math.max(LEAST_SECONDS, EXTREME * medianSeconds());
        List<Span> joined = new ArrayList<>();
        for (Span span : longOnes) {
            int last = joined.size() - 1;
            if (span.lengthSeconds() < least) {
                continue;
            }
            if (last >= 0 && joined.get(last).toSeconds() >= span.fromSeconds()) {
                joined.set(last, new Span(joined.get(last).fromSeconds(), span.toSeconds()));
            } else {
                joined.add(span);
            }
        }
        return joined.stream()
                .sorted(Comparator.comparingDouble(Span::lengthSeconds).reversed())
                .limit(MOST_TOLD)
                .sorted(Comparator.comparingDouble(Span::fromSeconds))
                .toList();
    }
}
