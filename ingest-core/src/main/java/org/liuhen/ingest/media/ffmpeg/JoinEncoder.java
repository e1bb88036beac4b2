package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.nio.ByteBuffer;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the few pictures that stand beside copied ones: the same size and colours, as H.264 without CABAC and without
 * reordering, so that its parameter sets can be given other numbers. Its own sets are the same each time it is opened.
 */
final class JoinEncoder implements AutoCloseable {
    private static final double BITS_PER_PIXEL = 0.2;
    private static final long LEAST_BIT_RATE = 1_000_000;
    private static final long MOST_BIT_RATE = 16_000_000;
    /** Because it has no lookahead, the first pictures of a stretch need more than the average. */
    private static final double MORE_THAN_BEFORE = 1.5;

    /** Takes a coded picture, with start codes. */
    interface Sink {
        void take(ByteBuffer picture, long pts, long durationTicks, boolean key) throws FfmpegFailure, NotCopyable;
    }

    private final AVCodecContext context;
    private final AVPacket packet;

    private JoinEncoder(AVCodecContext context) {
        this.context = context;
        this.packet = av_packet_alloc();
    }

    /** @param timeBase what the times of pictures count */
    static JoinEncoder open(AVStream like, double rate, AVRational timeBase) throws FfmpegFailure {
        AVCodec codec = avcodec_find_encoder_by_name("libopenh264");
        if (codec == null || codec.isNull()) {
            throw new FfmpegFailure(0, "encoder: libopenh264 is missing");
        }
        AVCodecContext context = avcodec_alloc_context3(codec);
        int width = like.codecpar().width();
        int height = like.codecpar().height();
        context.width(width);
        context.height(height);
        context.pix_fmt(AV_PIX_FMT_YUV420P);
        context.time_base(timeBase);
        context.framerate(org.bytedeco.ffmpeg.global.avutil.av_d2q(rate, 60_000));
        context.gop_size((int) Math.max(1, Math.round(rate * 4)));
        context.max_b_frames(0);
        context.color_range(like.codecpar().color_range());
        context.color_primaries(like.codecpar().color_primaries());
        context.color_trc(like.codecpar().color_trc());
        context.colorspace(like.codecpar().color_space());
        double wanted = Math.max(
                width * (double) height * rate * BITS_PER_PIXEL, like.codecpar().bit_rate() * MORE_THAN_BEFORE);
        context.bit_rate(Math.round(Math.max(LEAST_BIT_RATE, Math.min(MOST_BIT_RATE, wanted))));
        context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        context.thread_count(Care.threads());
        AVDictionary options = new AVDictionary((Pointer) null);
        Map.of("rc_mode", "bitrate", "allow_skip_frames", "0", "coder", "cavlc")
                .forEach((name, value) -> av_dict_set(options, name, value, 0));
        int opened = avcodec_open2(context, codec, options);
        av_dict_free(options);
        try {
            FfmpegFailure.check(opened, "open encoder");
            return new JoinEncoder(context);
        } catch (FfmpegFailure failure) {
            avcodec_free_context(context);
            throw failure;
        }
    }

    /** What its pictures are decoded with. */
    ParameterSets parameters() throws NotCopyable {
        return ParameterSets.of(
                context.extradata().capacity(context.extradata_size()).asByteBuffer());
    }

    /** @param frame null to have the last pictures out */
    void encode(@Nullable AVFrame frame, Sink to) throws FfmpegFailure, NotCopyable {
        FfmpegFailure.check(avcodec_send_frame(context, frame), "encode");
        while (true) {
            int code = avcodec_receive_packet(context, packet);
            if (code == FfmpegFailure.AGAIN || code == FfmpegFailure.END) {
                return;
            }
            FfmpegFailure.check(code, "encode");
            to.take(
                    packet.data().capacity(packet.size()).asByteBuffer(),
                    packet.pts(),
                    packet.duration(),
                    (packet.flags() & AV_PKT_FLAG_KEY) != 0);
        }
    }

    @Override
    public void close() {
        av_packet_free(packet);
        avcodec_free_context(context);
    }
}
