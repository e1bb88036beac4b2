package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/** How the sound of a clip's parts is written, one part after another. */
interface ClipSound extends AutoCloseable {
    /** @param stream null if the part has no sound */
    void begin(PartPlan plan, MediaFile file, @Nullable AVStream stream) throws FfmpegFailure;

    /** @param packet lent; its contents may be taken away */
    void take(AVPacket packet) throws FfmpegFailure;

    /** Whether nothing more of the part is wanted. */
    boolean isDone();

    /** Ends a part. */
    void end() throws FfmpegFailure;

    /** Writes what is still held back. */
    void finish() throws FfmpegFailure;

    @Override
    void close();
}
