package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * The first picture of a JPEG file as people look at it: at its full size, upright as the camera was held, encoded anew
 * so that nothing reaches a browser but samples, and written into the current folder.
 */
final class WholePicture {
    static final Path FILE = Path.of("picture.jpg");

    private static final String STILLS = "jpeg_pipe";

    /** FFmpeg's scale from 2, which is best, to 31. */
    private static final int QUANTIZER = 2;

    private final Path input;
    private final int mostSide;
    private final Path file;
    private boolean written;

    private WholePicture(Path input, int mostSide, Path file) {
        this.input = input;
        this.mostSide = mostSide;
        this.file = file;
    }

    /** @return {@code made}, or {@code unplayable} and why */
    static Answer of(Path input) throws FfmpegFailure, IOException {
        if (Files.size(input) == 0) {
            return unplayable("the file is empty");
        }
        try {
            return new WholePicture(input, Integer.MAX_VALUE, FILE).write()
                    ? Answer.outcome("made")
                    : unplayable("its picture cannot be decoded");
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
            return unplayable("no JPEG picture, " + failure.getMessage());
        }
    }

    private static Answer unplayable(String why) {
        return Answer.outcome("unplayable").with("detail", why);
    }

    /** Whether a file is of one picture, or of some that are not shown one after another. */
    static boolean isIn(MediaFile file) {
        return file.container().equals(STILLS);
    }

    /** Writes the poster of such a file; false if its picture cannot be decoded. */
    static boolean poster(Path input, int mostSide) throws FfmpegFailure {
        try {
            return new WholePicture(input, mostSide, Path.of(Poster.FILE)).write();
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
            return false;
        }
    }

    private boolean write() throws FfmpegFailure {
        AVPacket packet = av_packet_alloc();
        try (MediaFile from = MediaFile.open(input, STILLS)) {
            AVStream stream = from.video();
            if (stream == null) {
                return false;
            }
            try (Decoder decoder = Decoder.open(stream)) {
                while (!written && from.read(packet)) {
                    decoder.decode(packet, picture -> write(picture, stream.time_base()));
                    av_packet_unref(packet);
                }
                if (!written) {
                    decoder.decode(null, picture -> write(picture, stream.time_base()));
                }
            }
            return written;
        } finally {
            av_packet_free(packet);
        }
    }

    private void write(AVFrame picture, AVRational timeBase) throws FfmpegFailure {
        if (written) {
            return;
        }
        String turn = upright(picture);
        boolean sideways = turn.startsWith("transpose");
        double scale = Math.min(1, (double) mostSide / Math.max(picture.width(), picture.height()));
        int wide = scaled(sideways ? picture.height() : picture.width(), scale);
        int high = scaled(sideways ? picture.width() : picture.height(), scale);
        Still.write(picture, timeBase, turn, new PictureTrack.Size(wide, high), QUANTIZER, file.toString());
        written = true;
    }

    private static int scaled(int samples, double scale) {
        return Math.max(1, (int) Math.round(samples * scale));
    }

    /**
     * The filters that turn and mirror a picture as its file says it was taken, each followed by a comma. FFmpeg tells
     * it as a matrix: a sample at {@code x, y} is shown at {@code a x + c y, b x + d y}.
     */
    private static String upright(AVFrame picture) {
        @Nullable AVFrameSideData matrix = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.isNull() || matrix.size() < 9 * Integer.BYTES) {
            return "";
        }
        IntPointer values = new IntPointer(matrix.data());
        int a = values.get(0);
        int b = values.get(1);
        int c = values.get(3);
        int d = values.get(4);
        if (a != 0 || d != 0) {
            return (a < 0 ? "hflip," : "") + (d < 0 ? "vflip," : "");
        }
        if (c < 0) {
            return b < 0 ? "transpose=clock_flip," : "transpose=clock,";
        }
        return b < 0 ? "transpose=cclock," : "transpose=cclock_flip,";
    }
}
