package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a block of the pictures of a window shows the last digit of a clock: something else each second, and, where the
 * window is long enough, the same again ten seconds later. A lamp that flashes fails the first, a key picture every
 * second that is encoded a little differently the second.
 */
final class DigitCheck {
    private static final int LEAST_EDGES = 6;
    private static final int ROUND = 10;
    private static final int LEAST_ROUNDS = 3;
    private static final int LEAST_SECONDS = 4;
    private static final double DIFFERENT = 0.2;
    private static final double SOMEWHAT_DIFFERENT = 0.1;
    private static final double NEARLY_ALL = 0.8;
    private static final double ALIKE = 0.5;

    private final AgreedSeconds seconds;
    /** The cells of the block, each by second. */
    private final int[][] block;

    /** @param cells of the block */
    DigitCheck(AgreedSeconds seconds, int[] cells) {
        this.seconds = seconds;
        this.block = new int[cells.length][];
        for (int i = 0; i < cells.length; i++) {
            block[i] = seconds.cell(cells[i]);
        }
    }

    /** @param comesRound whether the window is long enough for the last digit to come round */
    boolean isLastDigit(boolean comesRound) {
        int count = seconds.count();
        if (count < LEAST_SECONDS) {
            return false;
        }
        List<Double> next = new ArrayList<>();
        List<Double> round = new ArrayList<>();
        int pairs = 0;
        int different = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count && j <= i + ROUND; j++) {
                double difference = difference(i, j);
                if (j == i + ROUND) {
                    round.add(difference);
                    continue;
                }
                if (j == i + 1) {
                    next.add(difference);
                }
                pairs++;
                different += difference >= SOMEWHAT_DIFFERENT ? 1 : 0;
            }
        }
        double usual = median(next);
        boolean counts = usual >= DIFFERENT && different >= NEARLY_ALL * pairs;
        long alike =
                round.stream().filter(difference -> difference <= ALIKE * usual).count();
        return counts && (!comesRound || (round.size() >= LEAST_ROUNDS && alike >= NEARLY_ALL * round.size()));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
    }

    /** Which part of the edges of either second are not in the other, 0 to 1. */
    private double difference(int one, int other) {
        int edges = 0;
        int different = 0;
        for (int[] cell : block) {
            edges += Integer.bitCount(EdgePicture.either(cell[one], cell[other]));
            different += Integer.bitCount(EdgePicture.differing(cell[one], cell[other]));
        }
        return edges < LEAST_EDGES ? 0 : (double) different / edges;
    }
}
