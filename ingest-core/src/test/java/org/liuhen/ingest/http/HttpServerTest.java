package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

@ExtendWith(LeakWatch.class)
class HttpServerTest {
    private static final Route HELLO =
            Route.of("GET", "/hello/{name}", r -> Response.text(200, "text/plain", "hello " + r.parameter("name")));

    @Test
    void a_get_route_answers_get_and_head() throws Exception {
        try (RunningServer server = new RunningServer(HELLO);
                RawConnection connection = server.connect()) {
            RawConnection.Answer get = connection
                    .send("GET /hello/w%C3%B6rld HTTP/1.1\nHost: x\n\n")
                    .answer();
            assertThat(get.status()).isEqualTo(200);
            assertThat(get.text()).isEqualTo("hello wörld");
            assertThat(get.header("server")).isEqualTo("liuhen");
            assertThat(get.header("date")).matches("\\w{3}, \\d{2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
            assertThat(get.header("x-content-type-options")).isEqualTo("nosniff");
            RawConnection.Answer head = connection
                    .send("HEAD /hello/w%C3%B6rld HTTP/1.1\nHost: x\n\n")
                    .answerHead();
            assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
            assertThat(connection
                            .send("GET /hello/2 HTTP/1.1\nHost: x\n\n")
                            .answer()
                            .text())
                    .isEqualTo("hello 2");
        }
    }

    @Test
    void unknown_paths_and_methods_are_problems() throws Exception {
        try (RunningServer server = new RunningServer(HELLO)) {
            RawConnection.Answer missing = server.ask("GET /nowhere HTTP/1.1\nHost: x\n\n");
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.header("content-type")).isEqualTo("application/problem+json");
            assertThat(StoredJson.MAPPER.readTree(missing.body()).get("type").asText())
                    .isEqualTo("urn:liuhen:problem:not-found");
            RawConnection.Answer wrong = server.ask("DELETE /hello/x HTTP/1.1\nHost: x\n\n");
            assertThat(wrong.status()).isEqualTo(405);
            assertThat(wrong.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
            RawConnection.Answer options = server.ask("OPTIONS /hello/x HTTP/1.1\nHost: x\n\n");
            assertThat(options.status()).isEqualTo(204);
            assertThat(options.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void a_good_client_posts_a_document_and_reads_the_answer() throws Exception {
        Route echo =
                Route.document("POST", "/echo", (r, body) -> new Response(201, Headers.NONE, new Response.Bytes(body)));
        try (RunningServer server = new RunningServer(echo)) {
            HttpClient client = HttpClient.newHttpClient();
            String text = "x".repeat(300_000);
            var answer = client.send(
                    HttpRequest.newBuilder(server.uri("/echo"))
                            .POST(HttpRequest.BodyPublishers.ofString(text))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body()).isEqualTo(text);
        }
    }

    @Test
    void a_document_that_is_too_large_is_refused_and_the_sender_sees_why() throws Exception {
        Route echo = Route.document("POST", "/echo", (r, body) -> Response.of(204));
        try (RunningServer server = new RunningServer(echo)) {
            RawConnection.Answer declared =
                    server.ask("POST /echo HTTP/1.1\nHost: x\nContent-Length: 2000000\n\n" + "x".repeat(10));
            assertThat(declared.status()).isEqualTo(413);
            String chunk = "40000\n" + "x".repeat(0x40000) + "\n";
            RawConnection.Answer chunked =
                    server.ask("POST /echo HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + chunk.repeat(6));
            assertThat(chunked.status()).isEqualTo(413);
            assertThat(chunked.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void failures_are_mapped_in_one_place() throws Exception {
        try (RunningServer server = new RunningServer(
                Route.of("GET", "/field", r -> {
                    throw new InvalidField("case", "control characters (expected: none)");
                }),
                Route.of("GET", "/full", r -> {
                    throw new StorageFailure(StorageFailure.Kind.NO_SPACE, "vault: /secret/path is full");
                }),
                Route.of("GET", "/out", r -> {
                    throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "vault: write failed");
                }),
                Route.of("GET", "/bug", r -> {
                    throw new IllegalStateException("secret detail");
                }),
                Route.document("POST", "/json", (r, body) -> {
                    StoredJson.MAPPER.readValue(body, DeviceId.class);
                    return Response.of(204);
                }),
                Route.of("GET", "/error", r -> {
                    throw new StackOverflowError("deep");
                }))) {
            RawConnection.Answer field = server.ask("GET /field HTTP/1.1\nHost: x\n\n");
            assertThat(field.status()).isEqualTo(400);
            assertThat(StoredJson.MAPPER.readTree(field.body()).get("field").asText())
                    .isEqualTo("case");
            RawConnection.Answer full = server.ask("GET /full HTTP/1.1\nHost: x\n\n");
            assertThat(full.status()).isEqualTo(507);
            assertThat(full.text()).doesNotContain("secret");
            RawConnection.Answer out = server.ask("GET /out HTTP/1.1\nHost: x\n\n");
            assertThat(out.status()).isEqualTo(503);
            assertThat(out.header("retry-after")).isNotEmpty();
            RawConnection.Answer bug = server.ask("GET /bug HTTP/1.1\nHost: x\n\n");
            assertThat(bug.status()).isEqualTo(500);
            assertThat(bug.text()).contains("reference").doesNotContain("secret");
            assertThat(server.ask("GET /error HTTP/1.1\nHost: x\n\n").status()).isEqualTo(500);
            for (String body : new String[] {"{", "[1,2]", "", "\u0000", "[".repeat(5000)}) {
                assertThat(server.ask("POST /json HTTP/1.1\nHost: x\nContent-Length: " + body.length() + "\n\n" + body)
                                .status())
                        .as(body)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void the_authenticator_is_asked_before_the_body_is_read() throws Exception {
        RecordingSink sink = new RecordingSink();
        Authenticator strict = request -> {
            if (request.header("authorization").isEmpty()) {
                throw new Problem(401, "unauthorized", "authorization: missing").header("www-authenticate", "Bearer");
            }
            return new Principal.OfDevice(new DeviceId("cam-1"));
        };
        try (RunningServer server = new RunningServer(
                HttpSettings.defaults(),
                strict,
                null,
                Route.streaming("POST", "/in", head -> sink),
                Route.of(
                        "GET",
                        "/me",
                        r -> Response.text(200, "text/plain", r.principal().toString())))) {
            try (RawConnection connection = server.connect()) {
                RawConnection.Answer refused = connection
                        .send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000000000\nExpect: 100-continue\n\n")
                        .answer();
                assertThat(refused.status()).isEqualTo(401);
                assertThat(refused.header("www-authenticate")).isEqualTo("Bearer");
                assertThat(refused.header("connection")).isEqualTo("close");
                assertThat(connection.isEnded()).isTrue();
            }
            assertThat(sink.calls).isEmpty();
            assertThat(server.ask("GET /me HTTP/1.1\nHost: x\nAuthorization: Bearer t\n\n")
                            .text())
                    .contains("cam-1");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order_one_at_a_time() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Route slow = Route.of("GET", "/slow", r -> {
            gate.await(20, TimeUnit.SECONDS);
            return Response.text(200, "text/plain", "slow");
        });
        Route take =
                Route.document("POST", "/take", (r, body) -> Response.text(200, "text/plain", "took " + body.length));
        try (RunningServer server = new RunningServer(slow, take, HELLO);
                RawConnection connection = server.connect()) {
            connection.send("GET /slow HTTP/1.1\nHost: x\n\n"
                    + "POST /take HTTP/1.1\nHost: x\nContent-Length: 5\n\n12345"
                    + "GET /nowhere HTTP/1.1\nHost: x\n\n".repeat(50)
                    + "GET /hello/last HTTP/1.1\nHost: x\n\n");
            gate.countDown();
            assertThat(connection.answer().text()).isEqualTo("slow");
            assertThat(connection.answer().text()).isEqualTo("took 5");
            for (int i = 0; i < 50; i++) {
                assertThat(connection.answer().status()).isEqualTo(404);
            }
            assertThat(connection.answer().text()).isEqualTo("hello last");
        }
    }

    @Test
    void too_many_pipelined_requests_end_the_connection_after_the_current_answer() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Route slow = Route.of("GET", "/slow", r -> {
            begun.countDown();
            gate.await(20, TimeUnit.SECONDS);
            return Response.text(200, "text/plain", "slow");
        });
        try (RunningServer server = new RunningServer(slow);
                RawConnection connection = server.connect()) {
            connection.send("GET /slow HTTP/1.1\nHost: x\n\n" + "GET /a HTTP/1.1\nHost: x\n\n".repeat(300));
            begun.await(20, TimeUnit.SECONDS);
            gate.countDown();
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.text()).isEqualTo("slow");
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void keep_alive_follows_the_client() throws Exception {
        try (RunningServer server = new RunningServer(HELLO)) {
            try (RawConnection connection = server.connect()) {
                RawConnection.Answer answer = connection
                        .send("GET /hello/x HTTP/1.1\nHost: x\nConnection: close\n\n")
                        .answer();
                assertThat(answer.header("connection")).isEqualTo("close");
                assertThat(connection.isEnded()).isTrue();
            }
            try (RawConnection connection = server.connect()) {
                assertThat(connection.send("GET /hello/x HTTP/1.0\n\n").answer().header("connection"))
                        .isEqualTo("close");
                assertThat(connection.isEnded()).isTrue();
            }
            try (RawConnection connection = server.connect()) {
                String request = "GET /hello/x HTTP/1.0\nConnection: keep-alive\n\n";
                assertThat(connection.send(request).answer().header("connection"))
                        .isEqualTo("keep-alive");
                assertThat(connection.send(request).answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void requests_are_counted_by_route_method_and_status() throws Exception {
        try (RunningServer server = new RunningServer(HELLO)) {
            server.ask("GET /hello/x HTTP/1.1\nHost: x\n\n");
            server.ask("BREW /hello/x HTTP/1.1\nHost: x\n\n");
            RecordingSink.await(
                    "timer",
                    () -> server.meters.find("liuhen.http.requests").timers().size() == 2);
            assertThat(server.meters
                            .get("liuhen.http.requests")
                            .tags("route", "/hello/{name}", "method", "GET", "status", "2xx")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(server.meters
                            .get("liuhen.http.requests")
                            .tags("method", "other", "status", "4xx")
                            .timer()
                            .count())
                    .isEqualTo(1);
            RecordingSink.await(
                    "connections closed",
                    () -> server.meters.get("liuhen.http.connections").gauge().value() == 0);
        }
    }

    @Test
    void a_port_in_use_is_named() throws Exception {
        try (RunningServer server = new RunningServer(HELLO);
                RunningServer other = new RunningServer(HELLO)) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> other.server.listen(server.address, null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(server.address.getPort()));
        }
    }

    @Test
    void a_streamed_answer_is_chunked_and_a_short_one_is_not() throws Exception {
        byte[] block = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);
        Route big = Route.of(
                "GET",
                "/big",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                    for (int i = 0; i < 50; i++) {
                        out.write(block);
                    }
                })));
        Route small = Route.of(
                "GET",
                "/small",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> out.write(new byte[] {'a', 'b'}))));
        Route failing = Route.of(
                "GET",
                "/failing",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                    out.write('a');
                    throw new IOException("broken");
                })));
        Route torn = Route.of(
                "GET",
                "/torn",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                    out.write(block);
                    throw new IOException("broken");
                })));
        try (RunningServer server = new RunningServer(big, small, failing, torn)) {
            RawConnection.Answer answer = server.ask("GET /big HTTP/1.1\nHost: x\n\n");
            assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
            assertThat(answer.body()).hasSize(50 * block.length);
            RawConnection.Answer old = server.ask("GET /big HTTP/1.0\n\n");
            assertThat(old.headers()).doesNotContainKey("transfer-encoding");
            assertThat(old.body()).hasSize(50 * block.length);
            assertThat(server.ask("GET /small HTTP/1.1\nHost: x\n\n").header("content-length"))
                    .isEqualTo("2");
            assertThat(server.ask("GET /failing HTTP/1.1\nHost: x\n\n").status())
                    .isEqualTo(500);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> server.ask("GET /torn HTTP/1.1\nHost: x\n\n"))
                    .isInstanceOf(IOException.class);
            try (RawConnection connection = server.connect()) {
                connection.send("HEAD /big HTTP/1.1\nHost: x\n\n").answerHead();
                assertThat(connection
                                .send("GET /small HTTP/1.1\nHost: x\n\n")
                                .answer()
                                .text())
                        .isEqualTo("ab");
            }
        }
    }

    @Test
    void a_reader_that_goes_away_stops_the_stream() throws Exception {
        var stopped = new java.util.concurrent.CompletableFuture<Exception>();
        Route endless = Route.of(
                "GET",
                "/endless",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        for (; ; ) {
                            out.write(new byte[10_000]);
                        }
                    } catch (IOException e) {
                        stopped.complete(e);
                        throw e;
                    }
                })));
        try (RunningServer server = new RunningServer(endless)) {
            try (RawConnection connection = server.connect()) {
                connection.send("GET /endless HTTP/1.1\nHost: x\n\n").exactly(100);
            }
            assertThat(stopped.get(20, TimeUnit.SECONDS)).hasMessageContaining("nobody reads it");
        }
    }

    @Test
    void server_sent_events_arrive_as_they_are_flushed() throws Exception {
        var next = new java.util.concurrent.ArrayBlockingQueue<String>(4);
        Route events = Route.of(
                "GET",
                "/events",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                            out.flush();
                            try {
                                for (String event = next.take(); !event.isEmpty(); event = next.take()) {
                                    out.write(event.getBytes(StandardCharsets.UTF_8));
                                    out.flush();
                                }
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        }))
                        .with("content-type", "text/event-stream"));
        try (RunningServer server = new RunningServer(events);
                RawConnection connection = server.connect()) {
            connection.send("GET /events HTTP/1.1\nHost: x\n\n");
            String head = new String(connection.exactly(16), StandardCharsets.US_ASCII);
            assertThat(head).startsWith("HTTP/1.1 200 OK");
            next.put("data: one\n\n");
            StringBuilder seen = new StringBuilder();
            while (!seen.toString().contains("data: one\n\n")) {
                seen.append((char) connection.exactly(1)[0]);
            }
            next.put("");
            assertThat(seen.toString()).contains("text/event-stream");
        }
    }
}
