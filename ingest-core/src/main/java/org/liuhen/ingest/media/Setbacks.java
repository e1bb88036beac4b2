package org.liuhen.ingest.media;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Media jobs that this program could not do, and until when each is left alone. Where the world failed (a disk, room) it is
 * a minute; what only a better program or an operator mends is tried ever more rarely, at last once an hour. Each
 * is said in the log once, and not again until it fails otherwise. Known to this run only: the next one tries at once. Safe
 * for many threads.
 */
final class Setbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Setbacks.class);
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofHours(1);

    private record Setback(String what, Duration pause, Instant until) {}

    private final InstantSource clock;
    private final Map<RecordingId, Setback> setbacks = new HashMap<>();

    Setbacks(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void failed(RecordingId recording, Exception failure) {
        Setback before = setbacks.get(recording);
        String what = failure.toString();
        Duration pause = before == null || isOfTheWorld(failure) ? LEAST : longer(before.pause());
        setbacks.put(recording, new Setback(what, pause, clock.instant().plus(pause)));
        if (before == null || !before.what().equals(what)) {
            LOG.error(
                    "media job: could not be done, tried again from now on after {} and more, recording={}",
                    pause,
                    recording,
                    failure);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(MOST) < 0 ? twice : MOST;
    }

    private static boolean isOfTheWorld(Exception failure) {
        if (failure instanceof StorageFailure storage) {
            return switch (storage.kind()) {
                case NO_SPACE, OUT_OF_SERVICE, LOCKED, OUTCOME_UNKNOWN -> true;
                default -> false;
            };
        }
        return failure instanceof IOException;
    }

    /** It was done, or put off for a reason of its own. */
    synchronized void over(RecordingId recording) {
        Setback before = setbacks.remove(recording);
        if (before != null) {
            LOG.info("media job: was done at last, recording={}", recording);
        }
    }

    synchronized boolean isLeftAlone(RecordingId recording) {
        Setback setback = setbacks.get(recording);
        return setback != null && clock.instant().isBefore(setback.until());
    }

    synchronized int count() {
        return setbacks.size();
    }

    /** What is wrong with each, for people who look after this server. */
    synchronized Map<RecordingId, String> all() {
        return setbacks.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> entry.getValue().what()));
    }
}
