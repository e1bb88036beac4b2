package org.liuhen.tools.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * Writes down who looked at what, before it is shown. A player fetches one recording in hundreds of pieces: as long as
 * no {@link #VIEWING} passes between them, they are one look. Safe for many threads.
 */
final class Looks {
    static final Duration VIEWING = Duration.ofMinutes(10);

    private static final int REMEMBERED = 100_000;

    private record Look(String actor, RecordingId recording, EventKind kind, Map<String, String> details) {}

    private final Catalog catalog;
    private final InstantSource clock;
    private final Map<Look, Instant> last = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Look, Instant> eldest) {
            return size() > REMEMBERED;
        }
    };
    /** Looks at one recording wait for each other, so that none is served before the event it counts with. */
    private final ReentrantLock[] stripes = new ReentrantLock[64];

    Looks(Catalog catalog, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
        java.util.Arrays.setAll(stripes, i -> new ReentrantLock());
    }

    /** Durable on return. */
    void record(Principal who, RecordingId id, EventKind kind, Map<String, String> details, @Nullable String reason)
            throws StorageFailure, Problem {
        Map<String, String> all = new java.util.TreeMap<>(details);
        if (reason != null) {
            all.put("reason", reason);
        }
        Look look = new Look(who.actor().value(), id, kind, Map.copyOf(all));
        ReentrantLock stripe = stripes[Math.floorMod(look.hashCode(), stripes.length)];
        stripe.lock();
        try {
            if (!continues(look)) {
                CustodyEvent event = CustodyEvent.of(clock.instant(), who.actor(), kind, id, all);
                Commits.apply(catalog, Change.builder().event(event).build());
            }
            remember(look);
        } finally {
            stripe.unlock();
        }
    }

    private synchronized boolean continues(Look look) {
        Instant before = last.get(look);
        return before != null && clock.instant().isBefore(before.plus(VIEWING));
    }

    private synchronized void remember(Look look) {
        last.put(look, clock.instant());
    }
}
