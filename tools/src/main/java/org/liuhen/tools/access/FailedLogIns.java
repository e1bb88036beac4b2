package org.liuhen.tools.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.UserName;

/** Counts failures per name, known or not, and locks a name after {@value #MOST} of them. Safe for many threads. */
final class FailedLogIns {
    static final int MOST = 5;
    static final Duration LOCK = Duration.ofMinutes(15);

    private static final int NAMES = 10_000;

    private record Failures(int count, Instant last) {}

    private final InstantSource clock;
    private final Map<UserName, Failures> byName = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UserName, Failures> eldest) {
            return size() > NAMES;
        }
    };

    FailedLogIns(InstantSource clock) {
        this.clock = clock;
    }

    /** Until when this name is locked; empty if it may try. */
    synchronized Optional<Instant> lockedUntil(UserName name) {
        Failures failures = byName.get(name);
        if (failures == null) {
            return Optional.empty();
        }
        Instant until = failures.last.plus(LOCK);
        if (!clock.instant().isBefore(until)) {
            byName.remove(name);
            return Optional.empty();
        }
        return failures.count < MOST ? Optional.empty() : Optional.of(until);
    }

    /** Counts an attempt before it is looked at, so that many at once cannot slip through; success forgets them. */
    synchronized void attempt(UserName name) {
        int before = byName.containsKey(name) ? byName.get(name).count : 0;
        byName.put(name, new Failures(before + 1, clock.instant()));
    }

    synchronized void succeeded(UserName name) {
        byName.remove(name);
    }
}
