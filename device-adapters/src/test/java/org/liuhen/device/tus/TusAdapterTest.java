package org.liuhen.device.tus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Recording;

class TusAdapterTest {
    private static final byte[] NOTHING = {};
    private static final byte[] FOOTAGE = new byte[50_000];

    static {
        new Random(5).nextBytes(FOOTAGE);
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
    void stop() throws Exception {
        server.close();
    }

    private RawHttp.Reply send(String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        return RawHttp.exchange(server.address(), method, target, headers, body);
    }

    private static Map<String, String> plain(String... more) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Authorization", "Bearer " + IngestServer.TOKEN);
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    private Recording theOnly() throws Exception {
        assertThat(server.recordings()).hasSize(1);
        return server.recordings().get(0);
    }

    @Test
    void options_tell_what_there_is_without_credentials() throws Exception {
        RawHttp.Reply reply = send("OPTIONS", "/uploads", Map.of(), NOTHING);

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.headers())
                .containsEntry("tus-version", "1.0.0")
                .containsEntry("tus-resumable", "1.0.0")
                .containsEntry("tus-extension", TusProtocol.EXTENSIONS)
                .containsKey("tus-max-size");
    }

    @Test
    void creation_answers_with_an_absolute_path_and_head_echoes_the_metadata() throws Exception {
        String metadata = "case QS0x,flag,filename Y2xpcC5tcDQ=,other eA==";
        RawHttp.Reply created =
                send("POST", "/uploads", dock.headers("Upload-Length", "10", "Upload-Metadata", metadata), NOTHING);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("location").orElseThrow()).matches("/uploads/[0-9a-f]{32}");
        assertThat(created.headers()).containsEntry("tus-resumable", "1.0.0");
        RawHttp.Reply head = send("HEAD", created.header("location").orElseThrow(), dock.headers(), NOTHING);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.headers())
                .containsEntry("upload-offset", "0")
                .containsEntry("upload-length", "10")
                .containsEntry("upload-metadata", metadata)
                .containsEntry("cache-control", "no-store");
    }

    @Test
    void creation_with_upload_stores_a_whole_file_in_one_request() throws Exception {
        RawHttp.Reply created = send(
                "POST",
                "/uploads",
                dock.headers(
                        "Upload-Length",
                        Integer.toString(FOOTAGE.length),
                        "Content-Type",
                        "application/offset+octet-stream"),
                FOOTAGE);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.headers())
                .containsEntry("upload-offset", Integer.toString(FOOTAGE.length))
                .containsEntry("liuhen-recording", theOnly().id().hex())
                .containsEntry(
                        "repr-digest",
                        "sha-256=:" + Base64.getEncoder().encodeToString(DigestUtils.sha256(FOOTAGE)) + ":");
    }

    @Test
    void creation_with_the_first_part_goes_on_with_patch() throws Exception {
        RawHttp.Reply created = send(
                "POST",
                "/uploads",
                dock.headers(
                        "Upload-Length",
                        Integer.toString(FOOTAGE.length),
                        "Content-Type",
                        "application/offset+octet-stream"),
                Arrays.copyOf(FOOTAGE, 20_000));

        assertThat(created.headers()).containsEntry("upload-offset", "20000").doesNotContainKey("liuhen-recording");
        dock.append(
                created.header("location").orElseThrow(), 20_000, Arrays.copyOfRange(FOOTAGE, 20_000, FOOTAGE.length));
        assertThat(server.original(theOnly())).isEqualTo(FOOTAGE);
    }

    @Test
    void an_empty_upload_is_complete_at_once() throws Exception {
        RawHttp.Reply created = send("POST", "/uploads", dock.headers("Upload-Length", "0"), NOTHING);

        assertThat(created.headers()).containsEntry("upload-offset", "0").containsKey("liuhen-recording");
    }

    @Test
    void other_versions_are_refused_and_nothing_is_done() throws Exception {
        String upload = dock.begin(Map.of(), 10).upload();
        for (String method : new String[] {"HEAD", "PATCH", "DELETE", "POST"}) {
            Map<String, String> headers = dock.headers("Tus-Resumable", "0.2.2", "Upload-Length", "10");
            RawHttp.Reply reply = send(method, method.equals("POST") ? "/uploads" : upload, headers, NOTHING);

            assertThat(reply.status()).as(method).isEqualTo(412);
            assertThat(reply.headers()).containsEntry("tus-version", "1.0.0").containsEntry("tus-resumable", "1.0.0");
        }
        assertThat(server.catalog().uploads()).hasSize(1);
    }

    @Test
    void a_patch_of_another_type_or_without_a_proper_offset_is_refused() throws Exception {
        String upload = dock.begin(Map.of(), 10).upload();
        String type = "application/offset+octet-stream";

        assertThat(send("PATCH", upload, dock.headers("Upload-Offset", "0", "Content-Type", "video/mp4"), new byte[5])
                        .status())
                .isEqualTo(415);
        for (String offset : new String[] {"-1", "1e3", "", "0x0", "99999999999999999999"}) {
            assertThat(send("PATCH", upload, dock.headers("Upload-Offset", offset, "Content-Type", type), new byte[5])
                            .status())
                    .as(offset)
                    .isEqualTo(400);
        }
        assertThat(send("PATCH", upload, dock.headers("Content-Type", type), new byte[5])
                        .status())
                .isEqualTo(400);
        RawHttp.Reply wrong =
                send("PATCH", upload, dock.headers("Upload-Offset", "7", "Content-Type", type), new byte[3]);
        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.headers()).containsEntry("upload-offset", "0");
        assertThat(wrong.body()).contains("urn:liuhen:problem:wrong-offset");
    }

    @Test
    void an_unknown_upload_has_no_offset() throws Exception {
        for (String id : new String[] {"0".repeat(32), "nonsense", "..%2f..%2fetc"}) {
            RawHttp.Reply reply = send("HEAD", "/uploads/" + id, dock.headers(), NOTHING);
            assertThat(reply.status()).as(id).isIn(400, 404);
            assertThat(reply.headers()).doesNotContainKey("upload-offset");
        }
    }

    @Test
    void creation_without_a_usable_length_is_refused() throws Exception {
        assertThat(send("POST", "/uploads", dock.headers(), NOTHING).status()).isEqualTo(400);
        assertThat(send("POST", "/uploads", dock.headers("Upload-Length", "ten"), NOTHING)
                        .status())
                .isEqualTo(400);
        assertThat(send("POST", "/uploads", dock.headers("Upload-Length", "999999999999999999"), NOTHING)
                        .status())
                .isEqualTo(413);
    }

    @Test
    void broken_metadata_are_refused_by_name() throws Exception {
        for (String metadata : new String[] {"case !!!", "case /w==", " ,", "k\u00e9y eA==", "case QQBC"}) {
            RawHttp.Reply reply =
                    send("POST", "/uploads", dock.headers("Upload-Length", "1", "Upload-Metadata", metadata), NOTHING);
            assertThat(reply.status()).as(metadata).isEqualTo(400);
            assertThat(reply.body()).contains("\"field\"");
        }
    }

    @Test
    void a_filename_in_the_camera_makers_charset_is_read() throws Exception {
        byte[] name = "执法.mp4".getBytes(java.nio.charset.Charset.forName("GB18030"));
        String metadata = "filename " + Base64.getEncoder().encodeToString(name);

        send("POST", "/uploads", dock.headers("Upload-Length", "0", "Upload-Metadata", metadata), NOTHING);

        assertThat(theOnly().filename()).isEqualTo("执法.mp4");
    }

    @Test
    void a_plain_post_is_a_whole_recording() throws Exception {
        RawHttp.Reply reply = send(
                "POST",
                "/uploads?case=A-1,A-2&case=A-3&from=2026-11-22T10:00:00%2B08:00&filename=0001.mp4",
                plain("Content-Type", "video/mp4"),
                FOOTAGE);

        assertThat(reply.status()).isEqualTo(201);
        Recording recording = theOnly();
        assertThat(recording.cases())
                .containsExactly(new CaseNumber("A-1"), new CaseNumber("A-2"), new CaseNumber("A-3"));
        assertThat(recording.contentType()).isEqualTo("video/mp4");
        assertThat(server.original(recording)).isEqualTo(FOOTAGE);
        assertThat(reply.headers())
                .containsEntry("liuhen-recording", recording.id().hex())
                .containsEntry(
                        "repr-digest",
                        "sha-256=:" + Base64.getEncoder().encodeToString(DigestUtils.sha256(FOOTAGE)) + ":");
        assertThat(reply.body())
                .contains("\"recording\":\"" + recording.id() + "\"")
                .contains("\"sha256\":\"" + DigestUtils.sha256Hex(FOOTAGE) + "\"")
                .contains("\"size\":50000")
                .contains("/api/v1/recordings/" + recording.id() + "/receipt");
        RawHttp.Reply head = send("HEAD", reply.header("location").orElseThrow(), plain(), NOTHING);
        assertThat(head.headers())
                .containsEntry("liuhen-recording", recording.id().hex());
    }

    @Test
    void a_plain_post_may_be_chunked_and_name_itself() throws Exception {
        try (RawHttp http = new RawHttp(
                server.address(),
                "POST",
                "/uploads?case=A-1",
                plain(
                        "Transfer-Encoding", "chunked",
                        "Content-Type", "application/x-www-form-urlencoded",
                        "Content-Disposition",
                                "attachment; filename=\"x.mp4\"; filename*=UTF-8''%E6%89%A7%E6%B3%95.mp4"))) {
            http.write("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(http.reply().status()).isEqualTo(201);
        }

        assertThat(theOnly().filename()).isEqualTo("执法.mp4");
        assertThat(theOnly().contentType()).isEqualTo("application/octet-stream");
        assertThat(server.original(theOnly())).isEqualTo("hello world".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_plain_post_again_says_the_same_recording() throws Exception {
        RawHttp.Reply first = send("POST", "/uploads?case=A-1", plain(), FOOTAGE);
        RawHttp.Reply second = send("POST", "/uploads?case=A-1", plain(), FOOTAGE);

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("liuhen-recording")).isEqualTo(first.header("liuhen-recording"));
        assertThat(server.recordings()).hasSize(1);
    }

    @Test
    void a_plain_post_that_breaks_leaves_nothing() throws Exception {
        try (RawHttp http =
                new RawHttp(server.address(), "POST", "/uploads?case=A-1", plain("Content-Length", "50000"))) {
            http.write(Arrays.copyOf(FOOTAGE, 20_000));
        }
        // The next answer comes after the server has noticed, or finds the broken one still there: wait for the former.
        while (!server.catalog().uploads().isEmpty()
                || !server.vault().unfinished().isEmpty()) {
            Thread.onSpinWait();
        }

        assertThat(server.recordings()).isEmpty();
    }

    @Test
    void packed_body_is_refused_because_only_the_file_itself_may_be_sealed() throws Exception {
        RawHttp.Reply reply = send("POST", "/uploads", plain("Content-Encoding", "gzip"), FOOTAGE);
        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.headers()).containsEntry("accept-encoding", "identity");
        assertThat(server.recordings()).isEmpty();
        assertThat(send("POST", "/uploads", plain("Content-Encoding", "identity"), FOOTAGE)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_plain_post_that_cannot_be_a_recording_is_refused() throws Exception {
        assertThat(send("POST", "/uploads", Map.of(), FOOTAGE).status()).isEqualTo(401);
        assertThat(send("POST", "/uploads?device=dock-2", plain(), FOOTAGE).status())
                .isEqualTo(403);
        assertThat(send("POST", "/uploads", plain("Content-Type", "multipart/form-data; boundary=x"), FOOTAGE)
                        .status())
                .isEqualTo(415);
        RawHttp.Reply badCase = send("POST", "/uploads?case=A%00B", plain(), FOOTAGE);
        assertThat(badCase.status()).isEqualTo(400);
        RawHttp.Reply mismatch = send("POST", "/uploads?sha256=" + "0".repeat(64), plain(), FOOTAGE);
        assertThat(mismatch.status()).isEqualTo(422);
        assertThat(mismatch.body()).contains("fingerprint-mismatch");
        assertThat(server.recordings()).isEmpty();
        assertThat(server.catalog().uploads()).isEmpty();
    }

    @Test
    void an_empty_file_must_be_meant() throws Exception {
        try (RawHttp http = new RawHttp(server.address(), "POST", "/uploads", plain("Transfer-Encoding", "chunked"))) {
            http.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(http.reply().status()).isEqualTo(400);
        }
        assertThat(server.catalog().uploads()).isEmpty();
        assertThat(send("POST", "/uploads", plain("Content-Length", "0"), NOTHING)
                        .status())
                .isEqualTo(201);
        assertThat(theOnly().sizeBytes()).isZero();
    }
}
