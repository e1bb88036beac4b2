package org.liuhen.retention;

import org.jspecify.annotations.Nullable;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;

/**
 * What people have settled, or are settling, about a recording's category. Kept in the catalog's register under the
 * recording's id; absent until somebody proposes to keep it shorter.
 *
 * @param settledByTwo two people gave it a shorter category: marks and declarations that stood against that no longer
 *     count
 * @param proposal what waits for a second person; null if nothing
 */
public record ClassificationFile(
        RecordingId recording,
        boolean settledByTwo,
        @Nullable Proposal proposal) {
    public static final Register.Kind<ClassificationFile> KIND =
            new Register.Kind<>("classification", ClassificationFile.class);
}
