package org.liuhen.tools.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.ledger.CosignerKey;

class WitnessTest {
    private static final Duration INTERVAL = Duration.ofMillis(5);

    @TempDir
    private Path folder;

    private RocksCatalog catalog;
    private PublicLog log;

    @BeforeEach
    void open() throws Exception {
        catalog = RocksCatalog.open(
                folder.resolve("catalog"), folder.resolve("keys"), InstantSource.system(), new SecureRandom());
        log = PublicLog.open(folder.resolve("ledger"), catalog);
        grow(5);
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        catalog.close();
    }

    private void grow(int events) {
        Change.Builder change = Change.builder();
        for (int i = 0; i < events; i++) {
            change.event(CustodyEvent.of(Instant.EPOCH, Actor.CONSOLE, EventKind.VERIFIED, null, Map.of()));
        }
        SampleRecordings.commit(catalog, change.build());
    }

    private Attestations asking(TestWitness... witnesses) {
        List<AttestSettings.Witness> settings = java.util.Arrays.stream(witnesses)
                .map(witness -> new AttestSettings.Witness(witness.prefix(), CosignerKey.parse(witness.verifierKey())))
                .toList();
        return Attestations.start(log, new AttestSettings(settings, null, INTERVAL), null, InstantSource.system());
    }

    static void await(String what, Callable<Boolean> state) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!state.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void witnesses_sign_every_growth_and_the_published_checkpoint_carries_it() throws Exception {
        try (TestWitness one = new TestWitness("one.example/w", catalog.ledger().verifierKey());
                TestWitness two =
                        new TestWitness("two.example/w", catalog.ledger().verifierKey());
                Attestations attestations = asking(one, two)) {
            for (int size = 5; size < 30; size += 6) {
                String note = catalog.ledger().checkpoint();
                await("cosigned by both", () -> one.signed(log.checkpoint()) && two.signed(log.checkpoint()));
                assertThat(log.checkpoint()).startsWith(note);
                Path published = folder.resolve("ledger/checkpoint");
                await(
                        "published",
                        () -> Files.exists(published)
                                && Files.readString(published).equals(log.checkpoint()));
                assertThat(Files.readString(folder.resolve("ledger/checkpoint.witnessed")))
                        .isEqualTo(log.checkpoint());
                assertThat(one.size()).isEqualTo(size);
                grow(6);
            }
            assertThat(attestations.troubles()).isEmpty();
        }
        log.close();
        String kept = log.witnessed().orElseThrow();
        log = PublicLog.open(folder.resolve("ledger"), catalog);
        assertThat(log.witnessed()).contains(kept);
    }

    @Test
    void witness_that_remembers_an_older_head_is_shown_the_proof() throws Exception {
        try (TestWitness witness = new TestWitness("w.example", catalog.ledger().verifierKey())) {
            witness.remember(3, catalog.ledger().root(3));
            try (Attestations attestations = asking(witness)) {
                await("cosigned", () -> witness.signed(log.checkpoint()));
                assertThat(attestations.troubles()).isEmpty();
            }
            assertThat(witness.size()).isEqualTo(5);
            assertThat(witness.requests.get()).isEqualTo(2);
        }
    }

    @Test
    void witness_that_remembers_more_than_there_is_or_something_else_is_a_trouble_that_is_named() throws Exception {
        try (TestWitness more = new TestWitness("more.example", catalog.ledger().verifierKey());
                TestWitness other =
                        new TestWitness("other.example", catalog.ledger().verifierKey())) {
            more.remember(9, new byte[32]);
            other.remember(4, new byte[32]);
            try (Attestations attestations = asking(more, other)) {
                await("both are named", () -> attestations.troubles().size() == 2);
                assertThat(attestations.troubles().get("more.example")).contains("has seen 9 events");
                assertThat(attestations.troubles().get("other.example")).contains("422");
            }
            assertThat(log.witnessed()).isEmpty();
        }
    }

    @Test
    void witness_that_fails_does_not_keep_the_others_from_signing_and_signs_later() throws Exception {
        try (TestWitness good = new TestWitness("good.example", catalog.ledger().verifierKey());
                TestWitness forger =
                        new TestWitness("forger.example", catalog.ledger().verifierKey());
                TestWitness down =
                        new TestWitness("down.example", catalog.ledger().verifierKey())) {
            forger.signsWithAnotherKey = true;
            down.refuseWith = 503;
            try (Attestations attestations = asking(forger, down, good)) {
                await("good has signed", () -> good.signed(log.checkpoint()));
                await("both are named", () -> attestations.troubles().size() == 2);
                assertThat(attestations.troubles().get("forger.example")).contains("without its cosignature");
                assertThat(attestations.troubles().get("down.example")).contains("503");
                assertThat(log.checkpoint()).doesNotContain("forger.example");
                down.refuseWith = 0;
                forger.signsWithAnotherKey = false;
                await("down has signed", () -> down.signed(log.checkpoint()));
                await("forger has signed", () -> forger.signed(log.checkpoint()));
                assertThat(good.signed(log.checkpoint())).isTrue();
            }
        }
    }

    @Test
    void log_that_a_witness_does_not_know_is_refused_by_it() throws Exception {
        try (TestWitness stranger = new TestWitness(
                        "w.example",
                        org.liuhen.storage.ledger.SigningKey.fresh(new SecureRandom())
                                .verifier()
                                .toString());
                Attestations attestations = asking(stranger)) {
            await("named", () -> attestations.troubles().containsKey("w.example"));
            assertThat(attestations.troubles().get("w.example")).contains("403");
        }
    }

    @Test
    void key_of_a_cosigner_with_a_flaw_is_refused() throws Exception {
        try (TestWitness witness = new TestWitness("w.example", "")) {
            String good = witness.verifierKey();
            assertThat(CosignerKey.parse(good)).hasToString(good);
            for (String bad : List.of(
                    "",
                    "a+b+c",
                    good.substring(1),
                    good.substring(0, good.length() - 4),
                    good.replace("w.example", "v.example"),
                    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")) {
                assertThatThrownBy(() -> CosignerKey.parse(bad)).isInstanceOf(InvalidField.class);
            }
            assertThat(CosignerKey.parse(good).cosignedAt("x\n", "— w.example !!"))
                    .isEmpty();
            assertThat(CosignerKey.parse(good).cosignedAt("x\n", "— w.example AAAA"))
                    .isEmpty();
            assertThat(CosignerKey.parse(good).cosignedAt("x\n", "")).isEmpty();
        }
    }
}
