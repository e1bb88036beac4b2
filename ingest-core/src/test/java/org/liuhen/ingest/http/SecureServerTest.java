package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakWatch.class)
class SecureServerTest {
    @TempDir
    Path folder;

    private final byte[] bytes = new byte[7_000_000];
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        new Random(5).nextBytes(bytes);
        file = Files.write(folder.resolve("original"), bytes);
    }

    private TlsIdentity identity() throws IOException {
        return TlsIdentity.selfSigned(
                folder.resolve("keys"), List.of("localhost", "127.0.0.1"), InstantSource.system(), new SecureRandom());
    }

    private static SSLContext trusting(TlsIdentity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", identity.chain().get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static RunningServer server(TlsIdentity identity, Route... routes) throws IOException {
        return new RunningServer(HttpSettings.defaults(), request -> new Principal.Anonymous(), identity, routes);
    }

    private static HttpClient client(TlsIdentity identity, HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(trusting(identity))
                .version(version)
                .build();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void uploads_and_downloads_are_whole_over_either_http(HttpClient.Version version) throws Exception {
        TlsIdentity identity = identity();
        try (RunningServer server = server(
                identity,
                Route.streaming("POST", "/in", head -> new RecordingSink()),
                Route.of("GET", "/file", r -> Response.file(file, "video/mp4").with("etag", "\"e\"")),
                Route.of(
                        "GET",
                        "/stream",
                        r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                            for (int at = 0; at < bytes.length; at += 10_000) {
                                out.write(bytes, at, Math.min(10_000, bytes.length - at));
                            }
                        }))),
                Route.of("GET", "/who", r -> Response.text(200, "text/plain", r.secure() + " " + r.peer())))) {
            HttpClient client = client(identity, version);
            var upload = client.send(
                    HttpRequest.newBuilder(server.uri("/in"))
                            .POST(BodyPublishers.ofByteArray(bytes))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(upload.version()).isEqualTo(version);
            assertThat(upload.body()).startsWith("7000000 ");
            for (String path : List.of("/file", "/stream")) {
                var whole = client.send(HttpRequest.newBuilder(server.uri(path)).build(), BodyHandlers.ofByteArray());
                assertThat(whole.body()).isEqualTo(bytes);
            }
            var range = client.send(
                    HttpRequest.newBuilder(server.uri("/file"))
                            .header("Range", "bytes=1000000-1999999")
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(range.statusCode()).isEqualTo(206);
            assertThat(range.body()).isEqualTo(Arrays.copyOfRange(bytes, 1_000_000, 2_000_000));
            var head = client.send(
                    HttpRequest.newBuilder(server.uri("/file"))
                            .method("HEAD", BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(head.headers().firstValueAsLong("content-length")).hasValue(bytes.length);
            assertThat(client.send(HttpRequest.newBuilder(server.uri("/who")).build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("true 127.0.0.1");
        }
    }

    @Test
    void many_streams_of_one_connection_are_served_side_by_side() throws Exception {
        TlsIdentity identity = identity();
        try (RunningServer server = server(identity, Route.streaming("POST", "/in", head -> new RecordingSink()))) {
            HttpClient client = client(identity, HttpClient.Version.HTTP_2);
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(client.sendAsync(
                                HttpRequest.newBuilder(server.uri("/in"))
                                        .POST(BodyPublishers.ofByteArray(bytes, 0, 500_000 + i))
                                        .build(),
                                BodyHandlers.ofString())
                        .thenApply(java.net.http.HttpResponse::body));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).startsWith(500_000 + i + " ");
            }
        }
    }

    @Test
    void a_slow_sink_holds_back_its_stream_and_no_other() throws Exception {
        TlsIdentity identity = identity();
        CountDownLatch gate = new CountDownLatch(1);
        try (RunningServer server = server(
                identity,
                Route.streaming("POST", "/held", head -> new RecordingSink(gate, null)),
                Route.document("POST", "/small", (r, body) -> Response.text(200, "text/plain", "" + body.length)))) {
            HttpClient client = client(identity, HttpClient.Version.HTTP_2);
            AtomicLong asked = new AtomicLong();
            var held = client.sendAsync(
                    HttpRequest.newBuilder(server.uri("/held"))
                            .POST(BodyPublishers.ofByteArrays(() -> counting(asked, 64 << 20)))
                            .build(),
                    BodyHandlers.ofString());
            RecordingSink.await("much was sent", () -> asked.get() > 3 << 20);
            for (int i = 0; i < 20; i++) {
                var small = client.send(
                        HttpRequest.newBuilder(server.uri("/small"))
                                .POST(BodyPublishers.ofByteArray(new byte[100_000]))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(small.body()).isEqualTo("100000");
            }
            assertThat(asked.get()).isLessThan(24 << 20);
            gate.countDown();
            assertThat(held.get(20, TimeUnit.SECONDS).body()).startsWith((64 << 20) + " ");
        }
    }

    private static java.util.Iterator<byte[]> counting(AtomicLong asked, long size) {
        return new java.util.Iterator<>() {
            private long left = size;

            @Override
            public boolean hasNext() {
                return left > 0;
            }

            @Override
            public byte[] next() {
                byte[] block = new byte[(int) Math.min(left, 65_536)];
                left -= block.length;
                asked.addAndGet(block.length);
                return block;
            }
        };
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_refused_upload_gets_its_answer(HttpClient.Version version) throws Exception {
        TlsIdentity identity = identity();
        try (RunningServer server = server(identity, Route.streaming("POST", "/in", head -> {
            throw new Problem(403, "foreign-device", "device: not yours");
        }))) {
            HttpClient client = client(identity, version);
            var answer = client.send(
                    HttpRequest.newBuilder(server.uri("/in"))
                            .POST(BodyPublishers.ofByteArray(new byte[300_000]))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("foreign-device");
        }
    }

    @Test
    void a_refused_sender_of_much_over_http_2_is_stopped() throws Exception {
        TlsIdentity identity = identity();
        try (RunningServer server = server(identity, Route.streaming("POST", "/in", head -> {
            throw new Problem(403, "foreign-device", "device: not yours");
        }))) {
            HttpClient client = client(identity, HttpClient.Version.HTTP_2);
            AtomicLong asked = new AtomicLong();
            var sending = client.sendAsync(
                    HttpRequest.newBuilder(server.uri("/in"))
                            .POST(BodyPublishers.ofByteArrays(() -> counting(asked, 1L << 40)))
                            .build(),
                    BodyHandlers.ofString());
            // Whether this client reads the answer before it has sent everything is its own affair.
            RecordingSink.await(
                    "the refusal is counted",
                    () -> !server.meters
                            .find("liuhen.http.requests")
                            .tags("status", "4xx")
                            .timers()
                            .isEmpty());
            assertThat(asked.get()).isLessThan(8 << 20);
            assertThat(sending).isNotCompletedExceptionally();
        }
    }

    @Test
    void a_cancelled_stream_breaks_its_sink() throws Exception {
        TlsIdentity identity = identity();
        RecordingSink sink = new RecordingSink();
        CountDownLatch never = new CountDownLatch(1);
        try (RunningServer server = server(identity, Route.streaming("POST", "/in", head -> sink))) {
            HttpClient client = client(identity, HttpClient.Version.HTTP_2);
            var sending = client.sendAsync(
                    HttpRequest.newBuilder(server.uri("/in"))
                            .POST(BodyPublishers.fromPublisher(subscriber -> {
                                var source = new java.util.concurrent.SubmissionPublisher<ByteBuffer>();
                                source.subscribe(subscriber);
                                source.submit(ByteBuffer.wrap(new byte[1000]));
                                new Thread(() -> {
                                            awaitQuietly(never);
                                            source.closeExceptionally(new IOException("pulled the plug"));
                                        })
                                        .start();
                            }))
                            .build(),
                    BodyHandlers.ofString());
            RecordingSink.await("something came", () -> sink.taken.get() == 1000);
            never.countDown();
            assertThatThrownBy(() -> sending.get(20, TimeUnit.SECONDS)).hasMessageContaining("pulled the plug");
            sink.awaitEnd();
            assertThat(sink.calls).containsExactly("write", "broken");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void old_tls_and_plain_text_get_nowhere() throws Exception {
        TlsIdentity identity = identity();
        try (RunningServer server = server(identity, Route.of("GET", "/", r -> Response.of(204)))) {
            try (RawConnection plain = server.connect()) {
                assertThatThrownBy(
                                () -> plain.send("GET / HTTP/1.1\nHost: x\n\n").answer())
                        .isInstanceOf(IOException.class);
            }
            try (SSLSocket socket = (SSLSocket) trusting(identity)
                    .getSocketFactory()
                    .createSocket(server.address.getAddress(), server.address.getPort())) {
                assertThatThrownBy(() -> {
                            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
                            socket.startHandshake();
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void the_self_signed_identity_is_made_once_and_kept_private() throws Exception {
        TlsIdentity first = identity();
        assertThat(identity().fingerprint()).isEqualTo(first.fingerprint());
        assertThat(first.toString()).doesNotContain("PrivateKey");
        Path pem = folder.resolve("keys").resolve("tls-self-signed.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pem)))
                .isEqualTo("rw-------");
        try (var left = Files.list(folder.resolve("keys"))) {
            assertThat(left).containsExactly(pem);
        }
        first.chain().get(0).verify(first.chain().get(0).getPublicKey());
    }

    @Test
    void wrong_pem_files_are_named() throws Exception {
        identity();
        Path pem = folder.resolve("keys").resolve("tls-self-signed.pem");
        TlsIdentity other = TlsIdentity.selfSigned(
                folder.resolve("other"), List.of("x"), InstantSource.system(), new SecureRandom());
        assertThat(other.chain()).hasSize(1);
        Path otherPem = folder.resolve("other").resolve("tls-self-signed.pem");
        Path rubbish = Files.writeString(folder.resolve("rubbish"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Path empty = Files.writeString(folder.resolve("empty"), "");
        assertThatThrownBy(() -> TlsIdentity.ofPem(pem, otherPem)).hasMessageContaining("does not belong");
        assertThatThrownBy(() -> TlsIdentity.ofPem(empty, pem)).hasMessageContaining("none found");
        assertThatThrownBy(() -> TlsIdentity.ofPem(pem, empty)).hasMessageContaining("none found");
        assertThatThrownBy(() -> TlsIdentity.ofPem(rubbish, pem)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> TlsIdentity.ofPem(folder.resolve("absent"), pem))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"RSA,2048,pkcs8", "RSA,2048,traditional", "EC,256,pkcs8", "EC,384,traditional"})
    @SuppressWarnings("JavaUtilDate") // Bouncy Castle takes nothing newer
    void keys_in_the_usual_forms_are_read(String algorithm, int bits, String form) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        KeyPair pair = generator.generateKeyPair();
        Path key = folder.resolve("key.pem");
        try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(key))) {
            writer.writeObject(inForm(pair.getPrivate(), form));
        }
        assertThat(Files.readString(key))
                .startsWith("-----BEGIN " + (form.equals("pkcs8") ? "" : algorithm + " ") + "PRIVATE KEY-----");
        X500Name name = new X500Name("CN=x");
        Instant now = InstantSource.system().instant();
        Path certificate = folder.resolve("cert.pem");
        try (JcaPEMWriter writer = new JcaPEMWriter(Files.newBufferedWriter(certificate))) {
            writer.writeObject(new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(now),
                            Date.from(now.plusSeconds(600)),
                            name,
                            pair.getPublic())
                    .build(new JcaContentSignerBuilder(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                            .build(pair.getPrivate())));
        }
        TlsIdentity identity = TlsIdentity.ofPem(certificate, key);
        try (RunningServer server = server(identity, Route.of("GET", "/", r -> Response.of(204)));
                SSLSocket socket = (SSLSocket) trusting(identity)
                        .getSocketFactory()
                        .createSocket(server.address.getAddress(), server.address.getPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().getPeerCertificates())
                    .containsExactly(identity.chain().get(0));
        }
    }

    private static Object inForm(PrivateKey key, String form) throws IOException {
        if (form.equals("pkcs8")) {
            return new PemObject("PRIVATE KEY", key.getEncoded());
        }
        return key instanceof ECPrivateKey elliptic
                ? new PemObject(
                        "EC PRIVATE KEY",
                        new org.bouncycastle.asn1.sec.ECPrivateKey(384, elliptic.getS(), SECObjectIdentifiers.secp384r1)
                                .getEncoded())
                : key;
    }
}
