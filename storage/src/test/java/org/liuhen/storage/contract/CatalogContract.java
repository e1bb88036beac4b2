package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.storage.contract.SampleRecordings.CASE;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.event;
import static org.liuhen.storage.contract.SampleRecordings.outcome;
import static org.liuhen.storage.contract.SampleRecordings.put;
import static org.liuhen.storage.contract.SampleRecordings.received;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.StorageFailure;

/** What every {@link Catalog} promises about changes, recordings and events. */
public abstract class CatalogContract {
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
    private static final int SCANNED_PER_PAGE = 7;

    protected final SettableClock clock = new SettableClock(NOW);
    protected Catalog catalog;

    /** A fresh catalog whose pages end after {@code scannedPerPage} rows looked at, however many of them matched. */
    protected abstract Catalog open(SettableClock clock, int scannedPerPage) throws Exception;

    @BeforeEach
    void openCatalog() throws Exception {
        catalog = open(clock, SCANNED_PER_PAGE);
    }

    @AfterEach
    void closeCatalog() {
        catalog.close();
    }

    @Test
    void committed_recording_is_read_back_equal_at_both_levels() throws Exception {
        Recording recording = received(1, CASE);
        commit(catalog, put(recording));
        assertThat(catalog.recording(recording.id(), ReadLevel.CURRENT)).contains(recording);
        assertThat(catalog.recording(recording.id(), ReadLevel.ACKNOWLEDGED)).contains(recording);
        assertThat(catalog.recording(received(2).id(), ReadLevel.CURRENT)).isEmpty();
    }

    @Test
    void events_are_numbered_without_gaps_in_the_order_of_commits() throws Exception {
        for (int i = 0; i < 5; i++) {
            Recording recording = received(i);
            Change change = Change.builder()
                    .recording(recording)
                    .event(event(EventKind.RECEIVED, recording))
                    .event(event(EventKind.LINKED, recording))
                    .build();
            assertThat(commit(catalog, change))
                    .extracting(CustodyEvent::sequence)
                    .containsExactly(2L * i, 2L * i + 1);
        }
        assertThat(catalog.events(3, 4)).extracting(CustodyEvent::sequence).containsExactly(3L, 4L, 5L, 6L);
        assertThat(catalog.events(9, 100)).extracting(CustodyEvent::sequence).containsExactly(9L);
        assertThat(catalog.events(10, 100)).isEmpty();
        assertThat(catalog.events(0, 0)).isEmpty();
    }

    @Test
    void second_change_of_the_same_version_conflicts_and_leaves_no_trace() throws Exception {
        Recording first = received(1);
        commit(catalog, put(first));
        Recording kept = first.next().withCases(List.of(CASE));
        commit(catalog, put(kept));
        Recording lost = first.next().withCases(List.of(new CaseNumber("other")));
        Change losing = Change.builder()
                .recording(lost)
                .event(event(EventKind.LINKED, lost))
                .build();
        assertThat(outcome(catalog, losing)).isInstanceOf(CommitOutcome.Conflict.class);
        assertThat(catalog.recording(first.id(), ReadLevel.CURRENT)).contains(kept);
        assertThat(catalog.custody(first.id())).hasSize(2);
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("other")), 10)).isEmpty();
    }

    @Test
    void version_that_skips_one_conflicts() {
        Recording first = received(1);
        assertThat(outcome(catalog, put(first.next()))).isInstanceOf(CommitOutcome.Conflict.class);
        commit(catalog, put(first));
        assertThat(outcome(catalog, put(first.next().next()))).isInstanceOf(CommitOutcome.Conflict.class);
    }

    @Test
    void of_many_racing_changes_of_one_version_exactly_one_is_applied() throws Exception {
        Recording first = received(1);
        commit(catalog, put(first));
        List<CompletableFuture<CommitOutcome>> racing = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        CountDownLatch start = new CountDownLatch(1);
        for (int i = 0; i < 64; i++) {
            Recording mine = first.next().withCases(List.of(new CaseNumber("case " + i)));
            Change change = Change.builder()
                    .recording(mine)
                    .event(CustodyEvent.of(NOW.plusSeconds(i), Actor.CONSOLE, EventKind.LINKED, mine.id(), Map.of()))
                    .build();
            threads.execute(() -> {
                awaitLatch(start);
                racing.add(catalog.commit(change));
            });
        }
        start.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(racing.stream().map(CompletableFuture::join).filter(CommitOutcome.Applied.class::isInstance))
                .hasSize(1);
        assertThat(catalog.custody(first.id())).hasSize(2);
    }

    @Test
    void changes_sent_without_waiting_build_on_one_another() throws Exception {
        Recording version = received(1);
        List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
        answers.add(catalog.commit(put(version)));
        for (int i = 0; i < 50; i++) {
            version = version.next().withCases(List.of(new CaseNumber("case " + i)));
            answers.add(catalog.commit(put(version)));
        }
        for (CompletableFuture<CommitOutcome> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOf(CommitOutcome.Applied.class);
        }
        assertThat(catalog.recording(version.id(), ReadLevel.CURRENT)).contains(version);
        assertThat(list(RecordingQuery.ALL, 10)).containsExactly(version);
        assertThat(list(RecordingQuery.ofCase(new CaseNumber("case 17")), 10)).isEmpty();
    }

    @Test
    void repeating_the_very_same_change_is_applied_once_and_answers_the_same() throws Exception {
        Recording recording = received(1, CASE);
        List<CustodyEvent> first = commit(catalog, put(recording));
        commit(catalog, put(received(2)));
        assertThat(commit(catalog, put(recording))).isEqualTo(first);
        assertThat(catalog.custody(recording.id())).isEqualTo(first);
        assertThat(catalog.events(0, 10)).hasSize(2);
    }

    @Test
    void same_content_for_another_reason_is_a_conflict_because_its_event_would_be_lost() {
        Recording recording = received(1);
        commit(catalog, put(recording));
        Change another = Change.builder()
                .recording(recording)
                .event(CustodyEvent.of(NOW, Actor.CONSOLE, EventKind.RECEIVED, recording.id(), Map.of()))
                .build();
        assertThat(outcome(catalog, another)).isInstanceOf(CommitOutcome.Conflict.class);
    }

    @Test
    void change_without_recording_keeps_its_event_and_makes_no_recording() throws Exception {
        RecordingId unknown = received(77).id();
        commit(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(NOW, Actor.CONSOLE, EventKind.VIEWED, unknown, Map.of()))
                        .build());
        assertThat(catalog.recording(unknown, ReadLevel.CURRENT)).isEmpty();
        assertThat(catalog.custody(unknown)).extracting(CustodyEvent::kind).containsExactly(EventKind.VIEWED);
    }

    @Test
    void custody_lists_every_event_of_one_recording_in_order() throws Exception {
        Recording mine = received(1);
        Recording other = received(2);
        List<CustodyEvent> expected = new ArrayList<>(commit(catalog, put(mine)));
        commit(catalog, put(other));
        for (EventKind kind : List.of(EventKind.VIEWED, EventKind.DOWNLOADED, EventKind.VERIFIED)) {
            expected.addAll(
                    commit(catalog, Change.builder().event(event(kind, mine)).build()));
            commit(catalog, Change.builder().event(event(kind, other)).build());
        }
        assertThat(catalog.custody(mine.id())).isEqualTo(expected);
    }

    @Test
    void listeners_get_numbered_events_in_order_after_they_can_be_read() throws Exception {
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
        CountDownLatch all = new CountDownLatch(40);
        Catalog.Listening listening = catalog.listen(events -> {
            for (CustodyEvent event : events) {
                heard.add(event.sequence());
                try {
                    assertThat(catalog.events(event.sequence(), 1)).containsExactly(event);
                    assertThat(catalog.ledger().head().size()).isGreaterThan(event.sequence());
                } catch (StorageFailure | RuntimeException | AssertionError e) {
                    trouble.set(e);
                }
                all.countDown();
            }
        });
        Catalog.Listening rude = catalog.listen(events -> {
            throw new IllegalStateException("a listener that fails must not disturb the others");
        });
        List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(catalog.commit(put(received(i))));
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(trouble.get()).isNull();
        assertThat(heard).isSorted().hasSize(40);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
        listening.close();
        rude.close();
        commit(catalog, put(received(41)));
        commit(catalog, put(received(42)));
        assertThat(heard).hasSize(40);
    }

    @Test
    void callback_on_the_committer_thread_may_commit() throws Exception {
        CompletableFuture<CommitOutcome> second =
                catalog.commit(put(received(1))).thenCompose(first -> catalog.commit(put(received(2))));
        assertThat(second.get(30, TimeUnit.SECONDS)).isInstanceOf(CommitOutcome.Applied.class);
    }

    @Test
    void sizes_name_what_is_in_here() throws Exception {
        Recording amended = received(1);
        commit(catalog, put(amended));
        commit(catalog, put(received(2)));
        commit(catalog, put(amended.next().withCases(List.of(new CaseNumber("another")))));
        assertThat(catalog.sizes()).containsOnlyKeys("recordings", "events", "uploads", "jobs");
        assertThat(catalog.sizes()).containsEntry("recordings", 2L).containsEntry("events", 3L);
    }

    @Test
    void closed_catalog_refuses_changes_and_closes_again() {
        catalog.close();
        catalog.close();
        assertThatThrownBy(() -> outcome(catalog, put(received(1))))
                .rootCause()
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE));
    }

    @Test
    void closing_finishes_what_was_accepted() {
        List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(catalog.commit(put(received(i))));
        }
        catalog.close();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
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

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
