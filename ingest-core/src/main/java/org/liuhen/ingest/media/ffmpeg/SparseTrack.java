package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_move_ref;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Pictures of which one is wanted now and then: packets are held back from a key picture on and decoded only once a
 * wanted picture is among them; the next key picture lets go of what was not needed.
 */
final class SparseTrack implements Track {
    private static final long MOST_HELD_BYTES = 32 << 20;
    private static final int MOST_HELD_PACKETS = 2000;

    private final AVStream from;
    private final Looks looks;
    private final Decoder decoder;
    private final PacketTimes times;
    private final Deque<AVPacket> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean decoding;

    SparseTrack(MediaFile file, AVStream from, Looks looks) throws FfmpegFailure {
        this.from = from;
        this.looks = looks;
        this.times = file.times(from, file.frameRate(from));
        this.decoder = Decoder.open(from);
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure {
        times.next(packet.pts(), packet.dts(), packet.duration());
        packet.pts(times.pts());
        packet.dts(times.dts());
        if ((packet.flags() & AV_PKT_FLAG_KEY) != 0) {
            letGo();
        }
        AVPacket kept = av_packet_alloc();
        heldBytes += packet.size();
        av_packet_move_ref(kept, packet);
        held.add(kept);
        if (looks.wants(seconds(times.pts())) || heldBytes > MOST_HELD_BYTES || held.size() > MOST_HELD_PACKETS) {
            decodeHeld();
        }
    }

    private void decodeHeld() throws FfmpegFailure {
        decoding = true;
        while (!held.isEmpty()) {
            AVPacket next = held.remove();
            heldBytes -= next.size();
            try {
                decoder.decode(next, this::see);
            } finally {
                av_packet_free(next);
            }
        }
    }

    /** What is held leads to nothing that is wanted: the next picture stands for itself. */
    private void letGo() throws FfmpegFailure {
        drop();
        if (decoding) {
            decoder.decode(null, this::see);
            decoder.restart();
            decoding = false;
        }
    }

    private void drop() {
        while (!held.isEmpty()) {
            av_packet_free(held.remove());
        }
        heldBytes = 0;
    }

    private void see(AVFrame picture) throws FfmpegFailure {
        picture.pts(picture.best_effort_timestamp());
        if (picture.pts() != PacketTimes.NONE) {
            looks.see(picture);
        }
    }

    private double seconds(long ticks) {
        return (double) ticks * from.time_base().num() / from.time_base().den();
    }

    @Override
    public void finish() throws FfmpegFailure {
        decoder.decode(null, this::see);
    }

    @Override
    public PacketTimes measured() {
        return times;
    }

    @Override
    public long written() {
        return decoder.frames();
    }

    @Override
    public void close() {
        drop();
        decoder.close();
    }
}
