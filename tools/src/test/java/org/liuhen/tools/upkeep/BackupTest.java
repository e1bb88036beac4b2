package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.retention.Erasure;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.vault.DurableFiles;

final class BackupTest {
    /** Later than any file of the test was changed, so that unchanged files are known to be. */
    private static final Instant START = Instant.parse("2046-01-15T04:00:00Z");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(START);

    private Archive open() throws Exception {
        return Archive.open(folder.resolve("data"), clock);
    }

    private Path target() {
        return folder.resolve("backup");
    }

    private Restoration.Report restore(String name) throws StorageFailure, IOException {
        return Archive.restore(target(), folder.resolve(name), DurableFiles.LOCAL, clock);
    }

    private Archive restored(String name) throws Exception {
        Restoration.Report report = restore(name);
        assertThat(report.wrong()).isEmpty();
        assertThat(report.sound()).isTrue();
        return Archive.open(folder.resolve(name), clock);
    }

    private static byte[] footage(int number, int size) {
        byte[] bytes = new byte[size];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private void pass(Duration time) {
        clock.set(clock.instant().plus(time));
    }

    private Path run() throws IOException {
        List<Path> runs = FolderCopy.list(target().resolve("runs"));
        assertThat(runs).hasSize(1);
        return runs.get(0);
    }

    @Test
    void everything_acknowledged_before_a_backup_is_restored_although_clients_push_and_retention_erases()
            throws Exception {
        Queue<RecordingId> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService others = Executors.newFixedThreadPool(5);
        List<RecordingId> before;
        try (Archive archive = open()) {
            archive.registerDock();
            List<RecordingId> old = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                old.add(archive.push(footage(i, 10_000)));
            }
            pass(Duration.ofDays(300));
            archive.runRetention(Erasure.NOTHING_DERIVED);
            pass(Duration.ofDays(60));
            CountDownLatch pushed = new CountDownLatch(40);
            List<Future<?>> work = new ArrayList<>();
            for (int client = 1; client <= 4; client++) {
                int first = client * 100_000;
                work.add(others.submit(() -> {
                    for (int i = 0; !over.get(); i++) {
                        acknowledged.add(archive.push(footage(first + i, 50_000), "case", "A-1"));
                        pushed.countDown();
                    }
                    return true;
                }));
            }
            assertThat(pushed.await(5, TimeUnit.MINUTES)).isTrue();
            work.add(others.submit(() -> {
                archive.runRetention(Erasure.NOTHING_DERIVED);
                return true;
            }));
            before = List.copyOf(acknowledged);

            Backup.Report report = archive.backup(target(), DurableFiles.LOCAL);

            over.set(true);
            for (Future<?> each : work) {
                each.get(5, TimeUnit.MINUTES);
            }
            assertThat(report.troubles()).isEmpty();
            assertThat(old).allMatch(id -> state(archive, id) == RecordingState.DISPOSED);
        } finally {
            over.set(true);
            others.shutdownNow();
        }

        try (Archive archive = restored("restored")) {
            for (RecordingId id : before) {
                assertThat(state(archive, id)).isEqualTo(RecordingState.STORED);
            }
            assertThat(archive.uploads.repairs().lost()).isEmpty();
            archive.push(footage(1, 10_000));
        }
    }

    private static RecordingState state(Archive archive, RecordingId id) {
        try {
            return archive.catalog
                    .recording(id, ReadLevel.CURRENT)
                    .orElseThrow()
                    .state();
        } catch (StorageFailure e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void second_run_copies_only_what_is_new() throws Exception {
        try (Archive archive = open()) {
            for (int i = 0; i < 10; i++) {
                archive.push(footage(i, 1_000_000));
            }
            Backup.Report first = archive.backup(target(), DurableFiles.LOCAL);
            assertThat(first.copiedOriginals()).isEqualTo(10);
            assertThat(first.copiedBytes()).isGreaterThan(10_000_000);
            archive.push(footage(77, 500_000));
            pass(Duration.ofDays(1));

            Backup.Report second = archive.backup(target(), DurableFiles.LOCAL);

            assertThat(second.copiedOriginals()).isEqualTo(1);
            assertThat(second.originals()).isEqualTo(11);
            assertThat(second.copiedBytes()).isBetween(500_000L, 1_000_000L);
            assertThat(second.linkedBytes()).as("tables of the catalog").isPositive();
            assertThat(second.run()).isEqualTo(run());
        }
        restored("restored").close();
    }

    @Test
    void backup_that_is_cut_off_at_any_call_leaves_the_one_before_whole() throws Exception {
        RecordingId first;
        try (Archive archive = open()) {
            first = archive.push(footage(1, 5_000));
            archive.backup(target(), DurableFiles.LOCAL);
            pass(Duration.ofDays(1));
            archive.push(footage(2, 5_000));
            boolean done = false;
            int cuts = 0;
            for (int n = 0; !done; n++) {
                FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
                files.failAt(n, FailingFiles.Fault.POWER_CUT);
                try {
                    archive.backup(target(), files);
                    done = files.failed().isEmpty();
                } catch (IOException cut) {
                    cuts++;
                    assertThat(cut).isNotNull();
                }
                FormerRun whole = FormerRun.latest(BackupFolder.read(target())).orElseThrow();
                FolderCopy copy = new FolderCopy(DurableFiles.LOCAL);
                for (var file : whole.fingerprints().entrySet()) {
                    assertThat(copy.read(whole.folder().resolve(file.getKey())).fingerprint())
                            .as("call %d, %s, %s", n, files.failed(), file.getKey())
                            .isEqualTo(file.getValue());
                }
                if (n % 25 == 0) {
                    try (Archive restored = restored("restored-" + n)) {
                        assertThat(state(restored, first)).isEqualTo(RecordingState.STORED);
                    }
                }
            }
            assertThat(cuts).isGreaterThan(50);
        }
        restored("restored").close();
    }

    @Test
    void what_the_store_has_disposed_of_leaves_the_backup_and_nothing_else_does() throws Exception {
        try (Archive archive = open()) {
            archive.registerDock();
            RecordingId gone = archive.push(footage(1, 1000));
            RecordingId held = archive.push(footage(2, 1000));
            archive.desk().hold(held, "appeal", null, Archive.ANNA);
            Path unknown = target().resolve("originals/2046/01/15").resolve("0".repeat(32));
            archive.backup(target(), DurableFiles.LOCAL);
            Files.createDirectories(unknown);
            pass(Duration.ofDays(300));
            archive.runRetention(Erasure.NOTHING_DERIVED);
            assertThat(archive.backup(target(), DurableFiles.LOCAL).removed()).isZero();
            pass(Duration.ofDays(60));
            archive.runRetention(Erasure.NOTHING_DERIVED);

            Backup.Report report = archive.backup(target(), DurableFiles.LOCAL);

            assertThat(report.removed()).isEqualTo(1);
            Path day = target().resolve("originals/2046/01/15");
            assertThat(day.resolve(gone.hex())).doesNotExist();
            assertThat(day.resolve(held.hex())).isDirectory();
            assertThat(unknown).isDirectory();
            assertThat(target().resolve("erasing")).isEmptyDirectory();
        }
    }

    @Test
    void rotten_original_is_named_and_does_not_replace_a_good_copy() throws Exception {
        try (Archive archive = open()) {
            RecordingId good = archive.push(footage(1, 1000));
            archive.backup(target(), DurableFiles.LOCAL);
            RecordingId bad = archive.push(footage(2, 1000));
            for (RecordingId id : List.of(good, bad)) {
                Path original = folder.resolve("data/vault/originals/2046/01/15/" + id.hex() + "/original");
                Files.setPosixFilePermissions(original, PosixFilePermissions.fromString("rw-r-----"));
                Files.write(original, new byte[1000]);
            }
            pass(Duration.ofDays(1));

            Backup.Report report = archive.backup(target(), DurableFiles.LOCAL);

            assertThat(report.troubles()).hasSize(1);
            assertThat(report.troubles().get(0)).contains(bad.hex());
            assertThat(target().resolve("originals/2046/01/15/" + good.hex() + "/original"))
                    .hasBinaryContent(footage(1, 1000));
        }
        Restoration.Report report = restore("restored");
        assertThat(report.complete()).isTrue();
        assertThat(report.sound())
                .as("the row of the rotten one has no original")
                .isFalse();
    }

    @Test
    void keys_are_for_the_owner_only() throws Exception {
        try (Archive archive = open()) {
            archive.backup(target(), DurableFiles.LOCAL);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(run().resolve("keys"))))
                .isEqualTo("rwx------");
        for (Path key : FolderCopy.list(run().resolve("keys"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void restoration_that_is_cut_off_at_any_call_can_be_run_again() throws Exception {
        RecordingId id;
        try (Archive archive = open()) {
            id = archive.push(footage(1, 5_000));
            archive.backup(target(), DurableFiles.LOCAL);
        }
        Path again = folder.resolve("again");
        boolean done = false;
        for (int n = 0; !done; n += 3) {
            FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
            files.failAt(n, FailingFiles.Fault.POWER_CUT);
            try {
                assertThat(Archive.restore(target(), again, files, clock).sound())
                        .isTrue();
                done = files.failed().isEmpty();
            } catch (IOException cut) {
                assertThat(cut).hasMessageContaining("error");
            }
            if (!done && !Restoration.isUnderWay(again)) {
                again = folder.resolve("again-" + n);
            }
        }
        try (Archive archive = Archive.open(again, clock)) {
            assertThat(state(archive, id)).isEqualTo(RecordingState.STORED);
        }
    }

    @Test
    void target_that_is_not_empty_is_refused() throws Exception {
        try (Archive archive = open()) {
            archive.backup(target(), DurableFiles.LOCAL);
        }
        Files.createDirectories(folder.resolve("restored"));
        Files.writeString(folder.resolve("restored/something"), "here");
        assertThatThrownBy(() -> restore("restored")).hasMessageContaining("something");
        assertThat(Restoration.isUnderWay(folder.resolve("restored"))).isFalse();
    }

    @Test
    void backup_of_a_newer_format_is_refused_as_newer() throws Exception {
        try (Archive archive = open()) {
            archive.backup(target(), DurableFiles.LOCAL);
        }
        Path file = run().resolve(BackupManifest.FILE);
        Files.writeString(file, Files.readString(file).replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> restore("restored"))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.FORMAT_TOO_NEW));
        Files.writeString(target().resolve("liuhen-backup"), "liuhen backup 2\n");
        assertThatThrownBy(() -> restore("restored"))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.FORMAT_TOO_NEW));
    }

    @Test
    void run_without_its_manifest_is_no_backup() throws Exception {
        try (Archive archive = open()) {
            archive.backup(target(), DurableFiles.LOCAL);
        }
        Files.delete(run().resolve(BackupManifest.FILE));
        assertThatThrownBy(() -> restore("restored"))
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.MISSING));
    }

    @Test
    void wrong_files_are_named_and_nothing_is_brought_back() throws Exception {
        try (Archive archive = open()) {
            archive.push(footage(1, 1000));
            archive.backup(target(), DurableFiles.LOCAL);
        }
        Path key = run().resolve("keys/ledger-key");
        Files.writeString(key, "x");
        Restoration.Report report = restore("restored");
        assertThat(report.complete()).isFalse();
        assertThat(report.wrong()).hasSize(1);
        assertThat(report.wrong().get(0)).startsWith("keys/ledger-key");
        assertThat(folder.resolve("restored/catalog")).doesNotExist();
    }

    @Test
    void folder_that_holds_something_else_is_refused() throws Exception {
        Files.createDirectories(target());
        Files.writeString(target().resolve("holiday.jpg"), "sea");
        try (Archive archive = open()) {
            assertThatThrownBy(() -> archive.backup(target(), DurableFiles.LOCAL))
                    .hasMessageContaining("something else");
            assertThatThrownBy(() -> archive.backup(archive.root.resolve("inside"), DurableFiles.LOCAL))
                    .hasMessageContaining("inside");
        }
    }
}
