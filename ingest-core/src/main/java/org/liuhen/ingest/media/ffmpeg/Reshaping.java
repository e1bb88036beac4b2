package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * The filters of one stream, built anew whenever its frames change in size, rate or format. The times of what comes out
 * rise strictly.
 */
final class Reshaping implements AutoCloseable {
    private final AVRational given;
    private final String filters;
    private final int samples;
    private final AVRational ticks;
    private final Decoder.FrameSink to;
    private @Nullable FilterChain chain;
    private String shape = "";
    private long lastTicks = Long.MIN_VALUE;

    private Reshaping(AVRational given, String filters, int samples, AVRational ticks, Decoder.FrameSink to) {
        this.given = given;
        this.filters = filters;
        this.samples = samples;
        this.ticks = ticks;
        this.to = to;
    }

    /** @param ticks what the times of pictures that come out count */
    static Reshaping pictures(AVStream from, String filters, AVRational ticks, Decoder.FrameSink to) {
        return pictures(from.time_base(), filters, ticks, to);
    }

    /** As {@link #pictures(AVStream, String, AVRational, Decoder.FrameSink)}, for frames whose times count {@code given}. */
    static Reshaping pictures(AVRational given, String filters, AVRational ticks, Decoder.FrameSink to) {
        return new Reshaping(given, filters, 0, ticks, to);
    }

    /**
     * @param samples how many each piece that comes out has, except the last
     * @param ticks what the times of pieces that come out count
     */
    static Reshaping sound(AVStream from, String filters, int samples, AVRational ticks, Decoder.FrameSink to) {
        return sound(from.time_base(), filters, samples, ticks, to);
    }

    /** As {@link #sound(AVStream, String, int, AVRational, Decoder.FrameSink)}, for frames whose times count {@code given}. */
    static Reshaping sound(AVRational given, String filters, int samples, AVRational ticks, Decoder.FrameSink to) {
        return new Reshaping(given, filters, samples, ticks, to);
    }

    /** @param frame with a time in the ticks that were said */
    void take(AVFrame frame) throws FfmpegFailure {
        FilterChain current = chain;
        String now = shapeOf(frame);
        if (current == null || !now.equals(shape)) {
            if (current != null) {
                drain(current, false);
            }
            current = samples == 0
                    ? FilterChain.pictures(frame, given, filters)
                    : FilterChain.sound(frame, given, filters);
            if (samples > 0) {
                current.pieces(samples);
            }
            chain = current;
            shape = now;
        }
        pass(current, frame, false);
    }

    private String shapeOf(AVFrame frame) {
        return samples == 0
                ? frame.width() + "x" + frame.height() + " " + frame.format() + " " + frame.colorspace()
                : frame.sample_rate() + " " + frame.ch_layout().nb_channels() + " " + frame.format();
    }

    /** Has what is held back out. */
    void finish() throws FfmpegFailure {
        FilterChain current = chain;
        if (current != null) {
            drain(current, true);
        }
    }

    /** @param last whether nothing follows: only then may a piece be too short */
    private void drain(FilterChain old, boolean last) throws FfmpegFailure {
        chain = null;
        try (old) {
            pass(old, null, last);
        }
    }

    private void pass(FilterChain current, @Nullable AVFrame frame, boolean last) throws FfmpegFailure {
        AVRational timeBase = current.timeBase();
        current.put(frame, ready -> {
            if (ready.nb_samples() < samples && !last) {
                return;
            }
            long at = av_rescale_q(ready.pts(), timeBase, ticks);
            at = lastTicks != Long.MIN_VALUE && at <= lastTicks ? lastTicks + 1 : at;
            lastTicks = at;
            ready.pts(at);
            to.take(ready);
        });
    }

    @Override
    public void close() {
        FilterChain current = chain;
        chain = null;
        if (current != null) {
            current.close();
        }
    }
}
