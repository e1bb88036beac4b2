package org.liuhen.ingest.media.looks;

import java.util.Arrays;

/** A picture of how loud a recording is from beginning to end, for one that has no pictures of its own. */
final class WavePicture {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 160;
    private static final byte BACKGROUND = 32;
    private static final byte LINE = (byte) 200;
    private static final byte NO_COLOUR = (byte) 128;
    /** What is quieter than this throughout is drawn as a line, not blown up. */
    private static final float QUIET = 0.02f;

    private WavePicture() {}

    /**
     * Draws it, as high as the loudest is.
     *
     * @param peaks 0 to 1
     * @param count how many of them, at least 1
     */
    static SmallPicture of(float[] peaks, int count) {
        byte[] luma = new byte[WIDTH * HEIGHT];
        Arrays.fill(luma, BACKGROUND);
        float loudest = QUIET;
        for (int i = 0; i < count; i++) {
            loudest = Math.max(loudest, peaks[i]);
        }
        for (int x = 0; x < WIDTH; x++) {
            int from = (int) ((long) x * count / WIDTH);
            int to = Math.max(from + 1, (int) ((x + 1L) * count / WIDTH));
            float peak = 0;
            for (int i = from; i < to; i++) {
                peak = Math.max(peak, peaks[i]);
            }
            int half = Math.round(peak / loudest * (HEIGHT / 2f - 8));
            for (int y = HEIGHT / 2 - half; y <= HEIGHT / 2 + half; y++) {
                luma[y * WIDTH + x] = LINE;
            }
        }
        byte[] colour = new byte[luma.length / 4];
        Arrays.fill(colour, NO_COLOUR);
        return new SmallPicture(WIDTH, HEIGHT, luma, colour, colour);
    }
}
