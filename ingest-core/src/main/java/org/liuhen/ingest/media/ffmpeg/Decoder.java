package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_transfer_data;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Turns the packets of one stream into frames. A packet that cannot be decoded is counted and passed over. */
final class Decoder implements AutoCloseable {
    /** Takes a frame, which is only lent. */
    interface FrameSink {
        void take(AVFrame frame) throws FfmpegFailure;
    }

    private static final long MAX_PIXELS = 1L << 26;

    private final AVCodecContext context;
    private final Colours colours;
    private final AVFrame frame;
    /** What hardware has decoded, in this program's memory. */
    private final AVFrame downloaded;
    /** Null as soon as it is known that software decodes. */
    private @Nullable Hardware hardware;

    private long frames;
    private long errors;

    private Decoder(AVCodecContext context, Colours colours, @Nullable Hardware hardware) {
        this.context = context;
        this.colours = colours;
        this.hardware = hardware;
        this.frame = av_frame_alloc();
        this.downloaded = av_frame_alloc();
    }

    /**
     * Opens one that leaves the work to the hardware that the order may use, as far as that can do it. {@link #decode} of
     * such a one throws {@link HardwareFailed} at what cannot be decoded: software may do better.
     */
    static Decoder byHardware(AVStream stream) throws FfmpegFailure {
        return open(stream, Hardware.get());
    }

    static Decoder open(AVStream stream) throws FfmpegFailure {
        return open(stream, null);
    }

    private static Decoder open(AVStream stream, @Nullable Hardware hardware) throws FfmpegFailure {
        AVCodec codec = avcodec_find_decoder(stream.codecpar().codec_id());
        if (codec == null || codec.isNull()) {
            throw new FfmpegFailure(0, "no decoder for " + MediaFile.codecName(stream));
        }
        if (!AllowedCodecs.isAllowed(codec)) {
            throw new FfmpegFailure(0, "no decoder is allowed for " + MediaFile.codecName(stream));
        }
        AVCodecContext context = avcodec_alloc_context3(codec);
        try {
            FfmpegFailure.check(avcodec_parameters_to_context(context, stream.codecpar()), "take parameters");
            context.pkt_timebase(stream.time_base());
            context.thread_count(Care.threads());
            if (Care.isStrict()) {
                context.error_concealment(0);
            }
            context.max_pixels(MAX_PIXELS);
            if (hardware != null) {
                context.hw_device_ctx(hardware.forDecoding());
            }
            FfmpegFailure.check(avcodec_open2(context, codec, (PointerPointer<?>) null), "open decoder");
            return new Decoder(context, Colours.of(stream), hardware);
        } catch (FfmpegFailure failure) {
            avcodec_free_context(context);
            throw failure;
        }
    }

    /** @param packet null to have the last frames out */
    void decode(@Nullable AVPacket packet, FrameSink sink) throws FfmpegFailure {
        int sent = avcodec_send_packet(context, packet);
        if (sent < 0 && sent != FfmpegFailure.END) {
            miss(sent);
        }
        while (true) {
            int received = avcodec_receive_frame(context, frame);
            if (received == FfmpegFailure.AGAIN || received == FfmpegFailure.END) {
                return;
            }
            if (received < 0) {
                miss(received);
                return;
            }
            frames++;
            try {
                AVFrame decoded = inMemory();
                colours.declareOn(decoded);
                sink.take(decoded);
            } finally {
                av_frame_unref(frame);
                av_frame_unref(downloaded);
            }
        }
    }

    private void miss(int code) {
        if (hardware != null) {
            HardwareFailed.check(code, "decode");
        }
        errors++;
    }

    /** The frame where everybody can read it. */
    private AVFrame inMemory() {
        if (frame.hw_frames_ctx() == null) {
            hardware = null;
            return frame;
        }
        HardwareFailed.check(av_hwframe_transfer_data(downloaded, frame, 0), "download");
        HardwareFailed.check(av_frame_copy_props(downloaded, frame), "download");
        if (hardware != null) {
            hardware.wasUsed();
        }
        return downloaded;
    }

    /** Forgets everything, also that the end was told: what comes next has to begin with a key picture. */
    void restart() {
        avcodec_flush_buffers(context);
    }

    long frames() {
        return frames;
    }

    long errors() {
        return errors;
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_frame_free(downloaded);
        avcodec_free_context(context);
    }
}
