package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/** Decodes a stream of sound and encodes it again as AAC in at most two channels; holes become silence. */
final class SoundTrack implements Track {
    private static final Set<Integer> USUAL_RATES = Set.of(16_000, 22_050, 24_000, 32_000, 44_100, 48_000);

    private final AVStream from;
    private final Decoder decoder;
    private final Encoder encoder;
    private final String filters;
    private final PacketTimes packets;
    private final PacketTimes pieces;
    private @Nullable FilterChain chain;
    private int chainRate;
    private int chainChannels;
    private int chainFormat;
    private long lastTicks = Long.MIN_VALUE;

    SoundTrack(MediaFile file, AVStream from, Output output) throws FfmpegFailure {
        this.from = from;
        AVCodecParameters parameters = from.codecpar();
        int rate = parameters.sample_rate();
        int target = USUAL_RATES.contains(rate) ? rate : rate < 16_000 ? 16_000 : 48_000;
        int channels = parameters.ch_layout().nb_channels() > 1 ? 2 : 1;
        double pace = CopyTrack.paceOf(file, from);
        this.packets = file.times(from, pace);
        this.pieces = file.times(from, pace);
        this.decoder = Decoder.open(from);
        try {
            this.encoder = Encoder.aac(output, target, channels);
        } catch (FfmpegFailure failure) {
            decoder.close();
            throw failure;
        }
        this.filters = "aresample=" + target + ":async=1:min_hard_comp=0.1,aformat=sample_fmts=fltp:sample_rates="
                + target + ":channel_layouts=" + (channels == 2 ? "stereo" : "mono");
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        packets.next(packet.pts(), packet.dts(), packet.duration());
        decoder.decode(packet, this::filter);
    }

    private void filter(AVFrame sound) throws FfmpegFailure {
        if (sound.nb_samples() <= 0 || sound.sample_rate() <= 0) {
            return;
        }
        double seconds = (double) sound.nb_samples() / sound.sample_rate();
        long duration =
                Math.round(seconds * from.time_base().den() / from.time_base().num());
        pieces.next(sound.best_effort_timestamp(), PacketTimes.NONE, duration);
        sound.pts(pieces.pts());
        FilterChain current = chain;
        int channels = sound.ch_layout().nb_channels();
        if (current == null
                || sound.sample_rate() != chainRate
                || channels != chainChannels
                || sound.format() != chainFormat) {
            if (current != null) {
                drain(current, false);
            }
            current = FilterChain.sound(sound, from.time_base(), filters);
            current.pieces(encoder.samplesPerFrame());
            chain = current;
            chainRate = sound.sample_rate();
            chainChannels = channels;
            chainFormat = sound.format();
        }
        encodeFrom(current, sound, false);
    }

    /** @param last whether nothing follows: only then does the encoder take a piece that is too short */
    private void drain(FilterChain old, boolean last) throws FfmpegFailure {
        chain = null;
        try (old) {
            encodeFrom(old, null, last);
        }
    }

    private void encodeFrom(FilterChain current, @Nullable AVFrame sound, boolean last) throws FfmpegFailure {
        AVRational timeBase = current.timeBase();
        current.put(sound, ready -> {
            if (ready.nb_samples() < encoder.samplesPerFrame() && !last) {
                return;
            }
            long ticks = av_rescale_q(ready.pts(), timeBase, encoder.timeBase());
            ticks = lastTicks != Long.MIN_VALUE && ticks <= lastTicks ? lastTicks + 1 : ticks;
            lastTicks = ticks;
            ready.pts(ticks);
            encoder.encode(ready);
        });
    }

    @Override
    public void finish() throws FfmpegFailure {
        decoder.decode(null, this::filter);
        FilterChain current = chain;
        if (current != null) {
            drain(current, true);
        }
        encoder.encode(null);
    }

    @Override
    public PacketTimes measured() {
        return packets;
    }

    @Override
    public long written() {
        return encoder.written();
    }

    @Override
    public void close() {
        if (chain != null) {
            chain.close();
        }
        encoder.close();
        decoder.close();
    }
}
