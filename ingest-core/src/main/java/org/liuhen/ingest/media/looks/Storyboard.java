package org.liuhen.ingest.media.looks;

import java.util.Arrays;
import java.util.Locale;

/**
 * Small pictures of a recording, one every {@value #LEAST_SECONDS} seconds and fewer of a long one, on sheets of {@value
 * #ACROSS} by {@value #DOWN}, and the text that says which rectangle belongs to which time (WebVTT with media fragments).
 */
public final class Storyboard {
    public static final String FILE = "storyboard.vtt";

    private static final int ACROSS = 5;
    private static final int DOWN = 5;
    private static final int WIDEST = 160;
    private static final double LEAST_SECONDS = 5;
    private static final int PICTURES_WANTED = 720;
    private static final int PICTURES_BEFORE_SLOWING = 1000;

    private final StringBuilder cues = new StringBuilder("WEBVTT\n");
    private double intervalSeconds;
    private double next;
    private double since = Double.NaN;
    private int count;
    private int wide;
    private int high;
    private byte[] luma = {};
    private byte[] blue = {};
    private byte[] red = {};

    /** @param expectedSeconds how long the recording says it is; 0 if it does not say */
    public Storyboard(double expectedSeconds) {
        this.intervalSeconds = Math.max(LEAST_SECONDS, expectedSeconds / PICTURES_WANTED);
    }

    /** Whether a picture at this time is wanted. */
    public boolean wants(double seconds) {
        return seconds >= next;
    }

    /**
     * Takes a picture that is wanted.
     *
     * @return whether the sheet is full, so that it has to be taken before the next picture
     */
    public boolean add(double seconds, SmallPicture picture) {
        if (wide == 0) {
            int shrink = Math.max(1, (Math.max(picture.width(), picture.height()) + WIDEST - 1) / WIDEST);
            wide = even(picture.width() / shrink);
            high = even(picture.height() / shrink);
        }
        if (count % (ACROSS * DOWN) == 0) {
            clear();
        }
        tell(seconds);
        since = seconds;
        place(picture);
        count++;
        if (count % PICTURES_BEFORE_SLOWING == 0) {
            intervalSeconds *= 2;
        }
        next = Math.max(next, seconds - intervalSeconds / 2) + intervalSeconds;
        return count % (ACROSS * DOWN) == 0;
    }

    private static int even(int value) {
        return Math.max(2, value / 2 * 2);
    }

    private void clear() {
        luma = new byte[wide * ACROSS * high * DOWN];
        Arrays.fill(luma, (byte) 16);
        blue = new byte[luma.length / 4];
        Arrays.fill(blue, (byte) 128);
        red = blue.clone();
    }

    private void place(SmallPicture picture) {
        int tile = count % (ACROSS * DOWN);
        int left = tile % ACROSS * wide;
        int top = tile / ACROSS * high;
        shrink(picture.luma(), picture.width(), picture.height(), luma, left, top, 1);
        shrink(picture.blue(), picture.width() / 2, picture.height() / 2, blue, left / 2, top / 2, 2);
        shrink(picture.red(), picture.width() / 2, picture.height() / 2, red, left / 2, top / 2, 2);
    }

    /** Means of the samples that fall together. */
    private void shrink(byte[] from, int fromWide, int fromHigh, byte[] to, int left, int top, int part) {
        int toWide = wide / part;
        int toHigh = high / part;
        for (int y = 0; y < toHigh; y++) {
            int y0 = y * fromHigh / toHigh;
            int y1 = Math.max(y0 + 1, (y + 1) * fromHigh / toHigh);
            for (int x = 0; x < toWide; x++) {
                int x0 = x * fromWide / toWide;
                int x1 = Math.max(x0 + 1, (x + 1) * fromWide / toWide);
                int sum = 0;
                for (int fromY = y0; fromY < y1; fromY++) {
                    for (int fromX = x0; fromX < x1; fromX++) {
                        sum += from[fromY * fromWide + fromX] & 0xff;
                    }
                }
                to[(top + y) * (toWide * ACROSS) + left + x] = (byte) (sum / ((y1 - y0) * (x1 - x0)));
            }
        }
    }

    private void tell(double until) {
        if (Double.isNaN(since)) {
            return;
        }
        int tile = (count - 1) % (ACROSS * DOWN);
        cues.append('\n')
                .append(time(since))
                .append(" --> ")
                .append(time(Math.max(until, since + 0.001)))
                .append(String.format(
                        Locale.ROOT,
                        "\nplayback/%s#xywh=%d,%d,%d,%d\n",
                        sheetName((count - 1) / (ACROSS * DOWN)),
                        tile % ACROSS * wide,
                        tile / ACROSS * high,
                        wide,
                        high));
    }

    private static String time(double seconds) {
        long millis = Math.max(0, Math.round(seconds * 1000));
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                millis / 3_600_000,
                millis / 60_000 % 60,
                millis / 1000 % 60,
                millis % 1000);
    }

    private static String sheetName(int sheet) {
        return String.format(Locale.ROOT, "storyboard-%03d.jpg", sheet);
    }

    /** The name of the sheet that the latest picture is on. */
    public String sheetName() {
        return sheetName((count - 1) / (ACROSS * DOWN));
    }

    /** The sheet that the latest picture is on, as far as it is filled. */
    public SmallPicture sheet() {
        return new SmallPicture(wide * ACROSS, high * DOWN, luma, blue, red);
    }

    /** Whether a sheet has been begun that is not full. */
    public boolean hasBegunSheet() {
        return count % (ACROSS * DOWN) != 0;
    }

    /** The text, once all pictures have been taken. */
    public String text(double endSeconds) {
        tell(endSeconds);
        since = Double.NaN;
        return cues.toString();
    }
}
