package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** Pictures encoded again: upright, square pixels, all parts in one size, what is narrower or lower between black bars. */
final class ClipPictureCoder implements ClipPictures {
    private static final double MAX_RATE = 60;
    private static final int LOWERED_RATE = 30;
    private static final long KEY_TICKS = 4L * Encoder.PICTURE_TICKS_PER_SECOND;

    private final Encoder encoder;
    private final PictureTrack.Size whole;
    private final Colours colours;
    private final ClipTally tally = new ClipTally();
    private @Nullable PartPlan plan;
    private @Nullable AVStream from;
    private @Nullable Decoder decoder;
    private @Nullable PacketTimes times;
    private @Nullable Reshaping reshaping;
    private PictureTrack.Size inner;
    private double rate;
    private boolean done;
    private long lastKeyTicks = Long.MIN_VALUE;

    /**
     * @param rate pictures per second
     * @param colours of all that is encoded
     */
    ClipPictureCoder(Output output, PictureTrack.Size whole, double rate, Colours colours) throws FfmpegFailure {
        this.whole = whole;
        this.inner = whole;
        this.colours = colours;
        this.rate = rate;
        this.encoder = Encoder.h264(output, whole, rate > MAX_RATE ? LOWERED_RATE : rate, colours);
    }

    @Override
    public void begin(PartPlan plan, MediaFile file, AVStream stream) throws FfmpegFailure {
        this.plan = plan;
        this.from = stream;
        this.rate = file.frameRate(stream);
        this.done = false;
        this.times = file.times(stream, rate);
        this.decoder = Decoder.open(stream);
        this.inner = within(PictureTrack.Size.of(stream, Math.max(whole.width(), whole.height())), whole);
        String filters = PictureTrack.turn(stream) + colours.fit(inner)
                + (rate > MAX_RATE ? ",fps=" + LOWERED_RATE : "")
                + ",pad=" + whole.width() + ":" + whole.height() + ":" + left() + ":" + top() + ":black";
        this.reshaping = Reshaping.pictures(stream, filters, encoder.timeBase(), this::encode);
        tally.beginPart();
    }

    /** The largest size of the same shape that fits; even. */
    static PictureTrack.Size within(PictureTrack.Size size, PictureTrack.Size room) {
        double scale = Math.min((double) room.width() / size.width(), (double) room.height() / size.height());
        return new PictureTrack.Size(
                Math.min(room.width(), Math.max(2, (int) Math.round(size.width() * scale / 2) * 2)),
                Math.min(room.height(), Math.max(2, (int) Math.round(size.height() * scale / 2) * 2)));
    }

    private int left() {
        return (whole.width() - inner.width()) / 4 * 2;
    }

    private int top() {
        return (whole.height() - inner.height()) / 4 * 2;
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        if (decoder != null && !done) {
            decoder.decode(packet, this::filter);
        }
    }

    private void filter(AVFrame picture) throws FfmpegFailure {
        PartPlan part = plan;
        PacketTimes clock = times;
        AVStream stream = from;
        if (part == null || clock == null || stream == null || reshaping == null) {
            return;
        }
        clock.next(picture.best_effort_timestamp(), PacketTimes.NONE, picture.duration());
        double tick = (double) stream.time_base().num() / stream.time_base().den();
        double seconds = clock.pts() * tick;
        done |= seconds >= part.toSeconds() - PictureGroups.ROUNDING_SECONDS;
        if (part.wants(seconds)) {
            picture.pts(clock.pts() - Math.round(part.fromSeconds() / tick));
            reshaping.take(picture);
        }
    }

    private void encode(AVFrame ready) throws FfmpegFailure {
        PartPlan part = plan;
        if (part == null) {
            return;
        }
        FfmpegFailure.check(av_frame_make_writable(ready), "take picture");
        double seconds = (double) ready.pts() / Encoder.PICTURE_TICKS_PER_SECOND + part.fromSeconds();
        boolean hidden = MaskPainter.paint(
                part.part().masks(), ready, left(), top(), inner.width(), inner.height(), seconds, 1 / rate);
        tally.encoded(seconds, hidden);
        ready.pts(ready.pts() + Math.round(part.offsetSeconds() * Encoder.PICTURE_TICKS_PER_SECOND));
        boolean key = lastKeyTicks == Long.MIN_VALUE || ready.pts() >= lastKeyTicks + KEY_TICKS;
        lastKeyTicks = key ? ready.pts() : lastKeyTicks;
        ready.pict_type(key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        encoder.encode(ready);
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void end() throws FfmpegFailure {
        if (decoder != null && reshaping != null) {
            if (!done) {
                decoder.decode(null, this::filter);
            }
            reshaping.finish();
        }
        closePart();
    }

    @Override
    public void finish() throws FfmpegFailure {
        encoder.encode(null);
    }

    @Override
    public ClipTally tally() {
        return tally;
    }

    private void closePart() {
        if (reshaping != null) {
            reshaping.close();
            reshaping = null;
        }
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }

    @Override
    public void close() {
        closePart();
        encoder.close();
    }
}
