package org.liuhen.storage;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One fact, never changed. Its sequence is also the index of its leaf in the ledger.
 *
 * @param sequence 0 for the first event of a store; {@link #UNNUMBERED} until it is committed
 * @param recording what it is about; null for changes of devices, users and settings
 * @param details further facts by name, sorted: {@code case}, {@code reason}, {@code category}, {@code sha256}…
 */
public record CustodyEvent(
        long sequence,
        Instant at,
        Actor actor,
        EventKind kind,
        @Nullable RecordingId recording,
        Map<String, String> details) {
    public static final long UNNUMBERED = -1;

    public CustodyEvent {
        details = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    /** An event yet to be committed. */
    public static CustodyEvent of(
            Instant at, Actor actor, EventKind kind, @Nullable RecordingId recording, Map<String, String> details) {
        return new CustodyEvent(UNNUMBERED, at, actor, kind, recording, details);
    }

    public CustodyEvent numbered(long sequence) {
        return new CustodyEvent(sequence, at, actor, kind, recording, details);
    }
}
