package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Register;

/** The cases of the example server's own tests, and what else a system may do, over the wire. */
class AxisAdapterTest {
    private static final byte[] NOTHING = {};
    private static final byte[] CLIP = clip(200_000, 1);
    private static final String CLIP_NAME = "20260301T080000Z_7CF7.mkv";
    private static final String CLIP_PATH = "/" + AxisTown.PATROL + "/" + CLIP_NAME;

    @TempDir
    private Path folder;

    private AxisTown town;

    @BeforeEach
    void open() throws Exception {
        town = new AxisTown(folder);
    }

    @AfterEach
    void close() {
        town.close();
    }

    private static byte[] clip(int size, long seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static List<String> kinds(Recording recording) {
        return recording.findings().stream().map(Finding::kind).toList();
    }

    // Logging in

    @Test
    void log_in_needs_the_right_name_and_key() throws Exception {
        assertThat(town.send("GET", AxisTown.AUTH, NOTHING).statusCode()).isEqualTo(401);
        for (String[] wrong : new String[][] {
            {AxisTown.SYSTEM, "wrong"},
            {AxisTown.SYSTEM, AxisTown.OTHER_KEY},
            {"nobody", AxisTown.KEY},
            {AxisTown.SYSTEM, "x".repeat(5000)},
            {"../" + AxisTown.SYSTEM, AxisTown.KEY}
        }) {
            assertThat(town.send("GET", AxisTown.AUTH, NOTHING, "X-Auth-User", wrong[0], "X-Auth-Key", wrong[1])
                            .statusCode())
                    .isEqualTo(401);
        }
        HttpResponse<String> welcome =
                town.send("GET", AxisTown.AUTH, NOTHING, "X-Auth-User", AxisTown.SYSTEM, "X-Auth-Key", AxisTown.KEY);
        assertThat(welcome.statusCode()).isEqualTo(200);
        assertThat(welcome.body()).isEmpty();
        assertThat(welcome.headers().firstValue("x-auth-token")).isPresent();
        assertThat(welcome.headers().firstValue("x-storage-url"))
                .contains(town.uri(AxisTown.STORE).toString());
    }

    @Test
    void log_in_with_another_method_is_a_bad_request() throws Exception {
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            assertThat(town.send(method, AxisTown.AUTH, NOTHING).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void nothing_goes_without_a_token_or_with_one_that_is_over() throws Exception {
        AxisTown.Mouth system = town.system();
        assertThat(town.send("PUT", AxisTown.STORE + "/box", NOTHING).statusCode())
                .isEqualTo(401);
        AxisTown.Mouth forger = town.new Mouth("AUTH_tk" + "A".repeat(43));
        for (String method : List.of("PUT", "POST", "HEAD", "GET", "PATCH", "DELETE")) {
            assertThat(forger.status(method, "/System/x")).isEqualTo(401);
        }
        town.clock.set(town.clock.instant().plus(Duration.ofMinutes(16)));
        assertThat(system.status("PUT", "/box")).isEqualTo(401);
    }

    @Test
    void token_is_of_no_use_for_the_account_of_another_system() throws Exception {
        AxisTown.Mouth other = town.new Mouth(town.token(AxisTown.OTHER, AxisTown.OTHER_KEY));
        for (String method : List.of("PUT", "POST", "HEAD", "GET", "PATCH", "DELETE")) {
            assertThat(other.status(method, "/box/x")).isEqualTo(403);
        }
    }

    @Test
    void revoked_system_is_refused_at_once() throws Exception {
        AxisTown.Mouth system = town.system();
        assertThat(system.status("PUT", "/box")).isEqualTo(201);
        Device device = town.server()
                .catalog()
                .register()
                .entry(Register.DEVICES, AxisTown.SYSTEM)
                .orElseThrow();
        Device revoked = new Device(device.id(), "x", null, null, device.addedAt(), town.clock.instant());
        town.server()
                .catalog()
                .commit(Change.builder()
                        .put(Register.DEVICES, AxisTown.SYSTEM, revoked)
                        .event(CustodyEvent.of(
                                town.clock.instant(), Actor.CONSOLE, EventKind.DEVICE_REVOKED, null, Map.of()))
                        .build())
                .get();
        assertThat(system.status("PUT", "/box")).isEqualTo(401);
        assertThat(town.send("GET", AxisTown.AUTH, NOTHING, "X-Auth-User", AxisTown.SYSTEM, "X-Auth-Key", AxisTown.KEY)
                        .statusCode())
                .isEqualTo(401);
    }

    // Containers

    @Test
    void container_is_made_once_and_then_merged_into() throws Exception {
        AxisTown.Mouth system = town.system();
        assertThat(system.status("PUT", "/box", "X-Container-Meta-Bwcserialnumber", "A1"))
                .isEqualTo(201);
        assertThat(system.status("PUT", "/box", "X-Container-Meta-Timezone", "Europe%2FStockholm"))
                .isEqualTo(202);
        assertThat(system.status("POST", "/box", "X-Object-Meta-Triggeron", "Button"))
                .isEqualTo(204);
        HttpResponse<String> head = system.say("HEAD", "/box", NOTHING);
        assertThat(head.statusCode()).isEqualTo(204);
        assertThat(head.headers().firstValue("X-Container-Meta-BWCSerialNumber"))
                .contains("A1");
        assertThat(head.headers().firstValue("X-Container-Meta-TimeZone")).contains("Europe%2FStockholm");
        assertThat(head.headers().firstValue("X-Container-Meta-TriggerOn")).contains("Button");
    }

    @Test
    void empty_value_removes_a_key_of_a_container() throws Exception {
        AxisTown.Mouth system = town.system();
        system.status("PUT", "/box", "X-Container-Meta-A", "1", "X-Container-Meta-B", "2");
        assertThat(system.status("POST", "/box", "X-Container-Meta-A", "")).isEqualTo(204);
        assertThat(system.metadata("/box", "X-Container-Meta-A")).isEmpty();
        assertThat(system.metadata("/box", "X-Container-Meta-B")).contains("2");
        assertThat(system.status("POST", "/box", "X-Remove-Container-Meta-B", "x"))
                .isEqualTo(204);
        assertThat(system.metadata("/box", "X-Container-Meta-B")).isEmpty();
    }

    @Test
    void what_is_not_there_is_404() throws Exception {
        AxisTown.Mouth system = town.system();
        assertThat(system.status("POST", "/box")).isEqualTo(404);
        assertThat(system.status("HEAD", "/box")).isEqualTo(404);
        assertThat(system.put("/box/a.mkv", CLIP)).isEqualTo(404);
        assertThat(system.status("POST", "/box/a.mkv")).isEqualTo(404);
        system.status("PUT", "/box");
        assertThat(system.status("POST", "/box/a.mkv")).isEqualTo(404);
        assertThat(system.status("HEAD", "/box/a.mkv")).isEqualTo(404);
        assertThat(system.status("GET", "/System/none")).isEqualTo(404);
        assertThat(town.server().recordings()).isEmpty();
    }

    @Test
    void what_is_no_part_of_the_protocol_is_refused() throws Exception {
        AxisTown.Mouth system = town.system();
        system.status("PUT", "/box");
        system.put("/box/a.mkv", CLIP);
        assertThat(system.status("PATCH", "/box")).isEqualTo(400);
        assertThat(system.status("PATCH", "/box/a.mkv")).isEqualTo(400);
        assertThat(system.status("GET", "/box/a.mkv")).isEqualTo(403);
        assertThat(system.status("GET", "/box")).isEqualTo(403);
        assertThat(system.status("GET", "")).isEqualTo(403);
        assertThat(system.status("DELETE", "/box")).isEqualTo(403);
        assertThat(system.status("DELETE", "/box/a.mkv")).isEqualTo(403);
        assertThat(system.put("/box/b.mkv", NOTHING, "X-Copy-From", "box/a.mkv"))
                .isEqualTo(400);
        assertThat(system.put("/box/b.mkv", NOTHING, "X-Object-Manifest", "box/a"))
                .isEqualTo(400);
        assertThat(system.put("/box/b.mkv?multipart-manifest=put", NOTHING)).isEqualTo(400);
        assertThat(town.server().recordings()).hasSize(1);
    }

    // Objects

    @Test
    void clip_is_a_recording_of_its_camera_and_officer_with_its_times() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        HttpResponse<String> put = system.say(
                "PUT",
                CLIP_PATH,
                CLIP,
                "X-Object-Meta-Starttime",
                "1772352000",
                "X-Object-Meta-Starttimeiso",
                "2026-03-01T08:00:00Z",
                "X-Object-Meta-Stoptimeiso",
                "2026-03-01T08:05:00Z",
                "X-Object-Meta-Containertype",
                "mkv");
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(put.headers().firstValue("etag")).contains(DigestUtils.md5Hex(CLIP));
        Recording recording = town.named(CLIP_NAME);
        assertThat(put.headers().firstValue("liuhen-recording"))
                .contains(recording.id().hex());
        assertThat(town.server().original(recording)).isEqualTo(CLIP);
        assertThat(recording.device().value()).isEqualTo(AxisTown.SYSTEM + ":" + AxisTown.CAMERA);
        assertThat(recording.officer()).hasToString("033127");
        assertThat(recording.session()).hasToString(AxisTown.SYSTEM + "/" + AxisTown.PATROL);
        assertThat(recording.attachment()).isNull();
        assertThat(recording.from()).isEqualTo("2026-03-01T08:00:00Z");
        assertThat(recording.to()).isEqualTo("2026-03-01T08:05:00Z");
        assertThat(recording.contentType()).isEqualTo("video/x-matroska");
        assertThat(kinds(recording)).doesNotContain("quarantined", "encrypted");
        HttpResponse<String> head = system.say("HEAD", CLIP_PATH, NOTHING);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains(Integer.toString(CLIP.length));
        assertThat(head.headers().firstValue("etag")).contains(DigestUtils.md5Hex(CLIP));
        assertThat(head.headers().firstValue("x-object-meta-stoptimeiso")).contains("2026-03-01T08:05:00Z");
        assertThat(town.server().catalog().register().entry(Register.DEVICES, AxisTown.SYSTEM + ":" + AxisTown.CAMERA))
                .hasValueSatisfying(camera -> assertThat(camera.name()).isEqualTo("Left"));
    }

    @Test
    void metadata_of_an_object_are_replaced_as_a_whole() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        system.put(CLIP_PATH, CLIP, "X-Object-Meta-A", "1", "X-Object-Meta-B", "2");
        assertThat(system.status("POST", CLIP_PATH, "X-Object-Meta-C", "%E6%B0%B8+%2B"))
                .isEqualTo(202);
        HttpResponse<String> head = system.say("HEAD", CLIP_PATH, NOTHING);
        assertThat(head.headers().firstValue("x-object-meta-a")).isEmpty();
        assertThat(head.headers().firstValue("x-object-meta-c")).contains("%E6%B0%B8++");
        assertThat(town.server().original(town.named(CLIP_NAME))).isEqualTo(CLIP);
    }

    @Test
    void same_clip_again_is_the_same_recording() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        assertThat(system.put(CLIP_PATH, CLIP)).isEqualTo(201);
        assertThat(system.put(CLIP_PATH, CLIP)).isEqualTo(201);
        assertThat(town.server().recordings()).hasSize(1);
        assertThat(kinds(town.named(CLIP_NAME))).doesNotContain("quarantined");
    }

    @Test
    void other_bytes_under_a_name_that_was_acknowledged_are_kept_beside_the_first() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        byte[] other = clip(1000, 2);
        assertThat(system.put(CLIP_PATH, CLIP)).isEqualTo(201);
        Recording first = town.named(CLIP_NAME);
        assertThat(system.put(CLIP_PATH, other)).isEqualTo(201);
        assertThat(town.server().recordings()).hasSize(2);
        assertThat(town.server().original(first)).isEqualTo(CLIP);
        Recording second = town.server().recordings().stream()
                .filter(recording -> !recording.id().equals(first.id()))
                .findFirst()
                .orElseThrow();
        assertThat(town.server().original(second)).isEqualTo(other);
        assertThat(second.findings())
                .anySatisfy(finding ->
                        assertThat(finding.detail()).contains(first.id().hex()));
        assertThat(system.metadata(CLIP_PATH, "etag")).contains(DigestUtils.md5Hex(other));
    }

    @Test
    void wrong_etag_is_422_and_keeps_nothing() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        assertThat(system.put(CLIP_PATH, CLIP, "Etag", "0".repeat(32))).isEqualTo(422);
        assertThat(town.server().recordings()).isEmpty();
        assertThat(town.server().vault().unfinished()).isEmpty();
        assertThat(system.put(CLIP_PATH, CLIP, "Etag", '"' + DigestUtils.md5Hex(CLIP) + '"'))
                .isEqualTo(201);
    }

    @Test
    void body_in_chunks_after_a_continue_is_taken() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), town.server().address().getPort())) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(("PUT " + AxisTown.STORE + CLIP_PATH + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: " + system.token
                            + "\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            in.readLine();
            out.write((Integer.toHexString(CLIP.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(CLIP);
            out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 201 Created");
        }
        assertThat(town.server().original(town.named(CLIP_NAME))).isEqualTo(CLIP);
    }

    @Test
    void refused_body_is_not_asked_for() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), town.server().address().getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("PUT " + AxisTown.STORE + CLIP_PATH
                                    + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.readLine()).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void broken_put_leaves_nothing_visible() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), town.server().address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT " + AxisTown.STORE + CLIP_PATH + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: " + system.token
                            + "\r\nContent-Length: " + CLIP.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(CLIP, 0, CLIP.length / 2);
        }
        town.awaitQuiet();
        assertThat(town.server().recordings()).isEmpty();
        assertThat(system.status("HEAD", CLIP_PATH)).isEqualTo(404);
        assertThat(system.put(CLIP_PATH, CLIP)).isEqualTo(201);
    }

    @Test
    void full_disk_is_507_and_keeps_nothing_and_the_clip_comes_later() throws Exception {
        town.system().beginPatrol();
        town.restart(IngestServer.ALL_RESERVED);
        assertThat(town.system().put(CLIP_PATH, CLIP)).isEqualTo(507);
        assertThat(town.server().recordings()).isEmpty();
        town.restart(IngestServer.NO_RESERVE);
        assertThat(town.system().put(CLIP_PATH, CLIP)).isEqualTo(201);
    }

    @Test
    void acknowledged_objects_survive_a_restart() throws Exception {
        town.system().beginPatrol();
        town.system().put(CLIP_PATH, CLIP, "X-Object-Meta-A", "1");
        Recording before = town.named(CLIP_NAME);
        town.restart(IngestServer.NO_RESERVE);
        assertThat(town.named(CLIP_NAME)).isEqualTo(before);
        assertThat(town.system().metadata(CLIP_PATH, "x-object-meta-a")).contains("1");
    }

    @Test
    void two_puts_of_one_name_at_once_are_never_mixed() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        List<byte[]> clips = List.of(clip(900_000, 3), clip(900_000, 4));
        var answers = clips.stream()
                .map(bytes -> town.http.sendAsync(
                        HttpRequest.newBuilder(town.uri(AxisTown.STORE + CLIP_PATH))
                                .header("X-Auth-Token", system.token)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.discarding()))
                .toList();
        for (var answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(201);
        }
        assertThat(town.server().recordings()).hasSize(2);
        for (Recording recording : town.server().recordings()) {
            assertThat(town.server().original(recording)).isIn(clips);
        }
    }

    @Test
    void too_much_metadata_is_refused_with_what_would_be_taken() throws Exception {
        AxisTown.Mouth system = town.system();
        String[] many = new String[202];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "X-Container-Meta-K" + i;
            many[i + 1] = "v";
        }
        HttpResponse<String> answer = system.say("PUT", "/box", NOTHING, many);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("at most 100");
        assertThat(system.status("PUT", "/box", "X-Container-Meta-A", "x".repeat(1025)))
                .isEqualTo(400);
        assertThat(system.status("PUT", "/box", "X-Container-Meta-" + "K".repeat(129), "x"))
                .isEqualTo(400);
        assertThat(system.status("HEAD", "/box")).isEqualTo(404);
        assertThat(system.status("PUT", "/box", "X-Container-Meta-A", "x".repeat(33_000)))
                .isEqualTo(431);
        assertThat(system.status("PUT", "/" + "x".repeat(257))).isEqualTo(400);
        assertThat(system.status("PUT", "/a%2Fb")).isEqualTo(400);
        system.status("PUT", "/box");
        assertThat(system.put("/box/" + "x".repeat(1025), NOTHING)).isEqualTo(400);
    }
}
