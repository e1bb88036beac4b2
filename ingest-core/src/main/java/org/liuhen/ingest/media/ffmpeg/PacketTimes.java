package org.liuhen.ingest.media.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import org.liuhen.ingest.media.looks.PictureIntervals;

/**
 * The clock of one stream: takes the times that a file gives its packets, or frames, and makes them fit to be written.
 * They begin at the file's start, decoding times rise strictly, missing ones are filled in at the stream's own pace,
 * and a jump back or a leap far ahead (a clock that was set, recordings joined end to end) is closed. All times are
 * ticks of the stream.
 */
final class PacketTimes {
    /** No time given. */
    static final long NONE = Long.MIN_VALUE;

    private static final int LEAP_SECONDS = 3600;
    private static final int NOTICEABLE_SECONDS = 10;
    private static final int MOST_JUMPS = 20;
    /** Pictures of a stream that comes without decoding times may go back by so many. Source: H.264 and H.265 keep 16. */
    static final int MOST_REORDERED = 17;

    private static final int FARTHEST_REORDERING_SECONDS = 60;
    private static final long FARTHEST_TICKS = 1L << 56;

    /**
     * Times that do not go on where the last left off.
     *
     * @param atSeconds where, as written
     * @param bySeconds ahead, or back if negative
     */
    record Jump(double atSeconds, double bySeconds) {}

    private final long stepTicks;
    private final long ticksPerSecond;
    private long shiftTicks;
    private boolean begun;
    private long pts;
    private long dts;
    private long duration;
    private long expectedTicks;
    private long first = NONE;
    private long end = NONE;
    private long count;
    private final List<Jump> jumps = new ArrayList<>();
    private final PictureIntervals intervals = new PictureIntervals();

    /**
     * @param originTicks what the file calls its start; becomes 0
     * @param stepTicks from one packet to the next where the file does not say; at least 1
     * @param ticksPerSecond at least 1
     */
    PacketTimes(long originTicks, long stepTicks, long ticksPerSecond) {
        this.shiftTicks = believable(originTicks) == NONE ? 0 : -originTicks;
        this.stepTicks = Math.max(1, stepTicks);
        this.ticksPerSecond = Math.max(1, ticksPerSecond);
    }

    /**
     * Takes the next packet's times, in decoding order.
     *
     * @param givenPts {@link #NONE} if unknown: then the picture is shown when it is decoded
     * @param givenDts {@link #NONE} if unknown
     * @param givenDuration 0 or less if unknown; not believed of a packet without a time
     */
    void next(long givenPts, long givenDts, long givenDuration) {
        take(believable(givenPts), believable(givenDts), givenDuration);
    }

    /** Times so far out that sums of them would overflow count as not given. */
    private static long believable(long ticks) {
        return Math.abs(ticks) < FARTHEST_TICKS && ticks != NONE ? ticks : NONE;
    }

    private void take(long givenPts, long givenDts, long givenDuration) {
        long given = givenDts != NONE ? givenDts : givenPts;
        boolean told = given != NONE && givenDuration > 0 && givenDuration < LEAP_SECONDS * ticksPerSecond;
        duration = told ? givenDuration : stepTicks;
        long reorder = givenPts != NONE && givenDts != NONE ? givenPts - givenDts : 0;
        if (Math.abs(reorder) > FARTHEST_REORDERING_SECONDS * ticksPerSecond) {
            reorder = 0;
        }
        long next = given == NONE ? expectedTicks : given + shiftTicks;
        boolean jumped = false;
        if (begun && given != NONE) {
            boolean jumpedBack = next < dts - Math.max(ticksPerSecond, MOST_REORDERED * stepTicks);
            boolean leapt = next > expectedTicks + LEAP_SECONDS * ticksPerSecond;
            boolean noticeable = next > expectedTicks + NOTICEABLE_SECONDS * ticksPerSecond;
            jumped = jumpedBack || noticeable;
            if (jumped && jumps.size() < MOST_JUMPS) {
                jumps.add(new Jump(
                        (double) expectedTicks / ticksPerSecond, (double) (next - expectedTicks) / ticksPerSecond));
            }
            if (jumpedBack || leapt) {
                shiftTicks += expectedTicks - next;
                next = expectedTicks;
            }
        }
        long before = dts;
        dts = begun && next <= dts ? dts + 1 : next;
        if (begun && !jumped) {
            intervals.see((double) before / ticksPerSecond, (double) dts / ticksPerSecond);
        }
        pts = Math.max(dts, next + reorder);
        begun = true;
        expectedTicks = dts + duration;
        first = first == NONE ? pts : Math.min(first, pts);
        end = end == NONE ? pts + duration : Math.max(end, pts + duration);
        count++;
    }

    /** When the latest packet is shown. */
    long pts() {
        return pts;
    }

    /** When the latest packet is decoded. */
    long dts() {
        return dts;
    }

    /** How long the latest packet is shown. */
    long duration() {
        return duration;
    }

    long count() {
        return count;
    }

    /** Where the file's times jump back, or ahead by more than a few seconds; the first of them. */
    List<Jump> jumps() {
        return List.copyOf(jumps);
    }

    /** How far packets are apart, but for where the times jump. */
    PictureIntervals intervals() {
        return intervals;
    }

    /** Where the stream begins, seconds; 0 if nothing came. */
    double beginSeconds() {
        return first == NONE ? 0 : (double) first / ticksPerSecond;
    }

    /** Where the stream ends, seconds; 0 if nothing came. */
    double endSeconds() {
        return end == NONE ? 0 : (double) end / ticksPerSecond;
    }

    /** Packets per second, measured; 0 if nothing came. */
    double rate() {
        double seconds = endSeconds() - beginSeconds();
        return seconds > 0 ? count / seconds : 0;
    }
}
