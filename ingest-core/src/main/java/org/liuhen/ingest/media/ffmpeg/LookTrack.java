package org.liuhen.ingest.media.ffmpeg;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** A stream that is taken over as it is, or not at all, and decoded on the way for what is made of it beside. */
final class LookTrack implements Track {
    private final AVStream from;
    private final Track copy;
    private final Looks looks;
    private final Decoder decoder;
    private final PacketTimes times;
    private final boolean pictures;

    /** @param copy what else becomes of it; closed with this */
    LookTrack(MediaFile file, AVStream from, Track copy, Looks looks) throws FfmpegFailure {
        this.from = from;
        this.copy = copy;
        this.looks = looks;
        this.pictures = from.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO;
        this.times = file.times(from, CopyTrack.paceOf(file, from));
        try {
            this.decoder = pictures ? Decoder.byHardware(from) : Decoder.open(from);
        } catch (FfmpegFailure failure) {
            copy.close();
            throw failure;
        }
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure, NotCopyable {
        if (packet.size() > 0) {
            decoder.decode(packet, this::look);
        }
        copy.take(packet);
    }

    private void look(AVFrame frame) throws FfmpegFailure {
        if (pictures) {
            times.next(frame.best_effort_timestamp(), PacketTimes.NONE, frame.duration());
            frame.pts(times.pts());
            looks.see(frame);
        } else if (SoundTrack.tellTime(frame, from, times)) {
            looks.hear(frame);
        }
    }

    @Override
    public void finish() throws FfmpegFailure, NotCopyable {
        decoder.decode(null, this::look);
        copy.finish();
    }

    @Override
    public PacketTimes measured() {
        return copy.measured();
    }

    @Override
    public long written() {
        return copy.written();
    }

    @Override
    public void close() {
        decoder.close();
        copy.close();
    }
}
