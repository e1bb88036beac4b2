package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.PieceOutcome;
import org.liuhen.ingest.media.RenderOutcome;
import org.liuhen.ingest.media.ffmpeg.Pictures.Picture;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.PcmDriver;

/** Encoding by graphics hardware: by a driver that needs none, through libva and everything that is ours. */
@Tag("world")
class HardwareCoderTest {
    private static final MediaSettings SETTINGS = MediaSettings.standard(
                    Path.of("target", "natives").toAbsolutePath())
            .withNiceness(0);
    private static final int SECONDS = 10;
    private static final int RATE = 12;
    /** Between a picture as hardware has it, which loses nothing, and as OpenH264 leaves it; another picture has 20. */
    private static final double ALIKE = 30;

    @TempDir
    static Path folder;

    private static PcmDriver driver;
    private static Path original = Path.of("");
    private static List<Picture> pictures = List.of();

    @BeforeAll
    static void make_a_driver_and_footage_that_has_to_be_encoded() throws Exception {
        driver = PcmDriver.build(folder.resolve("driver"));
        original = folder.resolve("old.avi");
        try (FootageMaker maker = new FootageMaker(SETTINGS)) {
            maker.make(
                    FootageSpec.of(
                                    "BWC-0001",
                                    Instant.parse("2026-03-01T00:00:00Z"),
                                    ZoneId.of("Asia/Shanghai"),
                                    Duration.ofSeconds(SECONDS),
                                    FootageSpec.Scene.STREET)
                            .withSize(720, 400, RATE)
                            .withFormat(FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.NONE),
                    original);
        }
        pictures = Pictures.of(original).all;
    }

    private static MediaTools tools(GraphicsHardware hardware) {
        return new MediaTools(SETTINGS.withHardware(hardware));
    }

    private static Path looked(MediaTools tools, String name) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        assertThat(tools.look(original, made)).isInstanceOf(RenderOutcome.Playable.class);
        return made;
    }

    @Test
    void low_copy_shows_every_picture_as_it_was_given() throws Exception {
        GraphicsHardware hardware = driver.works();
        try (MediaTools tools = tools(hardware);
                MediaTools plain = new MediaTools(SETTINGS)) {
            Path by = looked(tools, "low");
            Path without = looked(plain, "low-plain");

            assertThat(hardware.used()).isEqualTo(1);
            assertThat(hardware.trouble()).isEmpty();
            assertThat(tools.decode(by.resolve("low.m3u8")).errors()).isZero();
            List<Picture> shown = joined(by).all;
            List<Picture> expected = joined(without).all;
            assertThat(shown).hasSameSizeAs(expected).hasSize(pictures.size());
            for (int i = 0; i < shown.size(); i++) {
                assertThat(shown.get(i).likeness(expected.get(i)))
                        .as("picture %d", i)
                        .isGreaterThan(ALIKE);
                assertThat(shown.get(i).seconds()).isEqualTo(expected.get(i).seconds());
            }
        }
    }

    /** The low copy as one file. */
    private static Pictures joined(Path made) throws Exception {
        Path whole = made.resolve("whole.mp4");
        for (String line : Files.readAllLines(made.resolve("low.m3u8"))) {
            if (line.startsWith("#EXT-X-MAP:URI=\"")) {
                append(made.resolve(line.substring(16, line.length() - 1)), whole);
            } else if (!line.startsWith("#") && !line.isEmpty()) {
                append(made.resolve(line), whole);
            }
        }
        return Pictures.of(whole);
    }

    private static void append(Path piece, Path whole) throws IOException {
        Files.write(whole, Files.readAllBytes(piece), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void segments_of_hardware_and_software_follow_one_another() throws Exception {
        GraphicsHardware hardware = driver.works();
        try (MediaTools tools = tools(hardware);
                MediaTools plain = new MediaTools(SETTINGS)) {
            Path planned = Files.createDirectory(folder.resolve("plan"));
            assertThat(plain.plan(original, planned, false)).isInstanceOf(PieceOutcome.Made.class);
            Path whole = folder.resolve("segments.mp4");
            append(planned.resolve(MediaTools.HEAD), whole);
            for (int number = 0; number < 2; number++) {
                Path made = Files.createDirectory(folder.resolve("segment-" + number));
                MediaTools by = number == 0 ? tools : plain;
                assertThat(by.segment(original, planned.resolve(MediaTools.PLAN), number, made, false))
                        .isInstanceOf(PieceOutcome.Made.class);
                append(made.resolve(MediaTools.PIECE), whole);
            }
            assertThat(hardware.used()).isEqualTo(1);

            Pictures shown = Pictures.of(whole);
            assertThat(shown.errors).isZero();
            assertThat(shown.all).hasSizeGreaterThan(RATE * 5);
            for (int i = 0; i < shown.all.size(); i++) {
                assertThat(shown.all.get(i).likeness(pictures.get(i)))
                        .as("picture %d", i)
                        .isGreaterThan(ALIKE);
            }
        }
    }

    @Test
    void what_fails_in_the_midst_is_made_by_software_from_its_beginning() throws Exception {
        GraphicsHardware hardware = driver.failsAt(30);
        try (MediaTools tools = tools(hardware);
                MediaTools plain = new MediaTools(SETTINGS)) {
            Path by = looked(tools, "failed");
            Path without = looked(plain, "failed-plain");

            assertThat(hardware.fallenBack()).isEqualTo(1);
            assertThat(hardware.trouble().orElseThrow()).startsWith("encode: ");
            try (var files = Files.list(without)) {
                List<Path> expected = files.toList();
                assertThat(by.toFile().list()).hasSize(expected.size());
                for (Path file : expected) {
                    assertThat(by.resolve(file.getFileName())).hasSameBinaryContentAs(file);
                }
            }
            // the device is opened anew for the next, and fails anew
            looked(tools, "after");
            assertThat(hardware.fallenBack()).isEqualTo(2);
            assertThat(hardware.used()).isEqualTo(2);
        }
    }

    @Test
    void driver_that_kills_its_program_costs_nothing_but_a_second_try() throws Exception {
        GraphicsHardware hardware = driver.killsAt(30);
        try (MediaTools tools = tools(hardware)) {
            Path planned = Files.createDirectory(folder.resolve("plan-killed"));
            assertThat(tools.plan(original, planned, false)).isInstanceOf(PieceOutcome.Made.class);
            Path plan = planned.resolve(MediaTools.PLAN);
            Path made = Files.createDirectory(folder.resolve("killed"));

            assertThat(tools.segment(original, plan, 0, made, false)).isInstanceOf(PieceOutcome.Died.class);
            assertThat(tools.segment(original, plan, 0, made, true)).isInstanceOf(PieceOutcome.Made.class);
        }
    }
}
