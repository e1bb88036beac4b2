package org.liuhen.ingest.media.clip;

import java.util.List;

/**
 * A box drawn by a person that hides what is in it, from the first moment of its span to the last. It goes in a straight
 * line from each key to the next; a single key stands still.
 *
 * @param keys by time, strictly; several begin and end with the span
 */
public record Mask(Stretch span, Kind kind, List<MaskKey> keys) {
    /** How often a key may differ from the end of its span: people's tools round. */
    private static final double ROUNDING_SECONDS = 1e-3;

    /** What is put over the box. */
    public enum Kind {
        /** A few soft patches in the colours of what is below: see {@link MaskBrush}. */
        BLUR,
        BLACK
    }

    public Mask {
        keys = List.copyOf(keys);
        if (keys.isEmpty()) {
            throw new InvalidClip("mask: has no keys (expected: at least one)");
        }
        double last = Double.NEGATIVE_INFINITY;
        for (MaskKey key : keys) {
            boolean within = key.atSeconds() >= span.fromSeconds() - ROUNDING_SECONDS
                    && key.atSeconds() <= span.toSeconds() + ROUNDING_SECONDS;
            if (!within || key.atSeconds() <= last) {
                throw new InvalidClip("key: at " + key.atSeconds() + " (expected: within " + span.fromSeconds() + " to "
                        + span.toSeconds() + ", after the key before)");
            }
            last = key.atSeconds();
        }
        double first = keys.get(0).atSeconds();
        boolean covered = first <= span.fromSeconds() + ROUNDING_SECONDS && last >= span.toSeconds() - ROUNDING_SECONDS;
        if (keys.size() > 1 && !covered) {
            throw new InvalidClip("mask: its keys go from " + first + " to " + last + " (expected: "
                    + span.fromSeconds() + " to " + span.toSeconds()
                    + ", so that no picture is without cover; or one key that stands still)");
        }
    }

    /** The box at a moment within the span. */
    public MaskKey at(double seconds) {
        MaskKey before = keys.get(0);
        for (MaskKey key : keys) {
            if (key.atSeconds() > seconds) {
                return before.atSeconds() <= seconds ? before.towards(key, seconds) : key;
            }
            before = key;
        }
        return before;
    }
}
