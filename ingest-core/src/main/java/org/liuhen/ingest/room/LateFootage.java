package org.liuhen.ingest.room;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for footage that belongs to a session which is closed already: its manifest is out of date then, and it gets
 * another. Looks at its own pace, at ids of recordings that queue up meanwhile; a start looks after what came while
 * nobody watched. One thread.
 */
public final class LateFootage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LateFootage.class);
    /** Sessions that were closed longer ago than this are not looked at again when the server starts. */
    static final Duration LOOKED_AT = Duration.ofDays(35);

    private static final Set<EventKind> CHANGES =
            Set.of(EventKind.RECEIVED, EventKind.MEDIA_READY, EventKind.MEDIA_UNPLAYABLE);

    private final Catalog catalog;
    private final SessionDesk desk;
    private final InstantSource clock;
    /** Recordings that came or changed, in order; empty to say that this is closing. */
    private final LinkedBlockingQueue<Optional<RecordingId>> news = new LinkedBlockingQueue<>();

    private final Thread thread = new Thread(this::run, "liuhen-rooms");
    private final Catalog.Listening listening;
    private volatile boolean closed;

    private LateFootage(Catalog catalog, SessionDesk desk, InstantSource clock) {
        this.catalog = catalog;
        this.desk = desk;
        this.clock = clock;
        this.listening = catalog.listen(this::heard);
        thread.setDaemon(true);
    }

    public static LateFootage start(Catalog catalog, SessionDesk desk, InstantSource clock) {
        LateFootage late = new LateFootage(catalog, desk, clock);
        late.thread.start();
        return late;
    }

    private void heard(List<CustodyEvent> events) {
        for (CustodyEvent event : events) {
            if (event.recording() != null && CHANGES.contains(event.kind())) {
                news.add(Optional.of(event.recording()));
            }
        }
    }

    private void run() {
        try {
            Instant since = clock.instant().minus(LOOKED_AT);
            for (InterrogationSession session :
                    desk.all(each -> each.closedAt() != null && each.closedAt().isAfter(since))) {
                reconcile(session.id());
            }
            while (!closed) {
                follow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StorageFailure e) {
            LOG.error("sessions: nobody looks after late footage any more, until the server starts again", e);
        }
    }

    private void follow() throws InterruptedException, StorageFailure {
        List<Optional<RecordingId>> changed = new ArrayList<>(List.of(news.take()));
        news.drainTo(changed);
        Set<SessionId> concerned = new LinkedHashSet<>();
        for (Optional<RecordingId> id : changed) {
            if (id.isPresent()) {
                catalog.recording(id.get(), ReadLevel.ACKNOWLEDGED)
                        .filter(recording -> recording.attachment() == null)
                        .map(Recording::session)
                        .ifPresent(concerned::add);
            }
        }
        concerned.forEach(this::reconcile);
    }

    private void reconcile(SessionId session) {
        try {
            desk.reconcile(session);
        } catch (StorageFailure | RuntimeException e) {
            LOG.warn("session: {} could not be looked at again, the next start does", session, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        news.add(Optional.empty());
        listening.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
