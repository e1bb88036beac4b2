package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a block of the pictures of a window shows the last digit of a clock: something else each second, and, where the
 * window is long enough, the same again ten seconds later. A lamp that flashes fails the first, a key picture every
 * second that is encoded a little differently the second.
 */
final class DigitCheck {
    private static final double MARGIN_SECONDS = 0.05;
    private static final int LEAST_PICTURES = 3;
    private static final double AGREED = 0.7;
    private static final int LEAST_EDGES = 6;
    private static final int ROUND = 10;
    private static final int LEAST_ROUNDS = 3;
    private static final int LEAST_SECONDS = 4;
    private static final double DIFFERENT = 0.2;
    private static final double SOMEWHAT_DIFFERENT = 0.1;
    private static final double NEARLY_ALL = 0.8;
    private static final double ALIKE = 0.5;
    private static final byte UNCLEAR = EdgePicture.NONE;

    private final List<EdgePicture> window;
    private final int left;
    private final int top;
    private final int side;

    DigitCheck(List<EdgePicture> window, int left, int top, int side) {
        this.window = window;
        this.left = left;
        this.top = top;
        this.side = side;
    }

    boolean isLastDigit(double phase, boolean comesRound) {
        List<byte[]> seconds = seconds(phase);
        if (seconds.size() < LEAST_SECONDS) {
            return false;
        }
        List<Double> next = new ArrayList<>();
        List<Double> round = new ArrayList<>();
        int pairs = 0;
        int different = 0;
        for (int i = 0; i < seconds.size(); i++) {
            for (int j = i + 1; j < seconds.size() && j <= i + ROUND; j++) {
                double difference = difference(seconds.get(i), seconds.get(j));
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

    /** What most pictures of each whole second show. */
    private List<byte[]> seconds(double phase) {
        List<byte[]> seconds = new ArrayList<>();
        int at = 0;
        while (at < window.size()) {
            double second = Math.floor(window.get(at).seconds() - phase);
            List<EdgePicture> pictures = new ArrayList<>();
            for (; at < window.size() && Math.floor(window.get(at).seconds() - phase) == second; at++) {
                double within = window.get(at).seconds() - phase - second;
                if (within >= MARGIN_SECONDS && within <= 1 - MARGIN_SECONDS) {
                    pictures.add(window.get(at));
                }
            }
            if (pictures.size() >= LEAST_PICTURES) {
                seconds.add(agreed(pictures));
            }
        }
        return seconds;
    }

    private byte[] agreed(List<EdgePicture> pictures) {
        byte[] agreed = new byte[side * side];
        int width = pictures.get(0).width();
        int[] votes = new int[UNCLEAR + 3];
        for (int i = 0; i < agreed.length; i++) {
            int at = (top + i / side) * width + left + i % side;
            Arrays.fill(votes, 0);
            for (EdgePicture picture : pictures) {
                votes[picture.edges()[at]]++;
            }
            for (byte kind = 1; kind < votes.length; kind++) {
                agreed[i] = votes[kind] >= AGREED * pictures.size() ? kind : agreed[i];
            }
        }
        return agreed;
    }

    /** Which part of the edges of either are not in the other, 0 to 1. */
    private static double difference(byte[] one, byte[] other) {
        int edges = 0;
        int different = 0;
        for (int i = 0; i < one.length; i++) {
            edges += one[i] != UNCLEAR || other[i] != UNCLEAR ? 1 : 0;
            different += one[i] != other[i] ? 1 : 0;
        }
        return edges < LEAST_EDGES ? 0 : (double) different / edges;
    }
}
