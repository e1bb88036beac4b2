package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The stretches of time in which something was so, out of single looks in order of time. */
final class Stretches {
    private static final double WORTH_KEEPING_SECONDS = 1;
    private static final int MOST_KEPT = 10_000;
    private static final int MOST_TOLD = 50;
    /** A recording shorter than what makes a finding counts if this much of it is so. */
    private static final double NEARLY_ALL = 0.9;

    private final double leastSeconds;
    private final List<Span> spans = new ArrayList<>();
    private double since = Double.NaN;

    /** @param leastSeconds what is shorter is not told, unless it is nearly the whole recording */
    Stretches(double leastSeconds) {
        this.leastSeconds = leastSeconds;
    }

    /** @param so whether it is so from this time on */
    void see(double seconds, boolean so) {
        if (so && Double.isNaN(since)) {
            since = seconds;
        } else if (!so && !Double.isNaN(since)) {
            end(seconds);
        }
    }

    /** It has been so since that time, which lies before what was seen last. */
    void seeSince(double seconds) {
        if (Double.isNaN(since)) {
            since = seconds;
        }
    }

    private void end(double seconds) {
        if (seconds - since >= WORTH_KEEPING_SECONDS && spans.size() < MOST_KEPT) {
            spans.add(new Span(since, seconds));
        }
        since = Double.NaN;
    }

    /** Those long enough, the longest if there are too many, in order. */
    List<Span> until(double endSeconds) {
        see(endSeconds, false);
        double least = Math.min(leastSeconds, Math.max(WORTH_KEEPING_SECONDS, NEARLY_ALL * endSeconds));
        return spans.stream()
                .filter(span -> span.lengthSeconds() >= least)
                .sorted(Comparator.comparingDouble(Span::lengthSeconds).reversed())
                .limit(MOST_TOLD)
                .sorted(Comparator.comparingDouble(Span::fromSeconds))
                .toList();
    }
}
