package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakWatch.class)
class FileAnswerTest {
    private static final List<Response.Piece> PIECES = List.of(
            new Response.Written("head".getBytes(StandardCharsets.US_ASCII)),
            new Response.Taken(4_000_000, 1_000_000),
            new Response.Taken(0, 7),
            new Response.Written("end".getBytes(StandardCharsets.US_ASCII)));

    @TempDir
    Path folder;

    private byte[] bytes = new byte[0];
    private Route[] routes = new Route[0];

    @BeforeEach
    void write() throws IOException {
        bytes = new byte[5_000_000];
        new Random(11).nextBytes(bytes);
        Path file = Files.write(folder.resolve("original"), bytes);
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        routes = new Route[] {
            Route.of("GET", "/file", r -> Response.file(file, "video/mp4").with("etag", "\"abc\"")),
            Route.of("GET", "/empty", r -> Response.file(empty, "video/mp4")),
            Route.of(
                    "GET",
                    "/spliced",
                    r -> new Response(200, Headers.NONE, new Response.Spliced(file, PIECES)).with("etag", "\"abc\"")),
            Route.of(
                    "GET",
                    "/beyond",
                    r -> new Response(
                            200, Headers.NONE, new Response.Spliced(file, List.of(new Response.Taken(4_999_999, 2))))),
            Route.of(
                    "GET",
                    "/passing",
                    r -> new Response(
                            200, Headers.NONE, new Response.Passing(Files.write(folder.resolve("passing"), bytes)))),
            Route.of("GET", "/gone", r -> Response.file(folder.resolve("gone"), "video/mp4"))
        };
    }

    private static String get(String path, String... fields) {
        return "GET " + path + " HTTP/1.1\nHost: x\n"
                + String.join("", Arrays.stream(fields).map(f -> f + "\n").toList()) + "\n";
    }

    @Test
    void a_whole_file_comes_with_its_length_and_head_says_the_same() throws Exception {
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            RawConnection.Answer answer = connection.send(get("/file")).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(bytes);
            assertThat(answer.header("accept-ranges")).isEqualTo("bytes");
            RawConnection.Answer head =
                    connection.send("HEAD /file HTTP/1.1\nHost: x\n\n").answerHead();
            assertThat(head.header("content-length")).isEqualTo("5000000");
            assertThat(head.header("etag")).isEqualTo("\"abc\"");
            assertThat(connection.send(get("/empty")).answer().body()).isEmpty();
            assertThat(connection.send(get("/gone")).answer().status()).isEqualTo(404);
        }
    }

    @Test
    void a_file_made_for_one_answer_is_gone_once_it_was_sent_or_not_wanted() throws Exception {
        Path passing = folder.resolve("passing");
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            assertThat(connection.send(get("/passing")).answer().body()).isEqualTo(bytes);
            assertThat(passing).doesNotExist();
            RawConnection.Answer head =
                    connection.send("HEAD /passing HTTP/1.1\nHost: x\n\n").answerHead();
            assertThat(head.header("content-length")).isEqualTo("5000000");
            assertThat(passing).doesNotExist();
            RawConnection.Answer part =
                    connection.send(get("/passing", "Range: bytes=10-19")).answer();
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, 10, 20));
            assertThat(passing).doesNotExist();
        }
    }

    @Test
    void stretches_of_a_file_come_with_bytes_between_and_their_whole_length() throws Exception {
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            RawConnection.Answer answer = connection.send(get("/spliced")).answer();
            assertThat(answer.header("content-length")).isEqualTo("1000014");
            java.io.ByteArrayOutputStream expected = new java.io.ByteArrayOutputStream();
            expected.writeBytes("head".getBytes(StandardCharsets.US_ASCII));
            expected.write(bytes, 4_000_000, 1_000_000);
            expected.write(bytes, 0, 7);
            expected.writeBytes("end".getBytes(StandardCharsets.US_ASCII));
            assertThat(answer.body()).isEqualTo(expected.toByteArray());
            RawConnection.Answer head =
                    connection.send("HEAD /spliced HTTP/1.1\nHost: x\n\n").answerHead();
            assertThat(head.header("content-length")).isEqualTo("1000014");
            assertThat(connection
                            .send(get("/spliced", "If-None-Match: \"abc\""))
                            .answer()
                            .status())
                    .isEqualTo(304);
            assertThat(connection.send(get("/beyond")).answer().status()).isEqualTo(500);
        }
    }

    @Test
    void a_range_is_answered_with_that_part() throws Exception {
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            RawConnection.Answer answer =
                    connection.send(get("/file", "Range: bytes=100-4999999999")).answer();
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.header("content-range")).isEqualTo("bytes 100-4999999/5000000");
            assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(bytes, 100, bytes.length));
            assertThat(connection.send(get("/file", "Range: bytes=-7")).answer().body())
                    .isEqualTo(Arrays.copyOfRange(bytes, bytes.length - 7, bytes.length));
            assertThat(connection
                            .send(get("/file", "Range: bytes=0-0"))
                            .answer()
                            .body())
                    .isEqualTo(Arrays.copyOf(bytes, 1));
        }
    }

    @Test
    void several_ranges_are_answered_in_parts() throws Exception {
        try (RunningServer server = new RunningServer(routes)) {
            RawConnection.Answer answer = server.ask(get("/file", "Range: bytes=0-9,1000000-1000004, -5"));
            assertThat(answer.status()).isEqualTo(206);
            String type = answer.header("content-type");
            assertThat(type).startsWith("multipart/byteranges; boundary=");
            String boundary = type.substring(type.indexOf('=') + 1);
            String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
            List<String> parts = List.of(text.split("(\r\n)?--" + boundary + "(--)?\r\n", -1));
            assertThat(parts).hasSize(5);
            assertThat(parts.get(2))
                    .isEqualTo("Content-Type: video/mp4\r\nContent-Range: bytes 1000000-1000004/5000000\r\n\r\n"
                            + new String(bytes, 1_000_000, 5, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void hostile_ranges_are_refused_or_ignored() throws Exception {
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            for (String range : List.of("bytes=-0", "bytes=5000000-", "bytes=0-" + ",0-".repeat(1000))) {
                RawConnection.Answer answer =
                        connection.send(get("/file", "Range: " + range)).answer();
                assertThat(answer.status()).as(range).isEqualTo(416);
                assertThat(answer.header("content-range")).isEqualTo("bytes */5000000");
            }
            for (String range : List.of(
                    "bytes=5-2",
                    "bytes=a-b",
                    "bytes=",
                    "bytes=-",
                    "lines=1-2",
                    "bytes=99999999999999999999-",
                    "bytes")) {
                RawConnection.Answer answer =
                        connection.send(get("/file", "Range: " + range)).answer();
                assertThat(answer.status()).as(range).isEqualTo(200);
            }
            RawConnection.Answer overlapping = connection
                    .send(get("/file", "Range: bytes=0-,0-,0-,1-,2-,3-,4-,5-"))
                    .answer();
            assertThat(overlapping.status()).isEqualTo(206);
            assertThat(overlapping.body()).hasSize(5_000_000);
            assertThat(connection
                            .send(get("/empty", "Range: bytes=0-"))
                            .answer()
                            .status())
                    .isEqualTo(416);
        }
    }

    @Test
    void conditions_are_judged_by_the_etag() throws Exception {
        try (RunningServer server = new RunningServer(routes);
                RawConnection connection = server.connect()) {
            RawConnection.Answer unchanged = connection
                    .send(get("/file", "If-None-Match: \"x\", W/\"abc\""))
                    .answer();
            assertThat(unchanged.status()).isEqualTo(304);
            assertThat(unchanged.headers()).doesNotContainKey("content-type").containsEntry("etag", "\"abc\"");
            assertThat(connection
                            .send(get("/file", "If-None-Match: \"x\""))
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(connection
                            .send(get("/file", "Range: bytes=0-0", "If-Range: \"abc\""))
                            .answer()
                            .status())
                    .isEqualTo(206);
            for (String condition : List.of("\"other\"", "W/\"abc\"", "Sat, 29 Oct 1994 19:43:31 GMT")) {
                assertThat(connection
                                .send(get("/file", "Range: bytes=0-0", "If-Range: " + condition))
                                .answer()
                                .status())
                        .as(condition)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void a_reader_that_takes_nothing_is_given_up() throws Exception {
        var timeouts = new HttpSettings.Timeouts(
                java.time.Duration.ofSeconds(5),
                java.time.Duration.ofSeconds(5),
                java.time.Duration.ofSeconds(5),
                java.time.Duration.ofSeconds(5),
                java.time.Duration.ofMillis(300),
                java.time.Duration.ofMillis(300));
        Path large = folder.resolve("large");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(200L << 20);
        }
        Route route = Route.of("GET", "/large", r -> Response.file(large, "video/mp4"));
        try (RunningServer server = new RunningServer(HttpSettings.defaults().with(timeouts), route);
                RawConnection connection = server.connect()) {
            connection.socket.setReceiveBufferSize(4096);
            connection.send(get("/large"));
            RecordingSink.await(
                    "the connection is ended",
                    () -> server.meters.get("liuhen.http.connections").gauge().value() == 0);
        }
    }
}
