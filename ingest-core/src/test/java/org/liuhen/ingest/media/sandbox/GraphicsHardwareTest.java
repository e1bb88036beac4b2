package org.liuhen.ingest.media.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphicsHardwareTest {
    private static final Map<String, String> TOLD = Map.of("LIBVA_DRIVERS_PATH", "/usr/lib/dri");

    @TempDir
    private Path devices;

    private Path device(String name) throws IOException {
        Path node = devices.resolve(name);
        Files.createDirectories(node.getParent());
        return Files.createFile(node);
    }

    private GraphicsHardware found(HardwareMode mode) {
        return GraphicsHardware.of(mode, null, devices, TOLD);
    }

    @Test
    void automatic_choice_without_devices_is_none() {
        GraphicsHardware hardware = found(HardwareMode.AUTO);
        assertThat(hardware.offers()).isEmpty();
        assertThat(hardware.environment()).isEmpty();
        assertThat(hardware.description()).isEqualTo("auto, none found");
    }

    @Test
    void automatic_choice_takes_nvidia_first_and_then_the_first_render_node() throws IOException {
        Path second = device("dri/renderD129");
        Path first = device("dri/renderD128");
        device("dri/card0");
        assertThat(found(HardwareMode.AUTO).offers()).containsExactly("vaapi=" + first);
        assertThat(found(HardwareMode.AUTO).nodes()).containsExactly(first).doesNotContain(second);
        assertThat(found(HardwareMode.AUTO).mapsMuch()).isFalse();

        List<Path> nvidia = List.of(device("nvidia-uvm"), device("nvidia0"), device("nvidiactl"));
        Files.createDirectory(devices.resolve("nvidia-caps"));
        GraphicsHardware both = found(HardwareMode.AUTO);
        assertThat(both.offers()).containsExactly("nvenc=", "vaapi=" + first);
        assertThat(both.nodes()).containsAll(nvidia).contains(first).hasSize(4);
        assertThat(both.mapsMuch()).isTrue();
        assertThat(found(HardwareMode.VAAPI).nodes()).containsExactly(first);
    }

    @Test
    void what_is_asked_for_by_name_is_tried_although_it_is_not_there() {
        assertThat(found(HardwareMode.QSV).offers()).containsExactly("qsv=" + devices.resolve("dri/renderD128"));
        assertThat(found(HardwareMode.NVENC).offers()).containsExactly("nvenc=");
        assertThat(GraphicsHardware.of(HardwareMode.VAAPI, Path.of("/dev/dri/renderD130"), devices, TOLD)
                        .nodes())
                .containsExactly(Path.of("/dev/dri/renderD130"));
    }

    @Test
    void answers_are_counted_and_words_of_a_child_are_bounded() {
        GraphicsHardware hardware = found(HardwareMode.VAAPI);
        hardware.heard("{\"outcome\":\"ready\"}");
        hardware.heard("{\"outcome\":\"ready\",\"hardware\":\"vaapi\"}");
        hardware.heard("{\"hardware\":\"vaapi\",\"hardwareTrouble\":\"encode:\\n" + "x".repeat(5000) + "\"}");
        hardware.heard("{\"hardware");
        assertThat(hardware.used()).isEqualTo(2);
        assertThat(hardware.fallenBack()).isEqualTo(1);
        assertThat(hardware.trouble().orElseThrow())
                .startsWith("encode: xxx")
                .hasSizeLessThan(400)
                .doesNotContain("\n");

        GraphicsHardware none = GraphicsHardware.none();
        none.heard("{\"hardware\":\"vaapi\"}");
        assertThat(none.used()).isZero();
    }
}
