package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.storage.Recording;

/**
 * The sentences of draft-ietf-httpbis-resumable-upload-12 that bind a server, each as a case over a raw socket: written
 * from the draft, and so without any other program. The conformance script of tomdesair/tus-java-server for the same
 * draft has been run by hand besides; {@code docs/adr/0013} says with what result.
 */
class ResumableProtocolTest {
    private static final byte[] NOTHING = {};
    private static final byte[] FOOTAGE = new byte[60_000];
    private static final String LENGTH = Integer.toString(FOOTAGE.length);
    private static final String TYPE = "application/partial-upload";
    private static final String PROBLEMS = "https://iana.org/assignments/http-problem-types#";

    static {
        new Random(12).nextBytes(FOOTAGE);
    }

    @TempDir
    private Path folder;

    private IngestServer server;

    @BeforeEach
    void start() throws Exception {
        server = IngestServer.start(folder, IngestServer.NO_RESERVE, TusAdapter::new);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Map<String, String> headers(String... more) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Authorization", "Bearer " + IngestServer.TOKEN);
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    private RawHttp.Reply send(String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        return RawHttp.exchange(server.address(), method, target, headers, body);
    }

    private RawHttp.Reply create(byte[] body, String... more) throws IOException {
        return send("POST", "/uploads?case=A-1", headers(more), body);
    }

    private RawHttp.Reply append(String upload, long offset, String complete, byte[] body, String... more)
            throws IOException {
        Map<String, String> headers =
                headers("Content-Type", TYPE, "Upload-Offset", Long.toString(offset), "Upload-Complete", complete);
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return send("PATCH", upload, headers, body);
    }

    private RawHttp.Reply head(String upload) throws IOException {
        return send("HEAD", upload, headers(), NOTHING);
    }

    private static String location(RawHttp.Reply created) {
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.header("location").orElseThrow();
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(FOOTAGE, from, to);
    }

    private static String sha256(byte[] bytes) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(DigestUtils.sha256(bytes)) + ":";
    }

    private Recording theOnly() throws Exception {
        assertThat(server.recordings()).hasSize(1);
        return server.recordings().get(0);
    }

    @Test
    void options_tell_the_limits() throws Exception {
        for (String target : List.of("/uploads", "/uploads/" + "0".repeat(32))) {
            RawHttp.Reply reply = send("OPTIONS", target, Map.of("Upload-Complete", "?1"), NOTHING);
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.header("upload-limit").orElseThrow()).matches("max-size=\\d+, max-age=\\d+");
            assertThat(reply.header("accept-patch").orElseThrow()).contains(TYPE);
        }
    }

    @Test
    void a_whole_file_may_say_that_it_is_whole() throws Exception {
        RawHttp.Reply reply = create(
                FOOTAGE,
                "Upload-Complete",
                "?1",
                "Content-Disposition",
                "inline; filename=\"a.mp4\"",
                "Content-Type",
                "video/mp4");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.headers())
                .containsEntry("upload-complete", "?1")
                .containsEntry("liuhen-recording", theOnly().id().hex())
                .containsEntry("repr-digest", sha256(FOOTAGE));
        assertThat(theOnly().filename()).isEqualTo("a.mp4");
        assertThat(theOnly().contentType()).isEqualTo("video/mp4");
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
        assertThat(head(location(reply)).headers())
                .containsEntry("upload-complete", "?1")
                .containsEntry("upload-offset", LENGTH)
                .containsEntry("upload-length", LENGTH);
    }

    @Test
    void an_empty_file_is_a_file() throws Exception {
        assertThat(create(NOTHING, "Upload-Complete", "?1", "Upload-Length", "0")
                        .headers())
                .containsEntry("upload-complete", "?1");
        assertThat(theOnly().sizeBytes()).isZero();
    }

    @Test
    void a_file_in_parts_is_created_asked_about_and_completed() throws Exception {
        RawHttp.Reply created = create(part(0, 20_000), "Upload-Complete", "?0", "Upload-Length", LENGTH);
        String upload = location(created);
        assertThat(created.headers())
                .containsEntry("upload-complete", "?0")
                .containsEntry("upload-offset", "20000")
                .containsKey("upload-limit");
        for (String method : List.of("HEAD", "GET")) {
            RawHttp.Reply standing = send(method, upload, headers(), NOTHING);
            assertThat(standing.status()).isEqualTo(204);
            assertThat(standing.headers())
                    .containsEntry("upload-complete", "?0")
                    .containsEntry("upload-offset", "20000")
                    .containsEntry("upload-length", LENGTH)
                    .containsEntry("cache-control", "no-store")
                    .containsKey("upload-limit");
        }
        RawHttp.Reply next = append(upload, 20_000, "?0", part(20_000, 40_000));
        assertThat(next.status()).isEqualTo(204);
        assertThat(next.headers()).containsEntry("upload-complete", "?0").containsEntry("upload-offset", "40000");

        RawHttp.Reply last = append(upload, 40_000, "?1", part(40_000, 60_000));

        assertThat(last.status()).isEqualTo(200);
        assertThat(last.headers())
                .containsEntry("upload-complete", "?1")
                .containsEntry("liuhen-recording", theOnly().id().hex());
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
        RawHttp.Reply again = append(upload, 60_000, "?1", NOTHING);
        assertThat(again.headers())
                .containsEntry("upload-complete", "?1")
                .containsEntry("liuhen-recording", theOnly().id().hex());
    }

    @Test
    void an_unknown_length_becomes_known_with_the_end() throws Exception {
        String upload = location(create(NOTHING, "Upload-Complete", "?0"));
        assertThat(head(upload).headers()).doesNotContainKey("upload-length");
        append(upload, 0, "?0", part(0, 30_000));

        append(upload, 30_000, "?1", part(30_000, 60_000));

        assertThat(head(upload).headers()).containsEntry("upload-length", LENGTH);
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void an_upload_ends_only_when_that_is_said() throws Exception {
        String upload = location(create(FOOTAGE, "Upload-Complete", "?0", "Upload-Length", LENGTH));
        assertThat(head(upload).headers()).containsEntry("upload-complete", "?0");
        assertThat(server.recordings()).isEmpty();

        assertThat(append(upload, FOOTAGE.length, "?1", NOTHING).headers()).containsEntry("upload-complete", "?1");

        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void lengths_that_contradict_each_other_are_refused() throws Exception {
        RawHttp.Reply atOnce = create(FOOTAGE, "Upload-Complete", "?1", "Upload-Length", "100");
        assertThat(atOnce.status()).isEqualTo(400);
        assertThat(atOnce.body()).contains(PROBLEMS + "inconsistent-upload-length");
        assertThat(atOnce.headers()).containsEntry("upload-complete", "?0").containsKey("upload-limit");
        String upload = location(create(NOTHING, "Upload-Complete", "?0", "Upload-Length", "100"));
        assertThat(append(upload, 0, "?0", NOTHING, "Upload-Length", "101").body())
                .contains(PROBLEMS + "inconsistent-upload-length");
        assertThat(append(upload, 0, "?1", new byte[50]).body()).contains(PROBLEMS + "inconsistent-upload-length");
        assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
    }

    @Test
    void a_chunked_end_before_the_length_is_refused_and_what_came_stands() throws Exception {
        String upload = location(create(NOTHING, "Upload-Complete", "?0", "Upload-Length", "100"));
        Map<String, String> headers = headers(
                "Content-Type", TYPE, "Upload-Offset", "0", "Upload-Complete", "?1", "Transfer-Encoding", "chunked");
        try (RawHttp http = new RawHttp(server.address(), "PATCH", upload, headers)) {
            http.write("5\r\nhello\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            RawHttp.Reply reply = http.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.headers()).containsEntry("upload-complete", "?0").containsEntry("upload-offset", "5");
        }
        assertThat(head(upload).headers()).containsEntry("upload-offset", "5");
    }

    @Test
    void more_than_the_length_ends_the_upload() throws Exception {
        String declared = location(create(NOTHING, "Upload-Complete", "?0", "Upload-Length", "50"));
        RawHttp.Reply tooMuch = append(declared, 0, "?0", new byte[51]);
        assertThat(tooMuch.status()).isEqualTo(400);
        assertThat(tooMuch.headers()).containsEntry("upload-complete", "?0");
        assertThat(head(declared).status()).isEqualTo(404);

        String filled = location(create(new byte[50], "Upload-Complete", "?0", "Upload-Length", "50"));
        assertThat(append(filled, 50, "?0", new byte[1]).status()).isEqualTo(400);
        assertThat(head(filled).status()).isEqualTo(404);

        String chunked = location(create(NOTHING, "Upload-Complete", "?0", "Upload-Length", "4"));
        Map<String, String> headers = headers(
                "Content-Type", TYPE, "Upload-Offset", "0", "Upload-Complete", "?0", "Transfer-Encoding", "chunked");
        try (RawHttp http = new RawHttp(server.address(), "PATCH", chunked, headers)) {
            http.write("5\r\nhello\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(http.reply().status()).isEqualTo(400);
        }
        assertThat(head(chunked).status()).isEqualTo(404);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    void a_recording_does_not_end_because_more_comes() throws Exception {
        String upload = location(create(FOOTAGE, "Upload-Complete", "?1"));
        assertThat(append(upload, FOOTAGE.length, "?0", new byte[1]).status()).isEqualTo(400);
        assertThat(send("DELETE", upload, headers(), NOTHING).status()).isEqualTo(404);
        assertThat(head(upload).headers())
                .containsEntry("liuhen-recording", theOnly().id().hex());
    }

    @Test
    void a_wrong_offset_is_told_the_right_one() throws Exception {
        String upload = location(create(part(0, 32), "Upload-Complete", "?0"));
        for (int offset : new int[] {0, 31, 33, 99}) {
            RawHttp.Reply wrong = append(upload, offset, "?0", new byte[10]);
            assertThat(wrong.status()).isEqualTo(409);
            assertThat(wrong.headers()).containsEntry("upload-offset", "32").containsEntry("upload-complete", "?0");
            assertThat(wrong.body())
                    .contains(PROBLEMS + "mismatching-upload-offset")
                    .contains("\"expected-offset\":32")
                    .contains("\"provided-offset\":" + offset);
        }
        assertThat(head(upload).headers()).containsEntry("upload-offset", "32");
    }

    @Test
    void appending_needs_offset_completeness_and_type() throws Exception {
        String upload = location(create(NOTHING, "Upload-Complete", "?0"));
        for (String bad : List.of("abc", "1.0", "-1", "?1", "9999999999999999", "0, 0", "")) {
            Map<String, String> headers = headers("Content-Type", TYPE, "Upload-Offset", bad, "Upload-Complete", "?0");
            assertThat(send("PATCH", upload, headers, new byte[1]).status())
                    .as(bad)
                    .isEqualTo(400);
        }
        for (String bad : List.of("true", "1", "?2", "?1 ?1", "")) {
            assertThat(append(upload, 0, bad, new byte[1]).status()).as(bad).isEqualTo(400);
        }
        assertThat(send("PATCH", upload, headers("Content-Type", TYPE, "Upload-Complete", "?0"), new byte[1])
                        .status())
                .isEqualTo(400);
        assertThat(append(upload, 0, "?0", new byte[1], "Content-Type", "text/plain")
                        .status())
                .isEqualTo(415);
        assertThat(head(upload).headers()).containsEntry("upload-offset", "0");
    }

    @Test
    void a_question_must_not_say_what_it_asks() throws Exception {
        String upload = location(create(NOTHING, "Upload-Complete", "?0"));
        assertThat(send("HEAD", upload, headers("Upload-Offset", "0"), NOTHING).status())
                .isEqualTo(400);
        assertThat(send("GET", upload, headers("Upload-Complete", "?0"), NOTHING)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void a_cancelled_upload_is_gone() throws Exception {
        String upload = location(create(part(0, 1000), "Upload-Complete", "?0"));
        assertThat(send("DELETE", upload, headers(), NOTHING).status()).isEqualTo(204);
        assertThat(head(upload).status()).isEqualTo(404);
        assertThat(append(upload, 1000, "?1", NOTHING).status()).isEqualTo(404);
        assertThat(send("DELETE", upload, headers(), NOTHING).status()).isEqualTo(404);
        assertThat(server.vault().unfinished()).isEmpty();
    }

    @Test
    void what_is_larger_than_anything_that_is_taken_is_told_the_limit() throws Exception {
        RawHttp.Reply reply = create(new byte[1], "Upload-Complete", "?0", "Upload-Length", "999999999999999");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.headers()).containsKey("upload-limit").containsEntry("upload-complete", "?0");
    }

    @Test
    void completeness_that_cannot_be_read_makes_an_ordinary_request() throws Exception {
        RawHttp.Reply reply = create(FOOTAGE, "Upload-Complete", "true", "Upload-Length", "10");
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.headers()).doesNotContainKey("upload-complete");
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void a_body_that_is_not_its_digest_leaves_no_trace() throws Exception {
        String upload =
                location(create(part(0, 1000), "Upload-Complete", "?0", "Content-Digest", sha256(part(0, 1000))));
        RawHttp.Reply wrong = append(upload, 1000, "?0", new byte[500], "Content-Digest", sha256(NOTHING));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.headers()).containsEntry("upload-complete", "?0");
        assertThat(head(upload).headers()).containsEntry("upload-offset", "1000");
        String sha512 = "sha-512=:" + Base64.getEncoder().encodeToString(DigestUtils.sha512(part(1000, 2000))) + ":";
        assertThat(append(upload, 1000, "?0", part(1000, 2000), "Content-Digest", sha512 + ", md5=:AA==:")
                        .headers())
                .containsEntry("upload-offset", "2000");
        for (String bad : List.of("sha-256=AAAA", "sha-256=:AAAA:", "sha-256=:!:", "sha-256", "sha-256=:AAAA", "=")) {
            assertThat(append(upload, 2000, "?0", new byte[5], "Content-Digest", bad)
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(create(new byte[5], "Upload-Complete", "?1", "Content-Digest", sha256(NOTHING))
                        .status())
                .isEqualTo(400);
        assertThat(server.catalog().uploads()).hasSize(1);
    }

    @Test
    void a_file_that_is_not_its_digest_is_refused_and_nothing_is_kept() throws Exception {
        String upload = location(create(
                part(0, 1000),
                "Upload-Complete",
                "?0",
                "Repr-Digest",
                sha256(FOOTAGE),
                "Want-Repr-Digest",
                "sha-256=9"));
        RawHttp.Reply wrong = append(upload, 1000, "?1", new byte[500]);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.headers()).containsEntry("upload-complete", "?1");
        assertThat(server.recordings()).isEmpty();
        assertThat(server.catalog().uploads()).isEmpty();

        assertThat(create(FOOTAGE, "Upload-Complete", "?1", "Repr-Digest", sha256(FOOTAGE) + ", unixsum=:AA==:")
                        .headers())
                .containsEntry("repr-digest", sha256(FOOTAGE));
        for (String bad : List.of("sha-256=:AAAA:", "sha-256=1", "sha-256=:AAAA")) {
            assertThat(create(FOOTAGE, "Upload-Complete", "?1", "Repr-Digest", bad)
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void the_address_and_the_progress_are_told_before_the_end_to_those_who_understand() throws Exception {
        for (int version = 3; version <= 8; version++) {
            String complete = version == 3 ? "Upload-Incomplete" : "Upload-Complete";
            Map<String, String> headers = headers(
                    "Upload-Draft-Interop-Version",
                    Integer.toString(version),
                    complete,
                    version == 3 ? "?0" : "?1",
                    "Content-Length",
                    LENGTH,
                    "Expect",
                    "100-continue");
            try (RawHttp http = new RawHttp(server.address(), "POST", "/uploads?case=v" + version, headers)) {
                RawHttp.Reply early = http.next();
                assertThat(early.status()).isEqualTo(104);
                assertThat(early.headers())
                        .containsEntry("upload-draft-interop-version", Integer.toString(version))
                        .containsKey("upload-limit");
                assertThat(http.next().status()).isEqualTo(100);
                String upload = early.header("location").orElseThrow();
                assertThat(send("HEAD", upload, headers("Upload-Draft-Interop-Version", "8"), NOTHING)
                                .status())
                        .as("the address is good at once")
                        .isEqualTo(204);
            }
        }
        Map<String, String> headers =
                headers("Upload-Draft-Interop-Version", "8", "Upload-Complete", "?1", "Content-Length", LENGTH);
        try (RawHttp http = new RawHttp(server.address(), "POST", "/uploads?case=A-1", headers)) {
            http.write(FOOTAGE);
            RawHttp.Reply last = http.reply();
            assertThat(http.interim()).extracting(RawHttp.Reply::status).containsOnly(104);
            assertThat(http.interim().get(0).header("location")).isEqualTo(last.header("location"));
        }
    }

    @Test
    void nothing_is_told_early_to_those_who_do_not_understand() throws Exception {
        for (String version : List.of("9", "2", "0", "eight", "8.0", "")) {
            Map<String, String> headers =
                    headers("Upload-Complete", "?1", "Content-Length", LENGTH, "Upload-Draft-Interop-Version", version);
            try (RawHttp http = new RawHttp(server.address(), "POST", "/uploads?case=A-1", headers)) {
                http.write(FOOTAGE);
                assertThat(http.reply().status()).isEqualTo(201);
                assertThat(http.interim()).as(version).isEmpty();
            }
        }
    }

    @Test
    void an_upload_whose_address_was_told_survives_its_broken_creation() throws Exception {
        Map<String, String> headers =
                headers("Upload-Draft-Interop-Version", "8", "Upload-Complete", "?1", "Content-Length", LENGTH);
        String upload;
        try (RawHttp http = new RawHttp(server.address(), "POST", "/uploads?case=A-1", headers)) {
            upload = http.next().header("location").orElseThrow();
            http.write(part(0, 30_000));
        }
        RawHttp.Reply last;
        do {
            int offset = Integer.parseInt(head(upload).header("upload-offset").orElseThrow());
            last = append(upload, offset, "?1", part(offset, 60_000));
        } while (last.status() == 409);

        assertThat(last.headers()).containsEntry("upload-complete", "?1");
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void the_oldest_draft_says_it_the_other_way_round() throws Exception {
        String version = "Upload-Draft-Interop-Version";
        String upload = location(create(part(0, 1000), version, "3", "Upload-Incomplete", "?1"));
        assertThat(send("HEAD", upload, headers(version, "3"), NOTHING).headers())
                .containsEntry("upload-incomplete", "?1")
                .containsEntry("upload-offset", "1000")
                .doesNotContainKey("upload-complete");

        RawHttp.Reply last = send(
                "PATCH",
                upload,
                headers(version, "3", "Upload-Offset", "1000", "Upload-Incomplete", "?0"),
                part(1000, 60_000));

        assertThat(last.headers()).containsEntry("upload-incomplete", "?0");
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void what_one_protocol_began_the_other_may_end() throws Exception {
        TusPusher tus = new TusPusher(server.address(), IngestServer.TOKEN);
        String byDraft = location(create(part(0, 1000), "Upload-Complete", "?0", "Upload-Length", LENGTH));
        assertThat(tus.append(byDraft, 1000, part(1000, 60_000)).recording()).isNotEmpty();
        String byTus = tus.begin(Map.of("case", "A-2"), 1000).upload();
        assertThat(append(byTus, 0, "?1", part(0, 1000)).headers()).containsKey("liuhen-recording");
        RawHttp.Reply part =
                send("POST", "/uploads", tus.headers("Upload-Length", "10", "Upload-Concat", "partial"), NOTHING);
        assertThat(append(location(part), 0, "?1", new byte[10]).headers()).doesNotContainKey("liuhen-recording");
        assertThat(server.recordings()).hasSize(2);
    }
}
