package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** The way of one stream from the file that is read to what is written. */
interface Track extends AutoCloseable {
    /**
     * Takes the stream's next packet.
     *
     * @param packet lent; its contents may be taken away
     */
    void take(AVPacket packet) throws FfmpegFailure, NotCopyable;

    /** Writes what is still held back. */
    void finish() throws FfmpegFailure, NotCopyable;

    /** The times of the packets that were taken. */
    PacketTimes measured();

    /** How many packets were written. */
    long written();

    @Override
    void close();
}
