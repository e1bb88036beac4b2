package org.liuhen.ingest.room;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;

/** Finds what was recorded of a session, whichever way it came in. */
final class SessionFootage {
    private final Catalog catalog;

    SessionFootage(Catalog catalog) {
        this.catalog = catalog;
    }

    List<TimeLine.Stretch> of(SessionId session) throws StorageFailure {
        List<TimeLine.Stretch> found = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(RecordingQuery.ofSession(session), Catalog.MAX_PAGE, cursor);
            page.items().forEach(recording -> found.add(stretch(recording)));
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    private static TimeLine.Stretch stretch(Recording recording) {
        return new TimeLine.Stretch(
                recording.device(),
                recording.id(),
                recording.fingerprint(),
                recording.sizeBytes(),
                recording.from(),
                end(recording));
    }

    /** Without an end it is as long as it plays, or a moment while nobody has looked into it. */
    private static Instant end(Recording recording) {
        Instant to = recording.to();
        if (to == null && recording.media() != null) {
            to = recording.from().plusMillis(Math.round(recording.media().durationSeconds() * 1000));
        }
        return to == null || to.isBefore(recording.from()) ? recording.from() : to;
    }
}
