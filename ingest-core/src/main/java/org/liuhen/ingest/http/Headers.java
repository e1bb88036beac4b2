package org.liuhen.ingest.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Header fields by lower-case name; a repeated field keeps each of its values in order. */
public record Headers(Map<String, List<String>> fields) {
    public static final Headers NONE = new Headers(Map.of());

    public Headers {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        fields.forEach((name, values) -> copy.put(name.toLowerCase(java.util.Locale.ROOT), List.copyOf(values)));
        fields = java.util.Collections.unmodifiableMap(copy);
    }

    /** The first value of a field. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    public List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of());
    }

    /** These fields with one more value. */
    public Headers with(String name, String value) {
        Map<String, List<String>> copy = new LinkedHashMap<>(fields);
        copy.merge(
                name.toLowerCase(java.util.Locale.ROOT),
                List.of(value),
                (before, more) -> java.util.stream.Stream.concat(before.stream(), more.stream())
                        .toList());
        return new Headers(copy);
    }
}
