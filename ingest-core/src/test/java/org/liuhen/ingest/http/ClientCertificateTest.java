package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that prove themselves with a certificate in the handshake. */
class ClientCertificateTest {
    private static final char[] PASSWORD = "only in memory".toCharArray();

    @TempDir
    Path folder;

    private TlsIdentity server;
    private RunningServer running;

    @BeforeEach
    void start() throws IOException {
        server = identity("server", InstantSource.system());
        running = new RunningServer(
                HttpSettings.defaults(),
                request -> new Principal.Anonymous(),
                server,
                Route.of(
                        "GET",
                        "/who",
                        r -> Response.text(200, "text/plain", r.certificate().orElse("nobody"))));
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private TlsIdentity identity(String name, InstantSource clock) throws IOException {
        return TlsIdentity.selfSigned(folder.resolve(name), List.of("127.0.0.1"), clock, new SecureRandom());
    }

    private HttpResponse<String> ask(@Nullable TlsIdentity client, HttpClient.Version version) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.chain().get(0));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (client != null) {
            own.setKeyEntry("client", client.key(), PASSWORD, client.chain().toArray(Certificate[]::new));
        }
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(version)
                .build()
                .send(HttpRequest.newBuilder(running.uri("/who")).build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void request_tells_which_certificate_its_client_proved_to_hold(HttpClient.Version version) throws Exception {
        TlsIdentity client = identity("client", InstantSource.system());

        HttpResponse<String> answer = ask(client, version);

        assertThat(answer.version()).isEqualTo(version);
        assertThat(answer.body())
                .isEqualTo(DigestUtils.sha256Hex(client.chain().get(0).getEncoded()));
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void client_without_a_certificate_is_served_as_nobody(HttpClient.Version version) throws Exception {
        assertThat(ask(null, version).body()).isEqualTo("nobody");
    }

    @Test
    void certificate_past_its_time_is_refused_in_the_handshake() throws Exception {
        Instant longAgo = InstantSource.system().instant().minus(Duration.ofDays(4_000));
        TlsIdentity old = identity("old", InstantSource.fixed(longAgo));

        assertThatThrownBy(() -> ask(old, HttpClient.Version.HTTP_1_1)).isInstanceOf(IOException.class);
    }
}
