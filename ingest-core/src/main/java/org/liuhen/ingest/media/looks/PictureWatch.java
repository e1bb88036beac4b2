package org.liuhen.ingest.media.looks;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is wrong with the pictures of a recording.
 *
 * <p>Pictures are compared by the mean brightness of cells of {@value #CELL} by {@value #CELL} samples, which evens out
 * noise and what encoding does to edges; every other line is read. Black: nearly all cells are below {@value #BLACK},
 * where 16 is black and 235 white. Frozen: no cell has strayed by more than {@value #FROZEN} from what it was when it
 * began, so that what moves slowly is not frozen either; a clock burnt in that goes on over a frozen picture is not
 * recognized.
 */
public final class PictureWatch {
    private static final int CELL = 8;
    /** Enough for a mean, at half the price. */
    private static final int EVERY_OTHER_LINE = 2;

    private static final long EVERY_OTHER = 0x00ff_00ff_00ff_00ffL;
    private static final long EACH_PAIR = 0x0001_0001_0001_0001L;
    private static final int BLACK = 32;
    private static final int FROZEN = 1;
    private static final double NEARLY_ALL = 0.98;
    private static final double BLACK_SECONDS = 2;
    private static final double FROZEN_SECONDS = 10;

    private final Stretches black = new Stretches(BLACK_SECONDS);
    private final Stretches frozen = new Stretches(FROZEN_SECONDS);
    private int[] reference = {};
    private double referenceSeconds;
    private double contrast;

    /** Takes the next picture, in order of time. */
    public void see(double seconds, SmallPicture picture) {
        int[] cells = cells(picture);
        int dark = 0;
        double sum = 0;
        double squares = 0;
        for (int cell : cells) {
            dark += cell < BLACK ? 1 : 0;
            sum += cell;
            squares += (double) cell * cell;
        }
        double mean = sum / cells.length;
        contrast = Math.sqrt(Math.max(0, squares / cells.length - mean * mean));
        boolean isBlack = dark >= NEARLY_ALL * cells.length;
        black.see(seconds, isBlack);
        if (!isBlack && isAsBefore(cells)) {
            frozen.seeSince(referenceSeconds);
        } else {
            frozen.see(seconds, false);
            reference = cells;
            referenceSeconds = seconds;
        }
    }

    private boolean isAsBefore(int[] cells) {
        if (cells.length != reference.length) {
            return false;
        }
        for (int i = 0; i < cells.length; i++) {
            if (Math.abs(cells[i] - reference[i]) > FROZEN) {
                return false;
            }
        }
        return true;
    }

    private static int[] cells(SmallPicture picture) {
        int wide = (picture.width() + CELL - 1) / CELL;
        int high = (picture.height() + CELL - 1) / CELL;
        int[] means = new int[wide * high];
        ByteBuffer luma = ByteBuffer.wrap(picture.luma());
        for (int row = 0; row < high; row++) {
            int from = row * CELL * picture.width();
            int lines = Math.min(CELL, picture.height() - row * CELL);
            for (int cell = 0; cell < wide; cell++) {
                int columns = Math.min(CELL, picture.width() - cell * CELL);
                int at = from + cell * CELL;
                int sum = columns == CELL
                        ? sumOfEights(luma, at, picture.width(), lines)
                        : sum(luma, at, picture.width(), lines, columns);
                means[row * wide + cell] = sum / ((lines + 1) / EVERY_OTHER_LINE * columns);
            }
        }
        return means;
    }

    private static int sum(ByteBuffer luma, int from, int width, int lines, int columns) {
        int sum = 0;
        for (int line = 0; line < lines; line += EVERY_OTHER_LINE) {
            for (int x = 0; x < columns; x++) {
                sum += luma.get(from + line * width + x) & 0xff;
            }
        }
        return sum;
    }

    /** Eight bytes at once, because this is most of what judging costs: first in pairs, then all pairs by multiplying. */
    private static int sumOfEights(ByteBuffer luma, int from, int width, int lines) {
        long pairs = 0;
        for (int line = 0; line < lines; line += EVERY_OTHER_LINE) {
            long bytes = luma.getLong(from + line * width);
            pairs += (bytes & EVERY_OTHER) + ((bytes >>> Byte.SIZE) & EVERY_OTHER);
        }
        return (int) ((pairs * EACH_PAIR) >>> 48);
    }

    /** How far brightness strays from its mean in the latest picture, 0 to 128. */
    public double contrast() {
        return contrast;
    }

    public List<Span> black(double endSeconds) {
        return black.until(endSeconds);
    }

    public List<Span> frozen(double endSeconds) {
        return frozen.until(endSeconds);
    }
}
