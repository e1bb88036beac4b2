package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.storage.Recording;

/** The extensions of tus 1.0.0 beyond creation and termination, over raw sockets. */
class TusExtensionsTest {
    private static final byte[] NOTHING = {};
    private static final byte[] FOOTAGE = new byte[50_000];
    private static final String TYPE = "application/offset+octet-stream";

    static {
        new Random(9).nextBytes(FOOTAGE);
    }

    @TempDir
    private Path folder;

    private IngestServer server;
    private TusPusher dock;

    @BeforeEach
    void start() throws Exception {
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new);
        dock = new TusPusher(server.address(), IngestServer.TOKEN);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart() throws Exception {
        server.close();
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new);
        dock = new TusPusher(server.address(), IngestServer.TOKEN);
    }

    private RawHttp.Reply send(String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        return RawHttp.exchange(server.address(), method, target, headers, body);
    }

    private RawHttp.Reply patch(String upload, long offset, byte[] body, String... more) throws IOException {
        Map<String, String> headers = dock.headers("Upload-Offset", Long.toString(offset), "Content-Type", TYPE);
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return send("PATCH", upload, headers, body);
    }

    private RawHttp.Reply create(String... headers) throws IOException {
        return send("POST", "/uploads", dock.headers(headers), NOTHING);
    }

    private static String location(RawHttp.Reply created) {
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.header("location").orElseThrow();
    }

    private RawHttp.Reply head(String upload) throws IOException {
        return send("HEAD", upload, dock.headers(), NOTHING);
    }

    private static String checksum(String algorithm, byte[] bytes) {
        byte[] sum = switch (algorithm) {
            case "sha1" -> DigestUtils.sha1(bytes);
            case "sha256" -> DigestUtils.sha256(bytes);
            case "md5" -> DigestUtils.md5(bytes);
            default -> {
                CRC32C crc = new CRC32C();
                crc.update(bytes);
                yield ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
            }
        };
        return algorithm + " " + Base64.getEncoder().encodeToString(sum);
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(FOOTAGE, from, to);
    }

    private Recording theOnly() throws Exception {
        assertThat(server.recordings()).hasSize(1);
        return server.recordings().get(0);
    }

    @Test
    void a_length_may_follow_with_any_later_body_and_stays() throws Exception {
        String upload = location(create("Upload-Defer-Length", "1"));
        assertThat(head(upload).headers())
                .containsEntry("upload-defer-length", "1")
                .containsEntry("upload-offset", "0")
                .doesNotContainKey("upload-length");
        assertThat(patch(upload, 0, part(0, 20_000)).headers()).containsEntry("upload-offset", "20000");

        assertThat(patch(upload, 20_000, NOTHING, "Upload-Length", "50000").status())
                .isEqualTo(204);
        restart();
        assertThat(head(upload).headers())
                .containsEntry("upload-length", "50000")
                .doesNotContainKey("upload-defer-length");
        assertThat(patch(upload, 20_000, NOTHING, "Upload-Length", "50001").status())
                .isEqualTo(400);
        RawHttp.Reply last = patch(upload, 20_000, part(20_000, 50_000), "Upload-Length", "50000");

        assertThat(last.headers())
                .containsEntry("liuhen-recording", theOnly().id().hex());
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void a_late_length_that_cannot_be_is_refused_and_the_upload_stands() throws Exception {
        String upload = location(create("Upload-Defer-Length", "1"));
        patch(upload, 0, part(0, 1000));

        assertThat(patch(upload, 1000, NOTHING, "Upload-Length", "999").status())
                .isEqualTo(400);
        assertThat(patch(upload, 1000, new byte[10], "Upload-Length", "1009").status())
                .isEqualTo(413);
        assertThat(patch(upload, 1000, NOTHING, "Upload-Length", "999999999999999999")
                        .status())
                .isEqualTo(413);
        assertThat(head(upload).headers()).containsEntry("upload-offset", "1000");
        assertThat(create("Upload-Defer-Length", "2").status()).isEqualTo(400);
        assertThat(create("Upload-Defer-Length", "1", "Upload-Length", "5").status())
                .isEqualTo(400);
    }

    @Test
    void every_answer_about_an_unfinished_upload_says_when_it_expires() throws Exception {
        RawHttp.Reply created = create("Upload-Length", "10");
        String date = "[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT";
        assertThat(created.header("upload-expires").orElseThrow()).matches(date);
        String upload = location(created);
        assertThat(head(upload).header("upload-expires").orElseThrow()).matches(date);
        assertThat(patch(upload, 0, new byte[5]).header("upload-expires").orElseThrow())
                .matches(date);
        assertThat(patch(upload, 5, new byte[5]).header("upload-expires")).isEmpty();
    }

    @Test
    void a_body_with_its_checksum_is_taken_by_every_algorithm() throws Exception {
        for (String algorithm : Checksum.ALGORITHMS.split(",", -1)) {
            byte[] bytes = part(0, 30_000 + algorithm.hashCode() % 1000);
            String upload = location(create("Upload-Length", Integer.toString(bytes.length)));

            RawHttp.Reply reply = patch(upload, 0, bytes, "Upload-Checksum", checksum(algorithm, bytes));

            assertThat(reply.status()).as(algorithm).isEqualTo(204);
            assertThat(reply.headers()).containsKey("liuhen-recording");
        }
    }

    @Test
    void a_body_that_is_not_what_its_checksum_says_leaves_no_trace() throws Exception {
        String upload = location(create("Upload-Length", "50000"));
        patch(upload, 0, part(0, 10_000));

        RawHttp.Reply wrong =
                patch(upload, 10_000, new byte[40_000], "Upload-Checksum", checksum("sha256", part(10_000, 50_000)));

        assertThat(wrong.status()).isEqualTo(460);
        assertThat(wrong.headers()).containsEntry("tus-resumable", "1.0.0");
        assertThat(head(upload).headers()).containsEntry("upload-offset", "10000");
        assertThat(patch(upload, 10_000, part(10_000, 50_000), "Upload-Checksum", checksum("md5", part(10_000, 50_000)))
                        .status())
                .isEqualTo(204);
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void a_creation_that_is_not_what_its_checksum_says_begins_nothing() throws Exception {
        RawHttp.Reply wrong = send(
                "POST",
                "/uploads",
                dock.headers("Upload-Length", "50", "Content-Type", TYPE, "Upload-Checksum", checksum("sha1", NOTHING)),
                new byte[50]);

        assertThat(wrong.status()).isEqualTo(460);
        assertThat(server.catalog().uploads()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    void a_checked_body_that_breaks_off_is_not_acknowledged() throws Exception {
        int length = 3_000_000;
        byte[] bytes = new byte[length];
        new Random(3).nextBytes(bytes);
        String upload = location(create("Upload-Length", Integer.toString(length)));
        try (RawHttp http = new RawHttp(
                server.address(),
                "PATCH",
                upload,
                dock.headers(
                        "Upload-Offset",
                        "0",
                        "Content-Type",
                        TYPE,
                        "Content-Length",
                        Integer.toString(length),
                        "Upload-Checksum",
                        checksum("sha1", bytes)))) {
            http.write(Arrays.copyOf(bytes, length - 1));
            assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
        }
        restart();

        assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
        assertThat(patch(upload, 0, bytes, "Upload-Checksum", checksum("sha1", bytes))
                        .headers())
                .containsKey("liuhen-recording");
        assertThat(server.original(theOnly())).isEqualTo(bytes);
    }

    @Test
    void a_checksum_that_is_none_is_refused_and_nothing_is_taken() throws Exception {
        String upload = location(create("Upload-Length", "50"));
        for (String field : List.of(
                "sha3 AAAA",
                "sha1",
                "sha1 ",
                "sha1 !!!!",
                "sha1 AAAA",
                "sha1  AAAA",
                "SHA1 " + Base64.getEncoder().encodeToString(new byte[20]),
                "crc32c AAAAAAA=")) {
            RawHttp.Reply reply = patch(upload, 0, new byte[50], "Upload-Checksum", field);
            assertThat(reply.status()).as(field).isEqualTo(400);
            assertThat(reply.headers()).containsEntry("tus-resumable", "1.0.0");
        }
        assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
    }

    private RawHttp.Reply chunked(String upload, byte[] body, String trailer, String... more) throws IOException {
        Map<String, String> headers =
                dock.headers("Upload-Offset", "0", "Content-Type", TYPE, "Transfer-Encoding", "chunked");
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        try (RawHttp http = new RawHttp(server.address(), "PATCH", upload, headers)) {
            http.write((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            http.write(body);
            http.write(("\r\n0\r\n" + trailer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return http.reply();
        }
    }

    @Test
    void a_checksum_may_follow_its_body() throws Exception {
        for (String algorithm : Checksum.ALGORITHMS.split(",", -1)) {
            byte[] bytes = part(0, 10_000 + algorithm.hashCode() % 1000);
            String upload = location(create("Upload-Length", Integer.toString(bytes.length)));
            String wrong = "Upload-Checksum: " + checksum(algorithm, NOTHING) + "\r\n";
            String right = "Upload-Checksum: " + checksum(algorithm, bytes) + "\r\n";

            assertThat(chunked(upload, bytes, wrong, "Trailer", "Upload-Checksum")
                            .status())
                    .as(algorithm)
                    .isEqualTo(460);
            assertThat(chunked(upload, bytes, "", "Trailer", "Upload-Checksum").status())
                    .as("announced, but missing")
                    .isEqualTo(460);
            assertThat(chunked(upload, bytes, "Upload-Checksum: crc64 AA\r\n", "Trailer", "upload-checksum")
                            .status())
                    .isEqualTo(400);
            assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
            assertThat(chunked(upload, bytes, right, "Trailer", "Upload-Checksum")
                            .headers())
                    .as(algorithm)
                    .containsKey("liuhen-recording");
        }
    }

    @Test
    void a_checksum_that_nobody_announced_is_refused() throws Exception {
        String upload = location(create("Upload-Length", "50"));

        RawHttp.Reply reply =
                chunked(upload, new byte[40], "Upload-Checksum: " + checksum("sha1", new byte[40]) + "\r\n");

        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void parts_that_came_at_once_are_one_recording() throws Exception {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            parts.add(location(create("Upload-Length", "10000", "Upload-Concat", "partial")));
        }
        for (int i = 4; i >= 0; i--) {
            RawHttp.Reply reply = patch(parts.get(i), 0, part(i * 10_000, (i + 1) * 10_000));
            assertThat(reply.headers()).containsEntry("upload-offset", "10000").doesNotContainKey("liuhen-recording");
        }
        assertThat(head(parts.get(2)).headers())
                .containsEntry("upload-concat", "partial")
                .containsEntry("upload-offset", "10000");
        assertThat(server.recordings()).isEmpty();

        String concat = "final;http://localhost" + parts.get(0) + " " + String.join(" ", parts.subList(1, 5));
        RawHttp.Reply whole = create("Upload-Concat", concat, "Upload-Metadata", "case QS0x,filename Y2xpcC5tcDQ=");

        String upload = location(whole);
        assertThat(whole.headers())
                .containsEntry("liuhen-recording", theOnly().id().hex())
                .containsEntry(
                        "repr-digest",
                        "sha-256=:" + Base64.getEncoder().encodeToString(DigestUtils.sha256(FOOTAGE)) + ":");
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
        assertThat(theOnly().filename()).isEqualTo("clip.mp4");
        assertThat(head(upload).headers())
                .containsEntry("upload-concat", concat)
                .containsEntry("upload-length", "50000")
                .containsEntry("upload-offset", "50000");
        assertThat(server.vault().unfinished()).isEmpty();
        assertThat(create("Upload-Concat", concat).header("location")).contains(upload);
        assertThat(patch(upload, 50_000, new byte[1]).status()).isEqualTo(403);
    }

    @Test
    void a_whole_may_be_asked_for_before_its_parts_are_there() throws Exception {
        String first = location(create("Upload-Length", "20000", "Upload-Concat", "partial"));
        String second = location(create("Upload-Defer-Length", "1", "Upload-Concat", "partial"));
        patch(first, 0, part(0, 15_000));

        RawHttp.Reply whole = create("Upload-Concat", "final;" + first + " " + second);

        String upload = location(whole);
        assertThat(whole.headers()).doesNotContainKeys("upload-offset", "liuhen-recording");
        assertThat(head(upload).headers()).doesNotContainKeys("upload-offset", "upload-length");
        assertThat(patch(second, 0, part(20_000, 50_000), "Upload-Length", "30000")
                        .status())
                .isEqualTo(204);
        restart();
        assertThat(patch(first, 15_000, part(15_000, 20_000)).status()).isEqualTo(204);
        awaitRecording(upload);
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    private void awaitRecording(String upload) throws Exception {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (head(upload).header("liuhen-recording").isEmpty()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_part_may_come_twice_and_be_empty() throws Exception {
        String twice = location(create("Upload-Length", "1000", "Upload-Concat", "partial"));
        String empty = location(create("Upload-Length", "0", "Upload-Concat", "partial"));
        patch(twice, 0, part(0, 1000));

        location(create("Upload-Concat", "final;" + twice + " " + empty + " " + twice));

        byte[] expected = Arrays.copyOf(part(0, 1000), 2000);
        System.arraycopy(FOOTAGE, 0, expected, 1000, 1000);
        assertThat(server.original(theOnly())).isEqualTo(expected);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    void a_whole_that_cannot_be_is_refused_and_its_parts_stand() throws Exception {
        String mine = location(create("Upload-Length", "10", "Upload-Concat", "partial"));
        String ordinary = location(create("Upload-Length", "10"));
        TusPusher other = new TusPusher(server.address(), IngestServer.OTHER_TOKEN);
        String foreign = location(
                send("POST", "/uploads", other.headers("Upload-Length", "10", "Upload-Concat", "partial"), NOTHING));
        for (String bad : List.of("final", "final;", "FINAL;" + mine, "part", "final;/x/y", "final;" + mine + "\tx")) {
            assertThat(create("Upload-Concat", bad, "Upload-Defer-Length", "1").status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(create("Upload-Concat", "final;" + mine, "Upload-Length", "10")
                        .status())
                .isEqualTo(400);
        for (String bad : List.of(ordinary, foreign, "/uploads/" + "0".repeat(32))) {
            assertThat(create("Upload-Concat", "final;" + mine + " " + bad).status())
                    .as(bad)
                    .isEqualTo(409);
        }
        location(create("Upload-Concat", "final;" + mine));
        assertThat(create("Upload-Concat", "final;" + mine + " " + mine).status())
                .as("belongs to another already")
                .isEqualTo(409);
        assertThat(head(mine).headers()).containsEntry("upload-offset", "0");
    }

    @Test
    void parts_that_are_not_what_was_declared_are_refused_together() throws Exception {
        String part = location(create("Upload-Length", "1000", "Upload-Concat", "partial"));
        patch(part, 0, part(0, 1000));
        String metadata =
                "sha256 " + Base64.getEncoder().encodeToString("0".repeat(64).getBytes(StandardCharsets.US_ASCII));

        RawHttp.Reply whole = create("Upload-Concat", "final;" + part, "Upload-Metadata", metadata);

        assertThat(whole.status()).isEqualTo(422);
        assertThat(server.catalog().uploads()).isEmpty();
        assertThat(server.vault().unfinished()).isEmpty();
        assertThat(server.recordings()).isEmpty();
    }

    @Test
    void a_whole_given_up_leaves_the_parts_that_are_still_there() throws Exception {
        String first = location(create("Upload-Length", "10", "Upload-Concat", "partial"));
        String second = location(create("Upload-Length", "10", "Upload-Concat", "partial"));
        patch(first, 0, new byte[10]);
        String whole = location(create("Upload-Concat", "final;" + first + " " + second));

        assertThat(send("DELETE", whole, dock.headers(), NOTHING).status()).isEqualTo(204);

        assertThat(head(whole).status()).isEqualTo(404);
        assertThat(head(first).headers()).containsEntry("upload-offset", "10");
        assertThat(patch(second, 0, new byte[10]).status()).isEqualTo(204);
        location(create("Upload-Concat", "final;" + second + " " + first));
        assertThat(theOnly().sizeBytes()).isEqualTo(20);
    }

    @Test
    void the_method_that_is_meant_wins_over_the_one_that_is_used() throws Exception {
        String upload = location(create("Upload-Length", "50000"));
        Map<String, String> patch =
                dock.headers("Upload-Offset", "0", "Content-Type", TYPE, "X-HTTP-Method-Override", "PATCH");
        assertThat(send("POST", upload, patch, FOOTAGE).headers()).containsKey("liuhen-recording");
        RawHttp.Reply head = send("GET", upload, dock.headers("X-HTTP-Method-Override", "head"), NOTHING);
        assertThat(head.headers()).containsEntry("upload-offset", "50000");
        String other = location(create("Upload-Length", "5"));
        assertThat(send("POST", other, dock.headers("X-HTTP-Method-Override", "DELETE"), NOTHING)
                        .status())
                .isEqualTo(204);
        assertThat(head(other).status()).isEqualTo(404);
        assertThat(send("POST", upload, dock.headers("X-HTTP-Method-Override", "TRACE"), NOTHING)
                        .status())
                .isEqualTo(405);
    }

    @Test
    void every_answer_says_which_tus_this_is() throws Exception {
        String upload = location(create("Upload-Length", "5"));
        Map<String, String> wrong = new TreeMap<>(Map.of("Authorization", "Bearer wrong", "Tus-Resumable", "1.0.0"));
        List<RawHttp.Reply> replies = List.of(
                send("POST", "/uploads", wrong, NOTHING),
                send("POST", "/uploads", Map.of(), NOTHING),
                send("PATCH", upload, wrong, NOTHING),
                send("HEAD", upload, Map.of(), NOTHING),
                send("PUT", "/uploads", dock.headers(), NOTHING),
                send("PUT", upload, dock.headers(), NOTHING),
                send("POST", upload, dock.headers(), NOTHING),
                create("Upload-Length", "x"),
                send("POST", "/uploads?case=%00", Map.of("Authorization", "Bearer " + IngestServer.TOKEN), FOOTAGE),
                send("OPTIONS", upload, Map.of(), NOTHING));
        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.headers()).containsEntry("tus-resumable", "1.0.0"))
                .extracting(RawHttp.Reply::status)
                .containsExactly(401, 401, 401, 401, 405, 405, 405, 400, 400, 204);
    }
}
