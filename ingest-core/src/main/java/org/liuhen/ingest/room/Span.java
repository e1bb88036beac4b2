package org.liuhen.ingest.room;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A span of time, with its ends.
 *
 * @param to not before {@code from}
 */
public record Span(Instant from, Instant to) {
    public Span {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException(
                    "span: " + from + " to " + to + " (expected: an end after its beginning)");
        }
    }

    /**
     * What of this span is not covered.
     *
     * @param covering in any order; they may overlap and reach beyond
     * @param tolerance gaps as long as this or shorter are none
     * @return in order, each within this span
     */
    public List<Span> without(Collection<Span> covering, Duration tolerance) {
        List<Span> gaps = new ArrayList<>();
        Instant reached = from;
        for (Span span :
                covering.stream().sorted(Comparator.comparing(Span::from)).toList()) {
            if (!span.from().isBefore(to)) {
                break;
            }
            addGap(gaps, reached, span.from(), tolerance);
            reached = span.to().isAfter(reached) ? span.to() : reached;
        }
        addGap(gaps, reached, to, tolerance);
        return gaps;
    }

    private static void addGap(List<Span> gaps, Instant from, Instant to, Duration tolerance) {
        if (to.isAfter(from) && Duration.between(from, to).compareTo(tolerance) > 0) {
            gaps.add(new Span(from, to));
        }
    }
}
