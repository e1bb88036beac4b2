package org.liuhen.tools.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;

class TimestampsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
    private RocksCatalog catalog;
    private PublicLog log;

    @BeforeEach
    void open() throws Exception {
        catalog = RocksCatalog.open(folder.resolve("catalog"), folder.resolve("keys"), clock, RANDOM);
        log = PublicLog.open(folder.resolve("ledger"), catalog);
        grow();
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        catalog.close();
    }

    private void grow() {
        Change.Builder change = Change.builder();
        for (int i = 0; i < 3; i++) {
            change.event(CustodyEvent.of(Instant.EPOCH, Actor.CONSOLE, EventKind.VERIFIED, null, Map.of()));
        }
        SampleRecordings.commit(catalog, change.build());
    }

    private Timestamps timestamps(URI authority, Path root) throws Exception {
        return new Timestamps(log, catalog, new TimestampAuthority(authority, root, RANDOM), DAY, clock);
    }

    @Test
    void checkpoint_is_stamped_once_a_day_if_the_log_has_grown_and_kept_with_its_token() throws Exception {
        try (TestAuthority authority = new TestAuthority()) {
            Timestamps timestamps = timestamps(authority.address(), authority.root(folder));
            timestamps.stampIfDue();
            timestamps.stampIfDue();
            assertThat(authority.requests.get()).isEqualTo(1);
            List<StampedCheckpoint> kept = StampedCheckpoint.in(folder.resolve("ledger"));
            assertThat(kept).hasSize(1);
            assertThat(kept.get(0).size()).isEqualTo(3);
            assertThat(NaiveLog.openNote(
                            Files.readString(kept.get(0).checkpoint()),
                            catalog.ledger().verifierKey()))
                    .contains("\n3\n");
            CustodyEvent event = catalog.events(3, 1).get(0);
            assertThat(event.kind()).isEqualTo(EventKind.TIMESTAMPED);
            assertThat(event.details())
                    .containsEntry("size", "3")
                    .containsEntry("at", kept.get(0).at().toString());

            clock.set(clock.instant().plus(DAY).plusSeconds(1));
            timestamps.stampIfDue();
            assertThat(authority.requests.get())
                    .as("nothing but the stamp's own event")
                    .isEqualTo(1);
            grow();
            timestamps.stampIfDue();
            assertThat(authority.requests.get()).isEqualTo(2);
            Timestamps reopened = timestamps(authority.address(), authority.root(folder));
            reopened.stampIfDue();
            assertThat(StampedCheckpoint.in(folder.resolve("ledger")))
                    .extracting(StampedCheckpoint::size)
                    .containsExactly(3L, 7L);
        }
    }

    @Test
    void answer_that_cannot_be_believed_is_not_kept() throws Exception {
        try (TestAuthority authority = new TestAuthority();
                TestAuthority foreign = new TestAuthority()) {
            Timestamps timestamps = timestamps(authority.address(), authority.root(folder));
            byte[] earlier = authority.answer(query());
            List<TestAuthority.Tampering> all = List.of(
                    (query, answer) -> foreign.answer(query),
                    (query, answer) -> earlier,
                    (query, answer) -> Arrays.copyOf(answer, answer.length / 2),
                    (query, answer) -> new byte[] {1, 2, 3},
                    (query, answer) -> new byte[0],
                    (query, answer) -> {
                        byte[] flipped = answer.clone();
                        flipped[flipped.length - 10] ^= 1;
                        return flipped;
                    });
            for (TestAuthority.Tampering tampering : all) {
                authority.tampering = tampering;
                assertThatThrownBy(timestamps::stampIfDue)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("timestamp authority: ");
                assertThat(StampedCheckpoint.in(folder.resolve("ledger"))).isEmpty();
            }
            authority.tampering = (query, answer) -> answer;
            timestamps.stampIfDue();
            assertThat(StampedCheckpoint.in(folder.resolve("ledger"))).hasSize(1);
        }
    }

    private static byte[] query() throws Exception {
        var generator = new org.bouncycastle.tsp.TimeStampRequestGenerator();
        generator.setCertReq(true);
        return generator
                .generate(org.bouncycastle.tsp.TSPAlgorithms.SHA256, new byte[32], java.math.BigInteger.TEN)
                .getEncoded();
    }

    @Test
    void roots_that_are_none_are_refused() throws Exception {
        for (String bad : List.of("", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            Path file = Files.writeString(folder.resolve("bad.pem"), bad);
            assertThatThrownBy(() -> new TimestampAuthority(URI.create("http://127.0.0.1:1"), file, RANDOM))
                    .isInstanceOf(InvalidField.class)
                    .hasMessageStartingWith("ledger.timestamps.roots: ");
        }
    }

    @Test
    void thread_stamps_by_itself_and_says_what_keeps_it_from_that() throws Exception {
        try (TestAuthority authority = new TestAuthority()) {
            authority.tampering = (query, answer) -> new byte[0];
            AttestSettings settings = new AttestSettings(List.of(), null, Duration.ofMillis(5));
            try (Attestations attestations = Attestations.start(
                    log, settings, timestamps(authority.address(), authority.root(folder)), InstantSource.system())) {
                WitnessTest.await("named", () -> attestations.troubles().size() == 1);
                assertThat(attestations.troubles().values()).first().asString().contains("500");
                assertThat(log.troubles()).singleElement().asString().contains("500");
                authority.tampering = (query, answer) -> answer;
                WitnessTest.await(
                        "stamped",
                        () -> !StampedCheckpoint.in(folder.resolve("ledger")).isEmpty());
                WitnessTest.await("no trouble", () -> attestations.troubles().isEmpty());
            }
        }
    }

    @Test
    @Tag("world")
    void token_of_another_program_verifies_and_openssl_believes_what_was_kept() throws Exception {
        Path authority = Files.createDirectory(folder.resolve("authority"));
        Files.writeString(authority.resolve("ext"), "extendedKeyUsage=critical,timeStamping\n");
        Files.writeString(authority.resolve("tsa.cnf"), """
                [tsa]
                default_tsa = ours
                [ours]
                serial = serial
                signer_cert = tsa.pem
                certs = ca.pem
                signer_key = tsa.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256
                ess_cert_id_alg = sha256
                """);
        openssl(authority, "req -x509 -newkey rsa:2048 -nodes -subj /CN=Root -keyout ca.key -out ca.pem -days 30");
        openssl(authority, "req -newkey rsa:2048 -nodes -subj /CN=Authority -keyout tsa.key -out tsa.csr");
        openssl(
                authority,
                "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -out tsa.pem -days 30");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Files.write(authority.resolve("query"), exchange.getRequestBody().readAllBytes());
            try {
                openssl(authority, "ts -reply -config tsa.cnf -queryfile query -out reply");
            } catch (Exception e) {
                throw new IOException(e);
            }
            byte[] reply = Files.readAllBytes(authority.resolve("reply"));
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            timestamps(address, authority.resolve("ca.pem")).stampIfDue();
        } finally {
            server.stop(0);
        }
        StampedCheckpoint kept = StampedCheckpoint.in(folder.resolve("ledger")).get(0);
        assertThat(openssl(
                        authority,
                        "ts -verify -data " + kept.checkpoint() + " -in " + kept.token() + " -CAfile ca.pem"))
                .contains("Verification: OK");
        Files.writeString(kept.checkpoint(), Files.readString(kept.checkpoint()) + "\n");
        assertThatThrownBy(() -> openssl(
                        authority,
                        "ts -verify -data " + kept.checkpoint() + " -in " + kept.token() + " -CAfile ca.pem"))
                .isInstanceOf(IOException.class);
    }

    private static String openssl(Path folder, String arguments) throws Exception {
        Process process = new ProcessBuilder(("openssl " + arguments).split(" ", -1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException("openssl " + arguments + ": " + text);
        }
        return text;
    }
}
