package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.storage.contract.SampleRecordings.CASE;
import static org.liuhen.storage.contract.SampleRecordings.START;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.put;
import static org.liuhen.storage.contract.SampleRecordings.received;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Hold;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Page;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;

/** What every {@link Catalog} promises about its lists: order, cursors, queries, hints, what is due. */
public abstract class ListContract {
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-10-01");
    private static final int SCANNED_PER_PAGE = 7;

    protected final SettableClock clock = new SettableClock(NOW);
    protected Catalog catalog;

    /** A fresh catalog whose pages end after {@code scannedPerPage} rows looked at, however many of them matched. */
    protected abstract Catalog open(SettableClock clock, int scannedPerPage) throws Exception;

    /**
     * Leaves behind what a crash between hints and recording might: hints in every index for this version of a
     * recording, but not the recording. A catalog without hints does nothing.
     */
    protected abstract void plantHints(Catalog catalog, Recording never) throws Exception;

    @BeforeEach
    void openCatalog() throws Exception {
        catalog = open(clock, SCANNED_PER_PAGE);
    }

    @AfterEach
    void closeCatalog() {
        catalog.close();
    }

    @Test
    void lists_are_ordered_by_start_even_before_1970() throws Exception {
        List<Instant> starts = List.of(
                Instant.parse("1938-04-24T22:13:20Z"),
                Instant.parse("1969-12-31T23:59:59.999Z"),
                Instant.EPOCH,
                START,
                START.plusMillis(1));
        List<Recording> expected = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            expected.add(received(SampleRecordings.DEVICE, i, starts.get(i), CASE));
        }
        List<Recording> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(1));
        shuffled.forEach(recording -> commit(catalog, put(recording)));
        assertThat(list(RecordingQuery.ALL, 2)).isEqualTo(expected);
        assertThat(list(RecordingQuery.ofCase(CASE), 2)).isEqualTo(expected);
    }

    @Test
    void paging_while_recordings_arrive_shows_nothing_twice_and_misses_nothing_that_was_there() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        List<Recording> there = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Recording recording = received(2 * i, CASE);
            there.add(recording);
            commit(catalog, put(recording));
        }
        List<RecordingId> seen = new ArrayList<>();
        String cursor = null;
        int odd = 1;
        do {
            Page<Recording> page = catalog.recordings(RecordingQuery.ofCase(CASE), 1 + random.nextInt(5), cursor);
            page.items().forEach(recording -> seen.add(recording.id()));
            cursor = page.next();
            commit(catalog, put(received(odd, CASE)));
            odd += 6;
        } while (cursor != null);
        assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(seen)
                .as("seed %d", seed)
                .containsAll(there.stream().map(Recording::id).toList());
    }

    @Test
    void attachments_are_listed_only_where_they_are_asked_for() throws Exception {
        Recording recording = received(1, CASE);
        Recording attachment = SampleRecordings.attachment(2, AttachmentRole.BOOKMARK);
        Recording elsewhere = received(new DeviceId("BWC-0002"), 3, START);
        for (Recording one : List.of(recording, attachment, elsewhere)) {
            commit(catalog, put(one));
        }
        RecordingQuery session = RecordingQuery.ofSession(SampleRecordings.SESSION);
        assertThat(list(session, 5)).containsExactlyInAnyOrder(recording, elsewhere);
        assertThat(list(session.withAttachment(true), 5)).containsExactly(attachment);
        assertThat(list(session.withAttachment(null), 5)).containsExactlyInAnyOrder(recording, attachment, elsewhere);
        assertThat(list(RecordingQuery.ALL, 5)).hasSize(3);
    }

    @Test
    void page_may_be_short_and_still_have_a_next_one() throws Exception {
        for (int i = 0; i < 30; i++) {
            commit(catalog, put(received(i, CASE)));
        }
        RecordingQuery rare = new RecordingQuery(CASE, null, null, null, null, null, START.plusSeconds(60 * 29), null);
        assertThat(list(rare, 10)).containsExactly(received(29, CASE));
        RecordingQuery none = new RecordingQuery(CASE, null, null, null, new Category("evidence"), null, null, null);
        Page<Recording> first = catalog.recordings(none, 10, null);
        assertThat(first.items()).isEmpty();
        assertThat(first.next()).isNotNull();
        assertThat(list(none, 10)).isEmpty();
    }

    @Test
    void last_page_that_is_just_full_has_no_next_one() throws Exception {
        for (int i = 0; i < 4; i++) {
            commit(catalog, put(received(i, CASE)));
        }
        assertThat(catalog.recordings(RecordingQuery.ofCase(CASE), 4, null).next())
                .isNull();
    }

    @Test
    void every_part_of_a_query_filters() throws Exception {
        Recording plain = received(1);
        Recording other = new Recording(
                received(new DeviceId("BWC-0002"), 2, START.plusSeconds(120)).id(),
                1,
                plain.kind(),
                RecordingState.STORED,
                List.of(CASE, new CaseNumber("永公")),
                new DeviceId("BWC-0002"),
                new OfficerId("0331279"),
                null,
                new SessionId("session-2"),
                START.plusSeconds(120),
                null,
                null,
                null,
                plain.receivedAt(),
                plain.receivedDay(),
                "x",
                "y",
                5,
                plain.fingerprint(),
                true,
                null,
                null,
                new Retention(new Category("evidence"), true, null, "r", List.of(), null),
                List.of());
        commit(catalog, put(plain));
        commit(catalog, put(other));
        Recording playable = plain.next().withState(RecordingState.READY);
        commit(catalog, put(playable));

        assertThat(list(RecordingQuery.ALL, 5)).containsExactly(playable, other);
        assertThat(list(RecordingQuery.ofCase(CASE), 5)).containsExactly(other);
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("永公")), 5)).containsExactly(other);
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("永")), 5)).isEmpty();
        assertThat(list(query(plain.device(), null, null, null, null), 5)).containsExactly(playable);
        assertThat(list(query(null, SampleRecordings.OFFICER, null, null, null), 5))
                .containsExactly(playable);
        assertThat(list(query(null, null, new SessionId("session-2"), null, null), 5))
                .containsExactly(other);
        assertThat(list(query(null, null, null, new Category("evidence"), null), 5))
                .containsExactly(other);
        assertThat(list(query(null, null, null, null, RecordingState.READY), 5)).containsExactly(playable);
        assertThat(list(query(plain.device(), new OfficerId("0331279"), null, null, null), 5))
                .isEmpty();
        assertThat(list(between(plain.from(), other.from()), 5)).containsExactly(playable);
        assertThat(list(between(plain.from().plusMillis(1), null), 5)).containsExactly(other);
        assertThat(list(between(null, other.from().plusNanos(1)), 5)).containsExactly(playable, other);
        assertThat(list(between(Instant.MIN, Instant.MAX), 5)).containsExactly(playable, other);
        assertThat(list(between(other.from(), plain.from()), 5)).isEmpty();
    }

    private static RecordingQuery query(
            @Nullable DeviceId device,
            @Nullable OfficerId officer,
            @Nullable SessionId session,
            @Nullable Category category,
            @Nullable RecordingState state) {
        return new RecordingQuery(null, device, officer, session, category, state, null, null);
    }

    private static RecordingQuery between(@Nullable Instant from, @Nullable Instant to) {
        return new RecordingQuery(null, null, null, null, null, null, from, to);
    }

    @Test
    void cursor_that_was_altered_or_made_for_another_list_is_refused() throws Exception {
        for (int i = 0; i < 4; i++) {
            commit(catalog, put(received(i, CASE)));
        }
        RecordingQuery query = RecordingQuery.ofCase(CASE);
        String cursor =
                Objects.requireNonNull(catalog.recordings(query, 1, null).next());
        for (int i = 0; i < cursor.length(); i++) {
            char altered = cursor.charAt(i) == 'A' ? 'B' : 'A';
            assertCursorRefused(query, cursor.substring(0, i) + altered + cursor.substring(i + 1));
        }
        for (String bad :
                List.of("", "A", "====", "../..", "\u0000", cursor + "A", cursor + cursor, "x".repeat(5000))) {
            assertCursorRefused(query, bad);
        }
        assertCursorRefused(RecordingQuery.ALL, cursor);
        assertThatThrownBy(() -> catalog.due(TODAY, 1, cursor)).isInstanceOf(InvalidField.class);
        assertThat(catalog.recordings(query, 3, cursor).items()).hasSize(3);
    }

    private void assertCursorRefused(RecordingQuery query, String cursor) {
        assertThatThrownBy(() -> catalog.recordings(query, 1, cursor))
                .isInstanceOfSatisfying(
                        InvalidField.class, e -> assertThat(e.field()).isEqualTo("cursor"));
    }

    @Test
    void limit_out_of_range_is_refused() {
        for (int limit : new int[] {-1, 0, Catalog.MAX_PAGE + 1}) {
            assertThatThrownBy(() -> catalog.recordings(RecordingQuery.ALL, limit, null))
                    .isInstanceOf(InvalidField.class);
            assertThatThrownBy(() -> catalog.due(TODAY, limit, null)).isInstanceOf(InvalidField.class);
        }
    }

    @Test
    void changed_recording_leaves_the_lists_it_no_longer_belongs_to() throws Exception {
        Recording first = received(1, CASE);
        commit(catalog, put(first));
        Recording moved = first.next().withCases(List.of(new CaseNumber("elsewhere")));
        commit(catalog, put(moved));
        assertThat(list(RecordingQuery.ofCase(CASE), 5)).isEmpty();
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("elsewhere")), 5)).containsExactly(moved);
    }

    @Test
    void case_named_twice_lists_a_recording_once() throws Exception {
        Recording twice = received(1, CASE, CASE);
        commit(catalog, put(twice));
        assertThat(list(RecordingQuery.ofCase(CASE), 5)).containsExactly(twice);
    }

    @Test
    void hints_that_lie_are_not_believed() throws Exception {
        Recording first = received(3, CASE).withRetention(SampleRecordings.routine(TODAY.minusDays(9)));
        commit(catalog, put(first));
        Recording current = first.next().withRetention(SampleRecordings.routine(TODAY.minusDays(2)));
        commit(catalog, put(current));
        Recording elsewhere = received(SampleRecordings.DEVICE, 3, START.minusSeconds(9), CASE, new CaseNumber("ghost"))
                .withRetention(SampleRecordings.routine(TODAY.minusDays(30)));
        plantHints(catalog, elsewhere);
        plantHints(catalog, first);
        plantHints(
                catalog,
                received(900, CASE, new CaseNumber("ghost"))
                        .withRetention(SampleRecordings.routine(TODAY.minusDays(30))));
        assertThat(list(RecordingQuery.ofCase(CASE), 1)).containsExactly(current);
        assertThat(list(RecordingQuery.ALL, 1)).containsExactly(current);
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("ghost")), 1)).isEmpty();
        assertThat(due(TODAY)).containsExactly(current);
    }

    @Test
    void due_lists_what_is_due_through_that_day_by_day() throws Exception {
        List<Recording> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(received(i)
                    .withRetention(SampleRecordings.routine(TODAY.minusDays(10).plusDays(i))));
        }
        Collections.shuffle(all, new Random(7));
        all.forEach(recording -> commit(catalog, put(recording)));
        List<Recording> due = due(TODAY);
        assertThat(due).hasSize(11);
        assertThat(due).isSortedAccordingTo((a, b) -> keepUntil(a).compareTo(keepUntil(b)));
        assertThat(due).allSatisfy(recording -> assertThat(keepUntil(recording)).isBeforeOrEqualTo(TODAY));
    }

    private static LocalDate keepUntil(Recording recording) {
        return Objects.requireNonNull(recording.retention().keepUntil());
    }

    @Test
    void permanent_held_and_disposed_recordings_are_never_due() throws Exception {
        Retention routine = SampleRecordings.routine(TODAY.minusDays(1));
        Recording permanent =
                received(1).withRetention(new Retention(new Category("evidence"), true, null, "r", List.of(), null));
        Recording held = received(2).withRetention(routine.withHolds(List.of(hold(null))));
        Recording heldForNow = received(3).withRetention(routine.withHolds(List.of(hold(NOW.plusSeconds(60)))));
        Recording heldOnce = received(4).withRetention(routine.withHolds(List.of(hold(NOW.minusSeconds(60)))));
        Recording gone = received(5).withRetention(routine);
        List.of(permanent, held, heldForNow, heldOnce, gone).forEach(recording -> commit(catalog, put(recording)));
        Recording announced = gone.next().withState(RecordingState.DISPOSING);
        commit(catalog, put(announced));
        assertThat(due(TODAY)).containsExactlyInAnyOrder(heldOnce, announced);
        commit(catalog, put(announced.next().withState(RecordingState.DISPOSED)));
        assertThat(due(TODAY)).containsExactly(heldOnce);
        clock.set(NOW.plusSeconds(60));
        assertThat(due(TODAY)).containsExactlyInAnyOrder(heldOnce, heldForNow);
        commit(catalog, put(held.next().withRetention(routine)));
        assertThat(due(TODAY)).hasSize(3);
    }

    private static Hold hold(@Nullable Instant until) {
        return new Hold("h1", "appeal", Actor.CONSOLE, NOW.minusSeconds(9999), until);
    }

    /** The whole list, page by page. */
    private List<Recording> list(RecordingQuery query, int limit) throws StorageFailure {
        List<Recording> all = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, limit, cursor);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    private List<Recording> due(LocalDate through) throws StorageFailure {
        List<Recording> all = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.due(through, 2, cursor);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }
}
