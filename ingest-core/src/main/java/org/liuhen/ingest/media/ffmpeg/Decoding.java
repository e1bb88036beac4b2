package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Decodes everything in a file of our own making, to see that it can be played. */
final class Decoding {
    private long samples;
    private double brightness;
    private double endSeconds;

    private Decoding() {}

    /** @param input a file, or a playlist beside its pieces */
    static Answer of(Path input) throws FfmpegFailure {
        return new Decoding().run(input);
    }

    private Answer run(Path input) throws FfmpegFailure {
        try (MediaFile file = MediaFile.open(input, MediaFile.RENDITIONS)) {
            @Nullable AVStream video = file.video();
            @Nullable AVStream audio = file.audio();
            try (@Nullable Decoder pictures = video == null ? null : Decoder.open(video);
                    @Nullable Decoder sound = audio == null ? null : Decoder.open(audio)) {
                decode(file, pictures, sound);
                Answer answer = Answer.outcome("decoded").with("endSeconds", endSeconds);
                if (video != null && pictures != null) {
                    answer.with("videoCodec", MediaFile.codecName(video))
                            .with("width", video.codecpar().width())
                            .with("height", video.codecpar().height())
                            .with("pictures", pictures.frames())
                            .with("brightness", brightness / Math.max(1, pictures.frames()));
                }
                if (audio != null && sound != null) {
                    answer.with("audioCodec", MediaFile.codecName(audio))
                            .with("sampleRate", audio.codecpar().sample_rate())
                            .with("samples", samples);
                }
                long errors = (pictures == null ? 0 : pictures.errors()) + (sound == null ? 0 : sound.errors());
                return answer.with("errors", errors);
            }
        }
    }

    private void decode(MediaFile file, @Nullable Decoder pictures, @Nullable Decoder sound) throws FfmpegFailure {
        AVPacket packet = av_packet_alloc();
        try {
            while (file.read(packet)) {
                if (pictures != null && file.holds(file.video(), packet)) {
                    note(packet, file.video());
                    pictures.decode(packet, this::see);
                } else if (sound != null && file.holds(file.audio(), packet)) {
                    note(packet, file.audio());
                    sound.decode(packet, this::hear);
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
        if (pictures != null) {
            pictures.decode(null, this::see);
        }
        if (sound != null) {
            sound.decode(null, this::hear);
        }
    }

    private void note(AVPacket packet, @Nullable AVStream stream) {
        if (stream != null && packet.pts() != PacketTimes.NONE) {
            double ticks = packet.pts() + Math.max(0, packet.duration());
            endSeconds = Math.max(
                    endSeconds,
                    ticks * stream.time_base().num() / stream.time_base().den());
        }
    }

    private void see(AVFrame picture) {
        BytePointer plane = picture.data(0);
        long sum = 0;
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                long row = (long) y * picture.height() / 16;
                sum += plane.get(row * picture.linesize(0) + (long) x * picture.width() / 16) & 0xff;
            }
        }
        brightness += sum / 256.0;
    }

    private void hear(AVFrame sound) {
        samples += sound.nb_samples();
    }
}
