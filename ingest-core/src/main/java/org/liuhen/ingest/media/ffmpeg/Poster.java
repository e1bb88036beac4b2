package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** A still that stands for a recording: a tenth into it, or the first picture after that on which something is seen. */
final class Poster implements AutoCloseable {
    static final String FILE = "poster.jpg";

    private static final int MAX_SIDE = 640;
    private static final int PICTURES_LOOKED_AT = 48;
    private static final int PACKETS_LOOKED_AT = 600;
    private static final double ENOUGH_CONTRAST = 8;

    private @Nullable AVFrame best;
    private double bestContrast = -1;
    private int lookedAt;

    private Poster() {}

    /**
     * Writes the poster of a file into the current folder.
     *
     * @param seconds how long the file is; 0 if unknown
     * @return false if no picture could be decoded
     */
    static boolean write(Path input, double seconds) throws FfmpegFailure {
        return writeFrom(input, seconds / 10) || writeFrom(input, 0);
    }

    private static boolean writeFrom(Path input, double from) throws FfmpegFailure {
        try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS);
                Poster poster = new Poster()) {
            AVStream stream = file.video();
            if (stream == null) {
                return false;
            }
            if (from > 0 && !file.seek(from)) {
                return false;
            }
            poster.look(file, stream);
            AVFrame picture = poster.best;
            if (picture == null) {
                return false;
            }
            encode(picture, stream);
            return true;
        }
    }

    private void look(MediaFile file, AVStream stream) throws FfmpegFailure {
        AVPacket packet = av_packet_alloc();
        try (Decoder decoder = Decoder.open(stream)) {
            for (int packets = 0; packets < PACKETS_LOOKED_AT && !isEnough(); ) {
                if (!readOrEnd(file, packet)) {
                    decoder.decode(null, this::consider);
                    return;
                }
                if (file.holds(stream, packet)) {
                    packets++;
                    decoder.decode(packet, this::consider);
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
    }

    private static boolean readOrEnd(MediaFile file, AVPacket packet) {
        try {
            return file.read(packet);
        } catch (FfmpegFailure ignored) {
            return false; // what came before may do for a poster
        }
    }

    private boolean isEnough() {
        return bestContrast >= ENOUGH_CONTRAST || lookedAt >= PICTURES_LOOKED_AT;
    }

    private void consider(AVFrame picture) {
        if (isEnough()) {
            return;
        }
        lookedAt++;
        double contrast = contrast(picture);
        if (contrast > bestContrast) {
            forget();
            best = av_frame_clone(picture);
            bestContrast = contrast;
        }
    }

    /** How far brightness strays from its mean, 0 to 128; measured on the first plane, whose samples may be of any format. */
    private static double contrast(AVFrame picture) {
        int stride = picture.linesize(0);
        BytePointer plane = picture.data(0);
        if (plane == null || plane.isNull() || stride <= 0) {
            return 0;
        }
        long count = 0;
        double sum = 0;
        double squares = 0;
        int stepX = Math.max(1, picture.width() / 64);
        int stepY = Math.max(1, picture.height() / 48);
        for (int y = 0; y < picture.height(); y += stepY) {
            for (int x = 0; x < Math.min(stride, picture.width()); x += stepX) {
                int value = plane.get((long) y * stride + x) & 0xff;
                sum += value;
                squares += (double) value * value;
                count++;
            }
        }
        double mean = sum / count;
        return Math.sqrt(Math.max(0, squares / count - mean * mean));
    }

    private static void encode(AVFrame picture, AVStream stream) throws FfmpegFailure {
        PictureTrack.Size size = PictureTrack.Size.of(stream, MAX_SIDE);
        Still.write(picture, stream.time_base(), PictureTrack.turn(stream), size, FILE);
    }

    private void forget() {
        AVFrame old = best;
        best = null;
        if (old != null) {
            av_frame_free(old);
        }
    }

    @Override
    public void close() {
        forget();
    }
}
