package org.liuhen.ingest.naming;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a name said, as far as it can be used; null for what it did not say.
 *
 * @param preset which preset read it; null if none fits
 * @param device the camera, as its firmware calls it
 * @param time start of recording by the camera's clock
 * @param sequence the number of the piece
 * @param important whether the camera marked it as important
 */
public record NameReading(
        @Nullable String preset,
        @Nullable String device,
        @Nullable String officer,
        @Nullable String unit,
        @Nullable String caseNumber,
        @Nullable String session,
        @Nullable Instant time,
        @Nullable String sequence,
        boolean important) {
    /** A name that no preset knows. */
    public static final NameReading NOTHING = new NameReading(null, null, null, null, null, null, null, null, false);
}
