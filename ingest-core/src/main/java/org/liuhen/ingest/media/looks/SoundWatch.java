package org.liuhen.ingest.media.looks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How loud a recording is, and when it is silent: when a piece's root mean square stays below -60 dB of full scale.
 *
 * <p>The waveform is kept as peaks of spans of equal length; when there are too many, two become one.
 */
public final class SoundWatch {
    private static final double SILENT = 0.001;
    private static final double SILENT_SECONDS = 10;
    private static final double FIRST_SPAN_SECONDS = 0.1;
    private static final int MOST_PEAKS = 1600;
    private static final double FARTHEST_SECONDS = 1e7;

    private final Stretches silent = new Stretches(SILENT_SECONDS);
    private final float[] peaks = new float[MOST_PEAKS];
    private double spanSeconds = FIRST_SPAN_SECONDS;
    private int count;

    /**
     * Takes the next piece, in order of time.
     *
     * @param samples -1 to 1
     */
    public void hear(double seconds, float[] samples) {
        if (samples.length == 0 || !(seconds >= 0 && seconds < FARTHEST_SECONDS)) {
            return;
        }
        double squares = 0;
        float peak = 0;
        for (float sample : samples) {
            float value = Float.isNaN(sample) ? 0 : Math.min(1, Math.abs(sample));
            squares += (double) value * value;
            peak = Math.max(peak, value);
        }
        silent.see(seconds, Math.sqrt(squares / samples.length) < SILENT);
        while (seconds / spanSeconds >= MOST_PEAKS) {
            halve();
        }
        int at = (int) (seconds / spanSeconds);
        peaks[at] = Math.max(peaks[at], peak);
        count = Math.max(count, at + 1);
    }

    private void halve() {
        for (int i = 0; i < MOST_PEAKS; i += 2) {
            peaks[i / 2] = Math.max(peaks[i], peaks[i + 1]);
        }
        Arrays.fill(peaks, MOST_PEAKS / 2, MOST_PEAKS, 0);
        count = (count + 1) / 2;
        spanSeconds *= 2;
    }

    public List<Span> silent(double endSeconds) {
        return silent.until(endSeconds);
    }

    /** The waveform as a picture, for a recording without pictures. */
    public SmallPicture picture() {
        return WavePicture.of(peaks, Math.max(1, count));
    }

    /** {@code {"secondsPerPeak":0.1,"peaks":[…]}}, each peak 0 to 100 per cent of full scale. */
    public String waveform() {
        StringBuilder json =
                new StringBuilder(String.format(Locale.ROOT, "{\"secondsPerPeak\":%.1f,\"peaks\":[", spanSeconds));
        for (int i = 0; i < count; i++) {
            json.append(i == 0 ? "" : ",").append(Math.round(peaks[i] * 100));
        }
        return json.append("]}\n").toString();
    }
}
