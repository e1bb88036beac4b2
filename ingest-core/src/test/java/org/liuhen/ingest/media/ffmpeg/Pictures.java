package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** All pictures and all sound of a small file, decoded. */
final class Pictures {
    /** One picture: its brightness only. */
    record Picture(double seconds, int width, int height, byte[] luma) {
        /** How like another it is, dB; 100 if it is the same. */
        double likeness(Picture other) {
            return likeness(other, 0, 0, 0, 0);
        }

        /** The same without what lies in a box, samples. */
        double likeness(Picture other, int x0, int y0, int x1, int y1) {
            double sum = 0;
            long count = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    if (x < x0 || x >= x1 || y < y0 || y >= y1) {
                        double off = (luma[y * width + x] & 0xff) - (other.luma[y * width + x] & 0xff);
                        sum += off * off;
                        count++;
                    }
                }
            }
            return sum == 0 ? 100 : 10 * Math.log10(255.0 * 255 * count / sum);
        }

        /** A strip of it, from top to bottom. */
        Picture part(int left, int wide) {
            byte[] strip = new byte[wide * height];
            for (int y = 0; y < height; y++) {
                System.arraycopy(luma, y * width + left, strip, y * wide, wide);
            }
            return new Picture(seconds, wide, height, strip);
        }

        /** How like another it is that may have another size, dB. */
        double scaledLikeness(Picture other) {
            byte[] scaled = new byte[luma.length];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    scaled[y * width + x] =
                            other.luma[y * other.height / height * other.width + x * other.width / width];
                }
            }
            return likeness(new Picture(seconds, width, height, scaled));
        }

        /** How far what is in a box goes along with what is there in another picture: 0 not at all, 1 wholly. */
        double correlation(Picture other, int x0, int y0, int x1, int y1) {
            double[] one = detail(x0, y0, x1, y1);
            double[] two = other.detail(x0, y0, x1, y1);
            double both = 0;
            double own = 0;
            double its = 0;
            for (int i = 0; i < one.length; i++) {
                both += one[i] * two[i];
                own += one[i] * one[i];
                its += two[i] * two[i];
            }
            return own == 0 || its == 0 ? 0 : both / Math.sqrt(own * its);
        }

        /** What differs from the mean of a box. */
        private double[] detail(int x0, int y0, int x1, int y1) {
            double[] values = new double[(x1 - x0) * (y1 - y0)];
            for (int y = y0; y < y1; y++) {
                for (int x = x0; x < x1; x++) {
                    values[(y - y0) * (x1 - x0) + x - x0] = luma[y * width + x] & 0xff;
                }
            }
            double mean = Arrays.stream(values).average().orElse(0);
            return Arrays.stream(values).map(value -> value - mean).toArray();
        }
    }

    final List<Picture> all = new ArrayList<>();
    /** One channel, with the time of its first sample. */
    float[] sound = new float[0];

    double soundFrom;
    int sampleRate;
    long errors;

    static Pictures of(Path path) throws FfmpegFailure {
        Pictures pictures = new Pictures();
        try (MediaFile file = MediaFile.open(path, MediaFile.RECORDINGS)) {
            AVStream video = file.video();
            AVStream audio = file.audio();
            try (Decoder seen = video == null ? null : Decoder.open(video);
                    Decoder heard = audio == null ? null : Decoder.open(audio)) {
                AVPacket packet = av_packet_alloc();
                while (file.read(packet)) {
                    if (seen != null && file.holds(video, packet)) {
                        seen.decode(packet, frame -> pictures.see(file, video, frame));
                    } else if (heard != null && file.holds(audio, packet)) {
                        heard.decode(packet, frame -> pictures.hear(file, audio, frame));
                    }
                    av_packet_unref(packet);
                }
                av_packet_free(packet);
                if (seen != null) {
                    seen.decode(null, frame -> pictures.see(file, video, frame));
                    pictures.errors += seen.errors();
                }
                if (heard != null) {
                    heard.decode(null, frame -> pictures.hear(file, audio, frame));
                    pictures.errors += heard.errors();
                }
            }
        }
        return pictures;
    }

    private void see(MediaFile file, @Nullable AVStream stream, AVFrame frame) {
        if (stream == null) {
            return;
        }
        int stride = frame.linesize(0);
        ByteBuffer plane =
                frame.data(0).capacity((long) stride * frame.height()).asByteBuffer();
        byte[] luma = new byte[frame.width() * frame.height()];
        for (int y = 0; y < frame.height(); y++) {
            plane.get(y * stride, luma, y * frame.width(), frame.width());
        }
        double seconds = (double) (frame.best_effort_timestamp() - file.originTicks(stream))
                * stream.time_base().num()
                / stream.time_base().den();
        all.add(new Picture(seconds, frame.width(), frame.height(), luma));
    }

    private void hear(MediaFile file, @Nullable AVStream stream, AVFrame frame) {
        if (stream == null) {
            return;
        }
        sampleRate = frame.sample_rate();
        if (sound.length == 0) {
            soundFrom = (double) (frame.best_effort_timestamp() - file.originTicks(stream))
                    * stream.time_base().num()
                    / stream.time_base().den();
        }
        int before = sound.length;
        sound = Arrays.copyOf(sound, before + frame.nb_samples());
        new FloatPointer(frame.data(0)).capacity(frame.nb_samples()).get(sound, before, frame.nb_samples());
    }

    /** Those of a stretch of time. */
    List<Picture> between(double from, double to) {
        return all.stream()
                .filter(picture -> picture.seconds() >= from - 0.0005 && picture.seconds() < to - 0.0005)
                .toList();
    }

    /** How loud it is, from here to there. */
    double loudness(double from, double to) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < sound.length; i++) {
            double at = soundFrom + (double) i / sampleRate;
            if (at >= from && at < to) {
                sum += sound[i] * sound[i];
                count++;
            }
        }
        return count == 0 ? 0 : Math.sqrt(sum / count);
    }
}
