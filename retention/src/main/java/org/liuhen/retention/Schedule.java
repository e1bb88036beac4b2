package org.liuhen.retention;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Category;
import org.liuhen.storage.Hold;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.Retention;

/**
 * How long recordings are kept, as data. Where several rules apply the longest wins; what no rule knows is kept. Two
 * minimums cannot be configured away: {@link #MIN_MONTHS}, and {@link #ALWAYS_PERMANENT}. Immutable.
 *
 * <p>A period of n months ends with the day that has the same number n calendar months after the day, in the
 * schedule's zone, from which age counts; where that month is too short, with the first day of the next month, so that
 * it is never less than n months. That last day is {@link Retention#keepUntil}; a recording may go on the day after.
 *
 * <p>Source: 公安机关现场执法视音频记录工作规定 (公通字〔2016〕14号), article on retention: in principle at least six months; for ever
 * for evidence, obstruction, major emergencies and mass incidents, and other major, difficult or complex matters.
 */
public final class Schedule {
    /** No period is shorter, whatever is configured. */
    public static final int MIN_MONTHS = 6;

    /** These categories are permanent, whatever is configured. */
    public static final Set<String> ALWAYS_PERMANENT =
            Set.of("evidence", "obstruction", "major-incident", "mass-incident", "complex");

    private static final LocalDate FIRST_DAY = LocalDate.of(1970, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);
    private static final String SAMPLE = "retention-schedule.yaml";
    private static final Schedule BUILT_IN = ScheduleFile.parse("built-in schedule", sample(), null);

    /**
     * What assigns categories by itself.
     *
     * @param declared other words for categories, in lower case
     * @param linked null: a link assigns nothing
     */
    record Triggers(
            Category ifNoneDeclared,
            Map<String, Category> declared,
            Category important,
            Map<RecordingKind, Category> kinds,
            @Nullable Category linked) {
        Triggers {
            declared = Map.copyOf(declared);
            kinds = Map.copyOf(kinds);
        }
    }

    private final String version;
    private final ZoneId zone;
    private final int graceDays;
    private final Map<String, ScheduledCategory> categories;
    private final Triggers triggers;

    Schedule(String version, ZoneId zone, int graceDays, List<ScheduledCategory> categories, Triggers triggers) {
        this.version = version;
        this.zone = zone;
        this.graceDays = graceDays;
        this.categories = new LinkedHashMap<>();
        for (ScheduledCategory category : categories) {
            this.categories.put(category.name().value().toLowerCase(Locale.ROOT), category);
        }
        this.triggers = triggers;
    }

    /** The schedule that applies when none is configured. */
    public static Schedule builtIn() {
        return BUILT_IN;
    }

    /** The text of the built-in schedule, with comments: what a department copies and changes. */
    public static String sample() {
        try (InputStream in = Schedule.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw new IllegalStateException("resource: " + SAMPLE + " (expected: beside the class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a schedule file, YAML of the sample's form.
     *
     * @throws InvalidSchedule naming the file, the key and what is accepted
     */
    public static Schedule read(Path file) {
        return ScheduleFile.parse(file.toString(), ScheduleFile.text(file), BUILT_IN);
    }

    /** Reads a schedule's text; {@code name} is what error messages call it. */
    public static Schedule parse(String name, String yaml) {
        return ScheduleFile.parse(name, yaml, BUILT_IN);
    }

    /** How long a recording with these claims is kept; the longest of all rules that apply. */
    public Retention judge(Claims claims, List<Hold> holds) {
        Retention longest = claims.declared() == null
                ? of(triggers.ifNoneDeclared(), "no category declared", claims.ageFrom(), holds)
                : of(claims.declared(), "declared", claims.ageFrom(), holds);
        if (claims.important()) {
            longest = longer(longest, of(triggers.important(), "important mark", claims.ageFrom(), holds));
        }
        Category byKind = triggers.kinds().get(claims.kind());
        if (byKind != null) {
            longest = longer(longest, of(byKind, "kind " + claims.kind().label(), claims.ageFrom(), holds));
        }
        Category byLink = triggers.linked();
        if (claims.linked() && byLink != null) {
            longest = longer(longest, of(byLink, "linked to a case", claims.ageFrom(), holds));
        }
        return longest;
    }

    /** How long this category alone keeps, for the reason {@code why}. Unknown: for ever. */
    Retention of(Category given, String why, Instant ageFrom, List<Hold> holds) {
        Optional<ScheduledCategory> known = category(given);
        if (known.isEmpty()) {
            String rule = given + ": permanent (" + why + ", unknown category is kept), schedule " + version;
            return new Retention(given, true, null, rule, holds, null);
        }
        ScheduledCategory category = known.get();
        Integer months = category.months();
        String rule = category.name() + ": " + category.period() + " (" + why + "), schedule " + version;
        return new Retention(
                category.name(), months == null, months == null ? null : lastDay(ageFrom, months), rule, holds, null);
    }

    /** What a link to a case demands by itself; empty if nothing. */
    Optional<Retention> ofLink(Instant ageFrom, List<Hold> holds) {
        Category byLink = triggers.linked();
        return byLink == null ? Optional.empty() : Optional.of(of(byLink, "linked to a case", ageFrom, holds));
    }

    /** The one that keeps longer; {@code first} if they keep alike. */
    static Retention longer(Retention first, Retention second) {
        return keepsLonger(second, first) ? second : first;
    }

    /** Whether {@code one} keeps longer than {@code other}, apart from holds. */
    static boolean keepsLonger(Retention one, Retention other) {
        LocalDate otherDay = other.keepUntil();
        LocalDate day = one.keepUntil();
        return otherDay != null && (day == null || day.isAfter(otherDay));
    }

    /** The category of this name, or the one that the schedule uses this word for; empty if unknown. */
    public Optional<ScheduledCategory> category(Category name) {
        String word = name.value().toLowerCase(Locale.ROOT);
        Category meant = triggers.declared().get(word);
        return Optional.ofNullable(
                categories.get(meant == null ? word : meant.value().toLowerCase(Locale.ROOT)));
    }

    /** All categories, in the order of the file. */
    public List<ScheduledCategory> categories() {
        return List.copyOf(categories.values());
    }

    /** What this edition is called. */
    public String version() {
        return version;
    }

    /** The zone whose days and months count. */
    public ZoneId zone() {
        return zone;
    }

    /** How many whole days lie between announcement and erasure; at least 1. */
    public int graceDays() {
        return graceDays;
    }

    /** The day it is at {@code at} in the schedule's zone; far instants count as the first or last day known. */
    public LocalDate dayOf(Instant at) {
        if (at.isBefore(FIRST_DAY.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant())) {
            return FIRST_DAY.plusDays(2);
        }
        if (at.isAfter(LAST_DAY.minusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant())) {
            return LAST_DAY;
        }
        return at.atZone(zone).toLocalDate();
    }

    /** The first day on which a disposal announced at {@code announcedAt} may be carried out. */
    public LocalDate eraseFrom(Instant announcedAt) {
        return dayOf(announcedAt).plusDays(graceDays + 1L);
    }

    Triggers triggers() {
        return triggers;
    }

    private LocalDate lastDay(Instant ageFrom, int months) {
        LocalDate day = dayOf(ageFrom);
        YearMonth month = YearMonth.from(day).plusMonths(months);
        LocalDate last = day.getDayOfMonth() <= month.lengthOfMonth()
                ? month.atDay(day.getDayOfMonth())
                : month.plusMonths(1).atDay(1);
        return last.isAfter(LAST_DAY) ? LAST_DAY : last;
    }
}
