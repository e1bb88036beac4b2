package org.liuhen.ingest.media.signed;

import org.jspecify.annotations.Nullable;

/** One unit that statements cover, with its hashes. */
final class PictureUnit {
    /** Chained to the unit that opens the group; null where that is missing. */
    final byte @Nullable [] hash;
    /** Of a unit that opens a group: chained to the one that opened the group before; null if there is none. */
    final byte @Nullable [] closingHash;

    final boolean opens;
    final double fromSeconds;
    final double toSeconds;
    /** Which picture of the stream it belongs to, from 0. */
    final long picture;
    /** Of a message without a signature: what its statement has been found to say. */
    @Nullable
    Span covered;

    PictureUnit(
            byte @Nullable [] hash,
            byte @Nullable [] closingHash,
            boolean opens,
            double fromSeconds,
            double toSeconds,
            long picture) {
        this.hash = hash;
        this.closingHash = closingHash;
        this.opens = opens;
        this.fromSeconds = fromSeconds;
        this.toSeconds = toSeconds;
        this.picture = picture;
    }
}
