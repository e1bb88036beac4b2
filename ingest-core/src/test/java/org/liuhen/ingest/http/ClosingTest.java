package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakWatch.class)
class ClosingTest {
    private static CompletableFuture<Duration> closing(RunningServer server, Duration grace) {
        return CompletableFuture.supplyAsync(() -> {
            long start = System.nanoTime();
            try {
                server.server.close(grace);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Duration.ofNanos(System.nanoTime() - start);
        });
    }

    @Test
    void an_idle_server_closes_at_once_and_closing_again_does_nothing() throws Exception {
        try (RunningServer server = new RunningServer(Route.of("GET", "/", r -> Response.of(204)));
                RawConnection connection = server.connect()) {
            connection.send("GET / HTTP/1.1\nHost: x\n\n").answer();
            assertThat(closing(server, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(connection.isEnded()).isTrue();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            server.server.close(Duration.ofSeconds(1));
            assertThatThrownBy(() -> server.server.listen(server.address, null)).hasMessageContaining("closed");
        }
    }

    @Test
    void what_can_finish_in_time_is_answered() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        Route slow = Route.of("GET", "/", r -> {
            begun.countDown();
            gate.await(20, TimeUnit.SECONDS);
            return Response.text(200, "text/plain", "done");
        });
        try (RunningServer server = new RunningServer(slow);
                RawConnection connection = server.connect()) {
            connection.send("GET / HTTP/1.1\nHost: x\n\n");
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Duration> closed = closing(server, Duration.ofSeconds(20));
            RecordingSink.await("no new connections", () -> {
                try (RawConnection other = server.connect()) {
                    return other.socket.isClosed();
                } catch (IOException e) {
                    return true;
                }
            });
            gate.countDown();
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.text()).isEqualTo("done");
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(closed.get(30, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void an_upload_that_cannot_finish_is_broken_off_and_told_so() throws Exception {
        RecordingSink sink = new RecordingSink();
        try (RunningServer server = new RunningServer(Route.streaming("POST", "/in", head -> sink));
                RawConnection connection = server.connect()) {
            connection.send("POST /in HTTP/1.1\nHost: x\nContent-Length: 1000\n\nhello");
            RecordingSink.await("bytes", () -> sink.taken.get() == 5);
            CompletableFuture<Duration> closed = closing(server, Duration.ofSeconds(6));
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isNotEmpty();
            assertThat(closed.get(30, TimeUnit.SECONDS)).isLessThan(Duration.ofSeconds(9));
            assertThat(sink.calls).containsExactly("write", "broken");
        }
    }

    @Test
    void a_handler_that_never_ends_does_not_hold_the_server_beyond_the_grace() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        Route stuck = Route.of("GET", "/", r -> {
            begun.countDown();
            gate.await(60, TimeUnit.SECONDS);
            return Response.of(204);
        });
        try (RunningServer server = new RunningServer(stuck);
                RawConnection connection = server.connect()) {
            connection.send("GET / HTTP/1.1\nHost: x\n\n");
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(closing(server, Duration.ofSeconds(1)).get(30, TimeUnit.SECONDS))
                    .isLessThan(Duration.ofSeconds(4));
            gate.countDown();
        }
    }

    @Test
    void a_stream_that_never_ends_is_broken_off() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Route endless = Route.of(
                "GET",
                "/",
                r -> new Response(200, Headers.NONE, new Response.Stream(out -> {
                    try {
                        for (; ; ) {
                            out.write(new byte[1000]);
                            out.flush();
                        }
                    } catch (IOException e) {
                        ended.complete(e);
                        throw e;
                    }
                })));
        try (RunningServer server = new RunningServer(endless);
                RawConnection connection = server.connect()) {
            connection.send("GET / HTTP/1.1\nHost: x\n\n").exactly(5000);
            assertThat(closing(server, Duration.ofSeconds(2)).get(30, TimeUnit.SECONDS))
                    .isLessThan(Duration.ofSeconds(5));
            assertThat(ended.get(1, TimeUnit.SECONDS)).hasMessageContaining("nobody reads");
        }
    }
}
