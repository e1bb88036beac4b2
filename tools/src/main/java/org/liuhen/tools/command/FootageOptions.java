package org.liuhen.tools.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is declared about all footage that a verb pushes. */
final class FootageOptions {
    @Option(names = "--case", paramLabel = "C", description = "Case number; may be repeated.")
    private List<String> cases = List.of();

    @Option(names = "--device", description = "The device it comes from, where the token is not a device's own.")
    private @Nullable String device;

    @Option(names = "--officer", description = "Police number of who filmed.")
    private @Nullable String officer;

    @Option(names = "--unit", description = "Unit of who filmed.")
    private @Nullable String unit;

    @Option(names = "--category", description = "Category, if the device knows one.")
    private @Nullable String category;

    @Option(names = "--kind", description = "body-worn (default), interrogation, vehicle or fixed.")
    private @Nullable String kind;

    @Option(names = "--session", description = "What the files belong to together.")
    private @Nullable String session;

    @Option(names = "--important", description = "Marked as important.")
    private boolean important;

    /** By CONTRACT's keys, what was given only. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        put(metadata, "case", cases.isEmpty() ? null : String.join(",", cases));
        put(metadata, "device", device);
        put(metadata, "officer", officer);
        put(metadata, "unit", unit);
        put(metadata, "category", category);
        put(metadata, "kind", kind);
        put(metadata, "session", session);
        put(metadata, "important", important ? "true" : null);
        return metadata;
    }

    static void put(Map<String, String> metadata, String key, @Nullable String value) {
        if (value != null) {
            metadata.put(key, value);
        }
    }
}
