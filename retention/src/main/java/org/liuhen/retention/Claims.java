package org.liuhen.retention;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Category;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingKind;

/**
 * What a recording brings forward for being kept.
 *
 * @param declared the category that the device or a person gave it, in their words; null if none
 * @param important marked by the device as important
 * @param linked whether it is linked to at least one case
 * @param ageFrom what its age counts from, see {@link Recording#ageFrom}
 */
public record Claims(
        RecordingKind kind, @Nullable Category declared, boolean important, boolean linked, Instant ageFrom) {
    /** The claims of a recording that has a category already. */
    public static Claims of(Recording recording) {
        return new Claims(
                recording.kind(),
                recording.retention().category(),
                recording.important(),
                !recording.cases().isEmpty(),
                recording.ageFrom());
    }
}
