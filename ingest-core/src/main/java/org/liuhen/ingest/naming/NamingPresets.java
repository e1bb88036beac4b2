package org.liuhen.ingest.naming;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * The known ways of naming, in order: the first that fits a path reads it. A department's own come before those that
 * ship. Safe for many threads.
 *
 * <table>
 *   <caption>A file of presets, YAML, format 1</caption>
 *   <tr><td>{@code format}</td><td>1</td></tr>
 *   <tr><td>{@code presets}</td><td>a list, each with {@code name}, {@code pattern}, {@code about} for people, and
 *       {@code examples}: paths that it must match, or the file is refused</td></tr>
 * </table>
 */
public final class NamingPresets {
    private static final int FORMAT = 1;
    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final int MAX_PRESETS = 1000;
    private static final String BUILT_IN = "naming-presets.yaml";
    /** Longer paths are not read: nothing that names itself so was named by a camera. */
    private static final int MAX_PATH_CHARS = 4096;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final List<NamingPreset> presets;
    private final ZoneId zone;

    private record Written(
            @Nullable Integer format, @Nullable List<@Nullable Entry> presets) {}

    private record Entry(
            @Nullable String name,
            @Nullable String pattern,
            @Nullable String about,
            @Nullable List<@Nullable String> examples) {}

    private NamingPresets(List<NamingPreset> presets, ZoneId zone) {
        this.presets = List.copyOf(presets);
        this.zone = zone;
    }

    /**
     * What ships.
     *
     * @param zone of the clocks of devices
     */
    public static NamingPresets builtIn(ZoneId zone) {
        try (InputStream in = Objects.requireNonNull(NamingPresets.class.getResourceAsStream(BUILT_IN))) {
            return new NamingPresets(presets(in.readAllBytes(), BUILT_IN), zone);
        } catch (IOException e) {
            throw new IllegalStateException("naming: the presets that ship cannot be read", e);
        }
    }

    /**
     * What ships, after what a department has.
     *
     * @param own a file of presets, or a folder whose {@code .yaml} files are read in the order of their names
     * @throws InvalidField {@code naming.presets}, naming the file and what is wrong with it
     */
    public static NamingPresets with(Path own, ZoneId zone) {
        List<NamingPreset> presets = new ArrayList<>();
        try {
            for (Path file : files(own)) {
                if (Files.size(file) > MAX_FILE_BYTES) {
                    throw new InvalidField("naming.presets", file + " is longer than " + MAX_FILE_BYTES + " bytes");
                }
                presets.addAll(presets(Files.readAllBytes(file), file.toString()));
            }
        } catch (IOException e) {
            throw (InvalidField) new InvalidField("naming.presets", own + " cannot be read: " + e).initCause(e);
        }
        presets.addAll(builtIn(zone).presets);
        return new NamingPresets(presets, zone);
    }

    private static List<Path> files(Path own) throws IOException {
        if (!Files.isDirectory(own)) {
            return List.of(own);
        }
        try (Stream<Path> all = Files.list(own)) {
            return all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** @throws InvalidField {@code naming.presets} */
    static List<NamingPreset> presets(byte[] yaml, String file) {
        Written written;
        try {
            written = YAML.readValue(yaml, Written.class);
        } catch (JsonProcessingException e) {
            throw bad(file, e.getOriginalMessage());
        } catch (IOException | RuntimeException e) {
            throw bad(file, "is no YAML that can be read: " + e.getMessage());
        }
        if (written == null || written.format == null || written.format != FORMAT) {
            throw bad(file, "format: " + (written == null ? null : written.format) + " (expected: " + FORMAT + ")");
        }
        List<NamingPreset> presets = new ArrayList<>();
        for (Entry entry : written.presets == null ? List.<@Nullable Entry>of() : written.presets) {
            if (presets.size() == MAX_PRESETS) {
                throw bad(file, "has more than " + MAX_PRESETS + " presets");
            }
            presets.add(preset(entry, file));
        }
        return presets;
    }

    private static NamingPreset preset(@Nullable Entry entry, String file) {
        if (entry == null || entry.name == null || entry.name.isBlank() || entry.pattern == null) {
            throw bad(file, "has a preset without name or pattern");
        }
        NamingPreset preset;
        try {
            preset = new NamingPreset(entry.name, entry.pattern);
        } catch (InvalidField e) {
            throw bad(file, String.valueOf(e.getMessage()));
        }
        for (String example : entry.examples == null ? List.<@Nullable String>of() : entry.examples) {
            if (example == null || preset.read(example, ZoneId.of("UTC")).isEmpty()) {
                throw bad(file, "preset " + entry.name + " does not read its example " + example);
            }
        }
        return preset;
    }

    private static InvalidField bad(String file, String what) {
        return new InvalidField("naming.presets", file + ": " + what);
    }

    /** The zone that clocks of devices are taken to show. */
    public ZoneId zone() {
        return zone;
    }

    /** How many there are. */
    public int count() {
        return presets.size();
    }

    /**
     * Reads a path; never fails.
     *
     * @param path folders and name, parted by {@code /} or {@code \}, with or without one in front
     */
    public NameReading read(String path) {
        if (path.length() > MAX_PATH_CHARS) {
            return NameReading.NOTHING;
        }
        String plain = path.replace('\\', '/');
        int start = 0;
        while (start < plain.length() && plain.charAt(start) == '/') {
            start++;
        }
        String relative = plain.substring(start);
        for (NamingPreset preset : presets) {
            Optional<NameReading> reading = preset.read(relative, zone);
            if (reading.isPresent()) {
                return reading.get();
            }
        }
        return NameReading.NOTHING;
    }
}
