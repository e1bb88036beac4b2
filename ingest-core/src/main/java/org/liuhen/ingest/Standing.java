package org.liuhen.ingest;

import org.liuhen.storage.Upload;

/** How far an upload is. */
public sealed interface Standing {
    /** @param upload as it is durable */
    record Found(Upload upload) implements Standing {}

    /** Never begun, expired or given up. */
    record NotFound() implements Standing {}

    /** It belongs to somebody else. */
    record Forbidden() implements Standing {}

    /** It was complete, but its bytes are not what its device declared: refused, nothing kept. */
    record Refused(Written.FingerprintMismatch mismatch) implements Standing {}

    default <T, X extends Exception> T match(
            Case<Found, T, X> found,
            Case<NotFound, T, X> notFound,
            Case<Forbidden, T, X> forbidden,
            Case<Refused, T, X> refused)
            throws X {
        if (this instanceof Found result) {
            return found.of(result);
        }
        if (this instanceof NotFound result) {
            return notFound.of(result);
        }
        return this instanceof Forbidden result ? forbidden.of(result) : refused.of((Refused) this);
    }
}
