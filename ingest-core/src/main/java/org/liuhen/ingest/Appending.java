package org.liuhen.ingest;

import org.liuhen.storage.Upload;

/** What became of the wish to go on with an upload. Nothing changed unless it is {@link Ready}. */
public sealed interface Appending {
    /** @param writer takes bytes from the offset on, and must be ended */
    record Ready(UploadWriter writer) implements Appending {}

    /** @param offsetBytes where it goes on */
    record OffsetMismatch(long offsetBytes) implements Appending {}

    /** @param lengthBytes what was declared; the body would exceed it */
    record TooLong(long lengthBytes) implements Appending {}

    /** @param upload all of it is there already and sealed */
    record Finished(Upload upload) implements Appending {}

    /** Never begun, expired or given up. */
    record NotFound() implements Appending {}

    /** It belongs to somebody else. */
    record Forbidden() implements Appending {}

    default <T, X extends Exception> T match(
            Case<Ready, T, X> ready,
            Case<OffsetMismatch, T, X> offsetMismatch,
            Case<TooLong, T, X> tooLong,
            Case<Finished, T, X> finished,
            Case<NotFound, T, X> notFound,
            Case<Forbidden, T, X> forbidden)
            throws X {
        if (this instanceof Ready result) {
            return ready.of(result);
        }
        if (this instanceof OffsetMismatch result) {
            return offsetMismatch.of(result);
        }
        if (this instanceof TooLong result) {
            return tooLong.of(result);
        }
        if (this instanceof Finished result) {
            return finished.of(result);
        }
        return this instanceof NotFound result ? notFound.of(result) : forbidden.of((Forbidden) this);
    }
}
