package org.liuhen.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.event;
import static org.liuhen.storage.contract.SampleRecordings.put;
import static org.liuhen.storage.contract.SampleRecordings.received;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Job;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Media;
import org.liuhen.storage.Progress;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.rocksdb.WriteBatch;

final class CatalogRebuildTest {
    private static final CatalogRebuild.OpenWork MEDIA = (recording, custody) -> recording.playable() == null
            ? List.of(new Job("media", recording.receivedAt(), recording.id(), 0))
            : List.of();
    private static final Progress SILENT = (what, done) -> {};

    @TempDir
    Path folder;

    private RocksCatalog open() throws StorageFailure {
        return RocksCatalog.open(
                folder.resolve("catalog"),
                folder.resolve("keys"),
                new SettableClock(SampleRecordings.START),
                new SecureRandom());
    }

    private CatalogRebuild.Outcome rebuild(Path fresh) throws StorageFailure {
        try (CatalogRebuild rebuild = CatalogRebuild.into(fresh, SILENT)) {
            rebuild.takeAll(folder.resolve("catalog"));
            return rebuild.finish(MEDIA);
        }
    }

    private static Map<String, String> rows(Path catalog, Set<Family> families) throws StorageFailure {
        Map<String, String> rows = new TreeMap<>();
        try (RocksStore store = RocksStore.open(catalog, CatalogSettings.DEFAULT)) {
            for (Family family : families) {
                store.scan(family, Rows.NOTHING, null, (key, value) -> {
                    boolean text = family == Family.RECORDING || family == Family.EVENT;
                    rows.put(
                            family + " " + HexFormat.of().formatHex(key),
                            text
                                    ? new String(value, StandardCharsets.ISO_8859_1)
                                    : HexFormat.of().formatHex(value));
                    return true;
                });
            }
        }
        return rows;
    }

    /** The next version of {@code now}, with something changed. */
    private static Recording changed(Recording now, Random random) {
        Recording next = now.next();
        Retention retention = now.retention();
        switch (random.nextInt(8)) {
            case 0 -> {
                List<CaseNumber> cases = new ArrayList<>(now.cases());
                cases.add(new CaseNumber("A-" + now.version()));
                return next.withCases(cases);
            }
            case 1 -> {
                List<Hold> holds = new ArrayList<>(retention.holds());
                holds.add(new Hold(
                        "h" + now.version(),
                        "上诉",
                        Actor.CONSOLE,
                        now.receivedAt(),
                        random.nextBoolean() ? null : now.receivedAt().plusNanos(1)));
                return next.withRetention(retention.withHolds(holds));
            }
            case 2 -> {
                return next.withRetention(retention.withHolds(List.of()));
            }
            case 3 -> {
                return next.withRetention(
                        new Retention(new Category("evidence"), true, null, "evidence", retention.holds(), null));
            }
            case 4 -> {
                LocalDate day = LocalDate.parse("2027-01-01").plusDays(now.version());
                return next.withRetention(new Retention(
                        new Category("routine"), false, day, "routine", retention.holds(), now.receivedAt()));
            }
            case 5 -> {
                Media media =
                        new Media("mov", random.nextDouble() * 1000, new Media.Video("h264", 1920, 1080, 29.97), null);
                return next.withMedia(true, media, List.of(new Finding("gap", "a \"gap\"\n", 1.5, null)));
            }
            case 6 -> {
                return next.withMedia(false, null, List.of());
            }
            default -> {
                return now.state() == RecordingState.STORED
                        ? next.withState(RecordingState.DISPOSING)
                        : now.state() == RecordingState.DISPOSING ? next.withState(RecordingState.DISPOSED) : next;
            }
        }
    }

    @Test
    void rebuilt_catalog_holds_the_very_rows_that_random_lives_had_left() throws Exception {
        long seed = Long.getLong("liuhen.seed", System.nanoTime());
        System.out.println("CatalogRebuildTest: -Dliuhen.seed=" + seed);
        Random random = new Random(seed);
        List<Recording> recordings = new ArrayList<>();
        Ledger.Head head;
        try (RocksCatalog catalog = open()) {
            for (int i = 0; i < 12; i++) {
                Recording received = i % 3 == 0 ? received(i) : received(i, SampleRecordings.CASE);
                Job job = new Job("media", received.receivedAt(), received.id(), 0);
                commit(
                        catalog,
                        Change.builder()
                                .recording(received)
                                .event(event(EventKind.RECEIVED, received))
                                .job(job)
                                .build());
                recordings.add(received);
            }
            for (int i = 0; i < 150; i++) {
                int which = random.nextInt(recordings.size());
                Recording next = changed(recordings.get(which), random);
                Change.Builder change = Change.builder().recording(next).event(event(EventKind.CLASSIFIED, next));
                if (random.nextBoolean()) {
                    change.event(CustodyEvent.of(
                            SampleRecordings.START, Actor.CONSOLE, EventKind.CASE_OPENED, null, Map.of()));
                }
                commit(catalog, change.build());
                recordings.set(which, next);
            }
            commit(
                    catalog,
                    Change.builder()
                            .event(event(EventKind.CASE_CLOSED, recordings.get(0)))
                            .put(
                                    Register.CASES,
                                    "A-1",
                                    new CaseFile(
                                            new CaseNumber("A-1"), false, SampleRecordings.START, Actor.CONSOLE, "x"))
                            .build());
            head = catalog.ledger().head();
        }

        CatalogRebuild.Outcome outcome = rebuild(folder.resolve("fresh"));

        assertThat(outcome.withoutBeginning()).isEmpty();
        assertThat(outcome.recordings()).isEqualTo(12);
        assertThat(outcome.events()).isEqualTo(head.size());
        assertThat(outcome.head().root()).isEqualTo(head.root());
        Set<Family> all = EnumSet.allOf(Family.class);
        all.remove(Family.JOB);
        assertThat(rows(folder.resolve("fresh"), all)).isEqualTo(rows(folder.resolve("catalog"), all));
        assertThat(rows(folder.resolve("fresh"), EnumSet.of(Family.JOB))).hasSize((int) recordings.stream()
                .filter(recording -> recording.playable() == null)
                .count());
    }

    @Test
    void damaged_derived_rows_are_made_again() throws Exception {
        Recording first = received(1, SampleRecordings.CASE);
        try (RocksCatalog catalog = open()) {
            commit(catalog, put(first));
            try (WriteBatch batch = new WriteBatch()) {
                batch.put(catalog.store().handle(Family.RECORDING), first.id().bytes(), new byte[] {1, '{'});
                batch.deleteRange(catalog.store().handle(Family.BY_TIME), new byte[] {0}, new byte[] {-1});
                batch.put(catalog.store().handle(Family.LEDGER_NODE), Keys.node(0, 0), new byte[32]);
                catalog.store().write(batch);
            }
        }

        rebuild(folder.resolve("fresh"));

        try (RocksCatalog catalog = RocksCatalog.open(
                folder.resolve("fresh"),
                folder.resolve("keys"),
                new SettableClock(SampleRecordings.START),
                new SecureRandom())) {
            assertThat(catalog.recordings(org.liuhen.storage.RecordingQuery.ALL, 9, null)
                            .items())
                    .containsExactly(first);
            assertThat(catalog.ledger().audit()).isEmpty();
        }
    }

    @Test
    void gap_between_events_is_refused() throws Exception {
        try (RocksCatalog catalog = open()) {
            for (int i = 0; i < 3; i++) {
                commit(catalog, put(received(i)));
            }
            try (WriteBatch batch = new WriteBatch()) {
                batch.delete(catalog.store().handle(Family.EVENT), Keys.sequence(1));
                catalog.store().write(batch);
            }
        }
        assertThatThrownBy(() -> rebuild(folder.resolve("fresh")))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.CORRUPT))
                .hasMessageContaining("expected: 1");
    }

    @Test
    void recording_whose_events_do_not_say_how_it_began_is_left_out_and_named() throws Exception {
        Recording first = received(1);
        CustodyEvent old = event(EventKind.RECEIVED, first).numbered(0);
        try (CatalogRebuild rebuild = CatalogRebuild.into(folder.resolve("fresh"), SILENT)) {
            rebuild.add(new Ledger.Leaf(0, new byte[Rows.SALT_BYTES], Rows.json(old)));
            CatalogRebuild.Outcome outcome = rebuild.finish(MEDIA);
            assertThat(outcome.withoutBeginning()).containsExactly(first.id());
            assertThat(outcome.recordings()).isZero();
        }
    }
}
