package org.liuhen.ingest.media.looks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The strong upright edges in the upper and the lower quarter of a picture: for each sample whether it grows brighter or
 * darker there, from left to right, or neither. Letters consist of such edges, whatever is behind them.
 *
 * <p>Samples are kept by cells of {@value #CELL} by {@value #CELL}, as bits of an int: from bit 0 those that grow brighter,
 * line by line, from bit 16 those that grow darker.
 *
 * @param width of the picture
 * @param height of the picture
 * @param cells row by row: first those of the upper quarter, then those of the lower
 */
record EdgePicture(double seconds, int width, int height, int[] cells) {
    static final int CELL = 4;
    private static final int SAMPLES = CELL * CELL;
    private static final int EACH_SAMPLE = (1 << SAMPLES) - 1;
    private static final int BANDS = 4;
    private static final int STRONG = 36;

    private static final int AT_ONCE = Long.BYTES;
    private static final long EVERY_OTHER = 0x00ff_00ff_00ff_00ffL;
    /** In each pair of bytes what a difference has to be added to, to set {@link #MORE} if it is more than strong. */
    private static final long UP_TO_MORE = (0x200 - STRONG - 1) * 0x0001_0001_0001_0001L;

    private static final long MORE = 0x0200_0200_0200_0200L;
    private static final int MORE_BIT = 9;

    static EdgePicture of(double seconds, SmallPicture picture) {
        int band = Math.max(CELL, picture.height() / BANDS / CELL * CELL);
        int rows = Math.min(2 * band, picture.height()) / CELL * CELL;
        EdgePicture edges = new EdgePicture(
                seconds, picture.width(), picture.height(), new int[picture.width() / CELL * (rows / CELL)]);
        ByteBuffer luma = ByteBuffer.wrap(picture.luma()).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            edges.find(luma, edges.line(row) * picture.width(), row);
        }
        return edges;
    }

    /** Finds the edges of a row, eight samples at once, because there are many samples and few edges. */
    private void find(ByteBuffer luma, int from, int row) {
        int x = 1;
        for (; x + AT_ONCE < width; x += AT_ONCE) {
            long left = luma.getLong(from + x - 1);
            long right = luma.getLong(from + x + 1);
            long brighter = more(right, left) | more(right >>> Byte.SIZE, left >>> Byte.SIZE) << 1;
            long darker = more(left, right) | more(left >>> Byte.SIZE, right >>> Byte.SIZE) << 1;
            if ((brighter | darker) != 0) {
                addAll(brighter, x, row, 0);
                addAll(darker, x, row, SAMPLES);
            }
        }
        for (; x < width - 1; x++) {
            int slope = (luma.get(from + x + 1) & 0xff) - (luma.get(from + x - 1) & 0xff);
            if (Math.abs(slope) > STRONG) {
                add(x, row, slope > 0 ? 0 : SAMPLES);
            }
        }
    }

    /** Where every other byte of one is by more than strong above that of the other: bit 9 of each pair. */
    private static long more(long one, long other) {
        return ((one & EVERY_OTHER) + UP_TO_MORE - (other & EVERY_OTHER)) & MORE;
    }

    /** @param edges of eight samples: of each pair of bytes, bit 9 for the first and bit 10 for the second */
    private void addAll(long edges, int x, int row, int kind) {
        for (long left = edges; left != 0; left &= left - 1) {
            int bit = Long.numberOfTrailingZeros(left);
            add(x + bit / Short.SIZE * 2 + bit % Short.SIZE - MORE_BIT, row, kind);
        }
    }

    private void add(int x, int row, int kind) {
        if (x / CELL < across()) {
            cells[row / CELL * across() + x / CELL] |= 1 << (kind + row % CELL * CELL + x % CELL);
        }
    }

    /** How many cells are in a row. */
    int across() {
        return width / CELL;
    }

    /** How many rows of cells there are. */
    int down() {
        return cells.length / Math.max(1, across());
    }

    /** Which samples of a cell have edges in either of two states of it, of whatever kind. */
    static int either(int one, int other) {
        return (one | other | (one | other) >>> SAMPLES) & EACH_SAMPLE;
    }

    /** Which samples of a cell have other edges in one state of it than in another. */
    static int differing(int one, int other) {
        return either(one ^ other, 0);
    }

    /** Which line of the picture a row of samples is. */
    int line(int row) {
        int rows = down() * CELL;
        return row < rows / 2 ? row : row + height - rows;
    }

    boolean hasSizeOf(SmallPicture picture) {
        return picture.width() == width && picture.height() == height;
    }
}
