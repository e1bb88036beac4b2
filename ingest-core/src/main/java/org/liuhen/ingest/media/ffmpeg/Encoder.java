package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_SAMPLE_FMT_FLTP;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Turns frames into packets of one stream of an output. */
final class Encoder implements AutoCloseable {
    /** What the times of pictures count. */
    static final int PICTURE_TICKS_PER_SECOND = 90_000;

    private static final int QUANTIZER_TO_LAMBDA = 118;
    private static final double BITS_PER_PIXEL = 0.08;
    private static final long MIN_VIDEO_BIT_RATE = 300_000;
    private static final long MAX_VIDEO_BIT_RATE = 6_000_000;
    private static final long AUDIO_BIT_RATE_PER_CHANNEL = 64_000;
    private static final Map<String, String> OPEN_H264 = Map.of("rc_mode", "bitrate", "allow_skip_frames", "0");

    private final AVCodecContext context;
    private final PacketSink output;
    private final AVStream stream;
    private final @Nullable Upload upload;
    private final AVPacket packet;
    private long written;

    private Encoder(AVCodecContext context, PacketSink output, AVStream stream, @Nullable Upload upload) {
        this.context = context;
        this.output = output;
        this.stream = stream;
        this.upload = upload;
        this.packet = av_packet_alloc();
    }

    /** H.264 as browsers play it. */
    static Encoder h264(PacketSink output, PictureTrack.Size size, double rate, Colours colours) throws FfmpegFailure {
        long bitRate = Math.round(size.width() * size.height() * rate * BITS_PER_PIXEL);
        bitRate = Math.max(MIN_VIDEO_BIT_RATE, Math.min(MAX_VIDEO_BIT_RATE, bitRate));
        return h264(output, size, rate, colours, bitRate);
    }

    /** Likewise with so many bits a second: by the hardware that the order may use, else by OpenH264. */
    static Encoder h264(PacketSink output, PictureTrack.Size size, double rate, Colours colours, long bitRate)
            throws FfmpegFailure {
        Hardware hardware = Hardware.get();
        Encoder encoder = hardware == null ? null : byHardware(hardware, output, size, rate, colours, bitRate);
        return encoder != null ? encoder : pictures("libopenh264", output, size, rate, colours, bitRate, OPEN_H264);
    }

    /** @return null if it refuses, and the order goes on in software */
    private static @Nullable Encoder byHardware(
            Hardware hardware, PacketSink output, PictureTrack.Size size, double rate, Colours colours, long bitRate) {
        String refusal = "";
        for (Map<String, String> options : hardware.kind().options()) {
            try {
                AVCodec codec = find(hardware.kind().encoder());
                AVCodecContext context = describe(codec, size, rate, colours, bitRate);
                return open(codec, context, output, options, prepare(hardware, context));
            } catch (FfmpegFailure failure) {
                refusal = String.valueOf(failure.getMessage());
            }
        }
        Hardware.giveUp(refusal);
        return null;
    }

    private static Upload prepare(Hardware hardware, AVCodecContext context) throws FfmpegFailure {
        try {
            return Upload.prepare(hardware, context);
        } catch (FfmpegFailure failure) {
            avcodec_free_context(context);
            throw failure;
        }
    }

    /** Pictures by the encoder of this name, as YUV 4:2:0 of 8 bits. */
    static Encoder pictures(
            String name,
            PacketSink output,
            PictureTrack.Size size,
            double rate,
            Colours colours,
            long bitRate,
            Map<String, String> options)
            throws FfmpegFailure {
        AVCodec codec = find(name);
        AVCodecContext context = describe(codec, size, rate, colours, bitRate);
        if (name.equals("mpeg4")) {
            int perSecond = (int) Math.max(1, Math.min(60_000, Math.round(rate)));
            context.time_base(av_make_q(1, perSecond));
            context.framerate(av_make_q(perSecond, 1));
        }
        if (name.equals("mjpeg")) {
            context.pix_fmt(AV_PIX_FMT_YUVJ420P);
            context.color_range(AVCOL_RANGE_JPEG);
            context.flags(context.flags() | AV_CODEC_FLAG_QSCALE);
            context.global_quality(QUANTIZER_TO_LAMBDA * 4);
        }
        return open(codec, context, output, options, null);
    }

    private static AVCodecContext describe(
            AVCodec codec, PictureTrack.Size size, double rate, Colours colours, long bitRate) {
        AVCodecContext context = avcodec_alloc_context3(codec);
        context.width(size.width());
        context.height(size.height());
        colours.describe(context);
        context.pix_fmt(AV_PIX_FMT_YUV420P);
        context.time_base(av_make_q(1, PICTURE_TICKS_PER_SECOND));
        context.framerate(av_make_q((int) Math.max(1, Math.min(60_000, Math.round(rate * 1000))), 1000));
        context.gop_size((int) Math.max(1, Math.round(rate * 4)));
        context.max_b_frames(0);
        context.bit_rate(bitRate);
        return context;
    }

    /** AAC in one or two channels. */
    static Encoder aac(PacketSink output, int sampleRate, int channels) throws FfmpegFailure {
        return sound("aac", AV_SAMPLE_FMT_FLTP, output, sampleRate, channels);
    }

    /** Sound by the encoder of this name, which takes samples of this format. */
    static Encoder sound(String name, int sampleFormat, PacketSink output, int sampleRate, int channels)
            throws FfmpegFailure {
        AVCodec codec = find(name);
        AVCodecContext context = avcodec_alloc_context3(codec);
        context.sample_rate(sampleRate);
        context.sample_fmt(sampleFormat);
        av_channel_layout_default(context.ch_layout(), channels);
        context.time_base(av_make_q(1, sampleRate));
        context.bit_rate(AUDIO_BIT_RATE_PER_CHANNEL * channels);
        return open(codec, context, output, Map.of(), null);
    }

    private static AVCodec find(String name) throws FfmpegFailure {
        AVCodec codec = avcodec_find_encoder_by_name(name);
        if (codec == null || codec.isNull()) {
            throw new FfmpegFailure(0, "encoder: " + name + " is missing");
        }
        return codec;
    }

    /** @param upload closed if it cannot be opened, as the context is */
    private static Encoder open(
            AVCodec codec,
            AVCodecContext context,
            PacketSink output,
            Map<String, String> options,
            @Nullable Upload upload)
            throws FfmpegFailure {
        if (output.keepsParametersApart()) {
            context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        context.thread_count(Care.threads());
        AVDictionary dictionary = new AVDictionary((Pointer) null);
        options.forEach((key, value) -> av_dict_set(dictionary, key, value, 0));
        try {
            int opened = avcodec_open2(context, codec, dictionary);
            av_dict_free(dictionary);
            FfmpegFailure.check(opened, "open encoder " + codec.name().getString());
            AVStream stream = output.add(context.time_base());
            FfmpegFailure.check(avcodec_parameters_from_context(stream.codecpar(), context), "take parameters");
            stream.avg_frame_rate(context.framerate());
            if (upload != null && stream.codecpar().extradata_size() == 0 && output.keepsParametersApart()) {
                throw new FfmpegFailure(0, codec.name().getString() + ": gives no parameter sets");
            }
            return new Encoder(context, output, stream, upload);
        } catch (FfmpegFailure failure) {
            avcodec_free_context(context);
            if (upload != null) {
                upload.close();
            }
            throw failure;
        }
    }

    /** What the times of its frames count. */
    AVRational timeBase() {
        return context.time_base();
    }

    /** How many samples a frame of sound has to have. */
    int samplesPerFrame() {
        return context.frame_size();
    }

    /** @param frame null to have the last packets out */
    void encode(@Nullable AVFrame frame) throws FfmpegFailure {
        if (frame == null || upload == null) {
            send(frame);
        } else {
            upload.pass(frame, this::send);
        }
    }

    private void send(@Nullable AVFrame frame) throws FfmpegFailure {
        check(avcodec_send_frame(context, frame));
        while (true) {
            int code = avcodec.avcodec_receive_packet(context, packet);
            if (code == FfmpegFailure.AGAIN || code == FfmpegFailure.END) {
                return;
            }
            check(code);
            written++;
            output.write(packet, stream, context.time_base());
        }
    }

    private void check(int code) throws FfmpegFailure {
        if (upload != null) {
            HardwareFailed.check(code, "encode");
        }
        FfmpegFailure.check(code, "encode");
    }

    long written() {
        return written;
    }

    @Override
    public void close() {
        av_packet_free(packet);
        avcodec_free_context(context);
        if (upload != null) {
            upload.close();
        }
    }
}
