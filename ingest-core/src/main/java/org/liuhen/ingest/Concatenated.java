package org.liuhen.ingest;

import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/** What became of the wish to make one upload of several parts. */
public sealed interface Concatenated {
    /**
     * It will be a recording, or is one.
     *
     * @param upload it names the recording, unless parts are still on their way
     */
    record Accepted(Upload upload) implements Concatenated {}

    /** All parts are there, but together they are not what was declared: refused, nothing kept. */
    record FingerprintMismatch(Written.FingerprintMismatch mismatch) implements Concatenated {}

    /** The part is unknown, no part, somebody else's, or belongs to another upload already. Nothing changed. */
    record NotAPart(UploadId part, String why) implements Concatenated {}

    /** @param largestBytes what would be taken */
    record TooLong(long largestBytes) implements Concatenated {}

    /** It could not even begin; never {@link Begun.Ready}. */
    record NotBegun(Begun why) implements Concatenated {}

    default <T, X extends Exception> T match(
            Case<Accepted, T, X> accepted,
            Case<FingerprintMismatch, T, X> fingerprintMismatch,
            Case<NotAPart, T, X> notAPart,
            Case<TooLong, T, X> tooLong,
            Case<NotBegun, T, X> notBegun)
            throws X {
        if (this instanceof Accepted result) {
            return accepted.of(result);
        }
        if (this instanceof FingerprintMismatch result) {
            return fingerprintMismatch.of(result);
        }
        if (this instanceof NotAPart result) {
            return notAPart.of(result);
        }
        return this instanceof TooLong result ? tooLong.of(result) : notBegun.of((NotBegun) this);
    }
}
