package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.Vault;

class RetentionRunTest {
    private static final CaseNumber CASE = new CaseNumber("永公(刑)立字〔2026〕17号");

    private final Archive archive = new Archive();

    @AfterEach
    void close() {
        archive.close();
    }

    @Test
    void routine_recording_is_announced_the_day_after_its_period_and_erased_after_the_grace_days() throws Exception {
        RecordingId id = archive.receive();

        archive.on("2026-07-15");
        assertThat(archive.runNow().announced()).isZero();
        archive.on("2026-07-16");
        assertThat(archive.runNow().announced()).isEqualTo(1);
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.DISPOSING);
        archive.on("2026-07-23");
        assertThat(archive.runNow().erased()).isZero();
        assertThat(archive.bytesExist(id)).isTrue();
        archive.on("2026-07-24");
        RetentionOutcome outcome = archive.runNow();

        assertThat(outcome.erased()).isEqualTo(1);
        assertThat(outcome.erasedBytes()).isEqualTo(archive.now(id).sizeBytes());
        assertThat(archive.bytesExist(id)).isFalse();
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.DISPOSED);
        assertThat(archive.story(id))
                .containsExactly(
                        EventKind.RECEIVED,
                        EventKind.DISPOSAL_ANNOUNCED,
                        EventKind.DISPOSAL_DECIDED,
                        EventKind.DISPOSED);
        assertThat(archive.runNow().erased()).isZero();
        assertThat(archive.meters.counter("liuhen.retention.erased").count()).isEqualTo(1.0);
    }

    @Test
    void certificate_says_what_went_by_which_rule_and_who_did_it_when() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.run().run(Archive.ANNA);
        archive.on("2026-07-24");
        archive.run().run(Archive.BEN);

        DisposalCertificate certificate =
                new Disposals(archive.catalog).page(10, null).items().get(0);
        CustodyEvent disposed =
                Assessor.last(archive.catalog.custody(id), EventKind.DISPOSED).orElseThrow();

        assertThat(certificate.recording()).isEqualTo(id);
        assertThat(certificate.fingerprint()).isEqualTo(archive.now(id).fingerprint());
        assertThat(certificate.rule()).isEqualTo("routine: 6 months (no category declared), schedule 1");
        assertThat(certificate.keepUntil()).isEqualTo("2026-07-15");
        assertThat(certificate.announcedBy()).isEqualTo(Archive.ANNA);
        assertThat(certificate.announcedAt()).isEqualTo("2026-07-16T04:00:00Z");
        assertThat(certificate.decidedBy()).isEqualTo(Archive.BEN);
        assertThat(certificate.erasedAt()).isEqualTo("2026-07-24T04:00:00Z");
        assertThat(disposed.details())
                .containsEntry("sha256", certificate.fingerprint().hex())
                .containsEntry("rule", certificate.rule())
                .containsEntry("announcedBy", "user:anna")
                .containsEntry("decidedBy", "user:ben")
                .containsEntry("erasedAt", "2026-07-24T04:00:00Z");
        assertThat(StoredJson.MAPPER.readValue(
                        StoredJson.MAPPER.writeValueAsBytes(certificate), DisposalCertificate.class))
                .isEqualTo(certificate);
    }

    @Test
    void certificates_are_listed_in_pages_the_latest_first() throws Exception {
        for (int i = 0; i < 25; i++) {
            archive.on(java.time.LocalDate.of(2026, 1, 1).plusDays(i));
            archive.receive();
        }
        for (int day = 0; day < 60; day++) {
            archive.on(java.time.LocalDate.of(2026, 6, 25).plusDays(day));
            archive.runNow();
        }
        List<Instant> erased = new ArrayList<>();
        String cursor = null;
        do {
            var page = new Disposals(archive.catalog).page(10, cursor);
            page.items().forEach(certificate -> erased.add(certificate.erasedAt()));
            cursor = page.next();
        } while (cursor != null);

        assertThat(erased).hasSize(25).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        assertThatThrownBy(() -> new Disposals(archive.catalog).page(10, "../x"))
                .hasMessageStartingWith("cursor: ");
        assertThatThrownBy(() -> new Disposals(archive.catalog).page(501, null)).hasMessageStartingWith("limit: ");
    }

    @Test
    void late_docking_does_not_make_a_recording_go_early() throws Exception {
        RecordingId filmedLongAgo =
                archive.receive(RecordingKind.BODY_WORN, null, false, Instant.parse("2016-01-01T00:00:00Z"));
        RecordingId clockAhead =
                archive.receive(RecordingKind.BODY_WORN, null, false, Instant.parse("2036-01-01T00:00:00Z"));
        RecordingId beforeChrist =
                archive.receive(RecordingKind.BODY_WORN, null, false, Instant.parse("-0044-03-15T00:00:00Z"));

        assertThat(archive.now(filmedLongAgo).retention().keepUntil()).isEqualTo("2026-07-15");
        assertThat(archive.now(beforeChrist).retention().keepUntil()).isEqualTo("2026-07-15");
        assertThat(archive.now(clockAhead).retention().keepUntil()).isEqualTo("2036-07-01");
        archive.on("2026-07-15");
        assertThat(archive.runNow().announced()).isZero();
    }

    @Test
    void permanent_held_and_open_case_recordings_never_go() throws Exception {
        List<RecordingId> ids = List.of(
                archive.receive(RecordingKind.BODY_WORN, "evidence", false, archive.clock.instant()),
                archive.receive(RecordingKind.BODY_WORN, "never heard of", false, archive.clock.instant()),
                archive.receive(RecordingKind.BODY_WORN, "routine", true, archive.clock.instant()),
                archive.receive(RecordingKind.INTERROGATION, null, false, archive.clock.instant()),
                archive.receive(CASE),
                archive.receive());
        archive.desk().hold(ids.get(5), "complaint of 3 May", null, Archive.ANNA);

        for (String day : List.of("2026-07-16", "2026-08-16", "2036-07-16", "2126-07-16")) {
            archive.on(day);
            RetentionOutcome outcome = archive.runNow();
            assertThat(outcome.announced() + outcome.erased()).isZero();
        }
        for (RecordingId id : ids) {
            assertThat(archive.bytesExist(id)).isTrue();
        }
    }

    @Test
    void reopened_case_takes_back_what_was_announced_and_closing_begins_a_new_grace_period() throws Exception {
        RecordingId id = archive.receive(CASE);
        archive.desk().closeCase(CASE, "judgement is final", Archive.ANNA);
        archive.on("2026-07-16");
        archive.runNow();
        archive.on("2026-07-23");
        archive.desk().openCase(CASE, "appeal", Archive.BEN);

        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        archive.on("2026-08-30");
        assertThat(archive.runNow().kept()).isEqualTo(1);
        archive.desk().closeCase(CASE, "appeal withdrawn", Archive.BEN);
        assertThat(archive.runNow().announced()).isEqualTo(1);
        archive.on("2026-09-06");
        assertThat(archive.runNow().erased()).isZero();
        archive.on("2026-09-07");
        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.story(id))
                .containsSubsequence(
                        EventKind.DISPOSAL_ANNOUNCED,
                        EventKind.DISPOSAL_CANCELLED,
                        EventKind.DISPOSAL_ANNOUNCED,
                        EventKind.DISPOSED);
    }

    @Test
    void longer_schedule_takes_back_what_was_announced_and_stays_when_it_is_shortened_again() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        archive.schedule = schedule("12 months", 7);
        RetentionOutcome outcome = archive.runNow();

        assertThat(outcome.cancelled()).isEqualTo(1);
        assertThat(outcome.extended()).isEqualTo(1);
        assertThat(archive.now(id).retention().keepUntil()).isEqualTo("2027-01-15");
        assertThat(archive.now(id).retention().announcedAt()).isNull();
        archive.schedule = Schedule.builtIn();
        archive.on("2027-01-15");
        assertThat(archive.runNow().announced()).isZero();
        archive.on("2027-01-16");
        assertThat(archive.runNow().announced()).isEqualTo(1);
    }

    @Test
    void shorter_schedule_shortens_nothing_that_was_received_before() throws Exception {
        archive.schedule = schedule("12 months", 30);
        RecordingId id = archive.receive();
        archive.schedule = schedule("6 months", 30);
        archive.on("2026-07-16");
        assertThat(archive.runNow().announced()).isZero();
        archive.on("2027-01-16");
        assertThat(archive.runNow().announced()).isEqualTo(1);

        archive.schedule = schedule("6 months", 1);
        archive.on("2027-02-14");
        assertThat(archive.runNow().erased())
                .as("the announcement promised 30 days")
                .isZero();
        assertThat(archive.plan("2027-02-14").get(0).eraseFrom()).isEqualTo("2027-02-16");
        archive.on("2027-02-16");
        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.bytesExist(id)).isFalse();
    }

    @Test
    void announcement_made_by_a_clock_that_ran_ahead_is_not_carried_out_early() throws Exception {
        RecordingId id = archive.receive();
        archive.on("2030-01-01");
        archive.runNow();
        archive.on("2026-07-24");
        archive.runNow();
        archive.on("2026-12-31");
        archive.runNow();

        assertThat(archive.bytesExist(id)).isTrue();
    }

    @Test
    void run_killed_at_any_step_is_finished_by_the_next_one() throws Exception {
        int steps = stepsOfAFullRun();
        assertThat(steps).isGreaterThan(12);
        for (int step = 1; step <= steps; step++) {
            for (boolean taken : new boolean[] {false, true}) {
                killedAt(step, taken);
            }
        }
    }

    private static int stepsOfAFullRun() throws Exception {
        try (Archive each = new Archive()) {
            prepare(each);
            KillSwitch none = new KillSwitch(0, false);
            guarded(each, none).run(Archive.CRON);
            return none.steps();
        }
    }

    /** Three to erase, one to announce, one to take back. */
    private static List<RecordingId> prepare(Archive each) throws Exception {
        List<RecordingId> ids = new ArrayList<>(List.of(each.receive(), each.receive(), each.receive()));
        each.on("2026-01-16");
        ids.add(each.receive());
        each.on("2026-07-16");
        each.runNow();
        each.on("2026-07-24");
        return ids;
    }

    private static RetentionRun guarded(Archive each, KillSwitch killSwitch) {
        return each.run(
                killSwitch.guard(Catalog.class, each.catalog, "commit"),
                killSwitch.guard(Vault.class, each.vault, "erase"),
                killSwitch.guard(Erasure.class, each.renditions::remove, "erase"));
    }

    private static void killedAt(int step, boolean taken) throws Exception {
        try (Archive each = new Archive()) {
            List<RecordingId> ids = prepare(each);
            RetentionRun run = guarded(each, new KillSwitch(step, taken));
            assertThatThrownBy(() -> run.run(Archive.CRON)).isInstanceOf(KillSwitch.Killed.class);
            for (RecordingId id : ids) {
                boolean whole = each.vault.manifest(each.key(id)).isPresent() && each.renditions.contains(each.key(id));
                assertThat(whole || each.story(id).contains(EventKind.DISPOSAL_DECIDED))
                        .as("step %s: no byte goes without a committed decision", step)
                        .isTrue();
            }

            each.runNow();

            for (RecordingId id : ids.subList(0, 3)) {
                assertThat(each.bytesExist(id))
                        .as("step %s, taken %s", step, taken)
                        .isFalse();
                assertThat(each.story(id))
                        .containsExactly(
                                EventKind.RECEIVED,
                                EventKind.DISPOSAL_ANNOUNCED,
                                EventKind.DISPOSAL_DECIDED,
                                EventKind.DISPOSED);
            }
            assertThat(each.story(ids.get(3))).containsExactly(EventKind.RECEIVED, EventKind.DISPOSAL_ANNOUNCED);
            assertThat(new Disposals(each.catalog).page(10, null).items()).hasSize(3);
            assertThat(each.catalog.jobs(DisposalJobs.KIND, Instant.MAX, 10)).isEmpty();
        }
    }

    @Test
    void runs_at_the_same_time_do_each_thing_once() throws Exception {
        List<RecordingId> ids = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            ids.add(archive.receive());
        }
        archive.on("2026-07-16");
        assertThat(atOnce(4).stream().mapToLong(RetentionOutcome::announced).sum())
                .isEqualTo(120);
        archive.on("2026-07-24");
        assertThat(atOnce(4).stream().mapToLong(RetentionOutcome::erased).sum()).isEqualTo(120);

        for (RecordingId id : ids) {
            assertThat(archive.story(id))
                    .containsExactly(
                            EventKind.RECEIVED,
                            EventKind.DISPOSAL_ANNOUNCED,
                            EventKind.DISPOSAL_DECIDED,
                            EventKind.DISPOSED);
            assertThat(archive.bytesExist(id)).isFalse();
        }
        assertThat(new Disposals(archive.catalog).page(500, null).items()).hasSize(120);
    }

    private List<RetentionOutcome> atOnce(int runs) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(runs);
        try {
            List<Future<RetentionOutcome>> futures = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                RetentionRun run = archive.run();
                futures.add(threads.submit(() -> run.run(Archive.CRON)));
            }
            List<RetentionOutcome> outcomes = new ArrayList<>();
            for (Future<RetentionOutcome> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void failing_erasure_is_told_does_not_stop_the_others_and_is_tried_again() throws Exception {
        RecordingId first = archive.receive();
        RecordingId second = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        archive.on("2026-07-24");
        AtomicInteger calls = new AtomicInteger();
        Erasure failsOnce = key -> {
            if (calls.getAndIncrement() == 0) {
                throw new StorageFailure(StorageFailure.Kind.CORRUPT, "renditions: cannot be listed");
            }
            archive.renditions.remove(key);
        };
        RetentionOutcome outcome =
                archive.run(archive.catalog, archive.vault, failsOnce).run(Archive.CRON);

        assertThat(outcome.failed()).isEqualTo(1);
        assertThat(outcome.erased()).isEqualTo(1);
        assertThat(outcome.failures()).singleElement().asString().contains("renditions: cannot be listed");
        archive.clock.set(archive.clock.instant().plusSeconds(60));
        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.bytesExist(first) || archive.bytesExist(second)).isFalse();
    }

    @Test
    void bytes_received_anew_while_the_erasure_waits_stay_and_go_by_their_own_certificate() throws Exception {
        RecordingId id = archive.receive();
        OriginalKey before = archive.key(id);
        archive.on("2026-07-16");
        archive.runNow();
        archive.on("2026-07-24");
        archive.run(archive.catalog, archive.vault, key -> {
                    throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "renditions: disk is gone");
                })
                .run(Archive.CRON);
        assertThat(archive.vault.manifest(before)).isPresent();
        archive.on("2026-07-25");
        archive.receiveAnew(id);

        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.vault.manifest(before)).isEmpty();
        assertThat(archive.bytesExist(id)).isTrue();
        assertThat(archive.now(id).state()).isEqualTo(RecordingState.STORED);
        archive.on("2027-01-26");
        assertThat(archive.runNow().announced()).isEqualTo(1);
        archive.on("2027-02-03");
        assertThat(archive.runNow().erased()).isEqualTo(1);
        assertThat(archive.bytesExist(id)).isFalse();
        assertThat(new Disposals(archive.catalog).page(10, null).items())
                .extracting(DisposalCertificate::receivedAt)
                .containsExactly(Instant.parse("2026-07-25T04:00:00Z"), Instant.parse("2026-01-15T04:00:00Z"));
    }

    @Test
    void stopped_run_ends_and_says_that_it_is_not_complete() throws Exception {
        archive.receive();
        archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        archive.on("2026-07-24");
        List<OriginalKey> erased = new ArrayList<>();
        RetentionRun[] run = new RetentionRun[1];
        run[0] = archive.run(archive.catalog, archive.vault, key -> {
            erased.add(key);
            archive.renditions.remove(key);
            run[0].stop();
        });

        RetentionOutcome outcome = run[0].run(Archive.CRON);

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.erased()).isEqualTo(1);
        assertThat(erased).hasSize(1);
    }

    @Test
    void every_run_is_an_event() throws Exception {
        archive.run().run(Actor.user(new org.liuhen.storage.UserName("li")));

        CustodyEvent event = archive.catalog.events(0, 10).get(0);
        assertThat(event.kind()).isEqualTo(EventKind.RETENTION_RAN);
        assertThat(event.details()).containsEntry("announced", "0").containsEntry("complete", "true");
    }

    private static Schedule schedule(String routine, int graceDays) {
        Schedule schedule = Schedule.parse(
                "test",
                "format: 1\nversion: test\ngraceDays: " + graceDays
                        + "\ncategories: {routine: {title: {zh: 一般, en: R}, keep: " + routine + "}}");
        assertThat(schedule.category(new Category("routine"))).isPresent();
        return schedule;
    }
}
