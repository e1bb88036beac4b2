package org.liuhen.ingest.media.clip;

/**
 * Where a box is at one moment. Places are parts of the picture as it is shown, 0 to 1 from its top left corner.
 *
 * @param atSeconds from the start of the recording
 */
public record MaskKey(double atSeconds, double x, double y, double width, double height) {
    private static final double ROUNDING = 1e-6;

    public MaskKey {
        boolean inside = x >= 0 && y >= 0 && x + width <= 1 + ROUNDING && y + height <= 1 + ROUNDING;
        if (!(inside && width > 0 && height > 0 && atSeconds >= 0)) {
            throw new InvalidClip("key: " + x + "," + y + " " + width + "x" + height + " at " + atSeconds
                    + " (expected: a box within the picture, 0 to 1, wider and higher than 0)");
        }
    }

    /** The box between this and a later one. */
    MaskKey towards(MaskKey later, double seconds) {
        double part = (seconds - atSeconds) / (later.atSeconds - atSeconds);
        return new MaskKey(
                seconds,
                mix(x, later.x, part),
                mix(y, later.y, part),
                mix(width, later.width, part),
                mix(height, later.height, part));
    }

    private static double mix(double from, double to, double part) {
        return from + (to - from) * part;
    }
}
