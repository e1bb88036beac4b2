package org.liuhen.ingest.media.ffmpeg;

import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** Decodes a stream of sound and encodes it again as AAC in at most two channels; holes become silence. */
final class SoundTrack implements Track {
    private static final Set<Integer> USUAL_RATES = Set.of(16_000, 22_050, 24_000, 32_000, 44_100, 48_000);

    private final AVStream from;
    private final Decoder decoder;
    private final Encoder encoder;
    private final PacketTimes packets;
    private final PacketTimes pieces;
    private final Reshaping reshaping;
    private final @Nullable Looks looks;

    /** @param looks what else is done with the sound */
    SoundTrack(MediaFile file, AVStream from, Output output, @Nullable Looks looks) throws FfmpegFailure {
        this.looks = looks;
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
        String filters = "aresample=" + target + ":async=1:min_hard_comp=0.1,aformat=sample_fmts=fltp:sample_rates="
                + target + ":channel_layouts=" + (channels == 2 ? "stereo" : "mono");
        this.reshaping = Reshaping.sound(from, filters, encoder.samplesPerFrame(), encoder.timeBase(), encoder::encode);
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        packets.next(packet.pts(), packet.dts(), packet.duration());
        decoder.decode(packet, this::filter);
    }

    private void filter(AVFrame sound) throws FfmpegFailure {
        if (!tellTime(sound, from, pieces)) {
            return;
        }
        if (looks != null) {
            looks.hear(sound);
        }
        reshaping.take(sound);
    }

    /**
     * Gives a piece of sound as decoded its time by a clock.
     *
     * @return false if there is nothing in it
     */
    static boolean tellTime(AVFrame sound, AVStream from, PacketTimes clock) {
        if (sound.nb_samples() <= 0 || sound.sample_rate() <= 0) {
            return false;
        }
        double seconds = (double) sound.nb_samples() / sound.sample_rate();
        long duration =
                Math.round(seconds * from.time_base().den() / from.time_base().num());
        clock.next(sound.best_effort_timestamp(), PacketTimes.NONE, duration);
        sound.pts(clock.pts());
        return true;
    }

    @Override
    public void finish() throws FfmpegFailure {
        decoder.decode(null, this::filter);
        reshaping.finish();
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
        reshaping.close();
        encoder.close();
        decoder.close();
    }
}
