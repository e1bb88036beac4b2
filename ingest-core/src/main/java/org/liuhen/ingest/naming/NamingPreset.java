package org.liuhen.ingest.naming;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * One way of naming: a regular expression that a whole path must match, folders and file name parted by {@code /}. RE2
 * matches it, in time linear in the path, so that no expression and no name can make it hang.
 *
 * <table>
 *   <caption>Named groups</caption>
 *   <tr><td>{@code device officer unit case session sequence}</td><td>taken as they are</td></tr>
 *   <tr><td>{@code date}</td><td>the digits of year, month and day: 8, or 6 with a year of two digits</td></tr>
 *   <tr><td>{@code time}</td><td>the digits of the time of day: 6, or 9 with milliseconds; without a {@code date} in
 *       front of it those of the date, too. Other characters are passed over</td></tr>
 *   <tr><td>{@code important}</td><td>marked as important if it takes part in the match and is not empty</td></tr>
 * </table>
 */
final class NamingPreset {
    static final int MAX_PATTERN_CHARS = 1000;
    /** RE2 pays for counted repetitions with memory; programs beyond this are refused. */
    private static final int MAX_PROGRAM = 20_000;

    private static final Set<String> GROUPS =
            Set.of("device", "officer", "unit", "case", "session", "sequence", "date", "time", "important");

    private final String name;
    private final Pattern pattern;
    private final Set<String> groups;

    /** @throws InvalidField if the expression cannot be used */
    NamingPreset(String name, String expression) {
        if (expression.length() > MAX_PATTERN_CHARS) {
            throw new InvalidField("pattern", "of " + name + " is longer than " + MAX_PATTERN_CHARS + " characters");
        }
        this.name = name;
        try {
            this.pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new InvalidField(
                    "pattern", "of " + name + ": " + e.getMessage() + " (expected: RE2, without look-around)");
        }
        if (pattern.programSize() > MAX_PROGRAM) {
            throw new InvalidField("pattern", "of " + name + " repeats too much (expected: fewer counted repetitions)");
        }
        this.groups = Set.copyOf(pattern.namedGroups().keySet());
        if (!GROUPS.containsAll(groups)) {
            throw new InvalidField(
                    "pattern", "of " + name + " has the groups " + groups + " (expected: of " + GROUPS + ")");
        }
    }

    String name() {
        return name;
    }

    Optional<NameReading> read(String path, ZoneId zone) {
        Matcher matcher = pattern.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new NameReading(
                name,
                group(matcher, "device"),
                group(matcher, "officer"),
                group(matcher, "unit"),
                group(matcher, "case"),
                group(matcher, "session"),
                time(digits(group(matcher, "date")), digits(group(matcher, "time")), zone),
                group(matcher, "sequence"),
                group(matcher, "important") != null));
    }

    private @Nullable String group(Matcher matcher, String group) {
        String text = groups.contains(group) ? matcher.group(group) : null;
        return text == null || text.isEmpty() ? null : text;
    }

    private static String digits(@Nullable String text) {
        StringBuilder digits = new StringBuilder();
        if (text != null) {
            text.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
        }
        return digits.toString();
    }

    /** Null for what is no time: cameras without a battery write 00000000. */
    private static @Nullable Instant time(String date, String time, ZoneId zone) {
        String digits = date + time;
        if (digits.length() == 12 || digits.length() == 15) {
            digits = "20" + digits;
        }
        if (!List.of(14, 17).contains(digits.length())) {
            return null;
        }
        try {
            int millis = digits.length() == 17 ? Integer.parseInt(digits.substring(14)) : 0;
            return LocalDateTime.of(
                            number(digits, 0, 4),
                            number(digits, 4, 6),
                            number(digits, 6, 8),
                            number(digits, 8, 10),
                            number(digits, 10, 12),
                            number(digits, 12, 14),
                            millis * 1_000_000)
                    .atZone(zone)
                    .toInstant();
        } catch (DateTimeException ignored) {
            // a month 13 is no reason to refuse footage
            return null;
        }
    }

    private static int number(String digits, int from, int to) {
        return Integer.parseInt(digits.substring(from, to));
    }
}
