package org.liuhen.ingest.media.clip;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Hides boxes in one plane of a picture. A blur leaves at most {@value #PATCHES} patches along the longer side of the box,
 * however many samples it has, each in one of {@value #SHADES} shades, and joins them softly: neither a face nor a plate
 * can be known in that. Whoever follows a blurred box over many pictures knows a little more of what it was drawn over
 * than from one; black says nothing at all.
 */
public final class MaskBrush {
    static final int PATCHES = 4;
    static final int SHADES = 12;
    private static final int MARGIN_SAMPLES = 2;

    private final int left;
    private final int top;
    private final int width;
    private final int height;

    /** @param left of what is shown within the plane, in samples of the plane; the others likewise */
    public MaskBrush(int left, int top, int width, int height) {
        this.left = left;
        this.top = top;
        this.width = width;
        this.height = height;
    }

    /**
     * Hides what is below all boxes that cover this picture.
     *
     * @param strideBytes from one row to the next
     * @param black what black is in this plane
     * @param seconds when the picture is shown, and for how long
     * @return whether anything was hidden
     */
    public boolean hide(
            List<Mask> masks, ByteBuffer plane, int strideBytes, int black, double seconds, double shownSeconds) {
        boolean any = false;
        for (Mask mask : masks) {
            if (mask.span().touches(seconds, seconds + shownSeconds)) {
                double from = Math.max(seconds, mask.span().fromSeconds());
                double to = Math.max(
                        from, Math.min(seconds + shownSeconds, mask.span().toSeconds()));
                hide(mask.kind(), around(mask.at(from), mask.at(to)), plane, strideBytes, black);
                any = true;
            }
        }
        return any;
    }

    /** What covers the box all the time that a picture is shown: it moves on while the picture stands. */
    private static MaskKey around(MaskKey one, MaskKey other) {
        double x = Math.min(one.x(), other.x());
        double y = Math.min(one.y(), other.y());
        double right = Math.max(one.x() + one.width(), other.x() + other.width());
        double bottom = Math.max(one.y() + one.height(), other.y() + other.height());
        return new MaskKey(one.atSeconds(), x, y, Math.min(1, right) - x, Math.min(1, bottom) - y);
    }

    private void hide(Mask.Kind kind, MaskKey box, ByteBuffer plane, int strideBytes, int black) {
        int x0 = Math.max(left, left + (int) Math.floor(box.x() * width) - MARGIN_SAMPLES);
        int y0 = Math.max(top, top + (int) Math.floor(box.y() * height) - MARGIN_SAMPLES);
        int x1 = Math.min(left + width, left + (int) Math.ceil((box.x() + box.width()) * width) + MARGIN_SAMPLES);
        int y1 = Math.min(top + height, top + (int) Math.ceil((box.y() + box.height()) * height) + MARGIN_SAMPLES);
        if (kind == Mask.Kind.BLACK) {
            for (int y = y0; y < y1; y++) {
                for (int x = x0; x < x1; x++) {
                    plane.put(y * strideBytes + x, (byte) black);
                }
            }
            return;
        }
        int longer = Math.max(x1 - x0, y1 - y0);
        int across = Math.max(1, Math.round((float) PATCHES * (x1 - x0) / longer));
        int down = Math.max(1, Math.round((float) PATCHES * (y1 - y0) / longer));
        double[][] patches = new double[down][across];
        for (int row = 0; row < down; row++) {
            for (int column = 0; column < across; column++) {
                patches[row][column] = shade(
                        plane,
                        strideBytes,
                        x0 + (x1 - x0) * column / across,
                        x0 + (x1 - x0) * (column + 1) / across,
                        y0 + (y1 - y0) * row / down,
                        y0 + (y1 - y0) * (row + 1) / down);
            }
        }
        for (int y = y0; y < y1; y++) {
            double v = (y - y0 + 0.5) * down / (y1 - y0) - 0.5;
            for (int x = x0; x < x1; x++) {
                double u = (x - x0 + 0.5) * across / (x1 - x0) - 0.5;
                plane.put(y * strideBytes + x, (byte) Math.round(between(patches, u, v)));
            }
        }
    }

    /** The mean of a rectangle, as one of few shades. */
    private static double shade(ByteBuffer plane, int strideBytes, int x0, int x1, int y0, int y1) {
        long sum = 0;
        long count = 0;
        for (int y = y0; y < y1; y++) {
            for (int x = x0; x < x1; x++) {
                sum += plane.get(y * strideBytes + x) & 0xff;
                count++;
            }
        }
        double mean = count == 0 ? 0 : (double) sum / count;
        double step = 256.0 / SHADES;
        return Math.min(255, (Math.floor(mean / step) + 0.5) * step);
    }

    private static double between(double[][] patches, double u, double v) {
        int rows = patches.length;
        int columns = patches[0].length;
        double x = Math.max(0, Math.min(columns - 1, u));
        double y = Math.max(0, Math.min(rows - 1, v));
        int column = Math.min((int) x, Math.max(0, columns - 2));
        int row = Math.min((int) y, Math.max(0, rows - 2));
        int nextColumn = Math.min(columns - 1, column + 1);
        int nextRow = Math.min(rows - 1, row + 1);
        double part = x - column;
        double above = patches[row][column] * (1 - part) + patches[row][nextColumn] * part;
        double below = patches[nextRow][column] * (1 - part) + patches[nextRow][nextColumn] * part;
        return above * (1 - (y - row)) + below * (y - row);
    }
}
