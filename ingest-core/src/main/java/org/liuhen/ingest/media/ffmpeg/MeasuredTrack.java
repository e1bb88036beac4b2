package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;

/** A stream of which nothing is written; it is only measured. */
final class MeasuredTrack implements Track {
    private final PacketTimes times;

    MeasuredTrack(MediaFile file, AVStream from) {
        this.times = file.times(from, CopyTrack.paceOf(file, from));
    }

    @Override
    public void take(AVPacket packet) {
        times.next(packet.pts(), packet.dts(), packet.duration());
    }

    @Override
    public void finish() {}

    @Override
    public PacketTimes measured() {
        return times;
    }

    @Override
    public long written() {
        return times.count();
    }

    @Override
    public void close() {}
}
