package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.Pointer;

/** Hands the packets of one encoder on, one by one, instead of writing them into a file. */
final class LooseSink implements PacketSink, AutoCloseable {
    /** Takes a packet, which is only lent. */
    interface To {
        void take(AVPacket packet) throws FfmpegFailure;
    }

    private final AVFormatContext context = new AVFormatContext((Pointer) null);
    private final To to;

    LooseSink(To to) throws FfmpegFailure {
        this.to = to;
        FfmpegFailure.check(avformat_alloc_output_context2(context, null, "mp4", null), "make stream");
    }

    @Override
    public boolean keepsParametersApart() {
        return true;
    }

    @Override
    public AVStream add(AVRational timeBase) throws FfmpegFailure {
        AVStream stream = avformat_new_stream(context, null);
        if (stream == null) {
            throw new FfmpegFailure(0, "make stream: out of memory");
        }
        stream.time_base(timeBase);
        return stream;
    }

    @Override
    public void write(AVPacket packet, AVStream stream, AVRational timeBase) throws FfmpegFailure {
        to.take(packet);
    }

    /** What the encoder says before its first packet. */
    ByteBuffer extradata() {
        return extradata(context.streams(0));
    }

    /** What a stream says before its first packet. */
    static ByteBuffer extradata(AVStream stream) {
        int size = stream.codecpar().extradata_size();
        return size <= 0
                ? ByteBuffer.allocate(0)
                : stream.codecpar().extradata().limit(size).asByteBuffer();
    }

    @Override
    public void close() {
        avformat_free_context(context);
    }
}
