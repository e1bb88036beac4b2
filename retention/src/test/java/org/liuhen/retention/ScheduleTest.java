package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.Category;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.Retention;

class ScheduleTest {
    private static final Instant NOON = Instant.parse("2026-01-15T04:00:00Z");

    @Test
    void routine_is_kept_six_calendar_months_of_the_schedules_zone() {
        Retention retention = judge(Schedule.builtIn(), null, NOON);

        assertThat(retention.category()).isEqualTo(new Category("routine"));
        assertThat(retention.permanent()).isFalse();
        assertThat(retention.keepUntil()).isEqualTo("2026-07-15");
        assertThat(retention.rule()).isEqualTo("routine: 6 months (no category declared), schedule 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evidence", "obstruction", "major-incident", "mass-incident", "complex", "interrogation"})
    void what_the_rule_calls_permanent_is_permanent(String category) {
        assertThat(judge(Schedule.builtIn(), category, NOON).permanent()).isTrue();
    }

    @Test
    void unknown_category_is_kept_for_ever_and_says_so() {
        Retention retention = judge(Schedule.builtIn(), "use-of-force", NOON);

        assertThat(retention.permanent()).isTrue();
        assertThat(retention.category()).isEqualTo(new Category("use-of-force"));
        assertThat(retention.rule()).contains("unknown category is kept");
    }

    @Test
    void declared_category_is_recognised_in_any_case_and_by_other_words() {
        Schedule schedule = schedule("triggers: {declared: {阻碍执法: obstruction, Traffic: routine}}");

        assertThat(judge(schedule, "ROUTINE", NOON).category()).isEqualTo(new Category("routine"));
        assertThat(judge(schedule, "阻碍执法", NOON).category()).isEqualTo(new Category("obstruction"));
        assertThat(judge(schedule, "traffic", NOON).keepUntil()).isEqualTo("2026-07-15");
    }

    @Test
    void important_mark_and_interrogation_room_make_it_permanent_and_a_link_alone_does_not() {
        Schedule schedule = Schedule.builtIn();
        Category routine = new Category("routine");

        assertThat(schedule.judge(new Claims(RecordingKind.BODY_WORN, routine, true, false, NOON), List.of())
                        .category())
                .isEqualTo(new Category("evidence"));
        assertThat(schedule.judge(new Claims(RecordingKind.INTERROGATION, routine, false, false, NOON), List.of())
                        .category())
                .isEqualTo(new Category("interrogation"));
        assertThat(schedule.judge(new Claims(RecordingKind.BODY_WORN, routine, false, true, NOON), List.of())
                        .permanent())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-08-31, 6, 2027-03-01", // February has no 31st
        "2023-08-29, 6, 2024-02-29", // a leap year has a 29th of February
        "2023-08-30, 6, 2024-03-01",
        "2026-08-28, 6, 2027-02-28",
        "2026-12-31, 6, 2027-07-01", // June has 30 days
        "2026-12-30, 6, 2027-06-30",
        "2024-02-29, 12, 2025-03-01",
        "2024-02-29, 48, 2028-02-29",
        "2096-02-29, 48, 2100-03-01", // 2100 is no leap year
        "2026-01-31, 1200, 2126-01-31",
    })
    void month_ends_are_never_shortened(String day, int months, String keepUntil) {
        Schedule schedule = schedule("categories: {routine: {title: {zh: 一般, en: R}, keep: " + months + " months}}");
        Instant noon =
                LocalDate.parse(day).atTime(12, 0).atZone(schedule.zone()).toInstant();

        assertThat(judge(schedule, "routine", noon).keepUntil()).isEqualTo(keepUntil);
    }

    @Test
    void period_is_never_less_than_its_months_on_any_day_of_eight_years() {
        LocalDate day = LocalDate.of(2023, 1, 1);
        for (int i = 0; i < 366 * 8; i++, day = day.plusDays(1)) {
            Instant lastSecond =
                    day.atTime(23, 59, 59).atZone(Schedule.builtIn().zone()).toInstant();
            LocalDate keepUntil = keepUntil(judge(Schedule.builtIn(), "routine", lastSecond));

            assertThat(ChronoUnit.MONTHS.between(day, keepUntil))
                    .as(day + " to " + keepUntil)
                    .isEqualTo(6);
            assertThat(keepUntil).isBetween(day.plusMonths(6), day.plusMonths(6).plusDays(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Asia/Shanghai",
                "America/New_York",
                "Pacific/Apia",
                "Pacific/Kiritimati",
                "Australia/Lord_Howe",
                "UTC",
                "America/Sao_Paulo",
                "Africa/Cairo",
                "Etc/GMT+12"
            })
    void whole_period_has_passed_before_the_day_after_begins_in_every_zone(String zone) {
        Schedule schedule = schedule("zone: " + zone);
        Random random = new Random(20260115);
        for (int i = 0; i < 2000; i++) {
            Instant ageFrom = Instant.ofEpochSecond(1_000_000_000L + random.nextInt(1_500_000_000));
            LocalDate keepUntil = keepUntil(judge(schedule, null, ageFrom));
            LocalDateTime local = ageFrom.atZone(ZoneId.of(zone)).toLocalDateTime();

            Instant mayGo = keepUntil.plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();

            assertThat(mayGo.atZone(ZoneId.of(zone)).toLocalDateTime())
                    .as("seed 20260115, from " + ageFrom)
                    .isAfter(local.plusMonths(6));
        }
    }

    @Test
    void local_day_counts_and_not_the_day_in_utc() {
        Instant morningInShanghai = Instant.parse("2026-01-14T16:30:00Z");

        assertThat(judge(Schedule.builtIn(), null, morningInShanghai).keepUntil())
                .isEqualTo("2026-07-15");
        assertThat(judge(schedule("zone: UTC"), null, morningInShanghai).keepUntil())
                .isEqualTo("2026-07-14");
    }

    @Test
    void instants_at_the_ends_of_time_are_judged_and_never_shorter() {
        for (Instant instant : List.of(
                Instant.MAX,
                Instant.MIN,
                Instant.EPOCH,
                LocalDate.of(-44, 3, 15).atStartOfDay(ZoneOffset.UTC).toInstant(),
                LocalDate.of(9999, 12, 31).atStartOfDay(ZoneOffset.UTC).toInstant(),
                Year.of(20000).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant())) {
            LocalDate keepUntil = keepUntil(judge(Schedule.builtIn(), null, instant));

            assertThat(keepUntil).isBetween(LocalDate.of(1970, 7, 1), LocalDate.of(9999, 12, 31));
        }
        assertThat(judge(Schedule.builtIn(), null, Instant.MAX).keepUntil()).isEqualTo("9999-12-31");
    }

    @Test
    void longest_rule_wins_in_every_order() {
        Schedule schedule = schedule("""
                default: nine
                categories:
                  seven: {title: {zh: 七, en: seven}, keep: 7 months}
                  nine: {title: {zh: 九, en: nine}, keep: 9 months}
                  eleven: {title: {zh: 十一, en: eleven}, keep: 11 months}
                  interrogation: {title: {zh: 讯问, en: interrogation}, keep: 8 months}
                  marked: {title: {zh: 重点, en: marked}, keep: 10 months}
                triggers: {important: marked, linked: eleven}
                """);
        List<String> declared = new ArrayList<>(List.of("", "seven", "nine", "eleven", "evidence"));
        Collections.shuffle(declared, new Random(7));
        for (String word : declared) {
            for (RecordingKind kind : RecordingKind.values()) {
                for (int marks = 0; marks < 4; marks++) {
                    boolean important = (marks & 1) != 0;
                    boolean linked = (marks & 2) != 0;
                    Category category = word.isEmpty() ? null : new Category(word);
                    Retention retention =
                            schedule.judge(new Claims(kind, category, important, linked, NOON), List.of());

                    int months = word.equals("seven") ? 7 : word.equals("eleven") ? 11 : 9;
                    months = Math.max(months, kind == RecordingKind.INTERROGATION ? 8 : 0);
                    months = Math.max(months, important ? 10 : 0);
                    months = Math.max(months, linked ? 11 : 0);
                    assertThat(retention.permanent()).isEqualTo(word.equals("evidence"));
                    if (!word.equals("evidence")) {
                        assertThat(retention.keepUntil())
                                .isEqualTo(LocalDate.of(2026, 1, 15).plusMonths(months));
                    }
                }
            }
        }
    }

    @Test
    void what_a_schedule_file_leaves_out_is_as_built_in() {
        Schedule schedule = schedule("");

        assertThat(schedule.categories()).isEqualTo(Schedule.builtIn().categories());
        assertThat(schedule.triggers()).isEqualTo(Schedule.builtIn().triggers());
        assertThat(schedule.zone()).isEqualTo(ZoneId.of("Asia/Shanghai"));
        assertThat(schedule.graceDays()).isEqualTo(7);
    }

    private static Schedule schedule(String yaml) {
        return Schedule.parse("test", "format: 1\nversion: test\n" + yaml);
    }

    private static Retention judge(Schedule schedule, @Nullable String declared, Instant ageFrom) {
        Category category = declared == null ? null : new Category(declared);
        return schedule.judge(new Claims(RecordingKind.BODY_WORN, category, false, false, ageFrom), List.of());
    }

    private static LocalDate keepUntil(Retention retention) {
        return Objects.requireNonNull(retention.keepUntil());
    }
}
