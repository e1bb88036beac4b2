package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Media;

/**
 * The pictures or the sound of a recording.
 *
 * @param ticksPerSecond of its clock
 * @param shiftTicks what is added to a sample's time to get the time since the start of the recording
 * @param endTicks the end of what is to be shown, by the samples' own times; {@link Long#MAX_VALUE} if all is
 * @param delayTicks by how much later than they are samples are told to be shown in fragments, so that none is shown before it
 *     is decoded; the head takes it back
 * @param firstSample the first that is played: a key picture, or sound that does not begin before the recording
 * @param entry what describes the samples
 * @param matrix how pictures are turned, the 36 bytes of {@code tkhd}
 */
record Track(
        long ticksPerSecond,
        long shiftTicks,
        long endTicks,
        long delayTicks,
        int firstSample,
        Entry entry,
        ByteBuffer matrix,
        Samples samples) {
    /** Pictures are reordered by no more than that. */
    private static final int REORDERED = 32;

    /**
     * What a sample entry says. Either {@code video} or {@code audio} is there.
     *
     * @param box the entry, written anew
     * @param unitLengthBytes how long the length before each unit of a picture is; 0 for sound
     */
    record Entry(byte[] box, int unitLengthBytes, Media.@Nullable Video video, Media.@Nullable Audio audio) {}

    boolean ofPictures() {
        return entry.video() != null;
    }

    /** The same at another place in time, from its first sample at or after the start of the recording. */
    Track placed(long shift, int first) {
        long earliest = 0;
        for (int i = first; i < samples.count(); i++) {
            earliest = Math.max(earliest, samples.decode(i) - samples.shown(i));
        }
        Track placed = new Track(ticksPerSecond, shift, endTicks, 0, first, entry, matrix, samples);
        return new Track(ticksPerSecond, shift, endTicks, placed.leadTicks() + earliest, first, entry, matrix, samples);
    }

    /** What is added to times of decoding, so that what is decoded before the recording begins is not before zero. */
    long leadTicks() {
        return samples.count() == 0 ? 0 : Math.max(0, -(samples.decode(firstSample) + shiftTicks));
    }

    /** When a sample is decoded, in seconds from the start of the recording. */
    double decodedSeconds(int sample) {
        return seconds(samples.decode(sample) + shiftTicks);
    }

    double seconds(long ticks) {
        return (double) ticks / ticksPerSecond;
    }

    /** When a sample is shown, in seconds from the start of the recording. */
    double shownSeconds(int sample) {
        return seconds(samples.shown(sample) + shiftTicks);
    }

    /** How many samples lie before the first that is decoded at {@code seconds} or later. */
    int countBefore(double seconds) {
        return samples.countBefore((long) Math.ceil(seconds * ticksPerSecond - 0.001) - shiftTicks);
    }

    /** When the first picture after {@code from} in the order of showing is shown, in ticks of its own clock. */
    long earliestShown(int from) {
        long earliest = samples.shown(from);
        for (int i = from; i < Math.min(samples.count(), from + REORDERED); i++) {
            earliest = Math.min(earliest, samples.shown(i));
        }
        return earliest;
    }

    /** When the last of the samples before {@code end} ends, in seconds from the start of the recording. */
    double endSeconds(int end) {
        long last = 0;
        for (int i = Math.max(firstSample, end - REORDERED); i < end; i++) {
            last = Math.max(last, samples.shown(i) + samples.ticks(i) + shiftTicks);
        }
        return seconds(last);
    }
}
