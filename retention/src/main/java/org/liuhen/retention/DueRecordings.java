package org.liuhen.retention;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/** The ids of what the due index says may go on a day, a page in memory at a time. Hints: read each again. */
final class DueRecordings {
    private static final int PAGE = 200;

    private final Catalog catalog;
    private final LocalDate through;
    private final Deque<RecordingId> waiting = new ArrayDeque<>();
    private @Nullable String cursor;
    private boolean ended;

    /** @param day what it is on; a recording may go on the day after its last */
    DueRecordings(Catalog catalog, LocalDate day) {
        this.catalog = catalog;
        this.through = day.minusDays(1);
    }

    /** The next one; empty at the end. */
    Optional<RecordingId> next() throws StorageFailure {
        while (waiting.isEmpty() && !ended) {
            Page<Recording> page = catalog.due(through, PAGE, cursor);
            page.items().forEach(recording -> waiting.add(recording.id()));
            cursor = page.next();
            ended = cursor == null;
        }
        return Optional.ofNullable(waiting.poll());
    }
}
