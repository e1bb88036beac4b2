package org.liuhen.ingest.media.signed;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;

/**
 * A statement that has arrived and waits to be compared.
 *
 * @param bearer the message's own unit among the pictures, if it has no signature and later ones cover it; else null
 * @param flaw what is wrong with its signature; null if nothing
 * @param message kept only where the signature is of the group
 * @param unitsBefore how many units had come when it arrived, counted from the start of the stream
 */
record Claim(
        Statement statement,
        @Nullable PictureUnit bearer,
        @Nullable Said flaw,
        @Nullable SignatureMessage message,
        long unitsBefore) {
    int hashBytes() {
        byte @Nullable [] group = statement.groupHash();
        return group == null || group.length == 0 ? 32 : group.length;
    }

    int listed() {
        byte @Nullable [] hashes = statement.hashes();
        return hashes == null ? 0 : hashes.length / hashBytes();
    }

    /** Whether the list has this hash at this place. */
    boolean lists(int index, byte @Nullable [] hash) {
        byte @Nullable [] hashes = statement.hashes();
        int size = hashBytes();
        return hash != null
                && hashes != null
                && index < listed()
                && hash.length == size
                && Arrays.equals(hashes, index * size, (index + 1) * size, hash, 0, size);
    }
}
