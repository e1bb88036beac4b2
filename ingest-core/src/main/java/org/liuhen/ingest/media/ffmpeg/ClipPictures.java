package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;

/** How the pictures of a clip's parts are written, one part after another. */
interface ClipPictures extends AutoCloseable {
    /** Begins a part, whose file stands where it was planned from. */
    void begin(PartPlan plan, MediaFile file, AVStream stream) throws FfmpegFailure, NotCopyable;

    /** @param packet lent; its contents may be taken away */
    void take(AVPacket packet) throws FfmpegFailure, NotCopyable;

    /** Whether nothing more of the part is wanted. */
    boolean isDone();

    /** Ends a part. */
    void end() throws FfmpegFailure, NotCopyable;

    /** Writes what is still held back. */
    void finish() throws FfmpegFailure, NotCopyable;

    ClipTally tally();

    @Override
    void close();
}
