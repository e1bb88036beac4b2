package org.liuhen.storage.catalog;

import java.util.List;
import java.util.Optional;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * Recognises a change that was applied before, so that repeating it after an unknown outcome decides it: its events
 * stand in the log one after the other, equal in everything but the number.
 */
final class Repeats {
    /** How far back a repeated change is looked for. It follows its first try closely. */
    private static final int LOOK_BACK = 4096;

    /** What is committed so far. */
    interface Log {
        long eventCount();

        List<CustodyEvent> events(long sequence, int limit) throws StorageFailure;

        /** The numbers of the last events about a recording, newest first. */
        List<Long> lastEvents(RecordingId id, int limit) throws StorageFailure;
    }

    private Repeats() {}

    /** The numbered events of {@code change}, if it was applied before. */
    static Optional<List<CustodyEvent>> find(Change change, Log log) throws StorageFailure {
        for (int i = 0; i < change.events().size(); i++) {
            RecordingId about = change.events().get(i).recording();
            if (about != null) {
                for (long sequence : log.lastEvents(about, LOOK_BACK)) {
                    List<CustodyEvent> stored = stored(change, log, sequence - i);
                    if (!stored.isEmpty()) {
                        return Optional.of(stored);
                    }
                }
                return Optional.empty();
            }
        }
        long end = log.eventCount();
        for (long first = end - change.events().size(); first >= Math.max(0, end - LOOK_BACK); first--) {
            List<CustodyEvent> stored = stored(change, log, first);
            if (!stored.isEmpty()) {
                return Optional.of(stored);
            }
        }
        return Optional.empty();
    }

    private static List<CustodyEvent> stored(Change change, Log log, long first) throws StorageFailure {
        int count = change.events().size();
        if (first < 0 || count == 0) {
            return List.of();
        }
        List<CustodyEvent> stored = log.events(first, count);
        if (stored.size() < count) {
            return List.of();
        }
        for (int i = 0; i < count; i++) {
            if (!stored.get(i).equals(change.events().get(i).numbered(first + i))) {
                return List.of();
            }
        }
        return stored;
    }
}
