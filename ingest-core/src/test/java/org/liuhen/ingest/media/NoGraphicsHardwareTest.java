package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.ondemand.Piece;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.HardwareMode;
import org.liuhen.storage.RecordingId;

/** Graphics hardware that is configured and not there, or is none: everything is made, by software, and it is said why. */
class NoGraphicsHardwareTest {
    private static final RecordingId ID = new RecordingId("00112233445566778899aabbccddeeff");

    @TempDir
    static Path folder;

    private static Path original = Path.of("");

    @BeforeAll
    static void make_footage_that_has_to_be_encoded() throws IOException {
        FootageSpec spec = SampleMedia.spec(FootageSpec.Scene.STREET)
                .withSize(1280, 720, 10)
                .withFormat(FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.PCM);
        original = SampleMedia.made(folder, "old.avi", spec).file();
    }

    private static Map<String, Integer> looked(MediaTools tools, String name) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        assertThat(tools.look(original, made)).isInstanceOf(RenderOutcome.Playable.class);
        Map<String, Integer> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(made)) {
            for (Path file : all.toList()) {
                files.put(String.valueOf(file.getFileName()), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource({
        "VAAPI, /nowhere/renderD128, by VA-API",
        "VAAPI, /dev/null, /dev/null by VA-API",
        "QSV, /dev/null, /dev/null by VA-API",
        "NVENC, /dev/null, NVIDIA"
    })
    void software_makes_the_same_as_without_and_the_reason_is_known(HardwareMode mode, Path device, String reason)
            throws IOException {
        GraphicsHardware hardware = GraphicsHardware.of(mode, device);
        String name = mode + "-" + device.getFileName();
        try (MediaTools plain = new MediaTools(SampleMedia.SETTINGS);
                MediaTools tools = new MediaTools(SampleMedia.SETTINGS.withHardware(hardware))) {
            assertThat(looked(tools, name))
                    .isEqualTo(looked(plain, name + "-plain"))
                    .containsKey("low.m3u8");
            assertThat(hardware.fallenBack()).isEqualTo(1);
            assertThat(hardware.used()).isZero();
            assertThat(hardware.trouble().orElseThrow()).contains(reason);
            // the same child again, which does not try once more
            looked(tools, name + "-again");
            assertThat(hardware.fallenBack()).isEqualTo(2);
        }
    }

    @Test
    void segment_is_made_for_whoever_waits() throws IOException {
        GraphicsHardware hardware = GraphicsHardware.of(HardwareMode.VAAPI, Path.of("/dev/null"));
        try (MediaTools tools = new MediaTools(SampleMedia.SETTINGS.withHardware(hardware));
                OnDemand onDemand = new OnDemand(tools, folder.resolve("kept"), 256 << 20, 1)) {
            assertThat(onDemand.file(ID, original, "demand-0.m4s")).isInstanceOf(Piece.Made.class);
        }
        assertThat(hardware.trouble()).isPresent();
    }

    @Test
    void what_needs_no_coder_does_not_even_ask_for_it() throws IOException {
        GraphicsHardware hardware = GraphicsHardware.of(HardwareMode.VAAPI, Path.of("/dev/null"));
        try (MediaTools tools = new MediaTools(SampleMedia.SETTINGS.withHardware(hardware))) {
            assertThat(tools.probe(original)).isPresent();
        }
        assertThat(hardware.fallenBack()).isZero();
    }

    @Test
    void none_and_an_automatic_choice_without_devices_leave_it_alone() {
        assertThat(GraphicsHardware.none().description()).isEqualTo("none");
        assertThat(GraphicsHardware.of(HardwareMode.NONE, Path.of("/dev/null")).description())
                .isEqualTo("none");
    }
}
