package org.liuhen.ingest.media.signed;

import org.jspecify.annotations.Nullable;

/**
 * What a check has to say about a stretch of a recording, as it becomes a finding outside the child.
 *
 * @param kind see {@link SignatureCheck}
 * @param detail a sentence for people
 * @param from seconds from the start; null if it concerns the whole
 * @param to likewise
 */
public record Remark(
        String kind,
        String detail,
        @Nullable Double from,
        @Nullable Double to) {
    static Remark of(String kind, String detail) {
        return new Remark(kind, detail, null, null);
    }
}
