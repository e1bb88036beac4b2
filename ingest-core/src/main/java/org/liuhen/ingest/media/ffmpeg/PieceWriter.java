package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close_dyn_buf;
import static org.bytedeco.ffmpeg.global.avformat.avio_open_dyn_buf;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A recording that is written piece by piece: fragmented MP4 whose header comes first and each of whose fragments stands
 * for itself, so that every prefix that ends with a piece is a whole file.
 */
final class PieceWriter implements AutoCloseable {
    private final AVFormatContext context;
    private final Map<Integer, AVStream> streams = new HashMap<>();
    private final Map<Integer, Long> lastDts = new HashMap<>();
    private long pieceBytes;

    private PieceWriter(AVFormatContext context) {
        this.context = context;
    }

    /**
     * Begins a recording of these streams; either may be null.
     *
     * @param began when, by our clock. It is written into the file: a camera that shows the same twice, a test picture
     *     or nothing at all, would else give the same bytes twice, and the second time would count as sent again
     */
    static PieceWriter open(String container, @Nullable AVStream video, @Nullable AVStream audio, Instant began)
            throws FfmpegFailure {
        AVFormatContext context = new AVFormatContext((Pointer) null);
        FfmpegFailure.check(avformat_alloc_output_context2(context, null, container, null), "make " + container);
        PieceWriter writer = new PieceWriter(context);
        try {
            writer.add(video);
            writer.add(audio);
            writer.collect();
            AVDictionary metadata = new AVDictionary((Pointer) null);
            av_dict_set(metadata, "creation_time", began.toString(), 0);
            av_dict_set(metadata, "comment", "recording began " + began, 0);
            context.metadata(metadata);
            AVDictionary options = new AVDictionary((Pointer) null);
            av_dict_set(options, "movflags", "+frag_custom+empty_moov+default_base_moof+skip_trailer", 0);
            int code = avformat_write_header(context, options);
            av_dict_free(options);
            FfmpegFailure.check(code, "begin recording");
            return writer;
        } catch (FfmpegFailure failure) {
            writer.close();
            throw failure;
        }
    }

    private void add(@Nullable AVStream from) throws FfmpegFailure {
        if (from == null) {
            return;
        }
        AVStream to = avformat_new_stream(context, null);
        if (to == null) {
            throw new FfmpegFailure(0, "make stream: out of memory");
        }
        FfmpegFailure.check(avcodec_parameters_copy(to.codecpar(), from.codecpar()), "copy parameters");
        to.codecpar().codec_tag(0);
        to.time_base(from.time_base());
        to.avg_frame_rate(from.avg_frame_rate());
        streams.put(from.index(), to);
    }

    private void collect() throws FfmpegFailure {
        AVIOContext buffer = new AVIOContext((Pointer) null);
        FfmpegFailure.check(avio_open_dyn_buf(buffer), "make buffer");
        context.pb(buffer);
    }

    /** Writes a packet of the stream {@code from}, whose times have been shifted to begin near zero. */
    void write(AVPacket packet, AVStream from) throws FfmpegFailure {
        AVStream to = streams.get(from.index());
        if (to == null) {
            throw new IllegalStateException("stream: " + from.index() + " is not recorded");
        }
        pieceBytes += packet.size();
        av_packet_rescale_ts(packet, from.time_base(), to.time_base());
        long last = lastDts.getOrDefault(to.index(), -1L);
        packet.dts(Math.max(packet.dts(), last + 1));
        packet.pts(Math.max(packet.pts(), packet.dts()));
        lastDts.put(to.index(), packet.dts());
        packet.stream_index(to.index());
        packet.pos(-1);
        FfmpegFailure.check(av_write_frame(context, packet), "write");
    }

    /** How much the piece holds that would be cut now, about. */
    long pieceBytes() {
        return pieceBytes;
    }

    /** Ends the piece: everything since the one before. */
    byte[] cut() throws FfmpegFailure {
        FfmpegFailure.check(av_write_frame(context, null), "end piece");
        BytePointer data = new BytePointer((Pointer) null);
        int size = avio_close_dyn_buf(context.pb(), data);
        context.pb(null);
        byte[] piece = new byte[Math.max(0, size)];
        data.capacity(piece.length).get(piece);
        av_free(data);
        pieceBytes = 0;
        collect();
        return piece;
    }

    @Override
    public void close() {
        if (context.pb() != null) {
            BytePointer data = new BytePointer((Pointer) null);
            avio_close_dyn_buf(context.pb(), data);
            av_free(data);
            context.pb(null);
        }
        avformat_free_context(context);
    }
}
