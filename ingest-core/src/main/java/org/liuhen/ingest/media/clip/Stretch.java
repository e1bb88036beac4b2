package org.liuhen.ingest.media.clip;

/** A stretch of time, seconds from the start of a recording, the end above the beginning. */
public record Stretch(double fromSeconds, double toSeconds) {
    public Stretch {
        if (!(fromSeconds >= 0 && toSeconds > fromSeconds && toSeconds < ClipOrder.FARTHEST_SECONDS)) {
            throw new InvalidClip("span: " + fromSeconds + " to " + toSeconds + " (expected: 0 <= from < to, seconds)");
        }
    }

    /** Whether something from {@code from} to {@code to} has any time in common with this, ends included. */
    public boolean touches(double from, double to) {
        return from <= toSeconds && to >= fromSeconds;
    }

    public boolean contains(double seconds) {
        return seconds >= fromSeconds && seconds <= toSeconds;
    }
}
