package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Hold;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UserName;

class RecordsDeskTest {
    private static final CaseNumber CASE = new CaseNumber("2026-17");
    private static final Category ROUTINE = new Category("routine");
    private static final Category EVIDENCE = new Category("evidence");
    private static final Category COMPLEX = new Category("complex");

    private final Archive archive = new Archive();

    @AfterEach
    void close() {
        archive.close();
    }

    @Test
    void longer_category_takes_effect_at_once_and_takes_back_what_was_announced() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();

        assertThat(classify(id, EVIDENCE, Archive.ANNA)).isEqualTo(Classification.Step.APPLIED);

        assertThat(archive.now(id).retention().permanent()).isTrue();
        assertThat(archive.now(id).retention().announcedAt()).isNull();
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        assertThat(archive.story(id)).endsWith(EventKind.CLASSIFIED, EventKind.DISPOSAL_CANCELLED);
        assertThat(last(id, EventKind.CLASSIFIED).details())
                .containsEntry("before", "routine")
                .containsEntry("category", "evidence")
                .containsEntry("permanent", "true")
                .containsEntry("reason", "because");
    }

    @Test
    void shorter_category_needs_two_different_people() throws Exception {
        RecordingId id = evidence();

        assertThat(classify(id, ROUTINE, Archive.ANNA)).isEqualTo(Classification.Step.PROPOSED);
        assertThat(classify(id, ROUTINE, Archive.ANNA)).isEqualTo(Classification.Step.PROPOSED);
        assertThat(archive.now(id).retention().category()).isEqualTo(EVIDENCE);
        assertThat(archive.desk().proposal(id).orElseThrow().by()).isEqualTo(Archive.ANNA);
        assertThat(classify(id, ROUTINE, Archive.BEN)).isEqualTo(Classification.Step.APPLIED);

        assertThat(archive.now(id).retention().keepUntil()).isEqualTo("2026-07-15");
        assertThat(archive.desk().proposal(id)).isEmpty();
        assertThat(archive.story(id))
                .containsExactly(EventKind.RECEIVED, EventKind.CLASSIFICATION_PROPOSED, EventKind.CLASSIFIED);
        CustodyEvent classified = last(id, EventKind.CLASSIFIED);
        assertThat(classified.actor()).isEqualTo(Archive.BEN);
        assertThat(classified.details())
                .containsEntry("proposedBy", "user:anna")
                .containsEntry("proposedReason", "because")
                .containsEntry("keepUntil", "2026-07-15");
    }

    @Test
    void what_two_people_settled_is_not_undone_by_the_mark_it_was_about() throws Exception {
        RecordingId id = archive.receive(RecordingKind.BODY_WORN, null, true, archive.clock.instant());
        assertThat(archive.now(id).retention().category()).isEqualTo(EVIDENCE);
        classify(id, ROUTINE, Archive.ANNA);
        classify(id, ROUTINE, Archive.BEN);
        archive.on("2026-07-16");

        assertThat(archive.runNow().announced()).isEqualTo(1);
        archive.on("2026-07-24");
        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.bytesExist(id)).isFalse();
    }

    @Test
    void proposal_is_void_once_the_category_has_changed_or_too_much_time_has_passed() throws Exception {
        RecordingId id = evidence();
        classify(id, ROUTINE, Archive.ANNA);
        assertThat(classify(id, COMPLEX, Archive.BEN)).isEqualTo(Classification.Step.APPLIED);
        assertThat(archive.desk().proposal(id)).isEmpty();
        assertThat(classify(id, ROUTINE, Archive.BEN)).isEqualTo(Classification.Step.PROPOSED);

        archive.clock.set(
                archive.clock.instant().plus(RecordsDesk.PROPOSAL_LIFE).plusSeconds(1));
        assertThat(archive.desk().proposal(id)).isEmpty();
        assertThat(classify(id, ROUTINE, Archive.ANNA)).isEqualTo(Classification.Step.PROPOSED);
        assertThat(classify(id, ROUTINE, Archive.BEN)).isEqualTo(Classification.Step.APPLIED);
    }

    @Test
    void second_person_must_ask_for_the_same_category() throws Exception {
        archive.schedule = Schedule.parse("test", """
                format: 1
                version: test
                categories: {year: {title: {zh: 一年, en: year}, keep: 12 months}}
                """);
        RecordingId id = evidence();
        classify(id, ROUTINE, Archive.ANNA);

        assertThat(classify(id, new Category("year"), Archive.BEN)).isEqualTo(Classification.Step.PROPOSED);
        assertThat(classify(id, ROUTINE, Archive.ANNA)).isEqualTo(Classification.Step.PROPOSED);
        assertThat(archive.now(id).retention().permanent()).isTrue();
    }

    @Test
    void same_category_again_changes_nothing() throws Exception {
        RecordingId id = evidence();

        assertThat(classify(id, EVIDENCE, Archive.ANNA)).isEqualTo(Classification.Step.UNCHANGED);
        assertThat(archive.story(id)).containsExactly(EventKind.RECEIVED);
    }

    @Test
    void device_or_the_system_itself_cannot_shorten() throws Exception {
        RecordingId id = evidence();
        for (Actor actor : List.of(Actor.device(Archive.DEVICE), Actor.system("media"))) {
            assertThat(archive.desk().classify(id, ROUTINE, "because", actor))
                    .isInstanceOfSatisfying(
                            DeskAnswer.Refused.class,
                            refused -> assertThat(refused.why()).isEqualTo(DeskAnswer.Why.NOT_A_PERSON));
        }
        assertThat(archive.story(id)).containsExactly(EventKind.RECEIVED);
    }

    @Test
    void hold_keeps_until_it_is_released_or_lapses() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        Hold first = done(archive.desk().hold(id, "complaint", null, Archive.ANNA));
        Hold second = done(archive.desk().hold(id, "audit", Instant.parse("2026-09-01T04:00:00Z"), Archive.BEN));

        assertThat(first.id()).isNotEqualTo(second.id());
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        archive.on("2026-08-31");
        done(archive.desk().release(id, first.id(), "settled", Archive.ANNA));
        assertThat(archive.runNow().announced()).isZero();
        archive.on("2026-09-01");
        assertThat(archive.runNow().announced()).as("its last day").isZero();
        archive.on("2026-09-02");
        assertThat(archive.runNow().announced()).isEqualTo(1);
    }

    @Test
    void name_of_a_released_hold_is_never_used_again() throws Exception {
        RecordingId id = archive.receive();
        Hold first = done(archive.desk().hold(id, "one", null, Archive.ANNA));
        done(archive.desk().release(id, first.id(), "over", Archive.ANNA));

        assertThat(done(archive.desk().hold(id, "two", null, Archive.ANNA)).id())
                .isNotEqualTo(first.id());
        assertThat(archive.desk().release(id, first.id(), "over", Archive.ANNA))
                .isInstanceOfSatisfying(
                        DeskAnswer.Refused.class,
                        refused -> assertThat(refused.why()).isEqualTo(DeskAnswer.Why.UNKNOWN_HOLD));
    }

    @Test
    void link_to_a_case_keeps_as_long_as_it_is_open_and_takes_back_even_if_it_is_closed() throws Exception {
        RecordingId id = archive.receive();
        archive.desk().closeCase(CASE, "done", Archive.ANNA);
        archive.on("2026-07-16");
        archive.runNow();

        done(archive.desk().link(id, CASE, "found in review", Archive.BEN));
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        assertThat(archive.now(id).cases()).containsExactly(CASE);
        assertThat(archive.runNow().announced()).isEqualTo(1);
        done(archive.desk().link(id, new CaseNumber("open one"), "here too", Archive.BEN));
        archive.on("2027-07-16");
        assertThat(archive.runNow().kept()).isEqualTo(1);
        assertThat(archive.now(id).retention().permanent()).isFalse();
    }

    @Test
    void configured_link_category_applies_when_linked_even_after_two_people_settled() throws Exception {
        archive.schedule = Schedule.parse("test", "format: 1\nversion: t\ntriggers: {linked: complex}\n");
        RecordingId id = evidence();
        classify(id, ROUTINE, Archive.ANNA);
        classify(id, ROUTINE, Archive.BEN);

        done(archive.desk().link(id, CASE, "turned up again", Archive.ANNA));

        assertThat(archive.now(id).retention().category()).isEqualTo(COMPLEX);
        assertThat(last(id, EventKind.CLASSIFIED).details()).containsEntry("reason", "linked to case 2026-17");
    }

    @Test
    void case_nobody_closed_counts_as_open() throws Exception {
        assertThat(archive.desk().caseFile(CASE)).isEmpty();
        archive.receive(CASE);
        archive.on("2027-01-01");
        assertThat(archive.runNow().kept()).isEqualTo(1);
        archive.desk().closeCase(CASE, "done", Archive.ANNA);
        assertThat(archive.desk().caseFile(CASE).orElseThrow().open()).isFalse();
        assertThat(archive.runNow().announced()).isEqualTo(1);
    }

    @Test
    void disposed_and_unknown_recordings_are_refused() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        archive.on("2026-07-24");
        archive.runNow();
        RecordingId unknown = new RecordingId("0123456789abcdef0123456789abcdef");

        for (RecordingId each : List.of(id, unknown)) {
            DeskAnswer.Why why = each.equals(id) ? DeskAnswer.Why.DISPOSED : DeskAnswer.Why.UNKNOWN_RECORDING;
            RecordsDesk desk = archive.desk();
            for (DeskAnswer<?> answer : List.of(
                    desk.classify(each, EVIDENCE, "because", Archive.ANNA),
                    desk.hold(each, "because", null, Archive.ANNA),
                    desk.release(each, "h2", "because", Archive.ANNA),
                    desk.link(each, CASE, "because", Archive.ANNA))) {
                assertThat(answer)
                        .isInstanceOfSatisfying(
                                DeskAnswer.Refused.class,
                                refused -> assertThat(refused.why()).isEqualTo(why));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u3000", "a\nb", "a\u0000b", "a\u2028b", "a\ud800b", "\u007f"})
    void reason_must_be_a_line_of_text(String reason) throws Exception {
        RecordingId id = archive.receive();
        RecordsDesk desk = archive.desk();
        List<Callable<?>> wishes = List.of(
                () -> desk.classify(id, EVIDENCE, reason, Archive.ANNA),
                () -> desk.hold(id, reason, null, Archive.ANNA),
                () -> desk.release(id, "h2", reason, Archive.ANNA),
                () -> desk.link(id, CASE, reason, Archive.ANNA),
                () -> desk.openCase(CASE, reason, Archive.ANNA),
                () -> desk.closeCase(CASE, reason, Archive.ANNA));
        for (Callable<?> wish : wishes) {
            assertThatThrownBy(wish::call).isInstanceOf(InvalidField.class).hasMessageStartingWith("reason: ");
        }
        assertThat(archive.story(id)).containsExactly(EventKind.RECEIVED);
    }

    @Test
    void reason_of_five_hundred_characters_is_taken_and_longer_ones_are_not() throws Exception {
        RecordingId id = archive.receive();

        done(archive.desk().hold(id, "案".repeat(500), null, Archive.ANNA));
        assertThatThrownBy(() -> archive.desk().hold(id, "案".repeat(501), null, Archive.ANNA))
                .isInstanceOf(InvalidField.class);
        assertThatThrownBy(() -> archive.desk().hold(id, "late", archive.clock.instant(), Archive.ANNA))
                .hasMessageStartingWith("until: ");
        assertThatThrownBy(() -> archive.desk().classify(id, new Category("evidense"), "typo", Archive.ANNA))
                .hasMessageStartingWith("category: evidense is unknown (expected: one of routine, evidence");
    }

    @Test
    void orders_given_at_the_same_time_are_all_kept() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        List<Callable<?>> wishes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String name = "n" + i;
            Actor actor = Actor.user(new UserName(name));
            wishes.add(() -> archive.desk().hold(id, "by " + name, null, actor));
            wishes.add(() -> archive.desk().link(id, new CaseNumber(name), "by " + name, actor));
        }
        wishes.add(() -> archive.desk().classify(id, EVIDENCE, "because", Archive.ANNA));
        wishes.add(archive::runNow);
        atOnce(wishes);

        assertThat(archive.now(id).retention().holds())
                .hasSize(40)
                .extracting(Hold::id)
                .doesNotHaveDuplicates();
        assertThat(archive.now(id).cases()).hasSize(40);
        assertThat(archive.now(id).retention().category()).isEqualTo(EVIDENCE);
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        assertThat(archive.story(id)).filteredOn(EventKind.HELD::equals).hasSize(40);
        assertThat(archive.story(id)).filteredOn(EventKind.LINKED::equals).hasSize(40);
    }

    @Test
    void case_opened_while_a_run_erases_loses_nothing_afterwards() throws Exception {
        for (int round = 0; round < 30; round++) {
            try (Archive each = new Archive()) {
                List<RecordingId> ids = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    ids.add(each.receive(CASE));
                }
                each.desk().closeCase(CASE, "done", Archive.ANNA);
                each.on("2026-07-16");
                each.runNow();
                each.on("2026-07-24");
                atOnce(List.of(each::runNow, () -> each.desk().openCase(CASE, "appeal", Archive.BEN), each::runNow));

                long opened = each.catalog.events(0, 1000).stream()
                        .filter(event -> event.kind() == EventKind.CASE_OPENED)
                        .findFirst()
                        .orElseThrow()
                        .sequence();
                each.runNow();
                for (RecordingId id : ids) {
                    boolean gone = each.now(id).state() == RecordingState.DISPOSED;
                    assertThat(each.bytesExist(id)).isEqualTo(!gone);
                    if (gone) {
                        assertThat(Assessor.last(each.catalog.custody(id), EventKind.DISPOSAL_DECIDED)
                                        .orElseThrow()
                                        .sequence())
                                .as("decided before the case was opened")
                                .isLessThan(opened);
                    } else {
                        assertThat(each.now(id).state()).isEqualTo(RecordingState.STORED);
                    }
                }
            }
        }
    }

    private static void atOnce(List<? extends Callable<?>> wishes) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (Callable<?> wish : wishes) {
                futures.add(threads.submit(wish));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private RecordingId evidence() throws StorageFailure {
        return archive.receive(RecordingKind.BODY_WORN, "evidence", false, archive.clock.instant());
    }

    private Classification.Step classify(RecordingId id, Category category, Actor actor) throws StorageFailure {
        return done(archive.desk().classify(id, category, "because", actor)).step();
    }

    private CustodyEvent last(RecordingId id, EventKind kind) throws StorageFailure {
        return Assessor.last(archive.catalog.custody(id), kind).orElseThrow();
    }

    private static <T> T done(DeskAnswer<T> answer) {
        return answer.match(DeskAnswer.Done::value, refused -> {
            throw new AssertionError(refused.message());
        });
    }
}
