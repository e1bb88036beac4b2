package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.liuhen.ingest.media.playback.LooseTrack;

/** The way of one stream from the file that is read into the segment that is being made. */
interface SegmentPart extends AutoCloseable {
    /**
     * Takes the stream's next packet.
     *
     * @param packet lent
     * @param ticks when it is shown or heard, on the line of the recording
     */
    void take(AVPacket packet, long ticks) throws FfmpegFailure, NotCopyable;

    /** Whether nothing that comes later belongs to the segment. */
    boolean isDone();

    /** Gathers what is still held back. */
    void finish() throws FfmpegFailure, IOException;

    /** How its samples are described, with those that were gathered. */
    LooseTrack track() throws NotCopyable;

    @Override
    void close();
}
