package org.liuhen.ingest.media.clip;

import java.util.List;

/**
 * What of one recording goes into a clip. Times are seconds from the recording's start.
 *
 * @param atSeconds where in the clip its beginning is shown; only for what is shown side by side
 * @param cell where it is shown then, from 0, row by row; parts that share a cell follow each other in it
 * @param mutes where nothing is to be heard
 * @param disguises where nobody is to be known by the voice
 */
public record ClipPart(
        Stretch span, double atSeconds, int cell, List<Mask> masks, List<Stretch> mutes, List<Stretch> disguises) {
    public ClipPart {
        masks = List.copyOf(masks);
        mutes = List.copyOf(mutes);
        disguises = List.copyOf(disguises);
        if (!(atSeconds >= 0 && atSeconds < ClipOrder.FARTHEST_SECONDS)) {
            throw new InvalidClip("at: " + atSeconds + " (expected: seconds, 0 or more)");
        }
        if (cell < 0 || cell >= ClipOrder.MOST_CELLS) {
            throw new InvalidClip("side by side: more than " + ClipOrder.MOST_CELLS + " at a time");
        }
    }

    /** A part as it is. */
    public static ClipPart of(double fromSeconds, double toSeconds) {
        return new ClipPart(new Stretch(fromSeconds, toSeconds), 0, 0, List.of(), List.of(), List.of());
    }

    public ClipPart masked(List<Mask> masks) {
        return new ClipPart(span, atSeconds, cell, masks, mutes, disguises);
    }

    public ClipPart hushed(List<Stretch> mutes, List<Stretch> disguises) {
        return new ClipPart(span, atSeconds, cell, masks, mutes, disguises);
    }

    /** A part that is shown side by side with others, from this second of the clip on. */
    public ClipPart at(double seconds, int cell) {
        return new ClipPart(span, seconds, cell, masks, mutes, disguises);
    }

    /** Whether the sound is changed anywhere in it. */
    public boolean changesSound() {
        return mutes.stream().anyMatch(this::concerns) || disguises.stream().anyMatch(this::concerns);
    }

    private boolean concerns(Stretch other) {
        return other.touches(span.fromSeconds(), span.toSeconds());
    }
}
