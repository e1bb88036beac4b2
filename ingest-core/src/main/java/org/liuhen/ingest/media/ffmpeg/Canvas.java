package org.liuhen.ingest.media.ffmpeg;

import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** A picture to draw on, YUV 4:2:0 of 8 bits. What lies outside it is not drawn. */
final class Canvas {
    private static final int NEUTRAL = 128;

    private final int width;
    private final int height;
    private final byte[] luma;
    private final byte[] blue;
    private final byte[] red;
    private int noise;

    /** Both even. */
    Canvas(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.luma = new byte[width * height];
        this.blue = new byte[width * height / 4];
        this.red = new byte[width * height / 4];
        this.noise = (int) (seed ^ (seed >>> 32)) | 1;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** @param rgb 0xRRGGBB */
    void rectangle(double left, double top, double wide, double high, int rgb) {
        int x0 = clamp(left, width);
        int x1 = clamp(left + wide, width);
        int y0 = clamp(top, height);
        int y1 = clamp(top + high, height);
        for (int y = y0; y < y1; y++) {
            row(y, x0, x1, rgb);
        }
    }

    /** An ellipse by its middle and half axes. */
    void ellipse(double middleX, double middleY, double halfWidth, double halfHeight, int rgb) {
        int y1 = clamp(middleY + halfHeight, height);
        for (int y = clamp(middleY - halfHeight, height); y < y1; y++) {
            double off = (y + 0.5 - middleY) / halfHeight;
            double half = halfWidth * Math.sqrt(Math.max(0, 1 - off * off));
            row(y, clamp(middleX - half, width), clamp(middleX + half, width), rgb);
        }
    }

    /** From one colour at the top to another at the bottom. */
    void gradient(double top, double high, int rgbTop, int rgbBottom) {
        int y1 = clamp(top + high, height);
        for (int y = clamp(top, height); y < y1; y++) {
            row(y, 0, width, mix(rgbTop, rgbBottom, (y - top) / high));
        }
    }

    /** Letters of the built-in font, each {@code size} times 6 wide and 8 high, white on black. */
    void text(int left, int top, int size, String text) {
        rectangle(left - size, top - size, (double) text.length() * 6 * size + size, 9.0 * size, 0x000000);
        for (int i = 0; i < text.length(); i++) {
            int[] rows = PixelFont.rows(text.charAt(i));
            for (int y = 0; y < rows.length; y++) {
                for (int x = 0; x < PixelFont.WIDTH; x++) {
                    if ((rows[y] >> (PixelFont.WIDTH - 1 - x) & 1) != 0) {
                        rectangle(left + (double) (i * 6 + x) * size, top + (double) y * size, size, size, 0xffffff);
                    }
                }
            }
        }
    }

    /** Grain as of a small sensor, so that no two pictures are the same. */
    void grain(int strength) {
        int state = noise;
        for (int i = 0; i < luma.length; i++) {
            state = state * 1_664_525 + 1_013_904_223;
            int value = (luma[i] & 0xff) + (((state >>> 24) * strength) >> 8) - strength / 2;
            luma[i] = (byte) Math.max(16, Math.min(235, value));
        }
        noise = state;
    }

    private void row(int y, int x0, int x1, int rgb) {
        if (x1 <= x0) {
            return;
        }
        int r = rgb >> 16 & 0xff;
        int g = rgb >> 8 & 0xff;
        int b = rgb & 0xff;
        int brightness = 16 + (66 * r + 129 * g + 25 * b) / 256;
        Arrays.fill(luma, y * width + x0, y * width + x1, (byte) brightness);
        int half = width / 2;
        int from = y / 2 * half + x0 / 2;
        int to = y / 2 * half + (x1 + 1) / 2;
        Arrays.fill(blue, from, to, (byte) (NEUTRAL + (-38 * r - 74 * g + 112 * b) / 256));
        Arrays.fill(red, from, to, (byte) (NEUTRAL + (112 * r - 94 * g - 18 * b) / 256));
    }

    private static int mix(int from, int to, double part) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double channel = (from >> shift & 0xff) * (1 - part) + (to >> shift & 0xff) * part;
            mixed |= (int) Math.max(0, Math.min(255, channel)) << shift;
        }
        return mixed;
    }

    private static int clamp(double value, int most) {
        return (int) Math.max(0, Math.min(most, Math.round(value)));
    }

    /** Copies the picture into a frame of the same size. */
    void copyTo(AVFrame frame) {
        copy(luma, width, height, frame.data(0), frame.linesize(0));
        copy(blue, width / 2, height / 2, frame.data(1), frame.linesize(1));
        copy(red, width / 2, height / 2, frame.data(2), frame.linesize(2));
    }

    private static void copy(byte[] plane, int wide, int high, BytePointer to, int stride) {
        for (int y = 0; y < high; y++) {
            to.position((long) y * stride).put(plane, y * wide, wide);
        }
    }
}
