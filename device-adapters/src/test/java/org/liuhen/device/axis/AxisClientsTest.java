package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Recording;

/**
 * Clients of other people, as far as their protocol and that of Axis systems are the same: rclone's Swift backend,
 * python-swiftclient, curl. What they would list or delete is not asked of them.
 */
@Tag("world")
class AxisClientsTest {
    private static final String CLIP_NAME = "20260301T080000Z_7CF7.mkv";

    @TempDir
    private Path folder;

    private AxisTown town;
    private Path clip;
    private byte[] bytes;

    @BeforeEach
    void open() throws Exception {
        town = new AxisTown(folder.resolve("server"));
        bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        clip = Files.write(folder.resolve(CLIP_NAME), bytes);
        town.system().beginPatrol();
    }

    @AfterEach
    void close() {
        town.close();
    }

    private String run(Map<String, String> environment, String... command) throws Exception {
        Path log = folder.resolve("client.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(3, TimeUnit.MINUTES);
        String text = Files.readString(log, StandardCharsets.UTF_8);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).as("%s did not end: %s", List.of(command), text).isTrue();
        assertThat(process.exitValue()).as("%s: %s", List.of(command), text).isZero();
        return text;
    }

    private String auth() {
        return town.uri(AxisTown.AUTH).toString();
    }

    private void assertStored() throws Exception {
        Recording recording = town.named(CLIP_NAME);
        assertThat(town.server().original(recording)).isEqualTo(bytes);
        assertThat(recording.session()).hasToString(AxisTown.SYSTEM + "/" + AxisTown.PATROL);
    }

    @Test
    void rclone_puts_a_clip_and_finds_it_there_the_second_time() throws Exception {
        Map<String, String> remote = Map.of(
                "RCLONE_CONFIG",
                folder.resolve("rclone.conf").toString(),
                "RCLONE_CONFIG_AXIS_TYPE",
                "swift",
                "RCLONE_CONFIG_AXIS_USER",
                AxisTown.SYSTEM,
                "RCLONE_CONFIG_AXIS_KEY",
                AxisTown.KEY,
                "RCLONE_CONFIG_AXIS_AUTH",
                auth(),
                "RCLONE_CONFIG_AXIS_AUTH_VERSION",
                "1");
        String target = "axis:" + AxisTown.PATROL + "/" + CLIP_NAME;

        run(remote, "rclone", "copyto", "--retries", "1", clip.toString(), target);
        assertStored();

        String again = run(remote, "rclone", "copyto", "-vv", "--retries", "1", clip.toString(), target);
        assertThat(again).contains("Unchanged skipping");
        assertThat(town.server().recordings()).hasSize(1);
    }

    @Test
    void swiftclient_puts_posts_and_stats() throws Exception {
        List<String> swift = List.of("swift", "-A", auth(), "-U", AxisTown.SYSTEM, "-K", AxisTown.KEY);
        run(Map.of(), with(swift, "post", AxisTown.PATROL, "-m", "TimeZone:Europe/Stockholm"));
        run(
                Map.of(),
                with(
                        swift,
                        "upload",
                        "--object-name",
                        CLIP_NAME,
                        "-H",
                        "X-Object-Meta-StartTimeISO: 2026-03-01T08:00:00Z",
                        AxisTown.PATROL,
                        clip.toString()));
        assertStored();
        assertThat(town.named(CLIP_NAME).deviceFrom()).isEqualTo("2026-03-01T08:00:00Z");
        String object = run(Map.of(), with(swift, "stat", AxisTown.PATROL, CLIP_NAME));
        assertThat(object)
                .contains("ETag: " + DigestUtils.md5Hex(bytes))
                .contains("Content Length: " + bytes.length)
                .contains("Meta Starttimeiso: 2026-03-01T08:00:00Z");
        run(Map.of(), with(swift, "post", AxisTown.PATROL, CLIP_NAME, "-m", "StartTime:1772352000"));
        String replaced = run(Map.of(), with(swift, "stat", AxisTown.PATROL, CLIP_NAME));
        assertThat(replaced).contains("Meta Starttime: 1772352000").doesNotContain("Starttimeiso");
        assertThat(run(Map.of(), with(swift, "stat", AxisTown.PATROL))).contains("Meta Timezone: Europe");
    }

    private static String[] with(List<String> command, String... more) {
        return java.util.stream.Stream.concat(command.stream(), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }

    @Test
    void curl_plays_the_whole_sequence_of_a_system() throws Exception {
        String script = """
                set -eu
                curl -sS -f -D head -H "X-Auth-User: $NAME" -H "X-Auth-Key: $KEY" "$AUTH"
                T=$(sed -n 's/^[Xx]-[Aa]uth-[Tt]oken: //p' head | tr -d '\\r')
                S=$(sed -n 's/^[Xx]-[Ss]torage-[Uu]rl: //p' head | tr -d '\\r')
                say() { curl -sS -f -o out -H "X-Auth-Token: $T" "$@"; }
                say "$S/System/Capabilities.json"
                grep -q StoreRejectedContent out
                say -X PUT -H 'X-Container-Meta-Status: Transferring' "$S/$PATROL"
                say -T "$CLIP" -H 'Expect: 100-continue' -H 'Transfer-Encoding: chunked' "$S/$PATROL/$CLIP"
                printf '{"EncryptedKey":"eA=="}' | say -T - "$S/$PATROL/20260301T080000Z_7CF7.key"
                printf '' | say -T - -H 'X-Object-Meta-Tags: a:b' "$S/$PATROL/bookmark_1772352060_1"
                say -X POST -H 'X-Container-Meta-Status: Complete' "$S/$PATROL"
                say -I "$S/$PATROL"
                grep -qi '^x-container-meta-status: Complete' out
                """;
        Path file = Files.writeString(folder.resolve("system.sh"), script);
        run(
                Map.of(
                        "AUTH", auth(),
                        "NAME", AxisTown.SYSTEM,
                        "KEY", AxisTown.KEY,
                        "PATROL", AxisTown.PATROL,
                        "CLIP", CLIP_NAME),
                "sh",
                file.toString());
        assertStored();
        assertThat(town.server().recordings())
                .extracting(Recording::attachment)
                .containsExactlyInAnyOrder(
                        null, AttachmentRole.KEY, AttachmentRole.BOOKMARK, AttachmentRole.SESSION_MANIFEST);
    }
}
