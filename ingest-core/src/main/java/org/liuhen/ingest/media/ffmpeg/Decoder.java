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
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

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
    private final AVFrame frame;
    private long frames;
    private long errors;

    private Decoder(AVCodecContext context) {
        this.context = context;
        this.frame = av_frame_alloc();
    }

    static Decoder open(AVStream stream) throws FfmpegFailure {
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
            FfmpegFailure.check(avcodec_open2(context, codec, (PointerPointer<?>) null), "open decoder");
            return new Decoder(context);
        } catch (FfmpegFailure failure) {
            avcodec_free_context(context);
            throw failure;
        }
    }

    /** @param packet null to have the last frames out */
    void decode(@Nullable AVPacket packet, FrameSink sink) throws FfmpegFailure {
        int sent = avcodec_send_packet(context, packet);
        if (sent < 0) {
            errors += sent == FfmpegFailure.END ? 0 : 1;
        }
        while (true) {
            int received = avcodec_receive_frame(context, frame);
            if (received == FfmpegFailure.AGAIN || received == FfmpegFailure.END) {
                return;
            }
            if (received < 0) {
                errors++;
                return;
            }
            frames++;
            try {
                sink.take(frame);
            } finally {
                av_frame_unref(frame);
            }
        }
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
        avcodec_free_context(context);
    }
}
