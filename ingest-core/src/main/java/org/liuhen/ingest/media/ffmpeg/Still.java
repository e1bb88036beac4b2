package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.liuhen.ingest.media.looks.SmallPicture;

/** A picture written as a JPEG file. */
final class Still {
    private static final int QUANTIZER = 4;

    private Still() {}

    /**
     * Writes a picture.
     *
     * @param before filters that come before the scaling, each followed by a comma
     */
    static void write(AVFrame picture, AVRational timeBase, String before, PictureTrack.Size size, String name)
            throws FfmpegFailure {
        write(picture, timeBase, before, size, QUANTIZER, name);
    }

    /** @param quantizer from 2, which keeps most, to 31 */
    static void write(
            AVFrame picture, AVRational timeBase, String before, PictureTrack.Size size, int quantizer, String name)
            throws FfmpegFailure {
        String filters = before + "scale=" + size.width() + ":" + size.height() + ":out_color_matrix="
                + Colours.STANDARD.matrix() + ":out_range=pc,setsar=1,format=yuvj420p";
        Map<String, String> quality = Map.of("global_quality", Integer.toString(quantizer * FF_QP2LAMBDA));
        picture.pts(0);
        try (FilterChain chain = FilterChain.pictures(picture, timeBase, filters);
                Output output = Output.file("mjpeg", Path.of(name));
                Encoder encoder = Encoder.pictures("mjpeg", output, size, 1, Colours.STANDARD, 1_000_000, quality)) {
            output.begin();
            chain.put(picture, ready -> {
                ready.pts(0);
                encoder.encode(ready);
            });
            encoder.encode(null);
            output.finish();
        }
    }

    /** Writes a picture of our own. */
    static void write(SmallPicture picture, Colours colours, String name) throws FfmpegFailure {
        AVFrame frame = av_frame_alloc();
        try {
            frame.width(picture.width())
                    .height(picture.height())
                    .format(AV_PIX_FMT_YUV420P)
                    .colorspace(colours.matrix());
            FfmpegFailure.check(av_frame_get_buffer(frame, 0), "make picture");
            fill(frame, 0, picture.luma(), picture.width(), picture.height());
            fill(frame, 1, picture.blue(), picture.width() / 2, picture.height() / 2);
            fill(frame, 2, picture.red(), picture.width() / 2, picture.height() / 2);
            PictureTrack.Size size = new PictureTrack.Size(picture.width(), picture.height());
            write(frame, av_make_q(1, 1), "", size, name);
        } finally {
            av_frame_free(frame);
        }
    }

    private static void fill(AVFrame frame, int plane, byte[] from, int wide, int high) {
        BytePointer to = frame.data(plane);
        for (int y = 0; y < high; y++) {
            to.position((long) y * frame.linesize(plane)).put(from, y * wide, wide);
        }
    }

    /** A copy of a frame that is YUV 4:2:0 of 8 bits. */
    static SmallPicture copyOf(AVFrame frame) {
        int wide = frame.width() / 2;
        int high = frame.height() / 2;
        return new SmallPicture(
                frame.width(),
                frame.height(),
                plane(frame, 0, frame.width(), frame.height()),
                plane(frame, 1, wide, high),
                plane(frame, 2, wide, high));
    }

    private static byte[] plane(AVFrame frame, int plane, int wide, int high) {
        byte[] copy = new byte[wide * high];
        BytePointer from = frame.data(plane);
        if (frame.linesize(plane) == wide) {
            from.get(copy);
            return copy;
        }
        for (int y = 0; y < high; y++) {
            from.position((long) y * frame.linesize(plane)).get(copy, y * wide, wide);
        }
        return copy;
    }
}
