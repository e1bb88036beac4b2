package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;

/**
 * Sound that is heard in the segment, decoded and encoded as AAC. Packets of AAC overlap, so all segments share one grid
 * of packets from the start of the recording, and each is encoded from some packets before its first: those are dropped.
 * Then the first fits to the last of the segment before, and nothing clicks.
 */
final class EncodedSound implements SegmentPart {
    private static final Set<Integer> USUAL_RATES = Set.of(16_000, 22_050, 24_000, 32_000, 44_100, 48_000);
    private static final int WARMING_UP = 4;

    private record Sample(long offset, int size, long ticks) {}

    private final SampleStore store;
    private final long ticksPerSecond;
    private final int rate;
    private final int channels;
    private final long warmTicks;
    private final long firstSample;
    private final long endSample;
    private final Decoder decoder;
    private final LooseSink sink;
    private final Encoder encoder;
    private final Reshaping reshaping;
    private final List<Sample> samples = new ArrayList<>();
    private boolean done;

    /**
     * @param startTicks of pictures
     * @param endTicks likewise; {@link Long#MAX_VALUE} for all there is
     */
    EncodedSound(SegmentInput input, AVStream from, SampleStore store, long startTicks, long endTicks)
            throws FfmpegFailure {
        this.store = store;
        this.ticksPerSecond = input.soundTicksPerSecond();
        AVCodecParameters parameters = from.codecpar();
        int given = parameters.sample_rate();
        this.rate = USUAL_RATES.contains(given) ? given : given < 16_000 ? 16_000 : 48_000;
        this.channels = parameters.ch_layout().nb_channels() > 1 ? 2 : 1;
        this.decoder = Decoder.open(from);
        LooseSink opened = null;
        try {
            opened = new LooseSink(this::gather);
            this.encoder = Encoder.aac(opened, rate, channels);
            this.sink = opened;
        } catch (FfmpegFailure failure) {
            if (opened != null) {
                opened.close();
            }
            decoder.close();
            throw failure;
        }
        int grid = encoder.samplesPerFrame();
        this.firstSample = onGrid(startTicks, grid);
        this.endSample = endTicks == Long.MAX_VALUE ? Long.MAX_VALUE : onGrid(endTicks, grid);
        long warming = Math.max(0, firstSample - (long) WARMING_UP * grid);
        this.warmTicks = warming * ticksPerSecond / rate;
        String filters = "aresample=" + rate + ":async=1:min_comp=0.00001:min_hard_comp=0.1:first_pts=" + warmTicks
                + ",aformat=sample_fmts=fltp:sample_rates=" + rate + ":channel_layouts="
                + (channels == 2 ? "stereo" : "mono");
        this.reshaping =
                Reshaping.sound(av_make_q(1, (int) ticksPerSecond), filters, grid, encoder.timeBase(), encoder::encode);
    }

    /** The first sample of the first packet that begins at or after a time. */
    private long onGrid(long pictureTicks, int grid) {
        long sample = Math.round((double) pictureTicks * rate / SegmentPlan.TICKS_PER_SECOND);
        return (sample + grid - 1) / grid * grid;
    }

    @Override
    public void take(AVPacket packet, long ticks) throws FfmpegFailure {
        // decoders of sound need a moment before what they give is right
        if (done || ticks < warmTicks - ticksPerSecond) {
            return;
        }
        packet.pts(ticks);
        packet.dts(ticks);
        decoder.decode(packet, this::filter);
    }

    private void filter(AVFrame sound) throws FfmpegFailure {
        if (sound.nb_samples() <= 0 || sound.sample_rate() <= 0) {
            return;
        }
        long at = sound.best_effort_timestamp();
        long length = Math.max(1, sound.nb_samples() * ticksPerSecond / sound.sample_rate());
        if (at == PacketTimes.NONE || at + length <= warmTicks) {
            return;
        }
        sound.pts(at);
        reshaping.take(sound);
    }

    private void gather(AVPacket packet) throws FfmpegFailure {
        int grid = encoder.samplesPerFrame();
        // where rates do not divide, it may lie a hair beside the grid
        long at = Math.floorDiv(packet.pts() + grid / 2, grid) * grid;
        done |= at >= endSample;
        if (done || at < firstSample) {
            return;
        }
        ByteBuffer bytes = packet.data().limit(packet.size()).asByteBuffer();
        byte[] sample = new byte[bytes.remaining()];
        bytes.get(sample);
        samples.add(new Sample(store.put(sample), sample.length, at));
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void finish() throws FfmpegFailure {
        if (!done) {
            decoder.decode(null, this::filter);
            reshaping.finish();
            encoder.encode(null);
        }
    }

    @Override
    public LooseTrack track() throws NotCopyable {
        ByteBuffer extradata = sink.extradata();
        byte[] configuration = new byte[extradata.remaining()];
        extradata.get(configuration);
        LooseTrack track = LooseTrack.sound(configuration, rate, channels);
        try {
            for (Sample sample : samples) {
                track.add(sample.offset(), sample.size(), sample.ticks(), 0, encoder.samplesPerFrame(), true);
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
