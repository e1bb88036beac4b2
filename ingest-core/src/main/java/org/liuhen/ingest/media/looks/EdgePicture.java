package org.liuhen.ingest.media.looks;

/**
 * The strong upright edges in the upper and the lower quarter of a picture: for each sample whether it grows brighter or
 * darker there, from left to right, or neither. Letters consist of such edges, whatever is behind them.
 *
 * @param height of the picture
 * @param rows of {@code edges}: first those of the upper quarter, then those of the lower
 */
record EdgePicture(double seconds, int width, int height, int rows, byte[] edges) {
    static final int CELL = 4;
    private static final int BANDS = 4;
    static final byte NONE = 0;
    private static final byte BRIGHTER = 1;
    private static final byte DARKER = 2;
    private static final int STRONG = 36;

    static EdgePicture of(double seconds, SmallPicture picture) {
        int band = Math.max(CELL, picture.height() / BANDS / CELL * CELL);
        int rows = Math.min(2 * band, picture.height());
        int width = picture.width();
        byte[] luma = picture.luma();
        byte[] edges = new byte[rows * width];
        for (int row = 0; row < rows; row++) {
            int from = top(row, rows, picture.height()) * width;
            int to = row * width;
            for (int x = 1; x < width - 1; x++) {
                int slope = (luma[from + x + 1] & 0xff) - (luma[from + x - 1] & 0xff);
                edges[to + x] = slope > STRONG ? BRIGHTER : slope < -STRONG ? DARKER : NONE;
            }
        }
        return new EdgePicture(seconds, width, picture.height(), rows, edges);
    }

    private static int top(int row, int rows, int height) {
        return row < rows / 2 ? row : row + height - rows;
    }

    /** Which line of the picture a row of edges is. */
    int line(int row) {
        return top(row, rows, height);
    }

    boolean hasSizeOf(SmallPicture picture) {
        return picture.width() == width && picture.height() == height;
    }
}
