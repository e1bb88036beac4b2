package org.liuhen.retention;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;

/**
 * Judges one recording as the catalog has it now: by the schedule, by what it was promised before, by holds and cases.
 * A recording keeps the period it was once given unless a longer one applies; only two people shorten it, see {@link
 * RecordsDesk#classify}. Changes nothing.
 */
final class Assessor {
    /** The detail of {@link EventKind#DISPOSAL_ANNOUNCED} with the first day on which the bytes may go. */
    static final String ERASE_FROM = "eraseFrom";

    private final Catalog catalog;
    private final Schedule schedule;

    Assessor(Catalog catalog, Schedule schedule) {
        this.catalog = catalog;
        this.schedule = schedule;
    }

    /** What is to be done about {@code recording}, a current read, on {@code day}. */
    Assessment assess(Recording recording, LocalDate day) throws StorageFailure {
        Retention stored = recording.retention();
        LocalDate storedUntil = stored.keepUntil();
        if (recording.state() == RecordingState.DISPOSED || storedUntil == null || !day.isAfter(storedUntil)) {
            return Assessment.nothing(stored);
        }
        Retention demanded = demanded(recording);
        LocalDate keepUntil = demanded.keepUntil();
        if (keepUntil == null || !day.isAfter(keepUntil)) {
            String until = keepUntil == null ? "for ever" : "until " + keepUntil;
            return Assessment.kept(demanded, KeepReason.LONGER_RULE, "to be kept " + until + " by " + demanded.rule());
        }
        for (Hold hold : stored.holds()) {
            if (inForce(hold, day)) {
                return Assessment.kept(
                        demanded, KeepReason.HOLD, "hold " + hold.id() + " by " + hold.by() + ": " + hold.reason());
            }
        }
        List<CaseNumber> open = openCases(recording.cases());
        if (!open.isEmpty()) {
            return Assessment.kept(demanded, KeepReason.OPEN_CASE, "open: " + open);
        }
        RecordingState session = recording.attachment() == null ? RecordingState.DISPOSED : session(recording);
        if (session != RecordingState.DISPOSING && session != RecordingState.DISPOSED) {
            return Assessment.kept(
                    demanded, KeepReason.SESSION, "a recording of session " + recording.session() + " is kept");
        }
        if (recording.state() != RecordingState.DISPOSING) {
            return new Assessment(Assessment.Step.ANNOUNCE, demanded, null, null, null);
        }
        Assessment announced = announced(recording, demanded, keepUntil, day);
        return announced.step() == Assessment.Step.ERASE && session == RecordingState.DISPOSING
                ? new Assessment(
                        Assessment.Step.KEEP,
                        demanded,
                        KeepReason.GRACE,
                        "the recordings of session " + recording.session() + " go first",
                        announced.eraseFrom())
                : announced;
    }

    /** How far the recording of an attachment's session is that stays longest; disposed if there is none. */
    private RecordingState session(Recording attachment) throws StorageFailure {
        SessionId session = attachment.session();
        if (session == null) {
            return RecordingState.DISPOSED;
        }
        RecordingState longest = RecordingState.DISPOSED;
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(RecordingQuery.ofSession(session), Catalog.MAX_PAGE, cursor);
            for (Recording listed : page.items()) {
                RecordingState state = catalog.recording(listed.id(), ReadLevel.CURRENT)
                        .map(Recording::state)
                        .orElse(RecordingState.DISPOSED);
                if (state != RecordingState.DISPOSING && state != RecordingState.DISPOSED) {
                    return state;
                }
                longest = state == RecordingState.DISPOSING ? state : longest;
            }
            cursor = page.next();
        } while (cursor != null);
        return longest;
    }

    private Assessment announced(Recording recording, Retention demanded, LocalDate keepUntil, LocalDate day)
            throws StorageFailure {
        Instant announcedAt = recording.retention().announcedAt();
        if (announcedAt == null || !schedule.dayOf(announcedAt).isAfter(keepUntil)) {
            return Assessment.kept(
                    demanded, KeepReason.ANNOUNCED_TOO_EARLY, "announced " + announcedAt + ", kept until " + keepUntil);
        }
        LocalDate eraseFrom = schedule.eraseFrom(announcedAt);
        LocalDate promised = promised(catalog.custody(recording.id()));
        if (promised != null && promised.isAfter(eraseFrom)) {
            eraseFrom = promised;
        }
        return day.isBefore(eraseFrom)
                ? new Assessment(
                        Assessment.Step.KEEP,
                        demanded,
                        KeepReason.GRACE,
                        "announced " + schedule.dayOf(announcedAt) + ", erased from " + eraseFrom,
                        eraseFrom)
                : new Assessment(Assessment.Step.ERASE, demanded, null, null, eraseFrom);
    }

    /** The longer of what it has and what the schedule demands today. */
    Retention demanded(Recording recording) throws StorageFailure {
        Retention stored = recording.retention();
        Retention judged = settledByTwo(recording)
                ? schedule.of(stored.category(), "classified by two people", recording.ageFrom(), stored.holds())
                : schedule.judge(Claims.of(recording), stored.holds());
        return Schedule.keepsLonger(judged, stored) ? judged.withAnnouncedAt(stored.announcedAt()) : stored;
    }

    private boolean settledByTwo(Recording recording) throws StorageFailure {
        return classification(recording).settledByTwo();
    }

    ClassificationFile classification(Recording recording) throws StorageFailure {
        return catalog.register()
                .entry(ClassificationFile.KIND, recording.id().hex())
                .orElseGet(() -> new ClassificationFile(recording.id(), false, null));
    }

    /** Whether {@code hold} keeps a recording on {@code day}; on its last day it still does. */
    boolean inForce(Hold hold, LocalDate day) {
        Instant until = hold.until();
        return until == null || !day.isAfter(schedule.dayOf(until));
    }

    private List<CaseNumber> openCases(List<CaseNumber> cases) throws StorageFailure {
        List<CaseNumber> open = new ArrayList<>();
        for (CaseNumber number : cases) {
            Optional<CaseFile> file = catalog.register().entry(Register.CASES, number.value());
            if (file.isEmpty() || file.get().open()) {
                open.add(number);
            }
        }
        return open;
    }

    /** The day that the last announcement named; null if there is none. */
    private static @Nullable LocalDate promised(List<CustodyEvent> custody) {
        return last(custody, EventKind.DISPOSAL_ANNOUNCED)
                .map(event -> day(event.details().get(ERASE_FROM)))
                .orElse(null);
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException ignored) {
            // Our own event; if it cannot be read, the schedule's grace period decides.
            return null;
        }
    }

    static Optional<CustodyEvent> last(List<CustodyEvent> custody, EventKind kind) {
        return custody.stream().filter(event -> event.kind() == kind).reduce((before, after) -> after);
    }
}
