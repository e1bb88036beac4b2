package org.liuhen.tools.bench;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 20KiB}, {@code 1MiB}, {@code 4GiB}, {@code 512}. */
record ByteSize(long bytes) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB|TiB)?", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Integer> SHIFTS = Map.of("b", 0, "kib", 10, "mib", 20, "gib", 30, "tib", 40);

    /** @throws IllegalArgumentException saying what is accepted */
    static ByteSize parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("size: " + text + " (expected: for example 20KiB, 1MiB or 4GiB)");
        }
        String unit = form.group(2) == null ? "b" : form.group(2).toLowerCase(Locale.ROOT);
        return new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), 1L << SHIFTS.getOrDefault(unit, 0)));
    }

    double mebibytes() {
        return bytes / (double) (1 << 20);
    }

    double gibibytes() {
        return bytes / (double) (1 << 30);
    }

    @Override
    public String toString() {
        for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
            int shift = SHIFTS.getOrDefault(unit.toLowerCase(Locale.ROOT), 0);
            if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + " " + unit;
            }
        }
        return bytes + " B";
    }
}
