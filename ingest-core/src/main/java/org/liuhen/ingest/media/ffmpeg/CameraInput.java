package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_ALAW;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PCM_MULAW;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A camera's stream over RTSP, opened, with at most one stream of pictures and one of sound taken from it. Everything
 * comes over the one TCP connection to the camera; no other protocol is spoken, wherever the camera points to.
 */
final class CameraInput implements AutoCloseable {
    private static final int LOOK_MICROS = 3_000_000;

    private final AVFormatContext context;
    /** Called by FFmpeg while it waits; must live as long as the context. */
    private final Interruption interruption;

    private final @Nullable AVStream video;
    private final @Nullable AVStream audio;
    private String leftOut = "";

    private CameraInput(AVFormatContext context, Interruption interruption) {
        this.context = context;
        this.interruption = interruption;
        this.video = suitable(AVMEDIA_TYPE_VIDEO);
        this.audio = suitable(AVMEDIA_TYPE_AUDIO);
        for (int i = 0; i < context.nb_streams(); i++) {
            boolean wanted = isAt(i, video) || isAt(i, audio);
            context.streams(i).discard(wanted ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
        }
    }

    private static final class Interruption extends AVIOInterruptCB.Callback_Pointer {
        private final BooleanSupplier wanted;

        Interruption(BooleanSupplier wanted) {
            this.wanted = wanted;
        }

        @Override
        public int call(Pointer opaque) {
            return wanted.getAsBoolean() ? 1 : 0;
        }
    }

    /**
     * Connects.
     *
     * @param order as {@link Capture} reads it
     * @param interrupted asked while waiting; true ends that
     */
    static CameraInput open(Map<String, String> order, BooleanSupplier interrupted) throws FfmpegFailure {
        AVFormatContext context = avformat_alloc_context();
        Interruption interruption = new Interruption(interrupted);
        context.interrupt_callback().callback(interruption);
        AVDictionary options = new AVDictionary((Pointer) null);
        av_dict_set(options, "protocol_whitelist", "rtsp,tcp", 0);
        av_dict_set(options, "format_whitelist", "rtsp", 0);
        av_dict_set(options, "rtsp_transport", "tcp", 0);
        av_dict_set(options, "allowed_media_types", "video+audio", 0);
        av_dict_set(options, "analyzeduration", Integer.toString(LOOK_MICROS), 0);
        av_dict_set(options, "fpsprobesize", "0", 0);
        av_dict_set(options, "timeout", number(order, "silenceMillis") + "000", 0);
        int opened = avformat_open_input(context, address(order), null, options);
        av_dict_free(options);
        FfmpegFailure.check(opened, "connect");
        try {
            FfmpegFailure.check(avformat_find_stream_info(context, (PointerPointer<?>) null), "find streams");
            return new CameraInput(context, interruption);
        } catch (FfmpegFailure failure) {
            avformat_close_input(context);
            throw failure;
        }
    }

    static long number(Map<String, String> order, String name) {
        return Long.parseLong(order.getOrDefault(name, "0"));
    }

    /** FFmpeg takes user and password from the address only. */
    private static String address(Map<String, String> order) {
        String url = order.getOrDefault("url", "");
        String user = order.get("user");
        if (user == null) {
            return url;
        }
        int host = url.indexOf("://") + 3;
        return url.substring(0, host) + encoded(user) + ":" + encoded(order.getOrDefault("password", "")) + "@"
                + url.substring(host);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private @Nullable AVStream suitable(int type) {
        int index = av_find_best_stream(context, type, -1, -1, (AVCodec) null, 0);
        if (index < 0) {
            return null;
        }
        AVStream stream = context.streams(index);
        if (canBeKept(stream)) {
            return stream;
        }
        leftOut += (leftOut.isEmpty() ? "" : ", ") + MediaFile.codecName(stream);
        return null;
    }

    /** Whether MP4, or QuickTime for G.711, holds it as it comes. */
    private static boolean canBeKept(AVStream stream) {
        int codec = stream.codecpar().codec_id();
        boolean described = stream.codecpar().extradata_size() > 0;
        if (codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC || codec == AV_CODEC_ID_AAC) {
            return described;
        }
        return codec == AV_CODEC_ID_MJPEG
                || codec == AV_CODEC_ID_MPEG4
                || codec == AV_CODEC_ID_MP3
                || codec == AV_CODEC_ID_OPUS
                || isTelephone(stream);
    }

    private static boolean isTelephone(AVStream stream) {
        int codec = stream.codecpar().codec_id();
        return codec == AV_CODEC_ID_PCM_ALAW || codec == AV_CODEC_ID_PCM_MULAW;
    }

    private static boolean isAt(int index, @Nullable AVStream stream) {
        return stream != null && stream.index() == index;
    }

    @Nullable
    AVStream video() {
        return video;
    }

    @Nullable
    AVStream audio() {
        return audio;
    }

    /** {@code mp4}, or {@code mov} for sound that only QuickTime holds as it is. */
    String container() {
        return audio != null && isTelephone(audio) ? "mov" : "mp4";
    }

    /** What is recorded, and what cannot be. */
    String streams() {
        String kept = (video == null ? "no pictures" : MediaFile.codecName(video)) + ", "
                + (audio == null ? "no sound" : MediaFile.codecName(audio));
        return leftOut.isEmpty() ? kept : kept + "; cannot be kept as it comes: " + leftOut;
    }

    /** Reads the next packet; a negative code of FFmpeg's if none comes any more. */
    int read(AVPacket packet) {
        return av_read_frame(context, packet);
    }

    @Override
    public void close() {
        avformat_close_input(context);
        interruption.close();
    }
}
