package org.liuhen.device.axis;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an Axis system writes instants: RFC 3339, seconds since 1970, or {@code 20190101T090909Z} in names. All UTC. */
final class Times {
    /** Before body worn cameras, and after anybody who reads this. */
    private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,12})(?:\\.\\d{1,9})?");
    private static final Pattern COMPACT = Pattern.compile("(\\d{8})[T_](\\d{6})(?:Z|_|$).*", Pattern.DOTALL);
    private static final DateTimeFormatter DIGITS = DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT)
            .withResolverStyle(java.time.format.ResolverStyle.STRICT);

    private Times() {}

    /** Empty if it is no time, or one that cannot be. */
    static Optional<Instant> read(String text) {
        Optional<Instant> read;
        try {
            Matcher seconds = SECONDS.matcher(text);
            Matcher compact = COMPACT.matcher(text);
            if (seconds.matches()) {
                read = Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds.group(1))));
            } else if (compact.matches()) {
                read = Optional.of(LocalDateTime.parse(compact.group(1) + compact.group(2), DIGITS)
                        .toInstant(ZoneOffset.UTC));
            } else {
                read = Optional.of(OffsetDateTime.parse(text).toInstant());
            }
        } catch (DateTimeException ignored) {
            // people are told by a finding
            read = Optional.empty();
        }
        return read.filter(time -> time.isAfter(EARLIEST) && time.isBefore(LATEST));
    }

    /** The first of these keys that is there; whether it can be read is for {@link #read}. */
    static Optional<String> told(Map<String, String> metadata, String... keys) {
        for (String key : keys) {
            String value = metadata.get(key);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
