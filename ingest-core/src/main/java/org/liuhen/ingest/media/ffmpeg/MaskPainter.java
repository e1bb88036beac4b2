package org.liuhen.ingest.media.ffmpeg;

import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.liuhen.ingest.media.clip.Mask;
import org.liuhen.ingest.media.clip.MaskBrush;

/** Puts what people drew over pictures of YUV 4:2:0 with 8 bits. */
final class MaskPainter {
    private static final int LUMA_BLACK = 16;
    private static final int NEUTRAL = 128;

    private MaskPainter() {}

    /**
     * Hides what is below boxes.
     *
     * @param picture upright and writable, shown as a whole
     * @return whether anything was hidden
     */
    static boolean paint(List<Mask> masks, AVFrame picture, double seconds, double shownSeconds) {
        return paint(masks, picture, 0, 0, picture.width(), picture.height(), seconds, shownSeconds);
    }

    /** The same for a recording whose picture is only part of this one; its place is even. */
    static boolean paint(
            List<Mask> masks,
            AVFrame picture,
            int left,
            int top,
            int width,
            int height,
            double seconds,
            double shownSeconds) {
        boolean any = false;
        for (int plane = 0; plane < 3 && !masks.isEmpty(); plane++) {
            int shift = plane == 0 ? 0 : 1;
            int stride = picture.linesize(plane);
            int rows = (picture.height() + shift) >> shift;
            ByteBuffer samples =
                    picture.data(plane).capacity((long) stride * rows).asByteBuffer();
            MaskBrush brush =
                    new MaskBrush(left >> shift, top >> shift, (width + shift) >> shift, (height + shift) >> shift);
            any |= brush.hide(masks, samples, stride, plane == 0 ? LUMA_BLACK : NEUTRAL, seconds, shownSeconds);
        }
        return any;
    }
}
