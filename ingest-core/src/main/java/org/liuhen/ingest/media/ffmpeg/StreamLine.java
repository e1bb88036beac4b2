package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import org.bytedeco.ffmpeg.avutil.AVRational;

/**
 * The times of one stream on the line of the whole recording. Whoever goes through the packets from the beginning, and
 * whoever begins in the middle by {@link #resume}, gets the same times. A clock that jumps back or leaps far ahead is
 * closed up.
 */
final class StreamLine {
    private static final int BACK_SECONDS = 2;
    private static final int LEAP_SECONDS = 3600;
    private static final double MOST_SMOOTHED_SECONDS = 0.05;

    private final AVRational from;
    private final AVRational to;
    private final long stepTicks;
    private final long ticksPerSecond;
    private final boolean smooth;
    private final boolean timeless;
    private long shift;
    private boolean begun;
    private long latest;
    private long expected;

    /**
     * @param from what the file's times count
     * @param ticksPerSecond what the line's count
     * @param stepTicks how long a packet lasts where the file does not say
     * @param smooth whether small deviations are none: sound follows sound
     * @param timeless whether the file's times mean nothing, so that packets are counted
     */
    StreamLine(AVRational from, long ticksPerSecond, double stepTicks, boolean smooth, boolean timeless) {
        this.from = from;
        this.to = new AVRational().num(1).den((int) ticksPerSecond);
        this.ticksPerSecond = ticksPerSecond;
        this.stepTicks = Math.max(1, Math.round(stepTicks));
        this.smooth = smooth;
        this.timeless = timeless;
    }

    /** Says where on the line a time of the file lies; what follows goes on from there. */
    void resume(long raw, long ticks) {
        goOn(ticks, raw == PacketTimes.NONE || timeless ? 0 : ticks - rescaled(raw));
    }

    /**
     * Goes on with a packet.
     *
     * @param ticks when it is shown or heard
     * @param shift what {@link #shift} was then
     */
    void goOn(long ticks, long shift) {
        this.shift = shift;
        begun = true;
        latest = ticks;
        expected = ticks;
    }

    /** What is added to the file's times now. */
    long shift() {
        return shift;
    }

    private long rescaled(long raw) {
        return av_rescale_q(raw, from, to);
    }

    /** The time the file gives a packet; {@link PacketTimes#NONE} if it gives none. */
    static long given(long pts, long dts) {
        return pts != PacketTimes.NONE ? pts : dts;
    }

    /**
     * Takes the next packet in the order of the file.
     *
     * @param duration in the file's ticks; 0 or less if unknown
     * @return when it is shown or heard
     */
    long next(long pts, long dts, long duration) {
        long raw = timeless ? PacketTimes.NONE : given(pts, dts);
        return next(raw, raw == PacketTimes.NONE || duration <= 0 ? stepTicks : Math.max(1, rescaled(duration)));
    }

    /**
     * Takes the next packet in the order of the file, of which it is known how long it lasts.
     *
     * @param lastingTicks of the line
     */
    long next(long raw, long lastingTicks) {
        long lasts = lastingTicks > LEAP_SECONDS * ticksPerSecond ? stepTicks : lastingTicks;
        long ticks = raw == PacketTimes.NONE ? expected : rescaled(raw) + shift;
        if (!begun) {
            latest = ticks;
            expected = ticks;
            begun = true;
        }
        long back = Math.max(BACK_SECONDS * ticksPerSecond, PacketTimes.MOST_REORDERED * stepTicks);
        if (ticks < latest - back || ticks > expected + LEAP_SECONDS * ticksPerSecond) {
            shift += expected - ticks;
            ticks = expected;
        }
        if (smooth) {
            double tolerance = Math.min(lasts / 2.0, MOST_SMOOTHED_SECONDS * ticksPerSecond);
            ticks = Math.abs(ticks - expected) <= tolerance ? expected : Math.max(ticks, latest + 1);
        }
        latest = smooth ? ticks : Math.max(latest, ticks);
        expected = latest + lasts;
        return ticks;
    }

    /** Where the latest packet ends. */
    long end() {
        return expected;
    }
}
