package org.liuhen.storage.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.LedgerKey;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;

final class KeyRingTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant AT = Instant.parse("2026-10-01T00:00:00Z");

    @TempDir
    Path base;

    private RocksCatalog open() throws StorageFailure {
        return RocksCatalog.open(base.resolve("catalog"), base.resolve("keys"), new SettableClock(AT), RANDOM);
    }

    private static LedgerKey rotate(RocksCatalog catalog) throws Exception {
        return tryRotate(catalog).orElseThrow();
    }

    private static Optional<LedgerKey> tryRotate(RocksCatalog catalog) throws Exception {
        return catalog.ledger().keys().rotate(AT, Actor.CONSOLE, "the old one was copied", change -> {
            SampleRecordings.commit(catalog, change);
        });
    }

    private static void commitEvent(RocksCatalog catalog) {
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(AT, Actor.CONSOLE, EventKind.VERIFIED, null, java.util.Map.of()))
                        .build());
    }

    @Test
    void rotation_is_an_event_and_its_checkpoint_is_signed_by_both_keys() throws Exception {
        try (RocksCatalog catalog = open()) {
            commitEvent(catalog);
            VerifierKey old = catalog.ledger().keys().verifier();
            LedgerKey entry = rotate(catalog);
            VerifierKey next = catalog.ledger().keys().verifier();
            assertThat(next.toString()).isEqualTo(entry.verifier()).isNotEqualTo(old.toString());
            assertThat(next.name()).isEqualTo(old.name());
            String note = catalog.ledger().checkpoint();
            assertThat(NaiveLog.openNote(note, old.toString()))
                    .isEqualTo(NaiveLog.openNote(note, next.toString()))
                    .contains("\n2\n");
            CustodyEvent event = catalog.events(1, 1).get(0);
            assertThat(event.kind()).isEqualTo(EventKind.KEY_ROTATED);
            assertThat(event.details())
                    .containsEntry("from", old.toString())
                    .containsEntry("to", next.toString())
                    .containsEntry("reason", "the old one was copied");
            assertThat(catalog.ledger().keys().all()).hasSize(2).last().isEqualTo(entry);
            assertThat(catalog.ledger().keys().verifiers())
                    .extracting(VerifierKey::toString)
                    .containsExactly(old.toString(), next.toString());
            assertThat(tryRotate(catalog)).isEmpty();
        }
    }

    @Test
    void stranger_follows_from_the_old_key_to_the_new_one() throws Exception {
        try (RocksCatalog catalog = open()) {
            String old = catalog.ledger().verifierKey();
            String statement = String.valueOf(rotate(catalog).statement());
            String next = catalog.ledger().verifierKey();
            assertThat(NaiveLog.openNote(statement, old))
                    .isEqualTo(NaiveLog.openNote(statement, next))
                    .isEqualTo("liuhen key rotation 1\n" + old.substring(0, old.indexOf('+')) + "\n" + old + "\n" + next
                            + "\n2026-10-01T00:00:00Z\n");
        }
    }

    @Test
    void published_rotation_ends_the_old_key_and_keeps_what_both_signed() throws Exception {
        VerifierKey old;
        try (RocksCatalog catalog = open()) {
            commitEvent(catalog);
            LedgerFolder folder = LedgerFolder.open(base.resolve("ledger"), catalog.ledger());
            folder.publish();
            old = catalog.ledger().keys().verifier();
            rotate(catalog);
            folder.publish();
            String next = catalog.ledger().verifierKey();
            VerifierKey retired = old;
            assertThatThrownBy(() -> retired.open(catalog.ledger().checkpoint()))
                    .isInstanceOf(InvalidField.class);
            assertThat(NaiveLog.openNote(catalog.ledger().checkpoint(), next)).contains("\n2\n");
            String both = Files.readString(base.resolve("ledger/rotations/2"));
            assertThat(NaiveLog.openNote(both, old.toString())).isEqualTo(NaiveLog.openNote(both, next));
            assertThat(Files.readString(base.resolve("ledger/rotations/2.statement")))
                    .contains(next);
            assertThat(Files.readAllLines(base.resolve("ledger/keys"))).containsExactly(old.toString(), next);
            assertThat(base.resolve("keys/ledger-key.next")).doesNotExist();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve("keys/ledger-key"))))
                    .isEqualTo("rw-------");
            folder.publish();
            rotate(catalog);
            folder.publish();
            assertThat(catalog.ledger().keys().all()).hasSize(3);
        }
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.ledger().keys().all()).hasSize(3);
            assertThat(catalog.ledger().audit()).isEmpty();
            assertThat(LedgerFolder.open(base.resolve("ledger"), catalog.ledger())
                            .publishedSize())
                    .isEqualTo(3);
        }
    }

    @Test
    void crash_before_the_commit_leaves_the_old_key_signing() throws Exception {
        String old;
        try (RocksCatalog catalog = open()) {
            old = catalog.ledger().verifierKey();
            assertThatThrownBy(() -> catalog.ledger().keys().rotate(AT, Actor.CONSOLE, "never", change -> {
                        throw new IOException("died");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(base.resolve("keys/ledger-key.next")).exists();
            assertThat(catalog.ledger().verifierKey()).isEqualTo(old);
        }
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.ledger().verifierKey()).isEqualTo(old);
            assertThat(base.resolve("keys/ledger-key.next")).doesNotExist();
            rotate(catalog);
        }
    }

    @Test
    void crash_after_the_commit_is_a_rotation_that_goes_on_when_the_store_is_opened() throws Exception {
        String old;
        AtomicReference<String> decided = new AtomicReference<>("");
        try (RocksCatalog catalog = open()) {
            old = catalog.ledger().verifierKey();
            assertThatThrownBy(() -> catalog.ledger().keys().rotate(AT, Actor.CONSOLE, "unknown", change -> {
                        decided.set(SampleRecordings.commit(catalog, change)
                                .get(0)
                                .details()
                                .getOrDefault("to", ""));
                        throw new IOException("died");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(catalog.ledger().verifierKey()).isEqualTo(old);
            assertThat(tryRotate(catalog)).isEmpty();
            assertThat(catalog.ledger().verifierKey()).isEqualTo(decided.get());
        }
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.ledger().verifierKey()).isEqualTo(decided.get());
            String note = catalog.ledger().checkpoint();
            assertThat(NaiveLog.openNote(note, old)).isEqualTo(NaiveLog.openNote(note, String.valueOf(decided.get())));
        }
    }

    @Test
    void crash_at_each_step_of_retiring_is_settled_when_the_store_is_opened() throws Exception {
        Path key = base.resolve("keys/ledger-key");
        Path next = base.resolve("keys/ledger-key.next");
        String decided;
        byte[] newKey;
        try (RocksCatalog catalog = open()) {
            decided = rotate(catalog).verifier();
            newKey = Files.readAllBytes(next);
        }
        // Replaced, and the draft not removed yet.
        Files.write(key, newKey);
        try (RocksCatalog catalog = open()) {
            assertThat(catalog.ledger().verifierKey()).isEqualTo(decided);
            assertThat(next).doesNotExist();
            assertThat(catalog.ledger().keys().rotating()).isFalse();
        }
    }

    @Test
    void key_that_is_not_the_last_one_is_refused() throws Exception {
        Path key = base.resolve("keys/ledger-key");
        byte[] oldKey;
        try (RocksCatalog catalog = open()) {
            oldKey = Files.readAllBytes(key);
            LedgerFolder folder = LedgerFolder.open(base.resolve("ledger"), catalog.ledger());
            rotate(catalog);
            folder.publish();
        }
        byte[] newKey = Files.readAllBytes(key);
        Files.write(key, oldKey);
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("the last one; from a copy of the keys folder");
        Files.delete(key);
        assertThatThrownBy(this::open).isInstanceOf(StorageFailure.class).hasMessageContaining("ledger key: missing");
        assertThat(key).doesNotExist();
        Files.write(key, newKey);
        open().close();
    }

    @Test
    void register_entry_of_a_key_is_read_as_it_was_first_written() throws Exception {
        LedgerKey read = org.liuhen.storage.StoredJson.MAPPER.readValue(
                "{\"verifier\":\"n+00000000+AA==\",\"since\":\"2026-10-01T00:00:00Z\",\"statement\":\"s\"}",
                LedgerKey.class);
        assertThat(read).isEqualTo(new LedgerKey("n+00000000+AA==", AT, "s"));
        assertThat(org.liuhen.storage.StoredJson.MAPPER.readValue("{\"verifier\":\"v\"}", LedgerKey.class))
                .isEqualTo(new LedgerKey("v", null, null));
        assertThat(Register.LEDGER_KEYS.label()).isEqualTo("ledger-key");
        assertThat(List.of(EventKind.KEY_ROTATED.label(), EventKind.TIMESTAMPED.label()))
                .containsExactly("key-rotated", "timestamped");
    }
}
