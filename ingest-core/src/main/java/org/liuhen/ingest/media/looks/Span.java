package org.liuhen.ingest.media.looks;

/** A part of a recording, seconds from its start. */
public record Span(double fromSeconds, double toSeconds) {
    public Span {
        if (!(toSeconds >= fromSeconds)) {
            throw new IllegalArgumentException("span: " + fromSeconds + " to " + toSeconds + " (expected: in order)");
        }
    }

    double lengthSeconds() {
        return toSeconds - fromSeconds;
    }
}
