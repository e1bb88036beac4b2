package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Graphics hardware for machines that have none: a driver of VA-API, built from {@code src/test/va}, which encodes H.264
 * and loses nothing. It is used as any other, through libva and a device file.
 */
public final class PcmDriver {
    private static final Path SOURCE = Path.of(System.getProperty("basedir", ""), "src/test/va/pcm_drv_video.c");

    /** libva takes a device for one that renders by the number of its file; these have such a one and take no harm. */
    private static final List<String> DEVICES =
            List.of("/dev/fuse", "/dev/net/tun", "/dev/kvm", "/dev/loop-control", "/dev/autofs", "/dev/btrfs-control");

    private final Path folder;

    private PcmDriver(Path folder) {
        this.folder = folder;
    }

    /** @param folder a new one, which the driver is built into */
    public static PcmDriver build(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Process compiler = new ProcessBuilder(
                        "cc",
                        "-Wall",
                        "-Werror",
                        "-O2",
                        "-shared",
                        "-fPIC",
                        "-fvisibility=hidden",
                        "-o",
                        folder.resolve("pcm_drv_video.so").toString(),
                        SOURCE.toAbsolutePath().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (compiler.waitFor() != 0) {
            throw new IOException("driver: not built: " + said);
        }
        return new PcmDriver(folder.toAbsolutePath());
    }

    /** Hardware that works. */
    public GraphicsHardware works() {
        return hardware(Map.of());
    }

    /** Hardware that fails at this picture of each child. */
    public GraphicsHardware failsAt(int picture) {
        return hardware(Map.of("PCM_VA_FAIL_AT", Integer.toString(picture)));
    }

    /** Hardware whose driver kills the program that uses it, at this picture of each child. */
    public GraphicsHardware killsAt(int picture) {
        return hardware(Map.of("PCM_VA_DIE_AT", Integer.toString(picture)));
    }

    private static boolean opens(Path device) {
        try (FileChannel open = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return open.isOpen();
        } catch (IOException e) {
            return false;
        }
    }

    private GraphicsHardware hardware(Map<String, String> faults) {
        Path device = DEVICES.stream()
                .map(Path::of)
                .filter(PcmDriver::opens)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no device file to pass for a render node, of " + DEVICES));
        Map<String, String> environment = new HashMap<>(faults);
        environment.put("LIBVA_DRIVERS_PATH", folder.toString());
        environment.put("LIBVA_DRIVER_NAME", "pcm");
        return GraphicsHardware.of(HardwareMode.VAAPI, device, Path.of("/dev"), environment);
    }
}
