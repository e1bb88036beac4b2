package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is said before the answer, what every answer carries, and how slow a body may be. */
@ExtendWith(LeakWatch.class)
class InterimRepliesTest {
    @TempDir
    private Path folder;

    /** Tells where to go on at once, and how far it is after each write. */
    private static final class Telling implements BodyHandler.Sink {
        private BodyHandler.Interim interim = (status, fields) -> {};
        private long taken;

        @Override
        public void begun(BodyHandler.Interim way) {
            interim = way;
            way.send(104, Headers.NONE.with("location", "/here"));
        }

        @Override
        public void write(ByteBuffer bytes) {
            taken += bytes.remaining();
            interim.send(104, Headers.NONE.with("upload-offset", Long.toString(taken)));
        }

        @Override
        public Response complete() {
            return Response.text(200, "text/plain", "took " + taken);
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }
    }

    private static Route telling() {
        return Route.streaming("POST", "/in", head -> new Telling()).always("X-Always", "yes");
    }

    @Test
    void what_is_said_early_comes_before_the_continue_and_the_answer() throws Exception {
        try (RunningServer server = new RunningServer(telling());
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 5\n\n");
            RawConnection.Answer first = connection.answer();
            assertThat(first.status()).isEqualTo(104);
            assertThat(first.header("location")).isEqualTo("/here");
            assertThat(connection.answer().status()).isEqualTo(100);
            connection.send("hello");
            RawConnection.Answer second = connection.answer();
            assertThat(second.status()).isEqualTo(104);
            assertThat(second.header("upload-offset")).isEqualTo("5");
            RawConnection.Answer last = connection.answer();
            assertThat(last.text()).isEqualTo("took 5");
            assertThat(last.header("x-always")).isEqualTo("yes");
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 0\n\n");
            assertThat(connection.answer().status())
                    .as("the connection goes on")
                    .isEqualTo(104);
            assertThat(connection.answer().text()).isEqualTo("took 0");
        }
    }

    @Test
    void nothing_is_said_early_to_clients_of_http_1_0() throws Exception {
        try (RunningServer server = new RunningServer(telling())) {
            assertThat(server.ask("POST /in HTTP/1.0\nContent-Length: 5\n\nhello")
                            .text())
                    .isEqualTo("took 5");
        }
    }

    @Test
    void what_every_answer_carries_is_in_refusals_and_failures_too() throws Exception {
        Route failing = Route.of("GET", "/failing", r -> {
                    throw new IllegalStateException("our own mistake");
                })
                .always("X-Always", "yes");
        try (RunningServer server = new RunningServer(failing)) {
            for (String request : List.of(
                    "GET /failing HTTP/1.1\nHost: x\n\n",
                    "PUT /failing HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
                    "GET /failing HTTP/1.1\nHost: x\nContent-Length: 3\n\nabc")) {
                assertThat(server.ask(request).header("x-always")).as(request).isEqualTo("yes");
            }
        }
    }

    @Test
    void a_body_slower_than_somebody_has_configured_is_given_up_with_408() throws Exception {
        RecordingSink sink = new RecordingSink();
        HttpSettings.Timeouts usual = HttpSettings.defaults().timeouts();
        HttpSettings settings = HttpSettings.defaults()
                .with(new HttpSettings.Timeouts(
                        usual.handshake(),
                        usual.head(),
                        usual.keepAlive(),
                        usual.body(),
                        usual.reader(),
                        Duration.ofMillis(300)))
                .with(new HttpSettings.Slowest(1_000_000, Duration.ofMillis(500)));
        try (RunningServer server = new RunningServer(settings, Route.streaming("POST", "/in", head -> sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000000\n\nhello");
            CompletableFuture<RawConnection.Answer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.answer();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            LinkedBlockingQueue<String> never = new LinkedBlockingQueue<>();
            for (int i = 0; i < 2_000 && !answer.isDone(); i++) {
                try {
                    connection.send("a".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException ignored) {
                    // the answer is on its way, or the end
                }
                never.poll(50, TimeUnit.MILLISECONDS);
            }
            assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(408);
            assertThat(sink.awaitEnd()).startsWith("broken");
        }
    }

    @Test
    @Tag("world")
    void what_is_said_early_reaches_others_over_http_2() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned(
                folder.resolve("keys"), List.of("127.0.0.1"), InstantSource.system(), new SecureRandom());
        try (RunningServer server =
                new RunningServer(HttpSettings.defaults(), request -> new Principal.Anonymous(), identity, telling())) {
            Process curl = new ProcessBuilder(
                            "curl",
                            "-sSik",
                            "--http2",
                            "--data-binary",
                            "hello",
                            server.uri("/in").toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(curl.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(said)
                    .startsWith("HTTP/2 104")
                    .contains("location: /here", "upload-offset: 5", "HTTP/2 200", "x-always: yes")
                    .endsWith("took 5");
        }
    }
}
