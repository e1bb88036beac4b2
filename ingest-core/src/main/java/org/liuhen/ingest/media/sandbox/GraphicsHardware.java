package org.liuhen.ingest.media.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The graphics hardware that children may decode and encode pictures with, and how that goes, by what they answer. A
 * child sees its device files and nothing else of {@code /dev}. Safe for many threads.
 */
public final class GraphicsHardware {
    private static final Logger LOG = LoggerFactory.getLogger(GraphicsHardware.class);
    private static final Path DEVICES = Path.of("/dev");
    private static final String FIRST_RENDER_NODE = "dri/renderD128";
    private static final int MAX_TEXT = 300;
    private static final Path SYSTEM = Path.of("/usr");
    private static final String DRIVERS_PATH = "LIBVA_DRIVERS_PATH";

    /** What administrators choose drivers and devices with, in the environment of this program. */
    private static final List<String> CHOICES = List.of(DRIVERS_PATH, "LIBVA_DRIVER_NAME", "CUDA_VISIBLE_DEVICES");

    /** Where distributions keep libraries; drivers of VA-API are in {@code dri} there. */
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu"),
            Path.of("/usr/lib/aarch64-linux-gnu"),
            Path.of("/usr/lib64"),
            Path.of("/usr/lib"));

    /** FFmpeg comes with its own of 2022, which do not find the drivers of later systems. */
    private static final List<String> SYSTEM_FIRST = List.of("libdrm.so.2", "libva.so.2", "libva-drm.so.2");

    private final HardwareMode mode;
    private final List<String> offers;
    private final List<Path> nodes;
    private final Map<String, String> environment;

    private long used;
    private long fallenBack;
    private String trouble = "";

    private GraphicsHardware(
            HardwareMode mode, List<String> offers, List<Path> nodes, Map<String, String> environment) {
        this.mode = mode;
        this.offers = List.copyOf(offers);
        this.nodes = List.copyOf(nodes);
        this.environment = Map.copyOf(environment);
    }

    /** None is used. */
    public static GraphicsHardware none() {
        return new GraphicsHardware(HardwareMode.NONE, List.of(), List.of(), Map.of());
    }

    /**
     * What this machine has of it.
     *
     * @param renderNode the device file for VA-API and Quick Sync; null for the first there is
     */
    public static GraphicsHardware of(HardwareMode mode, @Nullable Path renderNode) {
        Map<String, String> environment = new HashMap<>();
        List<String> folders = LIBRARIES.stream()
                .map(folder -> folder.resolve("dri").toString())
                .toList();
        environment.put(DRIVERS_PATH, String.join(":", folders));
        for (Path folder : LIBRARIES) {
            List<Path> own = SYSTEM_FIRST.stream().map(folder::resolve).toList();
            if (own.stream().allMatch(Files::exists)) {
                environment.put("LD_PRELOAD", own.stream().map(Path::toString).collect(Collectors.joining(":")));
                break;
            }
        }
        for (String name : CHOICES) {
            Optional.ofNullable(System.getenv(name)).ifPresent(value -> environment.put(name, value));
        }
        return of(mode, renderNode, DEVICES, environment);
    }

    /**
     * As {@link #of(HardwareMode, Path)}, of a machine that is laid out otherwise.
     *
     * @param devices the folder of device files
     * @param environment what children are told in theirs
     */
    public static GraphicsHardware of(
            HardwareMode mode, @Nullable Path renderNode, Path devices, Map<String, String> environment) {
        if (mode == HardwareMode.NONE) {
            return none();
        }
        List<Path> render = renderNode != null ? List.of(renderNode) : named(devices.resolve("dri"), "renderD*");
        List<Path> nvidia = named(devices, "nvidia*");
        boolean auto = mode == HardwareMode.AUTO;
        Path first = render.isEmpty() ? devices.resolve(FIRST_RENDER_NODE) : render.get(0);
        List<String> offers = new ArrayList<>();
        List<Path> nodes = new ArrayList<>();
        if (mode == HardwareMode.NVENC || (auto && !nvidia.isEmpty())) {
            offers.add("nvenc=");
            nodes.addAll(nvidia);
        }
        if (mode == HardwareMode.VAAPI || mode == HardwareMode.QSV || (auto && !render.isEmpty())) {
            offers.add((auto ? "vaapi" : mode.name().toLowerCase(Locale.ROOT)) + "=" + first);
            nodes.add(first);
        }
        if (offers.isEmpty()) {
            LOG.info("graphics hardware: none found, media children work in software");
        }
        return new GraphicsHardware(mode, offers, nodes, offers.isEmpty() ? Map.of() : environment);
    }

    private static List<Path> named(Path folder, String pattern) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                if (!Files.isDirectory(file)) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            LOG.debug("no device files in {}", folder, e);
        }
        found.sort(null);
        return found;
    }

    /** For a child's command line: which to try in turn, each {@code KIND=DEVICE}. */
    List<String> offers() {
        return offers;
    }

    /** The device files that a child may open. */
    List<Path> nodes() {
        return nodes;
    }

    /** What a child is told in its environment. */
    Map<String, String> environment() {
        return environment;
    }

    /** The folders of drivers that are not among the system's. */
    List<Path> drivers() {
        String folders = environment.getOrDefault(DRIVERS_PATH, "");
        return Arrays.stream(folders.split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .filter(folder -> !folder.startsWith(SYSTEM) && Files.isDirectory(folder))
                .toList();
    }

    /** Whether a driver maps far more memory than it uses, so that only what is written to can be limited. */
    boolean mapsMuch() {
        return offers.contains("nvenc=");
    }

    /** Takes note of what a child answered. */
    public void heard(String answer) {
        if (offers.isEmpty() || !answer.contains("\"hardware")) {
            return;
        }
        try {
            JsonNode json = StoredJson.MAPPER.readTree(answer);
            String coder = line(json.path("hardware").asText());
            String why = line(json.path("hardwareTrouble").asText());
            if (!coder.isEmpty()) {
                count(coder);
            }
            if (!why.isEmpty()) {
                countFallBack(why);
            }
        } catch (JsonProcessingException e) {
            LOG.debug("graphics hardware: an answer makes no sense", e);
        }
    }

    private synchronized void count(String coder) {
        used++;
        if (used == 1) {
            LOG.info("graphics hardware: media children use {}", coder);
        }
    }

    /** Says a reason once, not for each of ten thousand recordings. */
    private synchronized void countFallBack(String why) {
        fallenBack++;
        if (!why.equals(trouble)) {
            LOG.warn("graphics hardware: cannot be used, so software does it: {}", why);
        }
        trouble = why;
    }

    private static String line(String words) {
        String clean = words.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= MAX_TEXT ? clean : clean.substring(0, MAX_TEXT) + "…";
    }

    /** How many pieces of work it did, or a part of them. */
    public synchronized long used() {
        return used;
    }

    /** How many pieces of work were meant for it, and software did them. */
    public synchronized long fallenBack() {
        return fallenBack;
    }

    /** Why software had to do it, the last time; empty if it never had to. */
    public synchronized Optional<String> trouble() {
        return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
    }

    /** What is configured and what was found, for people. */
    public String description() {
        String name = mode.name().toLowerCase(Locale.ROOT);
        return mode != HardwareMode.NONE && offers.isEmpty() ? name + ", none found" : name;
    }
}
