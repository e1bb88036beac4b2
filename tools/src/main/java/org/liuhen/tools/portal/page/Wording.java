package org.liuhen.tools.portal.page;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Said;

/**
 * How values are written for people: in their language and zone.
 *
 * @param schedule in whose zone days begin and end, and which titles the categories
 */
public record Wording(Language language, Schedule schedule) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final Pattern MACHINE_TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d([.]\\d{1,9})?)?Z");
    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    public String say(String key, Object... arguments) {
        return Words.of(language).say(key, arguments);
    }

    public ZoneId zone() {
        return schedule.zone();
    }

    /** What people call {@code label} of a family such as {@code state}; the label itself if it has no other name. */
    public String name(String family, String label) {
        return Words.of(language).name(family, label).orElse(label);
    }

    /** What people call a category: short for those everybody knows, the schedule's title for others. */
    public String category(String label) {
        return Words.of(language)
                .name("category", label)
                .orElseGet(() -> schedule.categories().stream()
                        .filter(category -> category.name().value().equals(label))
                        .map(category -> language == Language.CHINESE ? category.titleZh() : category.titleEn())
                        .findFirst()
                        .orElse(label));
    }

    /** For example {@code 2026-11-20 09:14:03}. */
    public String time(Instant at) {
        return TIME.format(at.atZone(zone()));
    }

    /** For example {@code 09:14:03}. */
    public String clock(Instant at) {
        return CLOCK.format(at.atZone(zone()));
    }

    public String day(Instant at) {
        return DAY.format(at.atZone(zone()));
    }

    public String day(LocalDate day) {
        return DAY.format(day);
    }

    /** The end of what began at {@code from}: with its day only where that is another. */
    public String end(Instant from, Instant to) {
        boolean sameDay =
                from.atZone(zone()).toLocalDate().equals(to.atZone(zone()).toLocalDate());
        return sameDay ? clock(to) : time(to);
    }

    /** A length of footage, for example {@code 4:05} or {@code 1:02:03}. */
    public String length(Duration length) {
        long seconds = Math.max(0, (length.toMillis() + 500) / 1000);
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    public String length(double seconds) {
        return length(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** A span between events, in the two largest units, for example {@code 2 h 14 min}. */
    public String span(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return say("span.seconds", seconds);
        }
        if (seconds < 3600) {
            return say("span.minutes", seconds / 60);
        }
        if (seconds < 86_400) {
            return two("span.hours", seconds / 3600, "span.minutes", seconds / 60 % 60);
        }
        return two("span.days", seconds / 86_400, "span.hours", seconds / 3600 % 24);
    }

    private String two(String large, long many, String small, long more) {
        return more == 0 ? say(large, many) : say(large, many) + " " + say(small, more);
    }

    /** For example {@code 3.1 MiB}. */
    public String size(double bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit < SIZES.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, SIZES[unit]);
    }

    /** A whole number with its thousands apart. */
    public String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** A number with one decimal. */
    public String decimal(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    /** A time that something took, for example {@code 12.5 ms} or {@code 3.10 s}. */
    public String took(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.1f ms", seconds * 1000)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }

    /** A category and until when, or that it is kept for ever. */
    public String keepUntil(@Nullable LocalDate keepUntil) {
        return keepUntil == null ? say("retention.permanent") : say("retention.until", day(keepUntil));
    }

    /** One line that tells a recording from others. */
    public String describe(Recording recording) {
        StringBuilder line =
                new StringBuilder(recording.device().value()).append(" · ").append(time(recording.from()));
        if (recording.to() != null) {
            line.append("–").append(end(recording.from(), recording.to()));
        }
        line.append(" · ").append(length(CasePage.length(recording)));
        if (recording.officer() != null) {
            line.append(" · ").append(recording.officer());
        }
        line.append(" · ").append(category(recording.retention().category().value()));
        recording.findings().stream()
                .filter(Timeline::isWarning)
                .forEach(finding -> line.append(" · ▲ ").append(name("finding", finding.kind())));
        return line.toString();
    }

    /** Who did something, without the catalog's prefixes. */
    public String actor(Actor actor) {
        String[] parts = actor.value().split(":", 2);
        return parts.length == 2 && parts[0].equals("user")
                ? parts[1]
                : parts.length == 2
                        ? say("actor." + (parts[0].equals("device") ? "device" : "system"), parts[1])
                        : name("actor", actor.value());
    }

    /** What a finding says; in English if it is of an older version, or a younger one. */
    public String finding(Finding finding) {
        List<Said> said = finding.said() == null ? List.of() : finding.said();
        List<String> texts = said.stream()
                .flatMap(each -> Words.of(language).name(Words.SAID, each.sentence()).map(each::in).stream())
                .toList();
        boolean whole = !said.isEmpty() && texts.size() == said.size();
        return prose(whole ? String.join(say("recording.findings.and"), texts) : finding.detail());
    }

    /** What somebody or something said, with the machine's times in it as people write them. */
    public String prose(String text) {
        return MACHINE_TIME.matcher(text).replaceAll(found -> {
            try {
                return Matcher.quoteReplacement(time(Instant.parse(found.group())));
            } catch (DateTimeException ignored) {
                // it only looks like a time
                return Matcher.quoteReplacement(found.group());
            }
        });
    }

    /** A detail of a custody event: codes by their names, the rest as it was said. */
    public String detail(String name, String value) {
        return switch (name) {
            case "category", "before" -> category(value);
            case "state", "kind" -> name(name, value);
            case "what" -> name("look", value);
            case "size" -> value.matches("[0-9]{1,18}") ? size(Double.parseDouble(value)) : value;
            case "durationSeconds" ->
                value.matches("[0-9]{1,9}([.][0-9]{1,9})?") ? length(Double.parseDouble(value)) : value;
            default -> value.equals("true") || value.equals("false") ? name("value", value) : prose(value);
        };
    }

    /** Pictures per second. */
    public String rate(double perSecond) {
        return String.format(Locale.ROOT, "%.4g fps", perSecond).replaceFirst("\\.?0+ fps", " fps");
    }
}
