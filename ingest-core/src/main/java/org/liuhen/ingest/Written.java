package org.liuhen.ingest;

import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Upload;

/** What the end of a body led to. */
public sealed interface Written {
    /** @param upload not complete; durable up to its offset */
    record Acknowledged(Upload upload) implements Written {}

    /**
     * The recording is durable.
     *
     * @param upload finished; it names the recording
     * @param again whether the recording was there already
     */
    record Sealed(Upload upload, boolean again) implements Written {}

    /** The bytes are not what was declared: refused, nothing kept. */
    record FingerprintMismatch(Fingerprint declared, Fingerprint actual) implements Written {}

    /** A newer request has taken the upload over; what this one brought before is kept. */
    record Superseded() implements Written {}

    default <T, X extends Exception> T match(
            Case<Acknowledged, T, X> acknowledged,
            Case<Sealed, T, X> sealed,
            Case<FingerprintMismatch, T, X> fingerprintMismatch,
            Case<Superseded, T, X> superseded)
            throws X {
        if (this instanceof Acknowledged result) {
            return acknowledged.of(result);
        }
        if (this instanceof Sealed result) {
            return sealed.of(result);
        }
        return this instanceof FingerprintMismatch result
                ? fingerprintMismatch.of(result)
                : superseded.of((Superseded) this);
    }
}
