package org.liuhen.tools.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;

/**
 * The originals that are being read for an export just now, so that none is erased under it. Whoever exports takes them
 * first and reads their state then; whoever disposes decides first and asks here then: so either the export sees the
 * decision, or the erasure sees the export and leaves it to the next run. Safe for many threads.
 */
public final class Outgoing {
    private final Map<OriginalKey, Integer> readers = new HashMap<>();

    /** Some originals, kept from being erased until this is called, once. */
    @FunctionalInterface
    interface Lease {
        void release();
    }

    Lease take(List<OriginalKey> keys) {
        List<OriginalKey> taken = List.copyOf(keys);
        synchronized (readers) {
            taken.forEach(key -> readers.merge(key, 1, Integer::sum));
        }
        return () -> {
            synchronized (readers) {
                taken.forEach(key -> readers.computeIfPresent(key, (ignored, n) -> n == 1 ? null : n - 1));
            }
        };
    }

    /** @throws StorageFailure {@code LOCKED} if the original is being exported */
    public void requireIdle(OriginalKey key) throws StorageFailure {
        synchronized (readers) {
            if (readers.containsKey(key)) {
                throw new StorageFailure(
                        StorageFailure.Kind.LOCKED,
                        "original: is being exported (expected: erased by the next run), recording=" + key.id());
            }
        }
    }
}
