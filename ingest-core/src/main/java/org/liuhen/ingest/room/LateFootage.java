package org.liuhen.ingest.room;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for footage that belongs to a session which is closed already: its manifest is out of date then, and it gets
 * another. Reads the log of events at its own pace, so nothing queues up; a start looks after what came while nobody
 * watched. One thread.
 */
public final class LateFootage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LateFootage.class);
    /** Sessions that were closed longer ago than this are not looked at again when the server starts. */
    static final Duration LOOKED_AT = Duration.ofDays(35);

    private static final Set<EventKind> CHANGES =
            Set.of(EventKind.RECEIVED, EventKind.MEDIA_READY, EventKind.MEDIA_UNPLAYABLE);
    private static final int PAGE = 500;

    private final Catalog catalog;
    private final SessionDesk desk;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "liuhen-rooms");
    private final AutoCloseable listening;
    private volatile boolean closed;
    private long next;

    private LateFootage(Catalog catalog, SessionDesk desk, InstantSource clock) throws StorageFailure {
        this.catalog = catalog;
        this.desk = desk;
        this.clock = clock;
        this.next = catalog.ledger().head().size();
        this.listening = catalog.listen(events -> {
            if (news.availablePermits() == 0) {
                news.release();
            }
        });
        thread.setDaemon(true);
    }

    public static LateFootage start(Catalog catalog, SessionDesk desk, InstantSource clock) throws StorageFailure {
        LateFootage late = new LateFootage(catalog, desk, clock);
        late.thread.start();
        return late;
    }

    private void run() {
        try {
            Instant since = clock.instant().minus(LOOKED_AT);
            for (InterrogationSession session :
                    desk.all(each -> each.closedAt() != null && each.closedAt().isAfter(since))) {
                reconcile(session.id());
            }
            while (!closed) {
                news.acquire();
                news.drainPermits();
                follow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StorageFailure e) {
            LOG.error("sessions: nobody looks after late footage any more, until the server starts again", e);
        }
    }

    private void follow() throws StorageFailure {
        List<CustodyEvent> events;
        do {
            events = catalog.events(next, PAGE);
            Set<SessionId> concerned = new LinkedHashSet<>();
            for (CustodyEvent event : events) {
                next = event.sequence() + 1;
                if (CHANGES.contains(event.kind())) {
                    session(event).ifPresent(concerned::add);
                }
            }
            concerned.forEach(this::reconcile);
        } while (events.size() == PAGE && !closed);
    }

    private Optional<SessionId> session(CustodyEvent event) throws StorageFailure {
        return event.recording() == null
                ? Optional.empty()
                : catalog.recording(event.recording(), ReadLevel.ACKNOWLEDGED)
                        .filter(recording -> recording.attachment() == null)
                        .map(Recording::session);
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
        news.release();
        try {
            listening.close();
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("sessions: still listens", e);
        }
    }
}
