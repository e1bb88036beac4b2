package org.liuhen.ingest.media.looks;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What most pictures of each whole second of a window agree on, so that a scene which moves behind it falls out. Seconds
 * begin at a fraction of those of the recording, when a clock in it ticks. Reckoned cell by cell, when it is asked for.
 */
final class AgreedSeconds {
    private static final double MARGIN_SECONDS = 0.05;
    private static final int LEAST_PICTURES = 3;
    private static final double AGREED = 0.7;

    private final List<List<EdgePicture>> seconds = new ArrayList<>();
    /** By cell and second, as in {@link EdgePicture}; null where nobody asked yet. */
    private final int[] @Nullable [] cells;

    /** @param phase when seconds begin, 0 to 1 */
    AgreedSeconds(List<EdgePicture> window, double phase) {
        this.cells = new int[window.get(0).cells().length][];
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
                seconds.add(pictures);
            }
        }
    }

    /** How many seconds there are. */
    int count() {
        return seconds.size();
    }

    /** What a cell shows in each second. */
    int[] cell(int cell) {
        int[] known = cells[cell];
        if (known == null) {
            known = new int[seconds.size()];
            for (int i = 0; i < known.length; i++) {
                known[i] = agreed(seconds.get(i), cell);
            }
            cells[cell] = known;
        }
        return known;
    }

    private static int agreed(List<EdgePicture> pictures, int cell) {
        int any = 0;
        for (EdgePicture picture : pictures) {
            any |= picture.cells()[cell];
        }
        int agreed = 0;
        for (int left = any; left != 0; left &= left - 1) {
            int edge = Integer.lowestOneBit(left);
            int votes = 0;
            for (EdgePicture picture : pictures) {
                votes += (picture.cells()[cell] & edge) != 0 ? 1 : 0;
            }
            agreed |= votes >= AGREED * pictures.size() ? edge : 0;
        }
        return agreed;
    }
}
