package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.retention.Disposals;
import org.liuhen.retention.Erasure;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.vault.DurableFiles;

final class ReindexTest {
    private static final Instant START = Instant.parse("2026-01-15T04:00:00Z");
    private static final LocalDate FAR = LocalDate.parse("2099-01-01");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(START);

    private Archive open() throws Exception {
        return Archive.open(folder, clock);
    }

    private Reindex.Report reindex() throws StorageFailure, IOException {
        return Archive.reindex(folder, clock, DurableFiles.LOCAL);
    }

    private void pass(Duration time) {
        clock.set(clock.instant().plus(time));
    }

    private static void pass(Archive archive, Duration time) {
        archive.clock.set(archive.clock.instant().plus(time));
    }

    static byte[] footage(int number) {
        return ("footage " + number).getBytes(StandardCharsets.UTF_8);
    }

    /** What lists and rows say. */
    record Seen(
            Map<RecordingId, Recording> recordings,
            Map<String, List<Recording>> lists,
            List<Recording> due,
            Map<UploadId, org.liuhen.storage.Upload> uploads,
            List<Job> erasures,
            List<Object> register) {
        /** Uploads are in no event. */
        Seen withoutUploads() {
            return new Seen(recordings, lists, due, Map.of(), erasures, register);
        }

        static Seen of(Archive archive) throws StorageFailure {
            Map<RecordingId, Recording> recordings = new java.util.HashMap<>();
            Map<String, List<Recording>> lists = new TreeMap<>();
            for (Recording recording : Archive.all(archive.catalog, RecordingQuery.ALL)) {
                recordings.put(recording.id(), recording);
                for (CaseNumber number : recording.cases()) {
                    lists.put(number.value(), Archive.all(archive.catalog, RecordingQuery.ofCase(number)));
                }
            }
            Map<UploadId, org.liuhen.storage.Upload> uploads = new java.util.HashMap<>();
            archive.catalog.uploads().forEach(upload -> uploads.put(upload.id(), upload));
            List<Object> register = new ArrayList<>();
            register.addAll(archive.catalog.register().entries(Register.DEVICES, null, 100));
            register.addAll(archive.catalog.register().entries(Register.CASES, null, 100));
            register.addAll(new Disposals(archive.catalog).page(500, null).items());
            return new Seen(
                    recordings,
                    lists,
                    archive.due(FAR),
                    uploads,
                    archive.catalog.jobs("erase", Instant.MAX, 1000),
                    register);
        }
    }

    /** One thing that somebody or something does to a recording. */
    private static void live(Archive archive, List<RecordingId> ids, Random random) throws StorageFailure {
        RecordingId id = ids.get(random.nextInt(ids.size()));
        CaseNumber number = new CaseNumber("A-" + random.nextInt(5));
        switch (random.nextInt(12)) {
            case 0 -> archive.desk().hold(id, "上诉", null, Archive.ANNA);
            case 1 ->
                archive.desk().hold(id, "for a while", archive.clock.instant().plus(Duration.ofDays(40)), Archive.ANNA);
            case 2 -> {
                for (var hold : archive.now(id).retention().holds()) {
                    archive.desk().release(id, hold.id(), "over", Archive.BEN);
                }
            }
            case 3 -> archive.desk().link(id, number, "belongs", Archive.ANNA);
            case 4 -> archive.desk().openCase(number, "new", Archive.ANNA);
            case 5 -> archive.desk().closeCase(number, "done", Archive.ANNA);
            case 6 ->
                archive.desk()
                        .classify(
                                id,
                                new Category(random.nextBoolean() ? "routine" : "evidence"),
                                "because",
                                random.nextBoolean() ? Archive.ANNA : Archive.BEN);
            case 7, 8 -> archive.rendered(id, random.nextBoolean());
            case 9 ->
                archive.runRetention(
                        random.nextInt(3) > 0
                                ? Erasure.NOTHING_DERIVED
                                : key -> {
                                    throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "no luck");
                                });
            case 10 -> archive.push(footage(random.nextInt(ids.size())), "case", number.value(), "important", "true");
            default -> pass(archive, Duration.ofDays(random.nextInt(50)));
        }
    }

    /** A dock, ten recordings, and what people and the schedule do to them. */
    static void liveAll(Archive archive, Random random) throws StorageFailure {
        archive.registerDock();
        List<RecordingId> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(archive.push(
                    footage(i), i % 2 == 0 ? new String[] {"case", "A-" + i % 5} : new String[] {"officer", "007"}));
        }
        for (int i = 0; i < 250; i++) {
            live(archive, ids, random);
            if (random.nextInt(20) == 0) {
                // what is received anew on the day of its disposal would be refused an erasure
                pass(archive, Duration.ofDays(1));
            }
        }
    }

    static void assertSame(Seen after, Seen before) {
        assertThat(after.recordings()).isEqualTo(before.recordings());
        assertThat(after.lists()).isEqualTo(before.lists());
        assertThat(after.due()).isEqualTo(before.due());
        assertThat(after.uploads()).isEqualTo(before.uploads());
        assertThat(after.register()).isEqualTo(before.register());
        assertThat(after.erasures())
                .extracting(Job::recording)
                .containsExactlyInAnyOrderElementsOf(before.erasures().stream()
                        .map(Job::recording)
                        .distinct()
                        .toList());
    }

    @Test
    void random_lives_are_the_same_after_a_rebuild() throws Exception {
        long seed = Long.getLong("liuhen.seed", System.nanoTime());
        System.out.println("ReindexTest: -Dliuhen.seed=" + seed);
        Random random = new Random(seed);
        Seen before;
        try (Archive archive = open()) {
            liveAll(archive, random);
            UploadWriter unfinished = archive.begin(100, "case", "A-1");
            unfinished.write(ByteBuffer.wrap(footage(1)));
            unfinished.park();
            before = Seen.of(archive);
        }

        Reindex.Report report = reindex();

        assertThat(report.troubles()).isEmpty();
        assertThat(report.adopted()).isEmpty();
        try (Archive archive = open()) {
            assertSame(Seen.of(archive), before);
            assertThat(archive.catalog.ledger().audit()).isEmpty();
        }
    }

    @Test
    void disposal_that_was_decided_and_not_certified_is_finished_after_a_rebuild() throws Exception {
        RecordingId id;
        try (Archive archive = open()) {
            archive.registerDock();
            id = archive.push(footage(1));
            pass(Duration.ofDays(300));
            archive.runRetention(Erasure.NOTHING_DERIVED);
            pass(Duration.ofDays(60));
            archive.runRetention(key -> {
                throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "the plug is pulled");
            });
            assertThat(archive.now(id).state()).isEqualTo(RecordingState.DISPOSED);
        }
        reindex();
        try (Archive archive = open()) {
            assertThat(archive.catalog.jobs("erase", clock.instant(), 9))
                    .extracting(Job::recording)
                    .containsExactly(id);
            archive.runRetention(Erasure.NOTHING_DERIVED);
            assertThat(archive.catalog.custody(id))
                    .extracting(CustodyEvent::kind)
                    .endsWith(EventKind.DISPOSED);
            try (Stream<?> left = archive.vault.originals()) {
                assertThat(left).isEmpty();
            }
            assertThat(archive.catalog.jobs("erase", clock.instant(), 9)).isEmpty();
        }
    }

    @Test
    void recording_without_renditions_is_rendered_again() throws Exception {
        RecordingId id;
        try (Archive archive = open()) {
            id = archive.push(footage(1));
            archive.rendered(id, true);
            assertThat(archive.catalog.jobs("media", clock.instant(), 9)).isEmpty();
        }
        reindex();
        try (Archive archive = open()) {
            assertThat(archive.catalog.jobs("media", clock.instant(), 9))
                    .extracting(Job::recording)
                    .containsExactly(id);
        }
    }

    @Test
    void original_that_no_event_knows_is_taken_in_and_held() throws Exception {
        Path elsewhere = folder.resolveSibling(folder.getFileName() + "-other");
        RecordingId id;
        try (Archive other = Archive.open(elsewhere, clock)) {
            id = other.push(footage(7), "case", "A-7");
        }
        try (Archive archive = open()) {
            archive.push(footage(1));
        }
        Path day = Path.of("vault/originals/2026/01/15");
        DurableFiles.LOCAL.renameFolder(
                elsewhere.resolve(day).resolve(id.hex()), folder.resolve(day).resolve(id.hex()));

        Reindex.Report report = reindex();

        assertThat(report.adopted()).containsExactly(id);
        try (Archive archive = open()) {
            assertThat(archive.now(id).cases()).containsExactly(new CaseNumber("A-7"));
            assertThat(archive.now(id).retention().due()).isNull();
            assertThat(archive.catalog.custody(id).get(0).details()).containsEntry("recovered", "true");
        }
    }

    @Test
    void unfinished_upload_goes_on_after_a_rebuild() throws Exception {
        UploadId upload;
        try (Archive archive = open()) {
            archive.registerDock();
            UploadWriter writer = archive.begin(100);
            writer.write(ByteBuffer.wrap(footage(1)));
            writer.park();
            upload = writer.upload().id();
        }
        reindex();
        try (Archive archive = open()) {
            assertThat(archive.uploads.repairs().resumable()).isEqualTo(1);
            assertThat(archive.catalog.upload(upload).orElseThrow().offsetBytes())
                    .isEqualTo(footage(1).length);
        }
    }

    @Test
    void rebuild_that_is_cut_off_at_any_call_leaves_the_old_catalog_or_the_new_one() throws Exception {
        RecordingId id;
        try (Archive archive = open()) {
            id = archive.push(footage(1), "case", "A-1");
        }
        boolean done = false;
        int cuts = 0;
        for (int n = 0; !done; n++) {
            FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
            files.failAt(n, FailingFiles.Fault.POWER_CUT);
            try {
                Archive.reindex(folder, clock, files);
                done = files.failed().isEmpty();
            } catch (IOException e) {
                cuts++;
            }
            try (Archive archive = open()) {
                assertThat(archive.now(id).cases())
                        .as("call %d, %s", n, files.failed())
                        .hasSize(1);
                assertThat(archive.catalog.ledger().audit()).isEmpty();
            }
        }
        assertThat(cuts).isGreaterThan(5);
        assertThat(new CatalogFolders(folder, DurableFiles.LOCAL).replaced()).hasSize(1);
    }

    @Test
    void store_without_events_is_left_alone() throws Exception {
        assertThatThrownBy(this::reindex)
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.MISSING));
    }
}
