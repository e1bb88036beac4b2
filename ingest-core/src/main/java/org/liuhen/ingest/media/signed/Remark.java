package org.liuhen.ingest.media.signed;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;

/**
 * What a check has to say about a stretch of a recording, as it becomes a finding outside the child.
 *
 * @param kind see {@link SignatureCheck}
 * @param said what, for people
 * @param from seconds from the start; null if it concerns the whole
 * @param to likewise
 */
public record Remark(
        String kind,
        List<Said> said,
        @Nullable Double from,
        @Nullable Double to) {
    public Remark {
        said = List.copyOf(said);
    }

    static Remark of(String kind, List<Said> said) {
        return new Remark(kind, said, null, null);
    }

    String detail() {
        return Said.english(said);
    }
}
