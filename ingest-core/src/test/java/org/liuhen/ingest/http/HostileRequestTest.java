package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.fault.Mutation;

@ExtendWith(LeakWatch.class)
class HostileRequestTest {
    private static final Route[] ROUTES = {
        Route.of("GET", "/", r -> Response.of(204)),
        Route.of("GET", "/files/{path*}", r -> Response.text(200, "text/plain", "path=" + r.parameter("path"))),
        Route.of("GET", "/cases/{case}", r -> Response.text(200, "text/plain", "case=" + r.parameter("case"))),
        Route.document("POST", "/in", (r, body) -> Response.text(200, "text/plain", "took " + body.length))
    };
    private static final HttpSettings SETTINGS = HttpSettings.defaults()
            .with(new HttpSettings.Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300)));

    static List<Map.Entry<String, Integer>> rubbish() {
        List<Map.Entry<String, Integer>> all = new ArrayList<>();
        String host = "Host: x\n";
        all.add(Map.entry("\u0016\u0003\u0001\u0002\u0000 hello\n\n", 400));
        all.add(Map.entry("GET\n\n", 400));
        all.add(Map.entry("GET /\n\n", 400));
        all.add(Map.entry("GET / HTTP/1.1\n\n", 400));
        all.add(Map.entry("GET / HTTP/1.1\nHost: a\nHost: b\n\n", 400));
        all.add(Map.entry("GET / HTTP/3.0\n" + host + "\n", 505));
        all.add(Map.entry("PRI * HTTP/2.0\n\nSM\n\n", 505));
        all.add(Map.entry("GET / HTTP/1.1\n" + host + "No colon here\n\n", 400));
        all.add(Map.entry("GET / HTTP/1.1\n" + host + "Bad Name: x\n\n", 400));
        all.add(Map.entry("GET / HTTP/1.1\n" + host + "A: b\u0000c\n\n", 400));
        all.add(Map.entry("GET / HTTP/1.1\n" + host + "A: " + "x".repeat(40_000) + "\n\n", 431));
        all.add(Map.entry("GET / HTTP/1.1\n" + host + "A: b\n".repeat(20_000) + "\n", 431));
        all.add(Map.entry("GET /" + "x".repeat(9_000) + " HTTP/1.1\n" + host + "\n", 414));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: -5\n\n", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: 5, 5\n\nhello", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: +5\n\nhello", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: 0x5\n\nhello", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: 99999999999999999999\n\nhello", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Content-Length: 5\nContent-Length: 6\n\nhello!", 400));
        all.add(Map.entry(
                "POST /in HTTP/1.1\n" + host + "Content-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n", 400));
        all.add(Map.entry(
                "POST /in HTTP/1.1\n" + host + "Transfer-Encoding: chunked\nContent-Length: 5\n\n0\n\n", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Transfer-Encoding: gzip, chunked\n\n0\n\n", 501));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Transfer-Encoding: identity\n\nhello", 400));
        all.add(Map.entry(
                "POST /in HTTP/1.1\n" + host + "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n", 400));
        all.add(Map.entry("POST /in HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Transfer-Encoding: chunked\n\nxyz\nhello\n0\n\n", 400));
        all.add(Map.entry("POST /in HTTP/1.1\n" + host + "Transfer-Encoding: chunked\n\n-5\nhello\n0\n\n", 400));
        all.add(Map.entry(
                "POST /in HTTP/1.1\n" + host + "Transfer-Encoding: chunked\n\nFFFFFFFFFFFFFFFFF\nhello\n0\n\n", 400));
        all.add(Map.entry("CONNECT example.org:443 HTTP/1.1\n" + host + "\n", 400));
        all.add(Map.entry("GET ftp://x/ HTTP/1.1\n" + host + "\n", 400));
        all.add(Map.entry("GET * HTTP/1.1\n" + host + "\n", 404));
        return all;
    }

    @ParameterizedTest
    @MethodSource("rubbish")
    void rubbish_gets_a_problem(Map.Entry<String, Integer> sent) throws Exception {
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES)) {
            RawConnection.Answer answer = server.ask(sent.getKey());
            assertThat(answer.status()).isEqualTo(sent.getValue());
            assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
            assertThat(server.ask("GET / HTTP/1.1\nHost: x\n\n").status())
                    .as("the next one is served")
                    .isEqualTo(204);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/files/..",
                "/files/../secret",
                "/files/%2e%2e/secret",
                "/files/%2E./secret",
                "/files/a/..%2f..%2fsecret",
                "/files/..%5c..%5csecret",
                "/files/./a",
                "/files/a%00b",
                "/files/a%0d%0aX: y",
                "/files/a%0Ab",
                "/files/%",
                "/files/%2",
                "/files/%zz",
                "/files/%ff%fe",
                "/files/%c0%af",
                "/files/a#b",
                "/files/\u00e4",
                "/cases/..%2f..%2fsecret",
                "/cases/%2e%2e"
            })
    void paths_that_climb_or_cannot_be_read_are_refused(String path) throws Exception {
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES)) {
            assertThat(server.ask("GET " + path + " HTTP/1.1\nHost: x\n\n").status())
                    .isEqualTo(400);
        }
    }

    @Test
    void odd_but_harmless_paths_are_served() throws Exception {
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES)) {
            assertThat(server.ask("GET /files/...//a..b/%E6%A1%88 HTTP/1.1\nHost: x\n\n")
                            .text())
                    .isEqualTo("path=...//a..b/案");
            assertThat(server.ask("GET /cases/A%2F1 HTTP/1.1\nHost: x\n\n").text())
                    .isEqualTo("case=A/1");
            assertThat(server.ask("GET http://elsewhere/cases/7?x=1 HTTP/1.1\nHost: x\n\n")
                            .text())
                    .isEqualTo("case=7");
            assertThat(server.ask("GET /cases/ HTTP/1.1\nHost: x\n\n").status()).isEqualTo(404);
            assertThat(server.ask("OPTIONS * HTTP/1.1\nHost: x\n\n").status()).isEqualTo(204);
        }
    }

    @Test
    void a_second_request_hidden_behind_a_doubtful_one_is_never_answered() throws Exception {
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES);
                RawConnection connection = server.connect()) {
            connection.send("""
                    POST /in HTTP/1.1
                    Host: x
                    Content-Length: 4
                    Transfer-Encoding: chunked

                    0

                    GET /cases/smuggled HTTP/1.1
                    Host: x

                    """);
            assertThat(connection.answer().status()).isEqualTo(400);
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void no_answer_can_be_split_by_what_a_handler_puts_into_a_field() throws Exception {
        Route careless =
                Route.of("GET", "/r", r -> Response.redirect(r.query("to").orElse("")));
        try (RunningServer server = new RunningServer(SETTINGS, careless)) {
            RawConnection.Answer answer = server.ask("GET /r?to=a%0d%0aSet-Cookie:%20x HTTP/1.1\nHost: x\n\n");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.headers()).doesNotContainKey("set-cookie");
        }
    }

    @Test
    void any_split_of_the_bytes_is_understood_the_same() throws Exception {
        long seed = 20261122;
        Random random = new Random(seed);
        byte[] bytes = """
                POST /in?a=b HTTP/1.1
                Host: x
                Transfer-Encoding: chunked

                5
                hello
                6
                 world
                0
                T: u

                GET /cases/1 HTTP/1.1
                Host: x
                Connection: close

                """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES)) {
            for (int round = 0; round < 100; round++) {
                try (RawConnection connection = server.connect()) {
                    for (int at = 0; at < bytes.length; ) {
                        int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
                        connection.send(Arrays.copyOfRange(bytes, at, end));
                        at = end;
                    }
                    assertThat(connection.answer().text())
                            .as("seed " + seed + ", round " + round)
                            .isEqualTo("took 11");
                    assertThat(connection.answer().text()).isEqualTo("case=1");
                }
            }
        }
    }

    @Test
    void mutated_requests_are_answered_or_ended_and_never_a_500() throws Exception {
        try (RunningServer server = new RunningServer(SETTINGS, ROUTES)) {
            Mutation.of(HostileRequestTest.class, "requests").run(150, bytes -> Mutation.http(server.address, bytes));
            assertThat(server.ask("GET / HTTP/1.1\nHost: x\n\n").status()).isEqualTo(204);
        }
    }
}
