package org.liuhen.tools.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.naming.FileNames;

/**
 * Whose camera it is, as a docking station has written into an ini file in its root: section {@code [binding]}, keys
 * {@code recorder_serial}, {@code user_no}, {@code dept_code}. Nothing vouches for it, so the server's register wins.
 */
public record Binding(
        @Nullable String device,
        @Nullable String officer,
        @Nullable String unit) {
    /** A camera without such a file. */
    public static final Binding NONE = new Binding(null, null, null);

    private static final long MAX_BYTES = 64 << 10;

    /** Reads the first ini file of a root that has the section. */
    public static Binding of(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(root)) {
            files = all.filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".ini"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            if (Files.size(file) <= MAX_BYTES) {
                Optional<Binding> binding = read(FileNames.decode(Files.readAllBytes(file)));
                if (binding.isPresent()) {
                    return binding.get();
                }
            }
        }
        return NONE;
    }

    static Optional<Binding> read(String ini) {
        Map<String, String> values = new TreeMap<>();
        boolean within = false;
        boolean found = false;
        for (String line : ini.lines().toList()) {
            String text = line.replace("\ufeff", "").strip();
            if (text.startsWith("[")) {
                within = text.equalsIgnoreCase("[binding]");
                found |= within;
            } else if (within && text.indexOf('=') > 0) {
                int equals = text.indexOf('=');
                values.putIfAbsent(
                        text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        text.substring(equals + 1).strip());
            }
        }
        return found
                ? Optional.of(new Binding(
                        value(values, "recorder_serial"), value(values, "user_no"), value(values, "dept_code")))
                : Optional.empty();
    }

    private static @Nullable String value(Map<String, String> values, String key) {
        String value = values.get(key);
        return value == null || value.isEmpty() ? null : value;
    }
}
