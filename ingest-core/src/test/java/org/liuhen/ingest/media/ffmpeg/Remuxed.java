package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;

/** A recording in another container, its pictures and sound as they were. */
final class Remuxed {
    private Remuxed() {}

    /** @param laterSeconds by how much its clock is ahead of that of {@code from} */
    static Path of(Path from, String container, Path to, double laterSeconds) throws FfmpegFailure {
        AVPacket packet = av_packet_alloc();
        try (MediaFile file = MediaFile.open(from, MediaFile.RECORDINGS);
                Output output = Output.file(container, to)) {
            AVStream video = Objects.requireNonNull(file.video());
            AVStream audio = file.audio();
            AVStream pictures = added(output, video);
            AVStream sound = audio == null ? null : added(output, audio);
            output.begin();
            while (file.read(packet)) {
                boolean seen = file.holds(video, packet);
                AVStream one = seen ? video : Objects.requireNonNull(audio);
                long later = Math.round(
                        laterSeconds * one.time_base().den() / one.time_base().num());
                packet.pts(packet.pts() + later);
                packet.dts(packet.dts() + later);
                output.write(packet, seen ? pictures : Objects.requireNonNull(sound), one.time_base());
                av_packet_unref(packet);
            }
            output.finish();
            return to;
        } finally {
            av_packet_free(packet);
        }
    }

    private static AVStream added(Output output, AVStream from) throws FfmpegFailure {
        AVStream to = output.add(from.time_base());
        FfmpegFailure.check(avcodec.avcodec_parameters_copy(to.codecpar(), from.codecpar()), "copy parameters");
        to.codecpar().codec_tag(0);
        return to;
    }
}
