package org.liuhen.ingest.room;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Register;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The desk at which interrogation sessions are opened, changed and closed. Each change is committed with a custody event
 * that holds the whole session, so a register can be rebuilt. Who may is for the caller to decide. Safe for many threads;
 * no other process has the store, so a lock suffices.
 */
public final class SessionDesk {
    private static final DateTimeFormatter IN_IDS =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Logger LOG = LoggerFactory.getLogger(SessionDesk.class);
    private static final int PAGE = 500;
    private static final int MAX_NOTE = 1_000;

    private final Catalog catalog;
    private final RoomSettings settings;
    private final RoomCaptures captures;
    private final SessionPapers papers;
    private final SessionFootage footage;
    private final GapFindings gaps;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those between the wish to close them and their being closed. */
    private final Set<SessionId> closing = new HashSet<>();

    public SessionDesk(
            Catalog catalog,
            RoomSettings settings,
            RoomCaptures captures,
            SessionPapers papers,
            InstantSource clock,
            SecureRandom random) {
        this.catalog = catalog;
        this.settings = settings;
        this.captures = captures;
        this.papers = papers;
        this.footage = new SessionFootage(catalog);
        this.gaps = new GapFindings(catalog, clock);
        this.clock = clock;
        this.random = random;
    }

    /** Goes on recording what was being recorded when the server stopped. */
    public void resume() throws StorageFailure {
        for (InterrogationSession session : all(InterrogationSession::isOpen)) {
            captures.begin(session);
        }
    }

    /**
     * Opens a session and begins to record it.
     *
     * @param cameras null for all of the room
     * @throws InvalidField {@code room} if there is none of this name, and what else cannot be
     * @throws Problem 409 if the room is in use
     */
    public InterrogationSession open(
            Actor by,
            CaseNumber number,
            String room,
            @Nullable String kind,
            @Nullable List<DeviceId> cameras,
            List<InterrogationSession.Person> people)
            throws StorageFailure, Problem {
        RoomSettings.Room known = settings.room(room)
                .orElseThrow(() -> new InvalidField("room", "is not configured here (expected: one under rooms:)"));
        List<DeviceId> planned = cameras != null
                ? cameras
                : known.cameras().stream().map(RoomSettings.Camera::device).toList();
        for (DeviceId camera : planned) {
            if (catalog.register().entry(Register.DEVICES, camera.value()).isEmpty()) {
                throw new InvalidField(
                        "cameras", camera + " is not registered (expected: devices added by device add, or by rooms:)");
            }
        }
        Instant now = now();
        byte[] tail = new byte[4];
        random.nextBytes(tail);
        InterrogationSession session = new InterrogationSession(
                new SessionId(IN_IDS.format(now) + "-" + HexFormat.of().formatHex(tail)),
                1,
                number,
                room,
                kind == null ? InterrogationSession.USUAL_KIND : kind,
                planned,
                people,
                List.of(),
                List.of(),
                now,
                by,
                null,
                null,
                false,
                null,
                List.of());
        lock.lock();
        try {
            List<InterrogationSession> inUse =
                    all(other -> other.isOpen() && other.room().equals(room));
            if (!inUse.isEmpty()) {
                throw new Problem(
                        409,
                        "room-in-use",
                        "room: session " + inUse.get(0).id() + " is open there (expected: close it first)");
            }
            commit(session, by, EventKind.SESSION_OPENED, Map.of());
        } finally {
            lock.unlock();
        }
        captures.begin(session);
        return session;
    }

    /** @throws Problem 404 */
    public InterrogationSession session(SessionId id) throws StorageFailure, Problem {
        return catalog.register()
                .entry(Register.SESSIONS, id.value())
                .orElseThrow(() -> new Problem(404, "not-found", "session: " + id + " is unknown"));
    }

    /**
     * Sessions, the latest first; each part that is not null must match.
     *
     * @param state {@code open}, {@code incomplete} or {@code complete}
     */
    public List<InterrogationSession> find(
            @Nullable CaseNumber number, @Nullable String room, @Nullable String state, int limit)
            throws StorageFailure {
        if (state != null && !Set.of("open", "incomplete", "complete").contains(state)) {
            throw new InvalidField("state", state + " (expected: open, incomplete or complete)");
        }
        List<InterrogationSession> found = all(session -> (number == null || number.equals(session.caseNumber()))
                && (room == null || room.equals(session.room()))
                && (state == null || state.equals(session.state())));
        java.util.Collections.reverse(found);
        return found.subList(0, Math.min(limit, found.size()));
    }

    List<InterrogationSession> all(Predicate<InterrogationSession> which) throws StorageFailure {
        List<InterrogationSession> found = new ArrayList<>();
        String after = null;
        List<InterrogationSession> page;
        do {
            page = catalog.register().entries(Register.SESSIONS, after, PAGE);
            page.stream().filter(which).forEach(found::add);
            after = page.isEmpty() ? null : page.get(page.size() - 1).id().value();
        } while (after != null);
        return found;
    }

    /** What all its cameras have recorded so far, and what is missing. */
    public TimeLine timeLine(InterrogationSession session) throws StorageFailure {
        // what is being recorded is asked for first: a run that is sealed in between is then there twice, not never
        List<TimeLine.Stretch> all = new ArrayList<>(session.isOpen() ? captures.live(session.id()) : List.of());
        all.addAll(footage.of(session.id()));
        return TimeLine.of(session, all, now());
    }

    /** Somebody enters the room. */
    public InterrogationSession enter(Actor by, SessionId id, String name, String role, @Nullable Instant at)
            throws StorageFailure, Problem {
        return change(
                by,
                id,
                Map.of("role", role, "change", "entered"),
                session -> session.entered(new InterrogationSession.Person(name, role, time(session, at), null)));
    }

    /** Somebody leaves the room. */
    public InterrogationSession leave(Actor by, SessionId id, String name, @Nullable Instant at)
            throws StorageFailure, Problem {
        return change(by, id, Map.of("change", "left"), session -> session.left(name, time(session, at)));
    }

    /**
     * Writes down that something happened.
     *
     * @param at null for now
     */
    public InterrogationSession mark(Actor by, SessionId id, String mark, @Nullable Instant at, @Nullable String note)
            throws StorageFailure, Problem {
        if (note != null && note.length() > MAX_NOTE) {
            throw new InvalidField("note", "is longer than " + MAX_NOTE + " characters");
        }
        return change(
                by,
                id,
                Map.of("mark", mark),
                session -> session.marked(new InterrogationSession.Mark(mark, time(session, at), by, note)));
    }

    private Instant time(InterrogationSession session, @Nullable Instant told) {
        Instant now = now();
        if (told == null) {
            return now;
        }
        Instant at = told.truncatedTo(ChronoUnit.MILLIS);
        if (at.isAfter(now.plus(InterrogationSession.AHEAD)) || at.isBefore(session.openedAt())) {
            throw new InvalidField("at", at + " (expected: between the opening and now)");
        }
        return at;
    }

    private interface Step {
        InterrogationSession after(InterrogationSession session);
    }

    private InterrogationSession change(Actor by, SessionId id, Map<String, String> details, Step step)
            throws StorageFailure, Problem {
        lock.lock();
        try {
            InterrogationSession next = step.after(requireOpen(id));
            commit(next, by, EventKind.SESSION_MARKED, details);
            return next;
        } finally {
            lock.unlock();
        }
    }

    private InterrogationSession requireOpen(SessionId id) throws StorageFailure, Problem {
        InterrogationSession session = session(id);
        if (!session.isOpen() || closing.contains(id)) {
            throw new Problem(409, "session-closed", "session: " + id + " is closed (expected: an open one)");
        }
        return session;
    }

    /**
     * Writes down why a camera has nothing of a span of time. A closed session gets another manifest by that.
     *
     * @param gap its id, see {@link TimeLine.Gap}
     * @throws Problem 404 if there is no such gap now
     */
    public InterrogationSession explain(Actor by, SessionId id, String gap, String reason)
            throws StorageFailure, Problem {
        lock.lock();
        try {
            InterrogationSession session = session(id);
            TimeLine.Gap found = timeLine(session).gaps().stream()
                    .filter(each -> each.id().equals(gap))
                    .findFirst()
                    .orElseThrow(() -> new Problem(
                            404,
                            "not-found",
                            "gap: " + gap + " is none of session " + id + " (it may have been filled)"));
            InterrogationSession next = session.explained(
                    new InterrogationSession.StatedReason(found.camera(), found.from(), found.to(), reason, now(), by));
            Map<String, String> details = Map.of(
                    "camera", found.camera().value(),
                    "from", found.from().toString(),
                    "to", found.to().toString(),
                    "reason", reason);
            InterrogationSession sealed = session.isOpen() ? next : sealed(next);
            commit(sealed, by, EventKind.SESSION_GAP_EXPLAINED, details);
            return sealed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the recording, seals all cameras and closes the session with a manifest. It is complete when nothing is missing
     * unexplained.
     *
     * @throws Problem 409 if it is closed already
     */
    public InterrogationSession close(Actor by, SessionId id) throws StorageFailure, Problem {
        lock.lock();
        try {
            requireOpen(id);
            closing.add(id);
        } finally {
            lock.unlock();
        }
        try {
            Instant at = now();
            captures.end(id);
            captures.settle(session(id));
            lock.lock();
            try {
                InterrogationSession closed = sealed(session(id).again().closed(at, by));
                commit(closed, by, EventKind.SESSION_CLOSED, Map.of());
                tell(closed);
                return closed;
            } finally {
                lock.unlock();
            }
        } catch (StorageFailure | RuntimeException e) {
            InterrogationSession now = session(id);
            if (now.isOpen()) {
                captures.begin(now);
            }
            throw e;
        } finally {
            lock.lock();
            try {
                closing.remove(id);
            } finally {
                lock.unlock();
            }
        }
    }

    /** What cannot be told now is told when the session is looked at next, at the latest when the server starts. */
    private void tell(InterrogationSession closed) {
        try {
            gaps.tell(closed.id(), timeLine(closed));
        } catch (StorageFailure | RuntimeException e) {
            LOG.warn("session: {}: its recordings do not tell of its gaps yet", closed.id(), e);
        }
    }

    /** Looks whether a closed session still has the footage that its manifest names; if not, it gets another. */
    void reconcile(SessionId id) throws StorageFailure {
        lock.lock();
        try {
            Optional<InterrogationSession> known = catalog.register().entry(Register.SESSIONS, id.value());
            if (known.isEmpty() || known.get().isOpen()) {
                return;
            }
            InterrogationSession session = known.get();
            TimeLine line = timeLine(session);
            gaps.tell(id, line);
            if (line.coverage().equals(session.covered()) && line.isExplained() == session.complete()) {
                return;
            }
            InterrogationSession sealed = sealed(session.again());
            commit(sealed, RoomCaptures.SYSTEM, EventKind.SESSION_RECOMPUTED, Map.of("was", session.state()));
        } finally {
            lock.unlock();
        }
    }

    private InterrogationSession sealed(InterrogationSession closed) throws StorageFailure {
        TimeLine line = timeLine(closed);
        InterrogationSession.Sealed paper = papers.keep(closed, SessionManifest.of(closed, line), now());
        return closed.sealed(line.isExplained(), line.coverage(), paper);
    }

    private void commit(InterrogationSession session, Actor by, EventKind kind, Map<String, String> more)
            throws StorageFailure {
        Map<String, String> details = new TreeMap<>(more);
        details.put("session", session.id().value());
        details.put("case", session.caseNumber().value());
        details.put("room", session.room());
        details.put("state", session.state());
        if (!session.manifests().isEmpty()) {
            InterrogationSession.Sealed paper =
                    session.manifests().get(session.manifests().size() - 1);
            details.put("manifest", paper.recording().hex());
            details.put("manifestSha256", paper.sha256().hex());
        }
        try {
            details.put("entry", StoredJson.MAPPER.writeValueAsString(session));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("session: cannot be written, session=" + session.id(), e);
        }
        RoomCommits.apply(
                catalog,
                Change.builder()
                        .put(Register.SESSIONS, session.id().value(), session)
                        .event(CustodyEvent.of(now(), by, kind, null, details))
                        .build());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
