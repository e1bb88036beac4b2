package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One interrogation in one room, as the register knows it: who was there, which cameras were to record it, what happened
 * when, and why something is missing. Immutable; each change is another version and a custody event that holds it whole.
 *
 * @param version 1 when opened, one more with each change
 * @param cameras the devices that are to record without a gap
 * @param people who was present, names and all: never for logs or metrics
 * @param marks in the order in which they were made; never taken back
 * @param closedAt null while it is open
 * @param complete whether it is closed and nothing is missing that nobody has explained
 * @param covered SHA-256 over the recordings that the latest manifest names; null before there is one
 * @param manifests what was sealed about it, the latest last
 */
public record InterrogationSession(
        SessionId id,
        long version,
        @JsonProperty("case") CaseNumber caseNumber,
        String room,
        String kind,
        List<DeviceId> cameras,
        List<Person> people,
        List<Mark> marks,
        List<StatedReason> reasons,
        Instant openedAt,
        Actor openedBy,
        @Nullable Instant closedAt,
        @Nullable Actor closedBy,
        boolean complete,
        @Nullable Fingerprint covered,
        List<Sealed> manifests) {
    /** What a session is if nobody says otherwise. */
    public static final String USUAL_KIND = "interrogation";

    public static final String SUSPECT_ENTERED = "suspect-entered";
    public static final String RECORD_SIGNED = "record-signed";

    public static final int MOST_CAMERAS = 32;
    public static final int MOST_PEOPLE = 100;
    public static final int MOST_MARKS = 1_000;
    public static final int MOST_REASONS = 1_000;

    /** For how long the clock of whoever tells a time may be ahead of ours. */
    public static final Duration AHEAD = Duration.ofMinutes(1);

    /**
     * Somebody in the room.
     *
     * @param role for example {@code suspect}, {@code investigator}, {@code interpreter}
     * @param leftAt null while present
     */
    public record Person(
            String name,
            String role,
            Instant enteredAt,
            @Nullable Instant leftAt) {
        /** @throws InvalidField {@code name} or {@code role} */
        public Person {
            NameRule.check("name", name);
            NameRule.checkLabel("role", role);
        }

        /** Never shows the name. */
        @Override
        public String toString() {
            return "Person[" + role + "]";
        }
    }

    /**
     * Something that happened.
     *
     * @param mark for example {@value #SUSPECT_ENTERED}
     * @param by who says so
     */
    public record Mark(
            String mark, Instant at, Actor by, @Nullable String note) {
        /** @throws InvalidField {@code mark} */
        public Mark {
            NameRule.checkLabel("mark", mark);
        }
    }

    /** Why a camera has nothing of a span of time. */
    public record StatedReason(DeviceId camera, Instant from, Instant to, String reason, Instant at, Actor by) {
        /** Whether it explains why nothing is there from {@code start} to {@code end}. */
        public boolean explains(DeviceId of, Instant start, Instant end) {
            return camera.equals(of) && !start.isBefore(from) && !end.isAfter(to);
        }
    }

    /** The fingerprint of one manifest, and the recording as which it was kept. */
    public record Sealed(RecordingId recording, Fingerprint sha256, Instant at) {}

    /** @throws InvalidField naming the field that cannot be */
    public InterrogationSession {
        NameRule.checkLabel("kind", kind);
        NameRule.check("room", room);
        cameras = List.copyOf(cameras);
        people = List.copyOf(people);
        marks = List.copyOf(marks);
        reasons = List.copyOf(reasons);
        manifests = List.copyOf(manifests);
        atMost("cameras", cameras.size(), MOST_CAMERAS);
        atMost("people", people.size(), MOST_PEOPLE);
        atMost("marks", marks.size(), MOST_MARKS);
        atMost("reasons", reasons.size(), MOST_REASONS);
        if (cameras.isEmpty()) {
            throw new InvalidField("cameras", "is empty (expected: at least one device)");
        }
        if (cameras.stream().distinct().count() != cameras.size()) {
            throw new InvalidField("cameras", "names one twice");
        }
    }

    private static void atMost(String field, int size, int most) {
        if (size > most) {
            throw new InvalidField(field, "are " + size + " (expected: at most " + most + ")");
        }
    }

    @JsonIgnore
    public boolean isOpen() {
        return closedAt == null;
    }

    /** {@code open}, {@code incomplete} (closed, but something is missing unexplained) or {@code complete}. */
    public String state() {
        return isOpen() ? "open" : complete ? "complete" : "incomplete";
    }

    /** When recording had to begin: the suspect's entering; the opening if nobody marked that. */
    public Instant requiredFrom() {
        return times(SUSPECT_ENTERED).stream().min(Instant::compareTo).orElse(openedAt);
    }

    /**
     * When recording might end: the signing of the record; else the closing.
     *
     * @param now stands for the end while there is none
     */
    public Instant requiredTo(Instant now) {
        Instant end = closedAt == null ? now : closedAt;
        Instant to = times(RECORD_SIGNED).stream().max(Instant::compareTo).orElse(end);
        return to.isBefore(requiredFrom()) ? requiredFrom() : to;
    }

    private List<Instant> times(String mark) {
        return marks.stream()
                .filter(each -> each.mark().equals(mark))
                .map(Mark::at)
                .toList();
    }

    /** The reason that somebody gave for a gap, if anybody did. */
    public Optional<StatedReason> reasonFor(DeviceId camera, Instant from, Instant to) {
        return reasons.stream()
                .filter(reason -> reason.explains(camera, from, to))
                .reduce((earlier, later) -> later);
    }

    /** The next version, in which somebody has entered. */
    public InterrogationSession entered(Person person) {
        return next(added(people, person), marks, reasons);
    }

    /**
     * The next version, in which somebody has left.
     *
     * @throws InvalidField {@code name} if nobody of this name is present, {@code at} if it is before the entering
     */
    public InterrogationSession left(String name, Instant at) {
        List<Person> changed = new ArrayList<>(people);
        for (int i = changed.size() - 1; i >= 0; i--) {
            Person person = changed.get(i);
            if (person.name().equals(name) && person.leftAt() == null) {
                if (at.isBefore(person.enteredAt())) {
                    throw new InvalidField("at", at + " is before the entering at " + person.enteredAt());
                }
                changed.set(i, new Person(name, person.role(), person.enteredAt(), at));
                return next(changed, marks, reasons);
            }
        }
        throw new InvalidField("name", "is of nobody who is present");
    }

    /** The next version with one mark more. */
    public InterrogationSession marked(Mark mark) {
        return next(people, added(marks, mark), reasons);
    }

    /** The next version, in which a gap is explained. */
    public InterrogationSession explained(StatedReason reason) {
        return next(people, marks, added(reasons, reason));
    }

    private static <T> List<T> added(List<T> all, T one) {
        List<T> more = new ArrayList<>(all);
        more.add(one);
        return more;
    }

    private InterrogationSession next(List<Person> people, List<Mark> marks, List<StatedReason> reasons) {
        return new InterrogationSession(
                id,
                version + 1,
                caseNumber,
                room,
                kind,
                cameras,
                people,
                marks,
                reasons,
                openedAt,
                openedBy,
                closedAt,
                closedBy,
                complete,
                covered,
                manifests);
    }

    /** This version, closed. */
    public InterrogationSession closed(Instant at, Actor by) {
        return new InterrogationSession(
                id,
                version,
                caseNumber,
                room,
                kind,
                cameras,
                people,
                marks,
                reasons,
                openedAt,
                openedBy,
                at,
                by,
                complete,
                covered,
                manifests);
    }

    /**
     * This version with what was found out and sealed about it.
     *
     * @param sealed one manifest more
     */
    public InterrogationSession sealed(boolean complete, Fingerprint covered, Sealed sealed) {
        return new InterrogationSession(
                id,
                version,
                caseNumber,
                room,
                kind,
                cameras,
                people,
                marks,
                reasons,
                openedAt,
                openedBy,
                closedAt,
                closedBy,
                complete,
                covered,
                added(manifests, sealed));
    }

    /** The next version, unchanged. */
    public InterrogationSession again() {
        return next(people, marks, reasons);
    }

    /** Never shows names. */
    @Override
    public String toString() {
        return "InterrogationSession[" + id + ", version " + version + ", " + state() + "]";
    }
}
