package org.liuhen.ingest.media.playback;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The samples of a track in the order in which they are decoded: where each lies and when it is shown, in ticks of the
 * track's clock. Grows while a file is read; not changed afterwards.
 */
final class Samples {
    private long[] offsets;
    private long[] decodeTicks;
    private int[] sizes;
    private int[] delays;
    private final BitSet keys = new BitSet();
    private int count;
    private long lastTicks = 1;

    Samples(int expected) {
        offsets = new long[expected];
        decodeTicks = new long[expected];
        sizes = new int[expected];
        delays = new int[expected];
    }

    /**
     * Adds one.
     *
     * @param delay from being decoded to being shown; negative where shown before
     * @param ticks how long it lasts; only the last one's counts, else the next one's time says it
     */
    void add(long offset, int size, long decode, int delay, long ticks, boolean key) throws NotIndexed {
        if (count >= Limits.MOST_SAMPLES) {
            throw new NotIndexed("samples: more than " + Limits.MOST_SAMPLES);
        }
        if (offset < 0 || size < 0 || size > Limits.MOST_SAMPLE_BYTES || decode < 0 || decode > Limits.MOST_TICKS) {
            throw new NotIndexed("sample: " + size + " bytes at " + offset + ", time " + decode);
        }
        if (count > 0 && decode < decodeTicks[count - 1]) {
            throw new NotIndexed("sample: decoded at " + decode + " (expected: after " + decodeTicks[count - 1] + ")");
        }
        if (count == offsets.length) {
            int more = Math.max(1024, count + count / 2);
            offsets = Arrays.copyOf(offsets, more);
            decodeTicks = Arrays.copyOf(decodeTicks, more);
            sizes = Arrays.copyOf(sizes, more);
            delays = Arrays.copyOf(delays, more);
        }
        offsets[count] = offset;
        sizes[count] = size;
        decodeTicks[count] = decode;
        delays[count] = delay;
        keys.set(count, key);
        count++;
        lastTicks = Math.max(1, Math.min(ticks, Integer.MAX_VALUE));
    }

    /** Forgets those from the first on that does not lie wholly before {@code end}: the file was cut off there. */
    void cutOff(long end) {
        for (int i = 0; i < count; i++) {
            if (offsets[i] > end - sizes[i]) {
                forgetFrom(i);
                return;
            }
        }
    }

    void forgetFrom(int i) {
        if (i > 0 && i < count) {
            lastTicks = Math.max(1, Math.min(decodeTicks[i] - decodeTicks[i - 1], Integer.MAX_VALUE));
        }
        count = Math.min(count, i);
    }

    /** Forgets the last; what is before lasts until where that ended. */
    void forgetLast() {
        long end = decodeTicks[count - 1] + lastTicks;
        count--;
        lastTicks = Math.min(end - decodeTicks[count - 1], Integer.MAX_VALUE);
    }

    int count() {
        return count;
    }

    long offset(int i) {
        return offsets[i];
    }

    int size(int i) {
        return sizes[i];
    }

    long decode(int i) {
        return decodeTicks[i];
    }

    /** When it is shown. */
    long shown(int i) {
        return decodeTicks[i] + delays[i];
    }

    long ticks(int i) {
        return i + 1 < count ? decodeTicks[i + 1] - decodeTicks[i] : lastTicks;
    }

    boolean isKey(int i) {
        return keys.get(i);
    }

    /** The first key sample at or after {@code i}; -1 if there is none. */
    int keyFrom(int i) {
        int key = keys.nextSetBit(i);
        return key < count ? key : -1;
    }

    /** How many lie before the first that is decoded at or after {@code ticks}. */
    int countBefore(long ticks) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (decodeTicks[middle] < ticks) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How much memory it takes, about. */
    long weightBytes() {
        return 24L * offsets.length + keys.size() / 8;
    }
}
