package org.liuhen.retention;

import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;

/** Whatever else keeps something that was derived from an original, and lets go of it when the original goes. */
@FunctionalInterface
public interface Erasure {
    /** For a server that derives nothing. */
    Erasure NOTHING_DERIVED = key -> {};

    /**
     * Erases what was derived from {@code key} for ever. Durable on return. Does nothing if it is gone already. Called
     * by one thread at a time for a recording; may be repeated.
     */
    void erase(OriginalKey key) throws StorageFailure;
}
