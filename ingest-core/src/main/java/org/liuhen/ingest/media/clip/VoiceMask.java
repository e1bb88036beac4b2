package org.liuhen.ingest.media.clip;

import java.util.Random;

/**
 * Makes a voice unknown while its words can be followed. Of each hundredth of a second only the strength of {@value #BANDS}
 * bands up to 5 kHz is kept, each is moved up by a fifth or so, and filled with noise: pitch, its course, and the fine
 * structure of the voice are thrown away, so that nothing brings them back by shifting. What comes out is {@link #delay}
 * samples later than what went in. One thread.
 */
public final class VoiceMask {
    static final int BANDS = 14;
    private static final int WINDOW = 1024;
    private static final int HOP = WINDOW / 4;
    private static final double HIGHEST_HERTZ = 5_000;
    private static final double LOWEST_HERTZ = 120;
    private static final double MOVED_BY = 1.2;
    private static final double SUM_OF_WINDOWS = 1.5;

    private final Random random = new Random(1);
    private final double[] window = new double[WINDOW];
    private final double[] heard = new double[WINDOW];
    private final double[] spoken = new double[WINDOW];
    private final double[] real = new double[WINDOW];
    private final double[] imaginary = new double[WINDOW];
    private final int[] edges = new int[BANDS + 1];
    private int pending;

    /** @param sampleRate 8000 or more */
    public VoiceMask(int sampleRate) {
        for (int i = 0; i < WINDOW; i++) {
            window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
        }
        double ratio = Math.min(HIGHEST_HERTZ, sampleRate / 2.0 / MOVED_BY) / LOWEST_HERTZ;
        for (int i = 0; i <= BANDS; i++) {
            double hertz = LOWEST_HERTZ * Math.pow(ratio, (double) i / BANDS);
            edges[i] = Math.max(i + 1, (int) Math.round(hertz * WINDOW / sampleRate));
        }
    }

    /** How many samples what comes out is behind. */
    public static int delay() {
        return WINDOW;
    }

    /** Takes a sample and gives the one of {@link #delay} samples ago, disguised. */
    public float next(float sample) {
        heard[WINDOW - HOP + pending] = sample;
        double out = spoken[pending];
        if (++pending == HOP) {
            pending = 0;
            System.arraycopy(spoken, HOP, spoken, 0, WINDOW - HOP);
            java.util.Arrays.fill(spoken, WINDOW - HOP, WINDOW, 0);
            speak();
            System.arraycopy(heard, HOP, heard, 0, WINDOW - HOP);
        }
        return (float) Math.max(-1, Math.min(1, out));
    }

    private void speak() {
        for (int i = 0; i < WINDOW; i++) {
            real[i] = heard[i] * window[i];
            imaginary[i] = 0;
        }
        transform(real, imaginary);
        double[] strength = new double[BANDS];
        for (int band = 0; band < BANDS; band++) {
            double power = 0;
            for (int i = edges[band]; i < edges[band + 1]; i++) {
                power += real[i] * real[i] + imaginary[i] * imaginary[i];
            }
            strength[band] = Math.sqrt(power / Math.max(1, edges[band + 1] - edges[band]));
        }
        java.util.Arrays.fill(real, 0);
        java.util.Arrays.fill(imaginary, 0);
        for (int band = 0; band < BANDS; band++) {
            int from = (int) (edges[band] * MOVED_BY);
            int to = Math.min(WINDOW / 2, (int) (edges[band + 1] * MOVED_BY));
            for (int i = from; i < to; i++) {
                double angle = random.nextDouble() * 2 * Math.PI;
                real[i] = strength[band] * Math.cos(angle);
                imaginary[i] = -strength[band] * Math.sin(angle);
                real[WINDOW - i] = real[i];
                imaginary[WINDOW - i] = -imaginary[i];
            }
        }
        transform(real, imaginary); // of a symmetric spectrum: backwards is the same but for the sign, which is random
        for (int i = 0; i < WINDOW; i++) {
            spoken[i] += real[i] / WINDOW * window[i] / SUM_OF_WINDOWS;
        }
    }

    /** The fast Fourier transform of Cooley and Tukey, in place. */
    private static void transform(double[] real, double[] imaginary) {
        int n = real.length;
        for (int i = 1, j = 0; i < n; i++) {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1) {
                j ^= bit;
            }
            j ^= bit;
            if (i < j) {
                double swap = real[i];
                real[i] = real[j];
                real[j] = swap;
                swap = imaginary[i];
                imaginary[i] = imaginary[j];
                imaginary[j] = swap;
            }
        }
        for (int length = 2; length <= n; length <<= 1) {
            double angle = -2 * Math.PI / length;
            for (int i = 0; i < n; i += length) {
                for (int k = 0; k < length / 2; k++) {
                    double c = Math.cos(angle * k);
                    double s = Math.sin(angle * k);
                    int a = i + k;
                    int b = a + length / 2;
                    double re = real[b] * c - imaginary[b] * s;
                    double im = real[b] * s + imaginary[b] * c;
                    real[b] = real[a] - re;
                    imaginary[b] = imaginary[a] - im;
                    real[a] += re;
                    imaginary[a] += im;
                }
            }
        }
    }
}
