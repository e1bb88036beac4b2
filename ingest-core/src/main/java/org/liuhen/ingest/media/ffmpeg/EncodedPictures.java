package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;

/**
 * Pictures that are shown in the segment, decoded and encoded as H.264. Decoding begins at the key picture before. The
 * encoder is a fresh one with the same settings each time, so what it says at the beginning is the same.
 */
final class EncodedPictures implements SegmentPart {
    private static final int MAX_SIDE = 1920;
    private static final double MAX_RATE = 60;
    private static final double LOWERED_RATE = 30;

    private record Sample(long offset, int size, long ticks, boolean key) {}

    private final boolean timeless;
    private final SampleStore store;
    private final long keyTicks;
    private final long startTicks;
    private final long endTicks;
    private final long stepTicks;
    private final PictureTrack.Size size;
    private final Decoder decoder;
    private final LooseSink sink;
    private final Encoder encoder;
    private final Reshaping reshaping;
    private final List<Sample> samples = new ArrayList<>();
    private boolean begun;
    private boolean first = true;
    private long latest = Long.MIN_VALUE;
    private long nextTicks = PacketTimes.NONE;

    /**
     * @param keyTicks when the picture is shown at which decoding begins
     * @param endTicks {@link Long#MAX_VALUE} for all there is
     */
    EncodedPictures(SegmentInput input, AVStream from, SampleStore store, long keyTicks, long startTicks, long endTicks)
            throws FfmpegFailure {
        this.timeless = input.file().isTimeless();
        this.store = store;
        this.keyTicks = keyTicks;
        this.startTicks = startTicks;
        this.endTicks = endTicks;
        double rate = input.file().frameRate(from);
        double encoded = rate > MAX_RATE ? LOWERED_RATE : rate;
        this.stepTicks = Math.max(1, Math.round(SegmentPlan.TICKS_PER_SECOND / rate));
        this.size = PictureTrack.Size.of(from, MAX_SIDE);
        Colours colours = Colours.of(from);
        this.decoder = Decoder.byHardware(from);
        LooseSink opened = null;
        try {
            opened = new LooseSink(this::gather);
            this.encoder = Encoder.h264(opened, size, encoded, colours);
            this.sink = opened;
        } catch (FfmpegFailure failure) {
            if (opened != null) {
                opened.close();
            }
            decoder.close();
            throw failure;
        }
        String filters =
                PictureTrack.turn(from) + colours.fit(size) + (rate > MAX_RATE ? ",fps=" + (int) LOWERED_RATE : "");
        this.reshaping = Reshaping.pictures(
                av_make_q(1, (int) SegmentPlan.TICKS_PER_SECOND), filters, encoder.timeBase(), this::encode);
    }

    @Override
    public void take(AVPacket packet, long ticks) throws FfmpegFailure {
        if (!begun && ticks != keyTicks) {
            return;
        }
        begun = true;
        if (packet.pts() == PacketTimes.NONE) {
            packet.dts(ticks);
        } else {
            packet.pts(ticks);
            packet.dts(PacketTimes.NONE);
        }
        decoder.decode(packet, this::filter);
    }

    private void filter(AVFrame picture) throws FfmpegFailure {
        long given = timeless ? PacketTimes.NONE : picture.best_effort_timestamp();
        long ticks = given != PacketTimes.NONE ? given : latest == Long.MIN_VALUE ? keyTicks : latest + stepTicks;
        ticks = latest == Long.MIN_VALUE ? ticks : Math.max(ticks, latest + 1);
        latest = ticks;
        if (ticks < startTicks || isDone()) {
            return;
        }
        if (ticks >= endTicks) {
            nextTicks = ticks;
            return;
        }
        picture.pts(ticks);
        reshaping.take(picture);
    }

    private void encode(AVFrame ready) throws FfmpegFailure {
        ready.pict_type(first ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        first = false;
        encoder.encode(ready);
    }

    private void gather(AVPacket packet) throws FfmpegFailure {
        ByteBuffer coded = packet.data().limit(packet.size()).asByteBuffer();
        // hardware may have made the segment before, or not this one: each brings its own parameter sets
        byte[] sample = samples.isEmpty() ? AvcUnits.withLengths(sink.extradata(), coded) : AvcUnits.withLengths(coded);
        boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        samples.add(new Sample(store.put(sample), sample.length, packet.pts(), key));
    }

    @Override
    public boolean isDone() {
        return nextTicks != PacketTimes.NONE;
    }

    @Override
    public void finish() throws FfmpegFailure {
        if (!isDone()) {
            decoder.decode(null, this::filter);
        }
        reshaping.finish();
        encoder.encode(null);
    }

    @Override
    public LooseTrack track() throws NotCopyable {
        byte[] configuration = AvcUnits.configuration(sink.extradata());
        LooseTrack track = LooseTrack.pictures(configuration, size.width(), size.height(), new int[] {0, 0}, 0);
        long end = isDone() ? nextTicks : endTicks == Long.MAX_VALUE ? latest + stepTicks : endTicks;
        try {
            for (Sample sample : samples) {
                long ticks = Math.max(0, sample.ticks());
                track.add(sample.offset(), sample.size(), ticks, 0, Math.max(1, end - ticks), sample.key());
            }
        } catch (IOException e) {
            throw new NotCopyable("times make no sense", e);
        }
        return track;
    }

    @Override
    public void close() {
        reshaping.close();
        encoder.close();
        sink.close();
        decoder.close();
    }
}
