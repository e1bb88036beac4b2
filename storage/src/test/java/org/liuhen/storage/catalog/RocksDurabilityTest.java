package org.liuhen.storage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.storage.contract.SampleRecordings.CASE;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.outcome;
import static org.liuhen.storage.contract.SampleRecordings.put;
import static org.liuhen.storage.contract.SampleRecordings.received;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.Role;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.User;
import org.liuhen.storage.UserName;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.contract.SettableClock;
import org.rocksdb.WriteBatch;

/** What only a catalog on disk can promise: what outlives the process, and what happens when the disk fails. */
final class RocksDurabilityTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private RocksCatalog open() throws StorageFailure {
        return open(CatalogSettings.DEFAULT, writer -> writer);
    }

    private RocksCatalog open(CatalogSettings settings, UnaryOperator<RocksCommitter.BatchWriter> writing)
            throws StorageFailure {
        return RocksCatalog.open(
                folder.resolve("catalog"),
                folder.resolve("keys"),
                settings,
                new SettableClock(NOW),
                RANDOM,
                meters,
                writing);
    }

    @Test
    void everything_is_there_after_opening_again_and_the_log_goes_on() throws Exception {
        Recording recording = received(1, CASE);
        User user = new User(new UserName("li"), Set.of(Role.AUDITOR), null, NOW, null);
        String key;
        String cursor;
        try (RocksCatalog catalog = open()) {
            for (int i = 1; i <= 5; i++) {
                commit(catalog, put(received(i, CASE)));
            }
            commit(
                    catalog,
                    Change.builder()
                            .put(Register.USERS, "li", user)
                            .event(CustodyEvent.of(NOW, Actor.CONSOLE, EventKind.USER_ADDED, null, java.util.Map.of()))
                            .build());
            key = catalog.ledger().verifierKey();
            cursor = catalog.recordings(RecordingQuery.ofCase(CASE), 2, null).next();
        }
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.recording(recording.id(), ReadLevel.CURRENT)).contains(recording);
            assertThat(catalog.register().entry(Register.USERS, "li")).contains(user);
            assertThat(catalog.ledger().verifierKey()).isEqualTo(key);
            Page<Recording> rest = catalog.recordings(RecordingQuery.ofCase(CASE), 5, cursor);
            assertThat(rest.items()).hasSize(3);
            assertThat(commit(catalog, put(received(9))))
                    .extracting(CustodyEvent::sequence)
                    .containsExactly(6L);
            assertThat(catalog.ledger().audit()).isEmpty();
            assertThat(NaiveLog.openNote(catalog.ledger().checkpoint(), key)).contains("\n7\n");
        }
    }

    @Test
    void cursor_of_another_store_is_refused() throws Exception {
        String foreign;
        try (RocksCatalog other = RocksCatalog.open(
                folder.resolve("other"), folder.resolve("other keys"), new SettableClock(NOW), RANDOM)) {
            commit(other, put(received(1)));
            commit(other, put(received(2)));
            foreign = other.recordings(RecordingQuery.ALL, 1, null).next();
        }
        try (RocksCatalog catalog = open()) {
            assertThatThrownBy(() -> catalog.recordings(RecordingQuery.ALL, 1, foreign))
                    .isInstanceOf(org.liuhen.storage.InvalidField.class);
        }
    }

    @Test
    void second_opening_is_refused_and_says_who_holds_it() throws Exception {
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.sizes()).isNotEmpty();
            assertFailure(StorageFailure.Kind.LOCKED, this::open);
            assertThatThrownBy(this::open)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        open().close();
    }

    @Test
    void store_of_another_format_is_refused_and_left_alone() throws Exception {
        try (RocksCatalog catalog = open()) {
            commit(catalog, put(received(1)));
            catalog.store().writeFormat(RocksStore.FORMAT + 1);
        }
        assertFailure(StorageFailure.Kind.FORMAT_TOO_NEW, this::open);
        try (RocksStore store = storeOf(RocksStore.OLDEST_FORMAT - 1)) {
            assertThat(store).isNotNull();
        }
        assertFailure(StorageFailure.Kind.FORMAT_TOO_OLD, this::open);
    }

    private RocksStore storeOf(int format) throws Exception {
        Path other = folder.resolve("catalog");
        try (var files = Files.walk(other)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        RocksStore store = RocksStore.open(other, CatalogSettings.DEFAULT);
        store.writeFormat(format);
        return store;
    }

    @Test
    void folder_that_cannot_be_made_is_a_failure_with_its_name() throws Exception {
        Files.writeString(folder.resolve("catalog"), "a file where the folder should be");
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining(folder.resolve("catalog").toString());
    }

    @Test
    void failed_write_is_an_unknown_outcome_then_out_of_service_until_opened_again() throws Exception {
        Recording first = received(1, CASE);
        try (RocksCatalog catalog = open(CatalogSettings.DEFAULT, FailingWriter::afterOne)) {
            commit(catalog, put(first));
            assertFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, () -> outcome(catalog, put(received(2))));
            assertThat(catalog.outOfService()).isPresent();
            assertFailure(StorageFailure.Kind.OUT_OF_SERVICE, () -> outcome(catalog, put(received(3))));
            assertThat(catalog.recording(first.id(), ReadLevel.CURRENT)).contains(first);
            assertThat(catalog.ledger().head().size()).isEqualTo(1);
            assertThat(catalog.ledger().audit()).isEmpty();
        }
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.outOfService()).isEmpty();
            assertThat(commit(catalog, put(received(2))))
                    .extracting(CustodyEvent::sequence)
                    .containsExactly(1L);
        }
    }

    @Test
    void change_that_was_written_although_the_sync_failed_is_recognised_when_repeated() throws Exception {
        Change change = put(received(2));
        try (RocksCatalog catalog = open(CatalogSettings.DEFAULT, FailingWriter::afterWriting)) {
            assertFailure(StorageFailure.Kind.OUTCOME_UNKNOWN, () -> outcome(catalog, change));
        }
        try (RocksCatalog catalog = open()) {
            assertThat(commit(catalog, change))
                    .extracting(CustodyEvent::sequence)
                    .containsExactly(0L);
            assertThat(catalog.events(0, 10)).hasSize(1);
            assertThat(catalog.ledger().audit()).isEmpty();
        }
    }

    /** Writes with one fault each. */
    private static final class FailingWriter {
        private FailingWriter() {}

        static RocksCommitter.BatchWriter afterOne(RocksCommitter.BatchWriter real) {
            List<WriteBatch> written = new ArrayList<>();
            return batch -> {
                if (!written.isEmpty()) {
                    throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "injected: input/output error");
                }
                real.write(batch);
                written.add(batch);
            };
        }

        static RocksCommitter.BatchWriter afterWriting(RocksCommitter.BatchWriter real) {
            return batch -> {
                real.write(batch);
                throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "injected: sync failed");
            };
        }

        static RocksCommitter.BatchWriter noSpace(RocksCommitter.BatchWriter real) {
            return batch -> {
                throw new StorageFailure(StorageFailure.Kind.NO_SPACE, "injected: no space left on " + real);
            };
        }
    }

    @Test
    void disk_below_its_reserve_refuses_changes_and_takes_them_again_when_there_is_room() throws Exception {
        CatalogSettings greedy = CatalogSettings.DEFAULT.withReserveBytes(Long.MAX_VALUE);
        try (RocksCatalog catalog = open(greedy, writer -> writer)) {
            assertFailure(StorageFailure.Kind.NO_SPACE, () -> outcome(catalog, put(received(1))));
            assertThat(catalog.hasRoom()).isFalse();
            assertThat(catalog.outOfService()).isEmpty();
        }
        try (RocksCatalog catalog = open()) {
            commit(catalog, put(received(1)));
            assertThat(catalog.hasRoom()).isTrue();
            assertThat(catalog.ledger().head().size()).isEqualTo(1);
        }
        try (RocksCatalog catalog = open(CatalogSettings.DEFAULT, FailingWriter::noSpace)) {
            assertFailure(StorageFailure.Kind.NO_SPACE, () -> outcome(catalog, put(received(2))));
        }
    }

    @Test
    void changes_that_wait_share_one_sync() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<Integer> writes = new AtomicReference<>(0);
        List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
        try (RocksCatalog catalog = open(CatalogSettings.DEFAULT, real -> batch -> {
            writes.updateAndGet(count -> count + 1);
            first.countDown();
            await(go);
            real.write(batch);
        })) {
            answers.add(catalog.commit(put(received(0))));
            await(first);
            for (int i = 1; i <= 100; i++) {
                answers.add(catalog.commit(put(received(i))));
            }
            go.countDown();
            answers.forEach(CompletableFuture::join);
            assertThat(writes.get()).isEqualTo(2);
            assertThat(meters.get("liuhen.catalog.batch.changes").summary().max())
                    .isEqualTo(100);
            assertThat(meters.get("liuhen.catalog.sync").timer().count()).isEqualTo(2);
            assertThat(meters.get("liuhen.catalog.queue.depth").gauge().value()).isZero();
            assertThat(catalog.ledger().audit()).isEmpty();
        }
        assertThat(meters.find("liuhen.catalog.queue.depth").gauge()).isNull();
    }

    @Test
    void full_queue_makes_callers_wait_instead_of_growing() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CatalogSettings narrow = new CatalogSettings(8 << 20, 8 << 20, 64, 2, 100, 0);
        try (RocksCatalog catalog = open(narrow, real -> batch -> {
            first.countDown();
            await(go);
            real.write(batch);
        })) {
            List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
            answers.add(catalog.commit(put(received(0))));
            await(first);
            answers.add(catalog.commit(put(received(1))));
            answers.add(catalog.commit(put(received(2))));
            CountDownLatch accepted = new CountDownLatch(1);
            Thread caller = new Thread(
                    () -> {
                        answers.add(catalog.commit(put(received(3))));
                        accepted.countDown();
                    },
                    "caller");
            caller.start();
            assertThat(accepted.await(200, TimeUnit.MILLISECONDS)).isFalse();
            go.countDown();
            await(accepted);
            caller.join();
            answers.forEach(CompletableFuture::join);
            assertThat(catalog.events(0, 10)).hasSize(4);
        }
    }

    @Test
    void damaged_event_is_found_by_the_audit() throws Exception {
        try (RocksCatalog catalog = open()) {
            commit(catalog, put(received(1)));
            commit(catalog, put(received(2)));
            CustodyEvent forged = CustodyEvent.of(
                            NOW, Actor.CONSOLE, EventKind.DISPOSED, received(2).id(), java.util.Map.of())
                    .numbered(1);
            try (WriteBatch batch = new WriteBatch()) {
                byte[] row = Rows.eventRow(new byte[Rows.SALT_BYTES], Rows.json(forged));
                batch.put(catalog.store().handle(Family.EVENT), Keys.sequence(1), row);
                catalog.store().write(batch);
            }
            assertThat(catalog.ledger().audit())
                    .hasValueSatisfying(difference -> assertThat(difference).contains("level=0, index=1"));
        }
    }

    @Test
    void events_that_end_elsewhere_than_the_ledger_are_not_opened() throws Exception {
        for (boolean deleteEvent : new boolean[] {true, false}) {
            try (RocksCatalog catalog = open()) {
                commit(catalog, put(received(deleteEvent ? 1 : 2)));
                long last = catalog.ledger().head().size() - 1;
                try (WriteBatch batch = new WriteBatch()) {
                    if (deleteEvent) {
                        batch.delete(catalog.store().handle(Family.EVENT), Keys.sequence(last));
                    } else {
                        batch.delete(catalog.store().handle(Family.LEDGER_NODE), Keys.node(0, last));
                    }
                    catalog.store().write(batch);
                }
            }
            assertFailure(StorageFailure.Kind.CORRUPT, this::open);
            storeOf(RocksStore.FORMAT).close();
        }
    }

    @Test
    void reading_after_closing_is_a_failure_not_a_crash() throws Exception {
        RocksCatalog catalog = open();
        commit(catalog, put(received(1)));
        catalog.close();
        catalog.close();
        assertFailure(
                StorageFailure.Kind.OUT_OF_SERVICE,
                () -> catalog.recording(received(1).id(), ReadLevel.CURRENT));
        assertFailure(StorageFailure.Kind.OUT_OF_SERVICE, () -> catalog.recordings(RecordingQuery.ALL, 1, null));
    }

    @Test
    void keys_are_made_for_their_owner_only() throws Exception {
        open().close();
        try (var files = Files.list(folder.resolve("keys"))) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(java.nio.file.attribute.PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        Files.writeString(folder.resolve("keys").resolve(Cursors.FILE), "rubbish");
        assertFailure(StorageFailure.Kind.CORRUPT, this::open);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertFailure(StorageFailure.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call).satisfies(thrown -> {
            Throwable cause = thrown;
            while (!(cause instanceof StorageFailure) && cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertThat(cause)
                    .isInstanceOfSatisfying(
                            StorageFailure.class,
                            failure -> assertThat(failure.kind()).isEqualTo(kind));
        });
    }
}
