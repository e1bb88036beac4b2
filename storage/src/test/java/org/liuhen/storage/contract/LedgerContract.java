package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.put;
import static org.liuhen.storage.contract.SampleRecordings.received;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/** What the {@link Ledger} of every catalog promises, checked with {@link NaiveLog} only. */
public abstract class LedgerContract {
    private static final int TILE = 256;

    private Catalog catalog;

    protected abstract Catalog open(SettableClock clock) throws Exception;

    @BeforeEach
    void openCatalog() throws Exception {
        catalog = open(new SettableClock(Instant.parse("2026-10-01T00:00:00Z")));
    }

    @AfterEach
    void closeCatalog() {
        catalog.close();
    }

    @Test
    void empty_log_has_the_root_of_nothing_and_a_signed_checkpoint() throws Exception {
        Ledger ledger = catalog.ledger();
        assertThat(ledger.head().size()).isZero();
        assertThat(ledger.head().root()).isEqualTo(NaiveLog.sha256());
        assertThat(NaiveLog.openNote(ledger.checkpoint(), ledger.verifierKey())).contains("\n0\n");
        assertThat(ledger.audit()).isEmpty();
        assertThat(ledger.consistencyProof(0, 0)).isEmpty();
        assertMissing(() -> ledger.leaf(0));
        assertMissing(() -> ledger.tile(0, 0, 1));
    }

    @Test
    void leaf_holds_the_event_and_a_salt_of_its_own() throws Exception {
        List<CustodyEvent> events = new ArrayList<>();
        Set<String> salts = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            events.addAll(commit(catalog, put(received(i))));
        }
        for (CustodyEvent event : events) {
            Ledger.Leaf leaf = catalog.ledger().leaf(event.sequence());
            assertThat(leaf.index()).isEqualTo(event.sequence());
            assertThat(StoredJson.MAPPER.readValue(leaf.event(), CustodyEvent.class))
                    .isEqualTo(event);
            assertThat(new String(leaf.event(), java.nio.charset.StandardCharsets.UTF_8))
                    .startsWith("{")
                    .endsWith("}");
            assertThat(leaf.salt()).hasSize(16);
            salts.add(HexFormat.of().formatHex(leaf.salt()));
        }
        assertThat(salts).hasSize(5);
    }

    @Test
    void roots_proofs_and_checkpoints_are_those_of_the_rfc_at_every_size() throws Exception {
        List<byte[]> entries = new ArrayList<>();
        Ledger ledger = catalog.ledger();
        for (int size = 1; size <= 40; size++) {
            commitEvents(1 + size % 2);
            while (entries.size() < ledger.head().size()) {
                entries.add(entry(ledger, entries.size()));
            }
            assertThat(ledger.head().root()).isEqualTo(NaiveLog.root(entries));
            String text = NaiveLog.openNote(ledger.checkpoint(), ledger.verifierKey());
            String name = ledger.verifierKey().substring(0, ledger.verifierKey().indexOf('+'));
            assertThat(text)
                    .isEqualTo(name + "\n" + entries.size() + "\n"
                            + Base64.getEncoder().encodeToString(NaiveLog.root(entries)) + "\n");
        }
        for (int size = 1; size <= entries.size(); size++) {
            List<byte[]> then = entries.subList(0, size);
            for (int index = 0; index < size; index++) {
                assertThat(ledger.inclusionProof(index, size))
                        .usingElementComparator(Arrays::compare)
                        .isEqualTo(NaiveLog.path(index, then));
            }
            for (int old = 1; old < size; old += 3) {
                assertThat(ledger.consistencyProof(old, size))
                        .usingElementComparator(Arrays::compare)
                        .isEqualTo(NaiveLog.proof(old, then));
            }
        }
        assertThat(ledger.audit()).isEmpty();
    }

    @Test
    void checkpoint_over_an_event_is_the_last_signed_one_that_holds_it() throws Exception {
        Ledger ledger = catalog.ledger();
        commitEvents(3);
        String three = ledger.checkpoint();
        commitEvents(2);

        assertThat(ledger.checkpointOver(2)).isEqualTo(three);
        String five = ledger.checkpointOver(3);
        assertThat(NaiveLog.openNote(five, ledger.verifierKey())).contains("\n5\n");
        assertThat(ledger.checkpointOver(0)).isEqualTo(five);
        assertMissing(() -> ledger.checkpointOver(5));
        assertMissing(() -> ledger.checkpointOver(-1));
    }

    @Test
    void those_who_want_a_fresh_checkpoint_at_the_same_time_share_one() throws Exception {
        Ledger ledger = catalog.ledger();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<String>> checkpoints = new ArrayList<>();
        long begun = System.nanoTime();
        try {
            for (int i = 0; i < 320; i++) {
                Change change = put(received(i));
                checkpoints.add(threads.submit(() -> {
                    long mine = commit(catalog, change).get(0).sequence();
                    String checkpoint = ledger.checkpointOver(mine);
                    String text = NaiveLog.openNote(checkpoint, ledger.verifierKey());
                    assertThat(Long.parseLong(text.split("\n", -1)[1])).isGreaterThan(mine);
                    return checkpoint;
                }));
            }
            Set<String> signed = new HashSet<>();
            for (Future<String> checkpoint : checkpoints) {
                signed.add(checkpoint.get());
            }
            assertThat(signed)
                    .hasSizeLessThanOrEqualTo(
                            (int) (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) / 20) + 2);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tiles_and_entry_bundles_hold_what_their_names_say() throws Exception {
        int size = 2 * TILE + 37;
        commitEvents(size);
        Ledger ledger = catalog.ledger();
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(entry(ledger, i));
        }
        assertThat(ledger.tile(0, 1, TILE)).isEqualTo(leafHashes(entries.subList(TILE, 2 * TILE)));
        assertThat(ledger.tile(0, 2, 37)).isEqualTo(leafHashes(entries.subList(2 * TILE, size)));
        assertThat(ledger.tile(0, 2, 5)).isEqualTo(leafHashes(entries.subList(2 * TILE, 2 * TILE + 5)));
        ByteArrayOutputStream upper = new ByteArrayOutputStream();
        upper.writeBytes(NaiveLog.root(entries.subList(0, TILE)));
        upper.writeBytes(NaiveLog.root(entries.subList(TILE, 2 * TILE)));
        assertThat(ledger.tile(1, 0, 2)).isEqualTo(upper.toByteArray());
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        entries.subList(2 * TILE, size).forEach(entry -> {
            bundle.writeBytes(new byte[] {0, 32});
            bundle.writeBytes(entry);
        });
        assertThat(ledger.entryBundle(2, 37)).isEqualTo(bundle.toByteArray());
        assertMissing(() -> ledger.tile(0, 2, 38));
        assertMissing(() -> ledger.tile(0, 3, 1));
        assertMissing(() -> ledger.tile(1, 0, 3));
        assertMissing(() -> ledger.tile(2, 0, 1));
        assertMissing(() -> ledger.tile(-1, 0, 1));
        assertMissing(() -> ledger.tile(64, 0, 1));
        assertMissing(() -> ledger.tile(0, -1, 1));
        assertMissing(() -> ledger.tile(0, Long.MAX_VALUE, 1));
        assertMissing(() -> ledger.tile(0, 0, 0));
        assertMissing(() -> ledger.tile(0, 0, TILE + 1));
        assertMissing(() -> ledger.entryBundle(2, 38));
    }

    @Test
    void proofs_that_the_log_cannot_give_are_refused() throws Exception {
        commitEvents(3);
        Ledger ledger = catalog.ledger();
        assertMissing(() -> ledger.leaf(3));
        assertMissing(() -> ledger.leaf(-1));
        assertMissing(() -> ledger.leaf(Long.MAX_VALUE));
        assertMissing(() -> ledger.inclusionProof(3, 3));
        assertMissing(() -> ledger.inclusionProof(0, 4));
        assertMissing(() -> ledger.inclusionProof(-1, 3));
        assertMissing(() -> ledger.inclusionProof(0, -1));
        assertMissing(() -> ledger.consistencyProof(2, 4));
        assertMissing(() -> ledger.consistencyProof(3, 2));
        assertMissing(() -> ledger.consistencyProof(-1, 2));
    }

    @Test
    void same_head_is_signed_once_and_its_caller_cannot_change_it() throws Exception {
        commitEvents(3);
        Ledger ledger = catalog.ledger();
        String checkpoint = ledger.checkpoint();
        Arrays.fill(ledger.head().root(), (byte) 0);
        assertThat(ledger.checkpoint()).isEqualTo(checkpoint);
        assertThat(ledger.audit()).isEmpty();
        commitEvents(1);
        assertThat(ledger.checkpoint()).isNotEqualTo(checkpoint);
    }

    @Test
    void audit_passes_while_events_arrive() throws Exception {
        List<CompletableFuture<CommitOutcome>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(catalog.commit(put(received(i))));
            if (i % 30 == 0) {
                assertThat(catalog.ledger().audit()).isEmpty();
            }
        }
        answers.forEach(CompletableFuture::join);
        assertThat(catalog.ledger().audit()).isEmpty();
        assertThat(catalog.ledger().head().size()).isEqualTo(300);
    }

    private void commitEvents(int count) {
        Change.Builder change = Change.builder();
        for (int i = 0; i < count; i++) {
            change.event(CustodyEvent.of(
                    Instant.EPOCH, Actor.CONSOLE, EventKind.VERIFIED, null, Map.of("i", Integer.toString(i))));
        }
        commit(catalog, change.build());
    }

    private static byte[] entry(Ledger ledger, long index) throws StorageFailure {
        Ledger.Leaf leaf = ledger.leaf(index);
        return NaiveLog.sha256(leaf.salt(), leaf.event());
    }

    private static byte[] leafHashes(List<byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        entries.forEach(entry -> bytes.writeBytes(NaiveLog.sha256(new byte[] {0}, entry)));
        return bytes.toByteArray();
    }

    private static void assertMissing(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageFailure.class, e -> assertThat(e.kind()).isEqualTo(StorageFailure.Kind.MISSING));
    }
}
