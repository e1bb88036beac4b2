package org.liuhen.device.tus;

import java.util.List;
import java.util.Optional;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.StructuredField;

/**
 * One version of the resumable upload draft, as far as versions differ. Clients say which one they speak by its interop
 * version; those that say none get the last row, which is what the standard will be: nothing in it but {@link #interim}
 * depends on the draft. Source: draft-ietf-httpbis-resumable-upload-01 to -12.
 *
 * @param interopVersion 0 for the standard to be
 * @param completeField says whether the upload ends with this request
 * @param asksForMore whether that field says the opposite: that it does not end
 * @param appendTyped whether what is appended must be of the type {@code application/partial-upload}
 * @param interim whether a client understands {@code 104}; the standard's row says yes once it is one
 * @param progress whether {@code 104} may tell how far the upload is
 */
record Draft(
        int interopVersion,
        String completeField,
        boolean asksForMore,
        boolean appendTyped,
        boolean interim,
        boolean progress) {
    static final String VERSION_FIELD = "upload-draft-interop-version";

    private static final String COMPLETE = "upload-complete";

    /** Oldest first; the standard to be is the last. */
    static final List<Draft> ALL = List.of(
            new Draft(3, "upload-incomplete", true, false, true, false),
            new Draft(4, COMPLETE, false, false, true, false),
            new Draft(5, COMPLETE, false, false, true, true),
            new Draft(6, COMPLETE, false, true, true, true),
            new Draft(7, COMPLETE, false, true, true, true),
            new Draft(8, COMPLETE, false, true, true, true),
            new Draft(0, COMPLETE, false, true, false, false));

    /** The version that a request is made by. */
    static Draft of(Request request) {
        long told =
                StructuredField.integer(request.headers().all(VERSION_FIELD)).orElse(0);
        return ALL.stream()
                .filter(draft -> draft.interopVersion == told)
                .findFirst()
                .orElse(ALL.get(ALL.size() - 1));
    }

    /** Whether the upload ends with this request; empty if that is not said, or not in a way that can be read. */
    Optional<Boolean> completes(Request request) {
        return StructuredField.truth(request.headers().all(completeField)).map(told -> told != asksForMore);
    }

    /** The value of {@link #completeField} that says so. */
    String completeness(boolean complete) {
        return complete != asksForMore ? "?1" : "?0";
    }
}
