package org.liuhen.ingest.media.ffmpeg;

import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipPart;

/**
 * One part of a clip, and what of its file is really there.
 *
 * @param groups where its pictures are; null if there are none
 * @param fromSeconds where it begins, from the start of the file: with a picture, if there are any
 * @param toSeconds where it ends
 * @param offsetSeconds when it begins in the clip
 */
record PartPlan(
        ClipPart part, @Nullable PictureGroups groups, double fromSeconds, double toSeconds, double offsetSeconds) {
    /** Times that are counted anew on decoding may differ by so much. */
    private static final double MOST_LATE_SECONDS = 0.01;

    double seconds() {
        return Math.max(0, toSeconds - fromSeconds);
    }

    /** Whether something at this time of the file belongs to it. */
    boolean wants(double seconds) {
        return seconds >= fromSeconds - PictureGroups.ROUNDING_SECONDS
                && seconds < toSeconds - PictureGroups.ROUNDING_SECONDS;
    }

    /**
     * Whether it is known that pictures are shown before the one that came first.
     *
     * @param cameSeconds of the file
     */
    boolean isMissing(double cameSeconds) {
        return groups != null && groups.timesKnown() && groups.firstFrom(fromSeconds) < cameSeconds - MOST_LATE_SECONDS;
    }

    /** When something at this time of the file comes in the clip. */
    double inClip(double seconds) {
        return seconds - fromSeconds + offsetSeconds;
    }
}
