package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV12;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_VAAPI;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_ctx_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_ctx_init;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_transfer_data;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVHWFramesContext;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Pictures on their way into an encoder of graphics hardware: in the layout that it takes, and for VA-API in its own
 * memory. Source: FFmpeg, doc/examples/vaapi_encode.c, for the order of the calls.
 */
final class Upload implements AutoCloseable {
    private static final int SURFACES = 16;

    private final Hardware hardware;
    private final AVRational timeBase;
    private final @Nullable AVBufferRef surfaces;
    private final AVFrame surface;
    private @Nullable FilterChain layout;

    private Upload(Hardware hardware, AVRational timeBase, @Nullable AVBufferRef surfaces) {
        this.hardware = hardware;
        this.timeBase = timeBase;
        this.surfaces = surfaces;
        this.surface = av_frame_alloc();
    }

    /** @param context of the encoder, described but not open: is told what pictures it will be given */
    static Upload prepare(Hardware hardware, AVCodecContext context) throws FfmpegFailure {
        context.hw_device_ctx(hardware.forEncoding());
        AVBufferRef surfaces = null;
        if (hardware.kind() == Hardware.Kind.VAAPI) {
            surfaces = surfaces(hardware, context.width(), context.height());
            context.hw_frames_ctx(av_buffer_ref(surfaces));
            context.pix_fmt(AV_PIX_FMT_VAAPI);
        } else {
            context.pix_fmt(AV_PIX_FMT_NV12);
        }
        return new Upload(hardware, context.time_base(), surfaces);
    }

    private static AVBufferRef surfaces(Hardware hardware, int width, int height) throws FfmpegFailure {
        AVBufferRef device = hardware.forEncoding();
        AVBufferRef surfaces = av_hwframe_ctx_alloc(device);
        av_buffer_unref(device);
        if (surfaces == null) {
            throw new FfmpegFailure(0, "surfaces of VA-API: out of memory");
        }
        AVHWFramesContext described = new AVHWFramesContext(surfaces.data());
        described.format(AV_PIX_FMT_VAAPI);
        described.sw_format(AV_PIX_FMT_NV12);
        described.width(width);
        described.height(height);
        described.initial_pool_size(SURFACES);
        int begun = av_hwframe_ctx_init(surfaces);
        if (begun < 0) {
            av_buffer_unref(surfaces);
        }
        FfmpegFailure.check(begun, "surfaces of VA-API");
        return surfaces;
    }

    /**
     * Gives a picture on as the encoder takes it.
     *
     * @param picture YUV 4:2:0 of 8 bits, always of the same size
     * @throws HardwareFailed if the hardware does not take it
     */
    void pass(AVFrame picture, Decoder.FrameSink encoder) throws FfmpegFailure {
        FilterChain layout = this.layout;
        if (layout == null) {
            layout = FilterChain.pictures(picture, timeBase, "format=nv12");
            this.layout = layout;
        }
        layout.put(picture, ready -> {
            ready.pts(picture.pts());
            ready.pict_type(picture.pict_type());
            if (surfaces == null) {
                encoder.take(ready);
            } else {
                takeSurface(surfaces, ready, encoder);
            }
        });
        hardware.wasUsed();
    }

    private void takeSurface(AVBufferRef surfaces, AVFrame picture, Decoder.FrameSink encoder) throws FfmpegFailure {
        try {
            HardwareFailed.check(av_hwframe_get_buffer(surfaces, surface, 0), "surface");
            HardwareFailed.check(av_hwframe_transfer_data(surface, picture, 0), "upload");
            surface.pts(picture.pts());
            surface.pict_type(picture.pict_type());
            encoder.take(surface);
        } finally {
            av_frame_unref(surface);
        }
    }

    @Override
    public void close() {
        FilterChain layout = this.layout;
        if (layout != null) {
            layout.close();
        }
        av_frame_free(surface);
        if (surfaces != null) {
            av_buffer_unref(surfaces);
        }
    }
}
