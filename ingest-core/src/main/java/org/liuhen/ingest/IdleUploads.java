package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The uploads that stay open between two requests, so that going on need not read everything again to fingerprint it.
 * Bounded in number and time; the longest idle goes first. Safe for many threads.
 */
final class IdleUploads {
    private final int atMost;
    private final Duration idleFor;
    private final InstantSource clock;
    private final Map<UploadSession, Instant> since = new LinkedHashMap<>();

    IdleUploads(int atMost, Duration idleFor, InstantSource clock) {
        this.atMost = atMost;
        this.idleFor = idleFor;
        this.clock = clock;
    }

    void rest(UploadSession session) {
        List<UploadSession> tooMany = new ArrayList<>();
        synchronized (since) {
            since.remove(session);
            since.put(session, clock.instant());
            var eldest = since.keySet().iterator();
            while (since.size() - tooMany.size() > atMost) {
                tooMany.add(eldest.next());
            }
            tooMany.forEach(since::remove);
        }
        tooMany.forEach(UploadSession::closeIfIdle);
    }

    void wake(UploadSession session) {
        synchronized (since) {
            since.remove(session);
        }
    }

    /** Closes those that have been idle for long enough. */
    void sweep() {
        List<UploadSession> stale = new ArrayList<>();
        Instant before = clock.instant().minus(idleFor);
        synchronized (since) {
            since.forEach((session, instant) -> {
                if (!instant.isAfter(before)) {
                    stale.add(session);
                }
            });
            stale.forEach(since::remove);
        }
        stale.forEach(UploadSession::closeIfIdle);
    }

    int count() {
        synchronized (since) {
            return since.size();
        }
    }
}
