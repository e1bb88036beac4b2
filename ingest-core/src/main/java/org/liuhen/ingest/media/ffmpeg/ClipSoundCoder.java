package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipPart;
import org.liuhen.ingest.media.clip.Stretch;
import org.liuhen.ingest.media.clip.VoiceMask;

/**
 * Sound encoded again, cut to the sample, with what has to be muted or disguised in it. Where there is none, it is
 * silence, so that it goes on as long as the pictures.
 */
final class ClipSoundCoder implements ClipSound {
    private static final int SAMPLE_RATE = 48_000;
    private static final int CHANNELS = 2;
    /** What is off by less is taken for jitter. */
    private static final int JITTER_SAMPLES = SAMPLE_RATE / 20;

    private final Encoder encoder;
    private final AVFrame frame;
    private final int frameSamples;
    private final float[][] held;
    private int holding;
    private long encoded;
    private @Nullable PartPlan plan;
    private @Nullable AVStream from;
    private @Nullable Decoder decoder;
    private @Nullable Reshaping reshaping;
    private @Nullable PacketTimes pieces;
    private @Nullable VoiceMask voice;
    private final float[][] late = new float[CHANNELS][VoiceMask.delay()];
    private long begun;
    private long partSamples;
    private long given;
    private boolean done;

    ClipSoundCoder(Output output) throws FfmpegFailure {
        this.encoder = Encoder.aac(output, SAMPLE_RATE, CHANNELS);
        this.frameSamples = encoder.samplesPerFrame();
        this.held = new float[CHANNELS][frameSamples];
        this.frame = av_frame_alloc();
        frame.nb_samples(frameSamples);
        frame.format(org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP);
        frame.sample_rate(SAMPLE_RATE);
        org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default(frame.ch_layout(), CHANNELS);
        FfmpegFailure.check(av_frame_get_buffer(frame, 0), "make sound");
    }

    @Override
    public void begin(PartPlan plan, MediaFile file, @Nullable AVStream stream) throws FfmpegFailure {
        this.plan = plan;
        this.from = stream;
        this.begun = Math.round(plan.fromSeconds() * SAMPLE_RATE);
        this.partSamples = Math.round((plan.offsetSeconds() + plan.seconds()) * SAMPLE_RATE)
                - Math.round(plan.offsetSeconds() * SAMPLE_RATE);
        this.given = 0;
        for (long until = Math.round(plan.offsetSeconds() * SAMPLE_RATE); encoded + holding < until; ) {
            put(0, 0);
        }
        this.done = stream == null;
        this.voice = plan.part().disguises().isEmpty() ? null : new VoiceMask(SAMPLE_RATE);
        for (float[] channel : late) {
            java.util.Arrays.fill(channel, 0);
        }
        if (stream != null) {
            decoder = Decoder.open(stream);
            pieces = file.times(stream, CopyTrack.paceOf(file, stream));
            reshaping = Reshaping.sound(
                    stream,
                    "aresample=" + SAMPLE_RATE + ",aformat=sample_fmts=fltp:sample_rates=" + SAMPLE_RATE
                            + ":channel_layouts=stereo",
                    1,
                    encoder.timeBase(),
                    this::place);
        }
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        if (decoder != null && !done) {
            decoder.decode(packet, this::hear);
        }
    }

    private void hear(AVFrame sound) throws FfmpegFailure {
        if (from != null && pieces != null && reshaping != null && SoundTrack.tellTime(sound, from, pieces)) {
            reshaping.take(sound);
        }
    }

    /** Puts a piece where it belongs; what comes before the part or after it is left. */
    private void place(AVFrame piece) throws FfmpegFailure {
        long at = piece.pts() - begun;
        int samples = piece.nb_samples();
        if (at - given > JITTER_SAMPLES) {
            silence(Math.min(at, partSamples));
        }
        long skipped = Math.abs(at - given) <= JITTER_SAMPLES && given > 0 ? 0 : Math.max(0, given - at);
        FloatPointer left = new FloatPointer(piece.data(0)).capacity(samples);
        FloatPointer right = new FloatPointer(piece.data(1)).capacity(samples);
        for (long i = skipped; i < samples && given < partSamples; i++) {
            give(left.get(i), right.get(i));
        }
        done = given >= partSamples;
    }

    private void silence(long until) throws FfmpegFailure {
        while (given < until) {
            give(0, 0);
        }
    }

    private void give(float left, float right) throws FfmpegFailure {
        ClipPart part = part();
        given++;
        VoiceMask mask = voice;
        if (mask == null) {
            boolean muted = within(part.mutes(), given - 1);
            put(muted ? 0 : left, muted ? 0 : right);
            return;
        }
        int slot = (int) ((given - 1) % VoiceMask.delay());
        float oldLeft = late[0][slot];
        float oldRight = late[1][slot];
        late[0][slot] = left;
        late[1][slot] = right;
        float disguised = mask.next((left + right) / 2);
        long heard = given - 1 - VoiceMask.delay();
        if (heard >= 0) {
            boolean muted = within(part.mutes(), heard);
            boolean hidden = within(part.disguises(), heard);
            put(muted ? 0 : hidden ? disguised : oldLeft, muted ? 0 : hidden ? disguised : oldRight);
        }
    }

    private ClipPart part() {
        if (plan == null) {
            throw new IllegalStateException("sound: no part was begun");
        }
        return plan.part();
    }

    private boolean within(List<Stretch> spans, long sample) {
        double seconds = (double) (begun + sample) / SAMPLE_RATE;
        for (Stretch span : spans) {
            if (span.contains(seconds)) {
                return true;
            }
        }
        return false;
    }

    private void put(float left, float right) throws FfmpegFailure {
        held[0][holding] = left;
        held[1][holding] = right;
        if (++holding == frameSamples) {
            encode();
        }
    }

    private void encode() throws FfmpegFailure {
        FfmpegFailure.check(av_frame_make_writable(frame), "take sound");
        for (int channel = 0; channel < CHANNELS; channel++) {
            new FloatPointer(frame.data(channel)).capacity(holding).put(held[channel], 0, holding);
        }
        frame.nb_samples(holding);
        frame.pts(encoded);
        encoded += holding;
        holding = 0;
        encoder.encode(frame);
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void end() throws FfmpegFailure {
        if (decoder != null && reshaping != null && !done) {
            decoder.decode(null, this::hear);
            reshaping.finish();
        }
        closePart();
        long asked = partSamples + (voice == null ? 0 : VoiceMask.delay());
        partSamples = asked;
        silence(asked);
    }

    @Override
    public void finish() throws FfmpegFailure {
        if (holding > 0) {
            encode();
        }
        encoder.encode(null);
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
        av_frame_free(frame);
        encoder.close();
    }
}
