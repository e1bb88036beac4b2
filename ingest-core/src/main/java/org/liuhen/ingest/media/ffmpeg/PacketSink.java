package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Where encoded packets go. */
interface PacketSink {
    /** Whether parameter sets go into the header of the format instead of the stream. */
    boolean keepsParametersApart();

    /** Adds a stream, whose parameters the caller sets before anything is written. */
    AVStream add(AVRational timeBase) throws FfmpegFailure;

    /** Takes a packet whose times count {@code timeBase}, and what it holds. */
    void write(AVPacket packet, AVStream stream, AVRational timeBase) throws FfmpegFailure;
}
