package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_GLOBALHEADER;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_NOFILE;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** What is being written: a playlist with its pieces, or one file. */
final class Output implements PacketSink, AutoCloseable {
    /** The playlist of a rendition; its pieces are beside it. */
    static final String PLAYLIST = "index.m3u8";

    /** The playlist of the low-bandwidth copy. */
    static final String LOW_PLAYLIST = "low.m3u8";

    /** The playlist that names both. */
    static final String MASTER_PLAYLIST = "master.m3u8";

    private static final int SEGMENT_SECONDS = 4;

    private final AVFormatContext context;
    private final Map<String, String> options;
    /** The last packet of each stream: how long it lasts is known when the next comes, and FFmpeg begins a fragment there. */
    private final List<@Nullable AVPacket> held = new ArrayList<>();

    private Output(AVFormatContext context, Map<String, String> options) {
        this.context = context;
        this.options = options;
    }

    /** A playlist of fragmented MP4 in the current folder: {@code index.m3u8}, {@code init.mp4}, {@code segment-00000.m4s}… */
    static Output playlist() throws FfmpegFailure {
        return playlist(PLAYLIST, "init.mp4", "segment-%05d.m4s");
    }

    /** The same for the low-bandwidth copy: {@code low.m3u8}, {@code low-init.mp4}, {@code low-00000.m4s}… */
    static Output lowPlaylist() throws FfmpegFailure {
        return playlist(LOW_PLAYLIST, "low-init.mp4", "low-%05d.m4s");
    }

    private static Output playlist(String name, String beginning, String pieces) throws FfmpegFailure {
        return open(
                "hls",
                name,
                Map.of(
                        // sound that only warms up a decoder comes before zero; nothing else is moved for it
                        "avoid_negative_ts", "disabled",
                        "hls_segment_type", "fmp4",
                        "hls_playlist_type", "vod",
                        "hls_list_size", "0",
                        "hls_time", Integer.toString(SEGMENT_SECONDS),
                        "hls_flags", "independent_segments",
                        "hls_fmp4_init_filename", beginning,
                        "hls_segment_filename", pieces));
    }

    /** Takes everything and keeps nothing, for what is only measured. */
    static Output nothing() throws FfmpegFailure {
        return open("null", "nothing", Map.of());
    }

    /** A file of any format; MP4 has its index at the beginning and starts at zero. */
    static Output file(String format, Path file) throws FfmpegFailure {
        Map<String, String> options =
                format.equals("mp4") ? Map.of("movflags", "+faststart", "avoid_negative_ts", "make_zero") : Map.of();
        return open(format, file.toAbsolutePath().toString(), options);
    }

    /**
     * A clip: MP4 with its index at the beginning. Times are written as they are given; what has to be decoded before zero
     * is not shown.
     */
    static Output clip(Path file) throws FfmpegFailure {
        return open(
                "mp4",
                file.toAbsolutePath().toString(),
                Map.of(
                        "movflags", "+faststart",
                        "use_editlist", "1",
                        "movie_timescale", "90000",
                        "avoid_negative_ts", "disabled"));
    }

    private static Output open(String format, String name, Map<String, String> options) throws FfmpegFailure {
        AVFormatContext context = new AVFormatContext((Pointer) null);
        FfmpegFailure.check(avformat_alloc_output_context2(context, null, format, name), "make " + format);
        return new Output(context, options);
    }

    @Override
    public boolean keepsParametersApart() {
        return (context.oformat().flags() & AVFMT_GLOBALHEADER) != 0;
    }

    @Override
    public AVStream add(AVRational timeBase) throws FfmpegFailure {
        AVStream stream = avformat_new_stream(context, null);
        if (stream == null) {
            throw new FfmpegFailure(0, "make stream: out of memory");
        }
        stream.time_base(timeBase);
        held.add(null);
        return stream;
    }

    void begin() throws FfmpegFailure {
        if ((context.oformat().flags() & AVFMT_NOFILE) == 0) {
            AVIOContext file = new AVIOContext((Pointer) null);
            FfmpegFailure.check(avio_open(file, context.url().getString(), AVIO_FLAG_WRITE), "open output");
            context.pb(file);
        }
        AVDictionary dictionary = new AVDictionary((Pointer) null);
        options.forEach((name, value) -> av_dict_set(dictionary, name, value, 0));
        int code = avformat_write_header(context, dictionary);
        av_dict_free(dictionary);
        FfmpegFailure.check(code, "begin output");
    }

    @Override
    public void write(AVPacket packet, AVStream stream, AVRational timeBase) throws FfmpegFailure {
        av_packet_rescale_ts(packet, timeBase, stream.time_base());
        AVPacket last = held.get(stream.index());
        if (last != null && packet.dts() <= last.dts()) {
            packet.dts(last.dts() + 1);
        }
        packet.pts(Math.max(packet.pts(), packet.dts()));
        packet.stream_index(stream.index());
        packet.pos(-1);
        AVPacket kept = av_packet_clone(packet);
        if (kept == null) {
            throw new FfmpegFailure(0, "keep packet: out of memory");
        }
        held.set(stream.index(), kept);
        if (last != null) {
            last.duration(packet.dts() - last.dts());
            write(last);
        }
    }

    private void write(AVPacket last) throws FfmpegFailure {
        int code = av_interleaved_write_frame(context, last);
        av_packet_free(last);
        FfmpegFailure.check(code, "write");
    }

    void finish() throws FfmpegFailure {
        for (int i = 0; i < held.size(); i++) {
            AVPacket last = held.set(i, null);
            if (last != null) {
                write(last);
            }
        }
        FfmpegFailure.check(av_write_trailer(context), "finish output");
    }

    @Override
    public void close() {
        for (AVPacket last : held) {
            if (last != null) {
                av_packet_free(last);
            }
        }
        held.clear();
        if ((context.oformat().flags() & AVFMT_NOFILE) == 0 && context.pb() != null) {
            avio_closep(context.pb());
        }
        avformat_free_context(context);
    }
}
