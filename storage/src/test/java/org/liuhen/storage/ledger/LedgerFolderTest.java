package org.liuhen.storage.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.fault.TearingFiles;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;

final class LedgerFolderTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SigningKey KEY = SigningKey.fresh(RANDOM);

    private static final List<TearingFiles.Damage> SPOILED =
            List.of(TearingFiles.Damage.ZERO, TearingFiles.Damage.HALVE, TearingFiles.Damage.FLIP);
    private static final List<FailingFiles.Fault> FAILURES =
            List.of(FailingFiles.Fault.IO_ERROR, FailingFiles.Fault.IO_ERROR_AFTERWARDS, FailingFiles.Fault.NO_SPACE);

    @TempDir
    Path base;

    /** Nobody and nothing is known by name. */
    private static final class NoRegister implements Register {
        @Override
        public <T> Optional<T> entry(Kind<T> kind, String name) {
            return Optional.empty();
        }

        @Override
        public <T> List<T> entries(Kind<T> kind, @Nullable String after, int limit) {
            return List.of();
        }
    }

    private static StoredLedger ledger(ArrayRows rows, SigningKey key) {
        return new StoredLedger(rows, KeyRing.of(key, new NoRegister(), RANDOM));
    }

    private static ArrayRows rows(int events) {
        ArrayRows rows = new ArrayRows();
        grow(rows, events);
        return rows;
    }

    private static void grow(ArrayRows rows, int events) {
        while (rows.leaves.size() < events) {
            rows.appendEvent();
        }
    }

    private LedgerFolder open(String name, ArrayRows rows) throws StorageFailure {
        return LedgerFolder.open(base.resolve(name), ledger(rows, KEY));
    }

    @Test
    void published_pieces_are_those_of_the_rfc_at_every_size() throws Exception {
        long seed = RANDOM.nextLong();
        Random steps = new Random(seed);
        ArrayRows rows = rows(0);
        TearingFiles disk = disk(base);
        Path root = base.resolve("ledger");
        LedgerFolder folder = LedgerFolder.open(root, ledger(rows, KEY), disk);
        for (int size = 0; size < 800; size += 1 + steps.nextInt(steps.nextInt(4) == 0 ? 300 : 20)) {
            grow(rows, size);
            assertThat(folder.publish()).isEqualTo(size);
            assertPublished(base.resolve("ledger"), rows, size);
            assertThat(folder.audit()).as("size %d, seed %d", size, seed).isEmpty();
            if (steps.nextInt(5) == 0) {
                folder = LedgerFolder.open(root, ledger(rows, KEY), disk);
                assertThat(folder.publishedSize()).isEqualTo(size);
            }
        }
    }

    /** Looks at the files as a stranger would. */
    private static void assertPublished(Path root, ArrayRows rows, int size) throws Exception {
        String text = NaiveLog.openNote(
                Files.readString(root.resolve("checkpoint")), KEY.verifier().toString());
        List<byte[]> entries = new ArrayList<>();
        for (int number = 0; number * 256 < size; number++) {
            int width = Math.min(256, size - number * 256);
            String name = width == 256 ? "%03d" : "%03d.p/" + width;
            byte[] bundle =
                    Files.readAllBytes(root.resolve("tile/entries/" + String.format(Locale.ROOT, name, number)));
            byte[] tile = Files.readAllBytes(root.resolve("tile/0/" + String.format(Locale.ROOT, name, number)));
            assertThat(bundle).hasSize(width * 34);
            assertThat(tile).hasSize(width * 32);
            for (int i = 0; i < width; i++) {
                assertThat(bundle[34 * i]).isZero();
                assertThat(bundle[34 * i + 1]).isEqualTo((byte) 32);
                byte[] entry = Arrays.copyOfRange(bundle, 34 * i + 2, 34 * i + 34);
                Ledger.Leaf leaf = rows.leaves.get(entries.size());
                assertThat(entry).isEqualTo(NaiveLog.sha256(leaf.salt(), leaf.event()));
                assertThat(Arrays.copyOfRange(tile, 32 * i, 32 * i + 32))
                        .isEqualTo(NaiveLog.sha256(new byte[] {0}, entry));
                entries.add(entry);
            }
            if (width == 256) {
                assertThat(root.resolve("tile/0/" + String.format(Locale.ROOT, "%03d.p", number)))
                        .doesNotExist();
                assertThat(root.resolve("tile/entries/" + String.format(Locale.ROOT, "%03d.p", number)))
                        .doesNotExist();
            }
        }
        assertThat(text)
                .isEqualTo(KEY.verifier().name() + "\n" + size + "\n"
                        + Base64.getEncoder().encodeToString(NaiveLog.root(entries)) + "\n");
        if (size >= 256) {
            String name = size >= 512 && size < 768 ? "000.p/2" : size < 512 ? "000.p/1" : "000.p/" + size / 256;
            byte[] upper = Files.readAllBytes(root.resolve("tile/1/" + name));
            assertThat(Arrays.copyOf(upper, 32)).isEqualTo(NaiveLog.root(entries.subList(0, 256)));
        }
    }

    @Test
    void public_pieces_are_readable_by_all_and_events_by_the_owner_only() throws Exception {
        open("ledger", rows(300)).publish();
        try (Stream<Path> all = Files.walk(base.resolve("ledger"))) {
            for (Path path : all.toList()) {
                boolean owners = path.toString().contains("/events");
                String wanted = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(path.toString())
                        .isEqualTo(owners ? wanted.substring(0, 3) + "------" : wanted);
            }
        }
    }

    @Test
    void events_come_back_from_the_bundles() throws Exception {
        ArrayRows rows = rows(700);
        open("ledger", rows).publish();
        List<Ledger.Leaf> read = new ArrayList<>();
        Ledger.Head head = EventBundle.readAll(base.resolve("ledger"), read::add);
        assertThat(head.size()).isEqualTo(700);
        assertThat(head.root()).isEqualTo(rows.head().root());
        for (int i = 0; i < 700; i++) {
            assertThat(read.get(i).index()).isEqualTo(i);
            assertThat(read.get(i).salt()).isEqualTo(rows.leaves.get(i).salt());
            assertThat(read.get(i).event()).isEqualTo(rows.leaves.get(i).event());
        }
    }

    @Test
    void bundle_of_the_first_format_is_read() throws Exception {
        Path events = Files.createDirectories(base.resolve("ledger/events"));
        try (var in = LedgerFolderTest.class.getResourceAsStream("format-1/events")) {
            Files.write(events.resolve("000"), Objects.requireNonNull(in).readAllBytes());
        }
        List<Ledger.Leaf> read = new ArrayList<>();
        assertThat(EventBundle.readAll(base.resolve("ledger"), read::add).size())
                .isEqualTo(2);
        assertThat(new String(read.get(1).event(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"sequence\":1,\"details\":{\"reason\":\"现场 \\\"A\\\"\"}}");
        assertThat(read.get(1).salt()).hasSize(16);
    }

    @Test
    void damaged_bundle_is_refused() throws Exception {
        open("ledger", rows(3)).publish();
        Path file = base.resolve("ledger/events/000");
        String good = Files.readString(file);
        for (String bad : List.of(
                "",
                "\n",
                "{}\n",
                good.substring(0, good.length() / 2),
                good.substring(good.indexOf('\n') + 1),
                good.replace("\"first\":0", "\"first\":256"),
                good.replace("\"sequence\":1", "\"sequence\":2"),
                good.replace("\"salt\":\"", "\"salt\":\"!"),
                good.replace("liuhen-events-1", "liuhen-events-x"),
                good.lines().findFirst().orElseThrow() + "\n",
                good.repeat(2))) {
            Files.writeString(file, bad);
            assertKind(StorageFailure.Kind.CORRUPT, () -> EventBundle.readAll(base.resolve("ledger"), leaf -> {}));
        }
        Files.writeString(file, good.replace("liuhen-events-1", "liuhen-events-2"));
        assertKind(StorageFailure.Kind.FORMAT_TOO_NEW, () -> EventBundle.readAll(base.resolve("ledger"), leaf -> {}));
    }

    @Test
    void log_that_is_shorter_than_what_was_published_is_never_opened() throws Exception {
        open("ledger", rows(40)).publish();
        for (int events : new int[] {0, 1, 39}) {
            assertThatThrownBy(() -> open("ledger", rows(events))).isInstanceOfSatisfying(StorageFailure.class, e -> {
                assertThat(e.kind()).isEqualTo(StorageFailure.Kind.CORRUPT);
                assertThat(e)
                        .hasMessageContaining("ends at " + events + " events (expected: at least the 40")
                        .hasMessageContaining("reindex")
                        .hasMessageContaining("restore");
            });
        }
        assertThat(open("ledger", rows(40)).publishedSize()).isEqualTo(40);
        assertThat(open("ledger", rows(41)).publish()).isEqualTo(41);
    }

    @Test
    void log_that_went_another_way_is_never_opened() throws Exception {
        open("ledger", rows(40)).publish();
        ArrayRows forked = rows(39);
        forked.appendEntry(new byte[32]);
        forked.leaves.add(new Ledger.Leaf(39, new byte[1], new byte[0]));
        grow(forked, 60);
        assertThatThrownBy(() -> open("ledger", forked))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("not those that were published");
    }

    @Test
    void checkpoint_that_this_log_did_not_sign_is_refused() throws Exception {
        ArrayRows rows = rows(40);
        open("ledger", rows).publish();
        Path file = base.resolve("ledger/checkpoint");
        String good = Files.readString(file);
        LedgerFolder.open(base.resolve("other"), ledger(rows, SigningKey.fresh(RANDOM)))
                .publish();
        for (String bad : List.of(
                "",
                good.replace("\n40\n", "\n4\n"),
                good.substring(0, good.length() - 3),
                KEY.sign("no checkpoint\n"),
                KEY.sign(new Checkpoint("another.example", 0, TreeHash.emptyRoot()).text()),
                Files.readString(base.resolve("other/checkpoint")),
                "x".repeat(100_000))) {
            Files.writeString(file, bad);
            assertKind(StorageFailure.Kind.CORRUPT, () -> open("ledger", rows));
            assertThat(file).hasContent(bad);
        }
    }

    @Test
    void audit_names_the_piece_that_differs() throws Exception {
        ArrayRows rows = rows(600);
        LedgerFolder folder = open("ledger", rows);
        folder.publish();
        for (String name : List.of(
                "tile/0/000",
                "tile/0/002.p/88",
                "tile/1/000.p/2",
                "tile/entries/001",
                "tile/entries/002.p/88",
                "events/000",
                "events/002")) {
            Path file = base.resolve("ledger").resolve(name);
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            bad[bad.length - 40] ^= 1;
            Files.write(file, bad);
            assertThat(folder.audit())
                    .hasValueSatisfying(text -> assertThat(text).contains(name));
            Files.write(file, Arrays.copyOf(good, good.length - 32));
            assertThat(folder.audit())
                    .hasValueSatisfying(text -> assertThat(text).contains(name));
            Files.delete(file);
            assertThat(folder.audit())
                    .hasValueSatisfying(text -> assertThat(text).contains(name));
            Files.write(file, good);
            assertThat(folder.audit()).isEmpty();
        }
    }

    @Test
    void crash_at_any_call_leaves_a_folder_that_is_consistent_and_goes_on() throws Exception {
        Path counted = Files.createDirectory(base.resolve("counted"));
        int calls = publishInSteps(counted, new FailingFiles(disk(counted)));
        assertThat(calls).isGreaterThan(50);
        for (int n = 0; n < calls; n++) {
            // What is spoiled rather than lost is a draft that is written anew, so one way of that at a time will do.
            TearingFiles.Damage spoiled = SPOILED.get(n % SPOILED.size());
            for (TearingFiles.Damage damage :
                    List.of(TearingFiles.Damage.DELETE, TearingFiles.Damage.REORDER, spoiled)) {
                Path root = Files.createDirectory(base.resolve(n + "-" + damage));
                TearingFiles tearing = disk(root);
                crash(root, tearing, n, FailingFiles.Fault.POWER_CUT);
                tearing.tear(damage);
                assertGoesOn(root, n + " " + damage);
            }
            FailingFiles.Fault fault = FAILURES.get(n % FAILURES.size());
            Path root = Files.createDirectory(base.resolve(n + "-" + fault));
            crash(root, disk(root), n, fault);
            assertGoesOn(root, n + " " + fault);
        }
    }

    /** A disk that only pretends to force, which is faster. */
    private static TearingFiles disk(Path root) throws IOException {
        return new TearingFiles(DurableFiles.LOCAL, Files.createTempDirectory(root, "graves"));
    }

    private static void crash(Path root, FileCalls disk, int call, FailingFiles.Fault fault) {
        FailingFiles failing = new FailingFiles(disk);
        failing.failAt(call, fault);
        assertThatThrownBy(() -> publishInSteps(root, failing)).isInstanceOf(StorageFailure.class);
    }

    private static int publishInSteps(Path root, FailingFiles disk) throws StorageFailure {
        ArrayRows rows = rows(255);
        LedgerFolder open = LedgerFolder.open(root.resolve("ledger"), ledger(rows, KEY), disk);
        open.publish();
        grow(rows, 258);
        open.publish();
        return disk.calls();
    }

    private static void assertGoesOn(Path root, String crash) throws StorageFailure, IOException {
        Path folder = root.resolve("ledger");
        ArrayRows rows = rows(260);
        LedgerFolder open = LedgerFolder.open(folder, ledger(rows, KEY), disk(root));
        assertThat(open.publishedSize()).as(crash).isIn(0L, 255L, 258L);
        assertThat(open.audit()).as(crash).isEmpty();
        assertThat(open.publish()).isEqualTo(260);
        assertThat(open.audit()).as(crash).isEmpty();
        assertThat(EventBundle.readAll(folder, leaf -> {}).root())
                .as(crash)
                .isEqualTo(rows.head().root());
        assertThat(folder.resolve("tile/0/000.p")).as(crash).doesNotExist();
    }

    @Test
    void publisher_follows_the_log_and_publishes_the_rest_when_it_is_closed() throws Exception {
        ArrayRows rows = rows(10);
        LedgerFolder folder = open("ledger", rows);
        LedgerPublisher publisher = LedgerPublisher.start(folder, java.time.Duration.ofMillis(1));
        awaitSize(folder, 10);
        grow(rows, 11);
        publisher.changed();
        awaitSize(folder, 11);
        publisher.close();
        publisher.close();
        assertThat(folder.publish()).isEqualTo(11);
        grow(rows, 12);
        LedgerPublisher.start(folder).close();
        assertThat(folder.publishedSize()).isEqualTo(12);
    }

    private static void awaitSize(LedgerFolder folder, long size) {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (folder.publishedSize() < size) {
            assertThat(System.nanoTime()).as("published in time").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void publisher_says_what_keeps_it_from_publishing() throws Exception {
        FailingFiles disk = new FailingFiles(DurableFiles.LOCAL);
        disk.failAt(0, FailingFiles.Fault.POWER_CUT);
        LedgerFolder folder = LedgerFolder.open(base.resolve("ledger"), ledger(rows(10), KEY), (FileCalls) disk);
        LedgerPublisher publisher = LedgerPublisher.start(folder, java.time.Duration.ofMillis(1));
        publisher.close();
        assertThat(publisher.trouble())
                .hasValueSatisfying(text -> assertThat(text).contains("cannot be written"));
        assertThat(folder.publishedSize()).isZero();
    }

    @Test
    void paths_of_numbers_are_those_of_the_standard() {
        assertThat(TilePath.of(0)).isEqualTo("000");
        assertThat(TilePath.of(67)).isEqualTo("067");
        assertThat(TilePath.of(1_234_067)).isEqualTo("x001/x234/067");
        assertThat(TilePath.of(1000)).isEqualTo("x001/000");
        assertThat(TilePath.of(5, 17)).isEqualTo("005.p/17");
        assertThat(TilePath.of(5, 256)).isEqualTo("005");
        assertThatThrownBy(() -> TilePath.of(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertKind(
            StorageFailure.Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
