package org.liuhen.retention;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Hold;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;
import org.liuhen.storage.StorageFailure;

/**
 * Where people change how long recordings are kept. Each change of a recording is one commit with its events, guarded by
 * the recording's version and tried again if somebody else was faster, so nothing that anybody orders is lost. What makes
 * a recording stay takes effect at once and takes back an announced disposal; what would make it go earlier takes two
 * people. Who may do what is not decided here. Safe for many threads.
 */
public final class RecordsDesk {
    /** A proposal that nobody seconds for so long is void. */
    public static final Duration PROPOSAL_LIFE = Duration.ofDays(30);

    private static final int MAX_REASON = 500;
    private static final int MAX_ATTEMPTS = 1000;
    private static final int PAGE = 200;

    private final Catalog catalog;
    private final Schedule schedule;
    private final Assessor assessor;
    private final InstantSource clock;

    public RecordsDesk(Catalog catalog, Schedule schedule, InstantSource clock) {
        this.catalog = catalog;
        this.schedule = schedule;
        this.assessor = new Assessor(catalog, schedule);
        this.clock = clock;
    }

    /**
     * Gives a recording another category. One that keeps it as long or longer takes effect at once. One that keeps it
     * shorter is proposed first, and takes effect when a different person asks for the same within {@link
     * #PROPOSAL_LIFE}, if the category has not changed in between; marks and declarations that stood against it do not
     * count from then on, links made later do.
     *
     * @param reason 1 to 500 characters
     * @param actor a user, or the console, which counts as one person
     * @throws InvalidField {@code category} if the schedule does not know it, {@code reason}
     */
    public DeskAnswer<Classification> classify(RecordingId id, Category category, String reason, Actor actor)
            throws StorageFailure {
        checkReason(reason);
        ScheduledCategory known = schedule.category(category).orElseThrow(() -> unknownCategory(category));
        return change(id, recording -> classify(recording, known.name(), reason, actor));
    }

    private Step<Classification> classify(Recording recording, Category category, String reason, Actor actor)
            throws StorageFailure {
        Retention before = recording.retention();
        Retention wanted = schedule.of(category, "classified by " + actor, recording.ageFrom(), before.holds())
                .withAnnouncedAt(before.announcedAt());
        ClassificationFile file = assessor.classification(recording);
        if (!Schedule.keepsLonger(before, wanted)) {
            if (before.category().equals(category) && !Schedule.keepsLonger(wanted, before)) {
                return Step.unchanged(new Classification(category, Classification.Step.UNCHANGED));
            }
            ClassificationFile withoutProposal =
                    file.proposal() == null ? null : new ClassificationFile(recording.id(), file.settledByTwo(), null);
            Map<String, String> details = Classifying.details(before, wanted);
            details.put("reason", reason);
            return applying(recording, wanted, details, actor, withoutProposal);
        }
        if (!isPerson(actor)) {
            return Step.refused(DeskAnswer.Why.NOT_A_PERSON, actor + " (expected: a user or the console)");
        }
        Instant now = clock.instant();
        Proposal standing = file.proposal();
        if (standing == null || !isOpen(standing, category, before.category(), now)) {
            return proposing(recording, wanted, new Proposal(category, before.category(), reason, actor, now), file);
        }
        if (standing.by().equals(actor)) {
            return Step.unchanged(new Classification(category, Classification.Step.PROPOSED));
        }
        String rule = "classified by " + standing.by() + " and " + actor;
        Retention shorter =
                schedule.of(category, rule, recording.ageFrom(), before.holds()).withAnnouncedAt(before.announcedAt());
        Map<String, String> details = Classifying.details(before, shorter);
        details.put("reason", reason);
        details.put("proposedBy", standing.by().value());
        details.put("proposedAt", standing.at().toString());
        details.put("proposedReason", standing.reason());
        return applying(recording, shorter, details, actor, new ClassificationFile(recording.id(), true, null));
    }

    private Step<Classification> proposing(
            Recording recording, Retention wanted, Proposal proposal, ClassificationFile file) {
        Map<String, String> details = Classifying.details(recording.retention(), wanted);
        details.put("reason", proposal.reason());
        Change change = Change.builder()
                .recording(recording.next())
                .event(CustodyEvent.of(
                        proposal.at(), proposal.by(), EventKind.CLASSIFICATION_PROPOSED, recording.id(), details))
                .put(
                        ClassificationFile.KIND,
                        recording.id().hex(),
                        new ClassificationFile(recording.id(), file.settledByTwo(), proposal))
                .build();
        return Step.commit(change, new Classification(proposal.category(), Classification.Step.PROPOSED));
    }

    private Step<Classification> applying(
            Recording recording,
            Retention retention,
            Map<String, String> details,
            Actor actor,
            @Nullable ClassificationFile file) {
        Change.Builder change = Change.builder()
                .event(CustodyEvent.of(clock.instant(), actor, EventKind.CLASSIFIED, recording.id(), details));
        Recording next = recording.next().withRetention(retention);
        if (Schedule.keepsLonger(retention, recording.retention())) {
            next = cancelled(next, change, actor, "classified " + retention.category());
        }
        if (file != null) {
            change.put(ClassificationFile.KIND, recording.id().hex(), file);
        }
        return Step.commit(
                change.recording(next).build(), new Classification(retention.category(), Classification.Step.APPLIED));
    }

    private static boolean isOpen(Proposal proposal, Category wanted, Category present, Instant now) {
        return proposal.category().equals(wanted)
                && proposal.from().equals(present)
                && !now.isAfter(proposal.at().plus(PROPOSAL_LIFE));
    }

    /** What waits for a second person about this recording; empty if nothing. */
    public Optional<Proposal> proposal(RecordingId id) throws StorageFailure {
        Optional<Recording> recording = catalog.recording(id, ReadLevel.CURRENT);
        Optional<Proposal> proposal = catalog.register()
                .entry(ClassificationFile.KIND, id.hex())
                .flatMap(file -> Optional.ofNullable(file.proposal()));
        return recording.isEmpty()
                ? Optional.empty()
                : proposal.filter(standing -> isOpen(
                        standing,
                        standing.category(),
                        recording.get().retention().category(),
                        clock.instant()));
    }

    /**
     * Orders that a recording stays, whatever its period.
     *
     * @param until when the order lapses by itself, it still holds on that day; null: only when released
     * @throws InvalidField {@code reason}, {@code until}
     */
    public DeskAnswer<Hold> hold(RecordingId id, String reason, @Nullable Instant until, Actor actor)
            throws StorageFailure {
        checkReason(reason);
        return change(id, recording -> {
            Instant now = clock.instant();
            if (until != null && !until.isAfter(now)) {
                throw new InvalidField("until", until + " is past (expected: a time after " + now + ")");
            }
            Recording next = recording.next();
            Hold hold = new Hold("h" + next.version(), reason, actor, now, until);
            List<Hold> holds = new ArrayList<>(recording.retention().holds());
            holds.add(hold);
            Map<String, String> details = new TreeMap<>(Map.of("hold", hold.id(), "reason", reason));
            if (until != null) {
                details.put("until", until.toString());
            }
            Change.Builder change = Change.builder().event(CustodyEvent.of(now, actor, EventKind.HELD, id, details));
            next = next.withRetention(next.retention().withHolds(holds));
            return Step.commit(
                    change.recording(cancelled(next, change, actor, "hold " + hold.id()))
                            .build(),
                    hold);
        });
    }

    /** Ends a hold. The recording goes on as if it had not been held, with a full grace period if it is due. */
    public DeskAnswer<Hold> release(RecordingId id, String holdId, String reason, Actor actor) throws StorageFailure {
        checkReason(reason);
        return change(id, recording -> {
            List<Hold> holds = new ArrayList<>(recording.retention().holds());
            Optional<Hold> released =
                    holds.stream().filter(hold -> hold.id().equals(holdId)).findFirst();
            if (released.isEmpty()) {
                return Step.refused(DeskAnswer.Why.UNKNOWN_HOLD, "no such hold on recording " + id);
            }
            holds.remove(released.get());
            Change change = Change.builder()
                    .event(CustodyEvent.of(
                            clock.instant(),
                            actor,
                            EventKind.HOLD_RELEASED,
                            id,
                            Map.of("hold", holdId, "reason", reason)))
                    .recording(
                            recording.next().withRetention(recording.retention().withHolds(holds)))
                    .build();
            return Step.commit(change, released.get());
        });
    }

    /**
     * Links a recording to a case. Takes back an announced disposal even if the case is closed: somebody has just found
     * that it matters.
     */
    public DeskAnswer<CaseNumber> link(RecordingId id, CaseNumber number, String reason, Actor actor)
            throws StorageFailure {
        checkReason(reason);
        return change(id, recording -> {
            if (recording.cases().contains(number)) {
                return Step.unchanged(number);
            }
            List<CaseNumber> cases = new ArrayList<>(recording.cases());
            cases.add(number);
            Instant now = clock.instant();
            Change.Builder change = Change.builder()
                    .event(CustodyEvent.of(
                            now, actor, EventKind.LINKED, id, Map.of("case", number.value(), "reason", reason)));
            Recording next = recording.next().withCases(cases);
            Retention before = recording.retention();
            Retention byLink = schedule.ofLink(recording.ageFrom(), before.holds())
                    .filter(linked -> Schedule.keepsLonger(linked, before))
                    .orElse(null);
            if (byLink != null) {
                Map<String, String> details = Classifying.details(before, byLink);
                details.put("reason", "linked to case " + number);
                change.event(CustodyEvent.of(now, actor, EventKind.CLASSIFIED, id, details));
                next = next.withRetention(byLink.withAnnouncedAt(before.announcedAt()));
            }
            return Step.commit(
                    change.recording(cancelled(next, change, actor, "linked to case " + number))
                            .build(),
                    number);
        });
    }

    /**
     * Opens a case, new or closed. On return no recording of it can go, but those whose disposal was decided before.
     * Announced disposals are taken back before the case is opened, so that a run which still saw it closed loses the
     * race for each of them, and once more after it, for those that such a run has just announced.
     */
    public CaseFile openCase(CaseNumber number, String reason, Actor actor) throws StorageFailure {
        checkReason(reason);
        takeBackAll(number, actor);
        CaseFile file = commit(number, true, reason, actor, EventKind.CASE_OPENED);
        takeBackAll(number, actor);
        return file;
    }

    /** Closes a case: its recordings may go when their periods are over, if no other open case has them. */
    public CaseFile closeCase(CaseNumber number, String reason, Actor actor) throws StorageFailure {
        checkReason(reason);
        return commit(number, false, reason, actor, EventKind.CASE_CLOSED);
    }

    /** What is known about a case; empty if nobody ever opened or closed it, and then it counts as open. */
    public Optional<CaseFile> caseFile(CaseNumber number) throws StorageFailure {
        return catalog.register().entry(Register.CASES, number.value());
    }

    private CaseFile commit(CaseNumber number, boolean open, String reason, Actor actor, EventKind kind)
            throws StorageFailure {
        CaseFile file = new CaseFile(number, open, clock.instant(), actor, reason);
        Change change = Change.builder()
                .event(CustodyEvent.of(
                        file.since(), actor, kind, null, Map.of("case", number.value(), "reason", reason)))
                .put(Register.CASES, number.value(), file)
                .build();
        CommitOutcome outcome = Commits.decide(catalog, change);
        if (outcome instanceof CommitOutcome.Conflict conflict) {
            throw new IllegalStateException("case: " + conflict.what() + " (expected: no condition), case=" + number);
        }
        return file;
    }

    private void takeBackAll(CaseNumber number, Actor actor) throws StorageFailure {
        String cursor = null;
        do {
            Page<Recording> page =
                    catalog.recordings(RecordingQuery.ofCase(number).withAttachment(null), PAGE, cursor);
            for (Recording recording : page.items()) {
                takeBack(recording.id(), number, actor);
            }
            cursor = page.next();
        } while (cursor != null);
    }

    private void takeBack(RecordingId id, CaseNumber number, Actor actor) throws StorageFailure {
        change(id, recording -> {
            if (recording.state() != RecordingState.DISPOSING) {
                return Step.unchanged(number);
            }
            Change.Builder change = Change.builder();
            Recording next = cancelled(recording.next(), change, actor, "case " + number + " opened");
            return Step.commit(change.recording(next).build(), number);
        });
    }

    private Recording cancelled(Recording next, Change.Builder change, Actor actor, String reason) {
        if (next.state() != RecordingState.DISPOSING) {
            return next;
        }
        change.event(CustodyEvent.of(
                clock.instant(),
                actor,
                EventKind.DISPOSAL_CANCELLED,
                next.id(),
                Map.of("reason", reason, "version", Long.toString(next.version()))));
        return Cancelling.restored(next);
    }

    private <T> DeskAnswer<T> change(RecordingId id, Weighing<T> wish) throws StorageFailure {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Recording> current = catalog.recording(id, ReadLevel.CURRENT);
            if (current.isEmpty()) {
                return new DeskAnswer.Refused<>(DeskAnswer.Why.UNKNOWN_RECORDING, "no such recording: " + id);
            }
            Recording recording = current.get();
            if (recording.state() == RecordingState.DISPOSED) {
                return new DeskAnswer.Refused<>(DeskAnswer.Why.DISPOSED, "recording has been disposed of: " + id);
            }
            Step<T> step = wish.weigh(recording);
            if (step instanceof Step.Refusing<T> refusing) {
                return new DeskAnswer.Refused<>(refusing.why(), refusing.message());
            }
            if (step instanceof Step.Unchanged<T> unchanged) {
                return new DeskAnswer.Done<>(recording, unchanged.value());
            }
            Step.Committing<T> committing = (Step.Committing<T>) step;
            CommitOutcome outcome = Commits.decide(catalog, committing.change());
            Recording next = committing.change().recording();
            if (next != null && outcome.match(applied -> true, conflict -> false)) {
                return new DeskAnswer.Done<>(next, committing.value());
            }
        }
        throw new StorageFailure(
                StorageFailure.Kind.OUTCOME_UNKNOWN,
                "change: lost " + MAX_ATTEMPTS + " races (expected: to win one), recording=" + id);
    }

    private InvalidField unknownCategory(Category category) {
        List<String> names =
                schedule.categories().stream().map(each -> each.name().value()).toList();
        return new InvalidField(
                "category", category + " is unknown (expected: one of " + String.join(", ", names) + ")");
    }

    private static boolean isPerson(Actor actor) {
        return actor.equals(Actor.CONSOLE) || actor.value().startsWith("user:");
    }

    private static void checkReason(String reason) {
        int length = reason.codePointCount(0, reason.length());
        if (reason.isBlank() || length > MAX_REASON) {
            throw new InvalidField(
                    "reason", length + " characters (expected: 1 to " + MAX_REASON + ", not only spaces)");
        }
        reason.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new InvalidField("reason", "has a control character (expected: one line of text)");
            }
        });
    }

    /** A wish weighed against the recording as it is. */
    private sealed interface Step<T> {
        /** @param value the answer, once it is committed */
        record Committing<T>(Change change, T value) implements Step<T> {}

        record Unchanged<T>(T value) implements Step<T> {}

        record Refusing<T>(DeskAnswer.Why why, String message) implements Step<T> {}

        static <T> Step<T> commit(Change change, T value) {
            return new Committing<>(change, value);
        }

        static <T> Step<T> unchanged(T value) {
            return new Unchanged<>(value);
        }

        static <T> Step<T> refused(DeskAnswer.Why why, String message) {
            return new Refusing<>(why, message);
        }
    }

    /** Weighs a wish; may be asked again. */
    @FunctionalInterface
    private interface Weighing<T> {
        Step<T> weigh(Recording recording) throws StorageFailure;
    }
}
