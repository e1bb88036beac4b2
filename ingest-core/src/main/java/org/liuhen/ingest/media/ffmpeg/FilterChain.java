package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_time_base;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_set_frame_size;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_get_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse_ptr;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_default;
import static org.bytedeco.ffmpeg.global.avutil.av_channel_layout_describe;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_get_sample_fmt_name;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * A chain of FFmpeg's filters, from frames as decoded to frames as wanted. Filters keep the rows of pictures aligned as
 * swscale needs them, which a hand-made picture easily does not.
 */
final class FilterChain implements AutoCloseable {
    private final AVFilterGraph graph;
    private final @Nullable AVFilterContext source;
    private final AVFilterContext sink;
    private final AVFrame frame;

    private FilterChain(AVFilterGraph graph, @Nullable AVFilterContext source, AVFilterContext sink) {
        this.graph = graph;
        this.source = source;
        this.sink = sink;
        this.frame = av_frame_alloc();
    }

    /** A chain for pictures like {@code like}, whose times count {@code timeBase}. */
    static FilterChain pictures(AVFrame like, AVRational timeBase, String filters) throws FfmpegFailure {
        String source = String.format(
                Locale.ROOT,
                "buffer@in=video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=%d/%d:colorspace=%d:range=%d",
                like.width(),
                like.height(),
                like.format(),
                timeBase.num(),
                timeBase.den(),
                Math.max(0, like.sample_aspect_ratio().num()),
                Math.max(1, like.sample_aspect_ratio().den()),
                like.colorspace(),
                like.color_range());
        return build(source + "," + filters + ",buffersink@out", true);
    }

    /** A chain for sound like {@code like}, whose times count {@code timeBase}. */
    static FilterChain sound(AVFrame like, AVRational timeBase, String filters) throws FfmpegFailure {
        String source = String.format(
                Locale.ROOT,
                "abuffer@in=sample_rate=%d:sample_fmt=%s:channel_layout=%s:time_base=%d/%d",
                like.sample_rate(),
                av_get_sample_fmt_name(like.format()).getString(),
                layout(like.ch_layout()),
                timeBase.num(),
                timeBase.den());
        return build(source + "," + filters + ",abuffersink@out", true);
    }

    /** A chain that begins with a source of its own and whose last filter is a sink called {@code @out}. */
    static FilterChain source(String filters) throws FfmpegFailure {
        return build(filters, false);
    }

    private static String layout(AVChannelLayout layout) {
        if (layout.order() == 0) {
            av_channel_layout_default(layout, layout.nb_channels());
        }
        byte[] name = new byte[128];
        int length = av_channel_layout_describe(layout, name, name.length);
        return new String(name, 0, Math.max(0, Math.min(length, name.length) - 1), StandardCharsets.UTF_8);
    }

    private static FilterChain build(String description, boolean fed) throws FfmpegFailure {
        AVFilterGraph graph = avfilter_graph_alloc();
        graph.nb_threads(1);
        try {
            FfmpegFailure.check(
                    avfilter_graph_parse_ptr(graph, description, null, null, null), "filters " + description);
            FfmpegFailure.check(avfilter_graph_config(graph, null), "filters " + description);
            AVFilterContext source = fed ? named(graph, "buffer@in", "abuffer@in") : null;
            return new FilterChain(graph, source, named(graph, "buffersink@out", "abuffersink@out"));
        } catch (FfmpegFailure failure) {
            avfilter_graph_free(graph);
            throw failure;
        }
    }

    private static AVFilterContext named(AVFilterGraph graph, String name, String otherName) throws FfmpegFailure {
        AVFilterContext found = avfilter_graph_get_filter(graph, name);
        if (found == null) {
            found = avfilter_graph_get_filter(graph, otherName);
        }
        if (found == null) {
            throw new FfmpegFailure(0, "filter: " + name + " is missing");
        }
        return found;
    }

    /** Makes the sink give out sound in pieces of so many samples. */
    void pieces(int samples) {
        av_buffersink_set_frame_size(sink, samples);
    }

    /** What the times of the frames that come out count. */
    AVRational timeBase() {
        return av_buffersink_get_time_base(sink);
    }

    /**
     * Puts a frame in and gives what comes out to {@code to}.
     *
     * @param input stays the caller's; null to have the last frames out
     */
    void put(@Nullable AVFrame input, Decoder.FrameSink to) throws FfmpegFailure {
        if (source != null) {
            FfmpegFailure.check(av_buffersrc_add_frame_flags(source, input, AV_BUFFERSRC_FLAG_KEEP_REF), "filter");
        }
        while (pull(to)) {}
    }

    /** Gives the next frame to {@code to}; false if there is none for now, or no more. */
    boolean pull(Decoder.FrameSink to) throws FfmpegFailure {
        int code = av_buffersink_get_frame(sink, frame);
        if (code == FfmpegFailure.AGAIN || code == FfmpegFailure.END) {
            return false;
        }
        FfmpegFailure.check(code, "filter");
        try {
            to.take(frame);
        } finally {
            av_frame_unref(frame);
        }
        return true;
    }

    @Override
    public void close() {
        av_frame_free(frame);
        avfilter_graph_free(graph);
    }
}
