package org.liuhen.tools.portal.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

class WordingTest {
    private final Wording english = new Wording(Language.ENGLISH, Schedule.builtIn());
    private final Wording chinese = new Wording(Language.CHINESE, Schedule.builtIn());

    @Test
    void times_are_those_of_the_schedules_zone() {
        Instant evening = Instant.parse("2026-11-18T15:59:59Z");
        assertThat(english.time(evening)).isEqualTo("2026-11-18 23:59:59");
        assertThat(english.end(evening, evening.plusSeconds(1))).isEqualTo("2026-11-19 00:00:00");
        assertThat(english.end(evening.minusSeconds(1), evening)).isEqualTo("23:59:59");
    }

    @Test
    void lengths_sizes_and_spans_are_short() {
        assertThat(english.length(Duration.ofMillis(4_600))).isEqualTo("0:05");
        assertThat(english.length(Duration.ofSeconds(3_599))).isEqualTo("59:59");
        assertThat(english.length(Duration.ofSeconds(-1))).isEqualTo("0:00");
        assertThat(english.length(93_784.0)).isEqualTo("26:03:04");
        assertThat(english.size(1023)).isEqualTo("1023 B");
        assertThat(english.size(1024)).isEqualTo("1.0 KiB");
        assertThat(english.size(Math.pow(2, 60))).isEqualTo("1024 PiB");
        assertThat(english.span(Duration.ofMinutes(134))).isEqualTo("2 h 14 min");
        assertThat(chinese.span(Duration.ofDays(2))).isEqualTo("2 天");
        assertThat(english.rate(29.97002997)).isEqualTo("29.97 fps");
        assertThat(english.rate(25)).isEqualTo("25 fps");
        assertThat(english.took(0.0125)).isEqualTo("12.5 ms");
    }

    @Test
    void actors_are_named_as_people_know_them() {
        assertThat(english.actor(new Actor("user:li.na"))).isEqualTo("li.na");
        assertThat(english.actor(new Actor("device:BWC:1"))).isEqualTo("device BWC:1");
        assertThat(chinese.actor(Actor.CONSOLE)).isEqualTo("控制台");
    }

    @Test
    void categories_nobody_knows_keep_their_own_name() {
        assertThat(chinese.category("obstruction")).isEqualTo("阻碍执法");
        assertThat(chinese.category("their-own")).isEqualTo("their-own");
    }

    @Test
    void what_a_finding_says_is_said_in_the_language_of_the_page_and_in_its_zone() {
        Finding late = Finding.of(
                "late-upload",
                Said.of(
                        Sentence.RECEIVED_LATE,
                        "received",
                        "2026-11-22T12:58:52.38Z",
                        "hours",
                        24,
                        "end",
                        "2026-11-20T12:00:00Z"));
        assertThat(english.finding(late))
                .isEqualTo("Received at 2026-11-22 20:58:52, more than 24 hours after its end at 2026-11-20 20:00:00.");
        assertThat(chinese.finding(late)).isEqualTo("接收于 2026-11-22 20:58:52，距录制结束（2026-11-20 20:00:00）超过 24 小时");
        Finding repaired = new Finding(
                "repaired",
                "its index (moov) was never written; no sound",
                null,
                null,
                List.of(Said.of(Sentence.INDEX_NEVER_WRITTEN), Said.of(Sentence.SOUND_LOST)));
        assertThat(english.finding(repaired)).isEqualTo(repaired.detail());
        assertThat(chinese.finding(repaired)).isEqualTo("索引（moov）未曾写入；无声音");
    }

    @Test
    void a_finding_of_another_version_keeps_its_english_detail() {
        assertThat(chinese.finding(Finding.of("black", "the picture is black for 4.0 s")))
                .isEqualTo("the picture is black for 4.0 s");
        List<Said> ofTomorrow =
                List.of(Said.of(Sentence.SILENT, "seconds", "2.0"), new Said("of-tomorrow", Map.of("seconds", "4.0")));
        assertThat(chinese.finding(new Finding("strange", "its English detail", null, null, ofTomorrow)))
                .isEqualTo("its English detail");
    }

    @Test
    void times_inside_of_sentences_are_those_of_the_zone_too() {
        assertThat(english.prose("Received at 2026-11-22T12:58:52.380484012Z, not 9999-99-99T12:00:00Z."))
                .isEqualTo("Received at 2026-11-22 20:58:52, not 9999-99-99T12:00:00Z.");
    }
}
