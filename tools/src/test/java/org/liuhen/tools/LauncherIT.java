package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.Decoded;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.storage.StoredJson;

/** The main job through the real launcher, over a bad network, with a server that dies half way. */
class LauncherIT {
    private static final Path SHARED_FOOTAGE = Launcher.PROJECT.resolve("../shared/media");
    private static final String CASE = "A3301060000002026110042";
    private static final Duration PLAYABLE_WITHIN = Duration.ofMinutes(3);

    @TempDir
    private static Path folder;

    private static List<Path> footage = List.of();

    @BeforeAll
    static void gather_footage() throws IOException {
        if (Files.isDirectory(SHARED_FOOTAGE)) {
            try (Stream<Path> files = Files.list(SHARED_FOOTAGE)) {
                footage = files.filter(file -> file.toString().matches(".*\\.(mp4|mkv|h264)"))
                        .sorted()
                        .toList();
            }
            return;
        }
        List<Path> made = new ArrayList<>();
        try (FootageMaker maker = new FootageMaker(MediaSettings.standard(folder.resolve("natives")))) {
            for (FootageSpec.Scene scene : FootageSpec.Scene.values()) {
                FootageSpec spec =
                        FootageSpec.of("CAM " + scene, Instant.EPOCH, ZoneOffset.UTC, Duration.ofSeconds(30), scene);
                Path file = folder.resolve("made-" + scene + ".mp4");
                maker.make(scene == FootageSpec.Scene.ROOM ? reencoded(spec) : spec, file);
                made.add(file);
            }
        }
        footage = made;
    }

    private static FootageSpec reencoded(FootageSpec spec) {
        return spec.withFormat(FootageSpec.Container.MATROSKA, FootageSpec.Pictures.MPEG4, FootageSpec.Sound.PCM);
    }

    @Test
    void footage_pushed_over_cut_connections_to_a_killed_server_is_found_by_case_bit_for_bit_and_plays()
            throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Launcher.Server first = Launcher.Server.start(data);
        String token = Launcher.run("device", "add", "--id", "DOCK-1", "--data", data.toString(), "--json")
                .json()
                .path("token")
                .asText();
        long total = footage.stream().mapToLong(file -> file.toFile().length()).sum();
        CountDownLatch halfWay = new CountDownLatch(1);
        try (CuttingProxy proxy = new CuttingProxy(first.address(), sent -> {
            if (sent > total / 2) {
                halfWay.countDown();
            }
        })) {
            proxy.cutAfter(total / 8);
            proxy.cutAfter(total / 4);
            proxy.cutAfter(total * 3 / 8);
            Process push = push(token, proxy.port());
            assertThat(halfWay.await(2, TimeUnit.MINUTES)).isTrue();
            first.kill();
            try (Launcher.Server second = Launcher.Server.start(data)) {
                proxy.retarget(second.address());
                assertThat(push.waitFor(4, TimeUnit.MINUTES)).isTrue();
                assertThat(push.exitValue())
                        .as(Files.readString(folder.resolve("push.log")))
                        .isZero();
                assertThat(proxy.cuts()).isEqualTo(3);
                everything_is_there(data, second);
            }
        }
    }

    private static Process push(String token, int port) throws IOException {
        List<String> verb = new ArrayList<>(List.of(
                "push",
                "--server",
                "http://127.0.0.1:" + port,
                "--token",
                token,
                "--case",
                CASE,
                "--officer",
                "012345",
                "--receipts",
                folder.resolve("receipts").toString()));
        footage.forEach(file -> verb.add(file.toString()));
        return Launcher.command(verb)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("push.log").toFile())
                .start();
    }

    private static void everything_is_there(Path data, Launcher.Server server) throws Exception {
        Map<String, JsonNode> found = whenPlayable(data);
        for (Path file : footage) {
            String sha256 = DigestUtils.sha256Hex(Files.readAllBytes(file));
            assertThat(found).as(file.getFileName().toString()).containsKey(sha256);
            JsonNode recording = found.getOrDefault(sha256, StoredJson.MAPPER.createObjectNode());
            String id = recording.path("id").asText();
            Path copy = folder.resolve("copy-" + id);
            Launcher.Done got = Launcher.run("get", id, "--out", copy.toString(), "--data", data.toString());
            assertThat(got.exit()).as(got.error()).isZero();
            assertThat(copy).hasSameBinaryContentAs(file);
            assertThat(recording.path("state").asText())
                    .as(file.getFileName().toString())
                    .isEqualTo("ready");
            segments_decode(
                    data,
                    server,
                    id,
                    recording.path("media").path("durationSeconds").asDouble());
        }
        assertThat(found).hasSize(footage.size());
        Launcher.Done verified = Launcher.run("verify", "--all", "--data", data.toString());
        assertThat(verified.exit()).as(verified.out() + verified.error()).isZero();
    }

    /** The recordings of the case by fingerprint, once none of them waits any more. */
    private static Map<String, JsonNode> whenPlayable(Path data) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        long start = System.nanoTime();
        while (true) {
            Map<String, JsonNode> found = new LinkedHashMap<>();
            for (JsonNode recording : Launcher.run("find", "--case", CASE, "--data", data.toString(), "--json")
                    .json()
                    .path("recordings")) {
                found.put(recording.path("sha256").asText(), recording);
            }
            boolean waiting = found.values().stream()
                    .anyMatch(recording -> recording.path("state").asText().equals("stored"));
            if (!waiting || System.nanoTime() - start > PLAYABLE_WITHIN.toNanos()) {
                return found;
            }
            never.await(500, TimeUnit.MILLISECONDS);
        }
    }

    /** Fetches the playlist and its pieces as a player does, and decodes every picture. */
    private static void segments_decode(Path data, Launcher.Server server, String id, double seconds) throws Exception {
        String token = Launcher.run("token", "create", "--data", data.toString(), "--json")
                .json()
                .path("token")
                .asText();
        Path hls = Files.createDirectories(folder.resolve("hls-" + id));
        HttpClient client = HttpClient.newHttpClient();
        String base = server.url() + "/api/v1/recordings/" + id + "/playback/";
        String playlist =
                new String(fetch(client, base + "index.m3u8", token), java.nio.charset.StandardCharsets.UTF_8);
        Files.writeString(hls.resolve("index.m3u8"), playlist);
        List<String> names = new ArrayList<>();
        playlist.lines()
                .filter(line -> line.startsWith("#EXT-X-MAP"))
                .map(line -> line.replaceAll(".*URI=\"([^\"]+)\".*", "$1"))
                .forEach(names::add);
        playlist.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(names::add);
        assertThat(names).hasSizeGreaterThan(1);
        for (String name : names) {
            Files.write(hls.resolve(name), fetch(client, base + name, token));
        }
        try (MediaTools tools = new MediaTools(MediaSettings.standard(folder.resolve("natives")))) {
            Decoded decoded = tools.decode(hls.resolve("index.m3u8"));
            assertThat(decoded.errors()).isZero();
            assertThat(decoded.pictures()).isPositive();
            assertThat(decoded.brightness()).isGreaterThan(10);
            assertThat(decoded.endSeconds()).isBetween(seconds * 0.9 - 0.5, seconds * 1.1 + 0.5);
        }
    }

    private static byte[] fetch(HttpClient client, String url, String token) throws Exception {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        return response.body();
    }

    @Test
    void demo_once_shows_three_cases_all_ready_and_nothing_permanent_in_the_plan() throws Exception {
        Launcher.Done demo =
                Launcher.run("demo", "--once", "--data", folder.resolve("demo").toString());
        assertThat(demo.exit()).as(demo.out() + demo.error()).isZero();
        assertThat(demo.out()).contains("permanent recordings are not in it").doesNotContain("unplayable");
        assertThat(demo.out().lines().filter(line -> line.matches("A\\d+ +[A-Z0-9-]+ +ready .*")))
                .hasSize(8);
    }

    @Test
    @Tag("world")
    void curl_alone_can_push_find_and_check_a_file() throws Exception {
        Path data = Files.createDirectory(folder.resolve("curl"));
        Path file = footage.get(0);
        try (Launcher.Server server = Launcher.Server.start(data)) {
            String device = Launcher.run("device", "add", "--id", "CURL", "--data", data.toString(), "--json")
                    .json()
                    .path("token")
                    .asText();
            String person = Launcher.run("token", "create", "--data", data.toString(), "--json")
                    .json()
                    .path("token")
                    .asText();
            String pushed =
                    curl(device, server.url() + "/uploads?case=CURL-1&filename=a.mp4", "--data-binary", "@" + file);
            assertThat(pushed).contains(DigestUtils.sha256Hex(Files.readAllBytes(file)));
            String listed = curl(person, server.url() + "/api/v1/recordings?case=CURL-1");
            String id = StoredJson.MAPPER
                    .readTree(listed)
                    .path("recordings")
                    .path(0)
                    .path("id")
                    .asText();
            String original = server.url() + "/api/v1/recordings/" + id + "/original";
            Path whole = folder.resolve("whole");
            curl(person, original, "-o", whole.toString());
            assertThat(whole).hasSameBinaryContentAs(file);
            Path range = folder.resolve("range");
            curl(person, original, "-r", "1000-1999", "-o", range.toString());
            assertThat(Files.readAllBytes(range))
                    .isEqualTo(java.util.Arrays.copyOfRange(Files.readAllBytes(file), 1000, 2000));
        }
    }

    private static String curl(String token, String url, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "-H", "Authorization: Bearer " + token));
        command.addAll(List.of(more));
        command.add(url);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        return answer;
    }
}
