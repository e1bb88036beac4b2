package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakWatch.class)
class StreamedBodyTest {
    private static final HttpSettings IMPATIENT = HttpSettings.defaults()
            .with(new HttpSettings.Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofMillis(400),
                    Duration.ofMillis(600),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(300)));

    private static Route into(BodyHandler.Sink sink) {
        return Route.streaming("POST", "/in", head -> sink);
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String summary(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return bytes.length + " " + Long.toHexString(checksum.getValue());
    }

    @Test
    void a_body_arrives_whole_and_in_order_whatever_its_framing() throws Exception {
        byte[] bytes = random(9_000_001, 7);
        List<RecordingSink> sinks = new ArrayList<>();
        Route route = Route.streaming("POST", "/in", head -> {
            RecordingSink sink = new RecordingSink();
            sinks.add(sink);
            return sink;
        });
        try (RunningServer server = new RunningServer(route)) {
            HttpClient client = HttpClient.newHttpClient();
            for (var publisher : List.of(
                    BodyPublishers.ofByteArray(bytes),
                    BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(bytes)))) {
                var answer = client.send(
                        HttpRequest.newBuilder(server.uri("/in"))
                                .POST(publisher)
                                .build(),
                        BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo(summary(bytes));
            }
            assertThat(sinks).allSatisfy(sink -> assertThat(sink.calls).containsExactly("write", "complete"));
            assertThat(server.meters.get("liuhen.http.body.bytes").counter().count())
                    .isEqualTo(2.0 * bytes.length);
            assertThat(server.meters.get("liuhen.http.body.waiting").gauge().value())
                    .isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("org.liuhen.ingest.http.RunningServer#transports")
    void while_a_sink_is_slow_the_server_reads_large_pieces_and_no_more_than_its_lane_holds(
            HttpSettings.Transport transport) throws Exception {
        HttpSettings settings = HttpSettings.defaults().with(new HttpSettings.Threads(transport, 2, 8, 8));
        CountDownLatch gate = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink(gate, null);
        HttpSettings.Limits limits = HttpSettings.Limits.defaults();
        byte[] bytes = random(32 << 20, 3);
        try (RunningServer server = new RunningServer(settings, into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: " + bytes.length + "\n\n");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    connection.send(bytes);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var waiting = server.meters.get("liuhen.http.body.waiting").gauge();
            RecordingSink.await("the lane is full", () -> waiting.value() >= limits.laneBytes());
            for (int i = 0; i < 50; i++) {
                assertThat(waiting.value()).isLessThanOrEqualTo(limits.laneBytes() + limits.receiveBytes());
            }
            assertThat(sending).isNotDone();
            gate.countDown();
            assertThat(connection.answer().text()).isEqualTo(summary(bytes));
            sending.get(20, TimeUnit.SECONDS);
            assertThat(waiting.value()).isZero();
            assertThat(sink.largest.get()).isGreaterThanOrEqualTo(256 << 10);
        }
    }

    @Test
    void all_lanes_together_keep_to_the_budget_and_small_requests_still_get_through() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        HttpSettings.Limits limits = new HttpSettings.Limits(100, 8192, 32768, 4 << 20, 2 << 20, 1 << 20, 4 << 20);
        byte[] bytes = random(3 << 20, 5);
        Route held = Route.streaming("POST", "/held", head -> new RecordingSink(gate, null));
        Route small = Route.document("POST", "/small", (r, body) -> Response.text(200, "text/plain", "" + body.length));
        List<RawConnection> connections = new ArrayList<>();
        List<CompletableFuture<Void>> sending = new ArrayList<>();
        try (RunningServer server = new RunningServer(HttpSettings.defaults().with(limits), held, small)) {
            for (int i = 0; i < 20; i++) {
                RawConnection connection = server.connect();
                connections.add(connection);
                sending.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                connection.send(
                                        "POST /held HTTP/1.1\nHost: x\nContent-Length: " + bytes.length + "\n\n");
                                connection.send(bytes);
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        },
                        task -> new Thread(task).start()));
            }
            var waiting = server.meters.get("liuhen.http.body.waiting").gauge();
            RecordingSink.await("much is waiting", () -> waiting.value() >= limits.bodyBytes() / 2.0);
            for (int i = 0; i < 50; i++) {
                RawConnection.Answer answer =
                        server.ask("POST /small HTTP/1.1\nHost: x\nContent-Length: 50000\n\n" + "x".repeat(50_000));
                assertThat(answer.text()).isEqualTo("50000");
                assertThat(waiting.value()).isLessThanOrEqualTo(limits.bodyBytes() + 21.0 * (64 << 10));
            }
            gate.countDown();
            for (RawConnection connection : connections) {
                assertThat(connection.answer().text()).isEqualTo(summary(bytes));
                connection.close();
            }
            CompletableFuture.allOf(sending.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_connection_that_breaks_mid_body_is_told_to_the_sink_after_all_that_came() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (RunningServer server = new RunningServer(into(sink))) {
            try (RawConnection connection = server.connect()) {
                connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000000\n\n");
                connection.send(random(300_000, 1));
                RecordingSink.await("some bytes", () -> sink.taken.get() == 300_000);
            }
            assertThat(sink.awaitEnd()).contains("closed by the other side");
            assertThat(sink.calls).containsExactly("write", "broken");
            RecordingSink.await(
                    "counted",
                    () -> !server.meters
                            .find("liuhen.http.requests")
                            .tags("status", "gone")
                            .timers()
                            .isEmpty());
        }
    }

    @Test
    void a_reset_while_the_sink_is_busy_breaks_off_after_the_write() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink(gate, null);
        try (RunningServer server = new RunningServer(into(sink))) {
            try (RawConnection connection = server.connect()) {
                connection.socket.setSoLinger(true, 0);
                connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000000\n\n");
                connection.send(random(200_000, 1));
                RecordingSink.await("a write", () -> !sink.calls.isEmpty());
            }
            gate.countDown();
            sink.awaitEnd();
            assertThat(sink.calls).containsExactly("write", "broken");
        }
    }

    @Test
    void a_sink_that_fails_gets_the_failure_back_and_the_sender_an_answer() throws Exception {
        RecordingSink sink =
                new RecordingSink(new CountDownLatch(0), new Problem(409, "wrong-offset", "offset: 5 (expected: 7)"));
        try (RunningServer server = new RunningServer(into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000000\n\n");
            connection.send(random(400_000, 1));
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(409);
            connection.send(random(600_000, 1));
            assertThat(connection
                            .send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1\n\nx")
                            .answer()
                            .status())
                    .as("the rest was small enough to be dropped, so the connection goes on")
                    .isEqualTo(409);
            assertThat(sink.calls).startsWith("write", "broken");
        }
    }

    @Test
    void a_refused_sender_of_much_sees_the_answer_and_then_the_end() throws Exception {
        Route route = Route.streaming("POST", "/in", head -> {
            throw new Problem(403, "foreign-device", "device: not yours");
        });
        try (RunningServer server = new RunningServer(IMPATIENT, route)) {
            for (String framing : List.of("Content-Length: 100000000000", "Transfer-Encoding: chunked")) {
                try (RawConnection connection = server.connect()) {
                    connection.send("POST /in HTTP/1.1\nHost: x\n" + framing + "\n\n");
                    connection.send(framing.startsWith("C") ? "x".repeat(10) : "3\nabc\n");
                    RawConnection.Answer answer = connection.answer();
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.header("connection")).isEqualTo("close");
                    assertThat(connection.isEnded()).isTrue();
                }
            }
        }
    }

    @Test
    void continue_is_said_only_after_the_body_was_accepted() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink();
        Route route = Route.streaming("POST", "/in", head -> {
            gate.await(20, TimeUnit.SECONDS);
            return sink;
        });
        try (RunningServer server = new RunningServer(route);
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 5\nExpect: 100-continue\n\n");
            connection.socket.setSoTimeout(100);
            org.assertj.core.api.Assertions.assertThatThrownBy(connection::answer)
                    .isInstanceOf(java.net.SocketTimeoutException.class);
            connection.socket.setSoTimeout(20_000);
            gate.countDown();
            assertThat(connection.answer().status()).isEqualTo(100);
            connection.send("hello");
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(sink.calls).containsExactly("write", "complete");
        }
    }

    @Test
    void trailers_come_before_the_end() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (RunningServer server = new RunningServer(into(sink))) {
            RawConnection.Answer answer = server.ask("""
                    POST /in HTTP/1.1
                    Host: x
                    Transfer-Encoding: chunked

                    5
                    hello
                    0
                    Upload-Checksum: sha1 abc

                    """);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(sink.calls).containsExactly("write", "trailers {upload-checksum=[sha1 abc]}", "complete");
        }
    }

    @Test
    void broken_chunks_break_the_body() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (RunningServer server = new RunningServer(into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n5\nhello\nZZ\n");
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(sink.awaitEnd()).startsWith("broken");
            assertThat(sink.calls).containsExactly("write", "broken");
        }
    }

    @Test
    void a_body_on_which_nothing_moves_is_given_up_with_408() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (RunningServer server = new RunningServer(IMPATIENT, into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000\n\nhello");
            assertThat(connection.answer().status()).isEqualTo(408);
            assertThat(connection.isEnded()).isTrue();
            assertThat(sink.calls).containsExactly("write", "broken");
        }
    }

    @Test
    void a_body_that_is_merely_slow_is_taken() throws Exception {
        RecordingSink sink = new RecordingSink();
        LinkedBlockingQueue<String> never = new LinkedBlockingQueue<>();
        try (RunningServer server = new RunningServer(IMPATIENT, into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 12\n\n");
            for (int i = 0; i < 12; i++) {
                never.poll(100, TimeUnit.MILLISECONDS);
                connection.send("x");
            }
            assertThat(connection.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void a_sink_that_takes_its_time_does_not_time_the_sender_out() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink(gate, null);
        byte[] bytes = random(12 << 20, 3);
        LinkedBlockingQueue<String> never = new LinkedBlockingQueue<>();
        try (RunningServer server = new RunningServer(IMPATIENT, into(sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: " + bytes.length + "\n\n");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    connection.send(bytes);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            never.poll(1200, TimeUnit.MILLISECONDS);
            gate.countDown();
            assertThat(connection.answer().text()).isEqualTo(summary(bytes));
            sending.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void heads_that_never_end_and_connections_that_never_begin_are_ended() throws Exception {
        try (RunningServer server = new RunningServer(IMPATIENT, into(new RecordingSink()))) {
            try (RawConnection connection = server.connect()) {
                connection.send("GET / HTTP/1.1\nHost: x\nX-A:");
                CompletableFuture<RawConnection.Answer> answer = CompletableFuture.supplyAsync(() -> {
                    try {
                        return connection.answer();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                LinkedBlockingQueue<String> never = new LinkedBlockingQueue<>();
                for (int i = 0; i < 100 && !answer.isDone(); i++) {
                    connection.send("a".getBytes(StandardCharsets.US_ASCII));
                    never.poll(50, TimeUnit.MILLISECONDS);
                }
                assertThat(answer.get(1, TimeUnit.SECONDS).status()).isEqualTo(408);
            }
            try (RawConnection connection = server.connect()) {
                assertThat(connection.isEnded()).isTrue();
            }
        }
    }

    @Test
    void a_thousand_bodies_at_once_need_no_thousand_threads() throws Exception {
        byte[] bytes = random(20_000, 2);
        Route route = Route.streaming("POST", "/in", head -> new RecordingSink());
        List<RawConnection> connections = new ArrayList<>();
        try (RunningServer server = new RunningServer(route)) {
            for (int i = 0; i < 1000; i++) {
                RawConnection connection = server.connect();
                connections.add(connection);
                connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: " + bytes.length + "\n\n");
                connection.send(java.util.Arrays.copyOf(bytes, 10_000));
            }
            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("http-worker"))
                            .count())
                    .isLessThanOrEqualTo(2L * HttpSettings.Threads.defaults().workers());
            for (RawConnection connection : connections) {
                connection.send(java.util.Arrays.copyOfRange(bytes, 10_000, 20_000));
            }
            for (RawConnection connection : connections) {
                assertThat(connection.answer().text()).isEqualTo(summary(bytes));
                connection.close();
            }
        }
    }

    @Test
    void too_many_connections_are_told_to_come_back() throws Exception {
        HttpSettings.Limits limits = new HttpSettings.Limits(3, 8192, 32768, 4 << 20, 32 << 20, 1 << 20, 4 << 20);
        Route route = Route.of("GET", "/", r -> Response.of(204));
        try (RunningServer server = new RunningServer(HttpSettings.defaults().with(limits), route);
                RawConnection one = server.connect();
                RawConnection two = server.connect();
                RawConnection three = server.connect()) {
            for (RawConnection connection : List.of(one, two, three)) {
                assertThat(connection
                                .send("GET / HTTP/1.1\nHost: x\n\n")
                                .answer()
                                .status())
                        .isEqualTo(204);
            }
            RawConnection.Answer busy = server.ask("GET / HTTP/1.1\nHost: x\n\n");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.header("retry-after")).isNotEmpty();
            assertThat(busy.header("connection")).isEqualTo("close");
        }
    }
}
