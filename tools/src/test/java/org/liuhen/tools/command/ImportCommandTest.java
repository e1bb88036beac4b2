package org.liuhen.tools.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.tools.command.Done.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    private static final String NAMED = "DCAM_CAM001_000001_20260804_100000_IMP.mp4";

    @TempDir
    private Path folder;

    private Path camera;
    private Path media;

    @BeforeEach
    void mount() throws Exception {
        camera = Files.createDirectories(folder.resolve("camera"));
        media = Files.createDirectories(camera.resolve("DCIM/100MEDIA"));
        Files.write(media.resolve(NAMED), "whole".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.write(
                media.resolve("DSCF0001.MP4"), "no time in the name".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.setLastModifiedTime(media.resolve("DSCF0001.MP4"), FileTime.from(Instant.parse("2026-08-05T00:00:00Z")));
        Files.write(media.resolve("DSCF0002.MP4"), new byte[0]);
        Files.writeString(camera.resolve("notes.txt"), "not footage");
        Files.createDirectories(camera.resolve(".Trashes"));
        Files.writeString(camera.resolve(".Trashes/old.mp4"), "hidden");
        Files.write(
                camera.resolve("device.ini"),
                "[other]\r\nuser_no=1\r\n[binding]\r\nrecorder_serial=cam-1\r\nuser_no = 012345\r\nuser_name=张三\r\ndept_code=330106000000\r\n"
                        .getBytes(Charset.forName("GBK")));
        assertThat(run("device", "add", "--id", "cam-1", "--data", data()).exit())
                .isEqualTo(ExitCode.DONE);
    }

    private String data() {
        return folder.resolve("d").toString();
    }

    private Done imported(String... more) {
        List<String> arguments = new ArrayList<>(List.of("import", camera.toString(), "--data", data()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void footage_of_a_mounted_camera_is_pushed_with_what_names_and_binding_say() throws Exception {
        Done done = imported("--case", "c1");

        assertThat(done.exit()).as(done.error()).isEqualTo(ExitCode.DONE);
        assertThat(done.out().lines()).hasSize(2).anyMatch(line -> line.endsWith(NAMED));
        assertThat(done.out()).contains(DigestUtils.sha256Hex("whole"));
        assertThat(done.error())
                .contains("DSCF0002.MP4: is empty")
                .contains("notes.txt: no footage")
                .doesNotContain("old.mp4");
        assertThat(media.resolve(NAMED)).exists();
        JsonNode found =
                run("find", "--case", "c1", "--data", data(), "--json").json().path("recordings");
        assertThat(found).hasSize(2);
        JsonNode named = found.path(0);
        assertThat(named.path("filename").asText()).isEqualTo(NAMED);
        assertThat(named.path("device").asText()).isEqualTo("cam-1");
        assertThat(named.path("officer").asText()).isEqualTo("012345");
        assertThat(named.path("unit").asText()).isEqualTo("330106000000");
        assertThat(Instant.parse(named.path("deviceFrom").asText())).isEqualTo(Instant.parse("2026-08-04T02:00:00Z"));
        assertThat(Instant.parse(found.path(1).path("deviceTo").asText()))
                .isEqualTo(Instant.parse("2026-08-05T00:00:00Z"));
    }

    @Test
    void second_import_pushes_nothing_and_erases_what_the_server_has() throws Exception {
        assertThat(imported().exit()).isEqualTo(ExitCode.DONE);
        Files.writeString(media.resolve("DSCF0003.MP4"), "new");

        Done again = imported(
                "--erase-after-receipt",
                "--json",
                "--receipts",
                folder.resolve("r").toString());

        assertThat(again.exit()).as(again.error()).isEqualTo(ExitCode.DONE);
        assertThat(again.json().path("recordings")).hasSize(3);
        again.json().path("recordings").forEach(one -> {
            assertThat(one.path("erased").asBoolean()).isTrue();
            assertThat(one.path("known").asBoolean())
                    .isNotEqualTo(one.path("file").asText().endsWith("DSCF0003.MP4"));
            assertThat(folder.resolve("r").resolve(one.path("recording").asText() + ".receipt.json"))
                    .exists();
        });
        assertThat(again.json().path("left")).hasSize(3);
        try (var left = Files.list(media)) {
            assertThat(left).containsExactly(media.resolve("DSCF0002.MP4"));
        }
    }

    @Test
    void file_the_server_refuses_stays_on_the_camera_and_keeps_no_other_from_being_pushed() throws Exception {
        assertThat(run("device", "revoke", "cam-1", "--data", data()).exit()).isEqualTo(ExitCode.DONE);

        Done done = imported("--device", "nobody", "--erase-after-receipt");

        assertThat(done.exit()).isNotEqualTo(ExitCode.DONE);
        assertThat(done.error()).contains("not pushed, keep it");
        assertThat(media.resolve(NAMED)).exists();
    }

    @Test
    void what_is_no_camera_or_no_zone_is_refused() {
        assertThat(run("import", folder.resolve("none").toString(), "--data", data())
                        .exit())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(imported("--zone", "Mars/Olympus").exit()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(imported("--presets", folder.resolve("none.yaml").toString()).exit())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }
}
