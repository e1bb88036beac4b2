package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.liuhen.storage.Category;

class ScheduleFileTest {
    private static final String HEAD = "format: 1\nversion: test\n";

    @TempDir
    private Path folder;

    @Test
    void sample_is_what_is_built_in() throws IOException {
        Path file = folder.resolve("retention-schedule.yaml");
        Files.writeString(file, Schedule.sample());

        Schedule read = Schedule.read(file);

        assertThat(read.categories()).isEqualTo(Schedule.builtIn().categories());
        assertThat(read.triggers()).isEqualTo(Schedule.builtIn().triggers());
        assertThat(read.version()).isEqualTo(Schedule.builtIn().version());
    }

    @Test
    void sample_shows_every_key() {
        assertThat(Schedule.sample())
                .contains("format:", "version:", "zone:", "graceDays:", "default:", "categories:", "title:", "keep:")
                .contains("triggers:", "declared:", "important:", "kinds:", "linked:");
    }

    @Test
    void categories_may_be_added_and_lengthened() {
        Schedule schedule = Schedule.parse("test", HEAD + """
                        zone: Asia/Urumqi
                        graceDays: 30
                        categories:
                          routine: {title: {zh: 一般, en: Routine}, keep: 12 months}
                          traffic: {title: {zh: 交通, en: Traffic}, keep: 24 months}
                        """);

        assertThat(schedule.category(new Category("traffic")).orElseThrow().months())
                .isEqualTo(24);
        assertThat(schedule.category(new Category("routine")).orElseThrow().months())
                .isEqualTo(12);
        assertThat(schedule.category(new Category("evidence")).orElseThrow().permanent())
                .isTrue();
        assertThat(schedule.graceDays()).isEqualTo(30);
    }

    static Stream<Arguments> bad() {
        String title = "title: {zh: 一, en: a}";
        return Stream.of(
                Arguments.of("zone: Asia/Atlantis", "zone", "expected: a region"),
                Arguments.of("zone: +08:00", "zone", "expected: a region"),
                Arguments.of("zone: 8", "zone", "expected: text"),
                Arguments.of("zone: {a: b}", "zone", "expected: text"),
                Arguments.of("graceDays: 0", "graceDays", "1 to 365"),
                Arguments.of("graceDays: -1", "graceDays", "1 to 365"),
                Arguments.of("graceDays: 1.5", "graceDays", "whole number"),
                Arguments.of("graceDays: \"7\"", "graceDays", "whole number"),
                Arguments.of("graceDays: 99999999999999999999", "graceDays", "whole number"),
                Arguments.of("graceDays: null", "graceDays", "missing"),
                Arguments.of("grace: 7", "grace", "unknown key (expected: format, version"),
                Arguments.of("default: nothing", "default", "expected: one of routine, evidence"),
                Arguments.of("default: [routine]", "default", "expected: one of"),
                Arguments.of("categories: []", "categories", "not a mapping"),
                Arguments.of("categories: {a: 6}", "categories.a", "not a mapping"),
                Arguments.of("categories: {a: {keep: 6 months}}", "categories.a.title", "missing"),
                Arguments.of("categories: {a: {" + title + "}}", "categories.a.keep", "missing"),
                Arguments.of("categories: {a: {" + title + ", keep: 5 months}}", "categories.a.keep", "at least 6"),
                Arguments.of("categories: {a: {" + title + ", keep: 0 months}}", "categories.a.keep", "at least 6"),
                Arguments.of("categories: {a: {" + title + ", keep: -6 months}}", "categories.a.keep", "at least 6"),
                Arguments.of("categories: {a: {" + title + ", keep: 6}}", "categories.a.keep", "6 months"),
                Arguments.of("categories: {a: {" + title + ", keep: 6.5 months}}", "categories.a.keep", "6 months"),
                Arguments.of("categories: {a: {" + title + ", keep: 99999999999 months}}", "categories.a.keep", "1200"),
                Arguments.of("categories: {a: {" + title + ", keep: forever}}", "categories.a.keep", "permanent"),
                Arguments.of("categories: {a: {" + title + ", keep: true}}", "categories.a.keep", "permanent"),
                Arguments.of(
                        "categories: {a: {" + title + ", keep: permanent, x: 1}}", "categories.a.x", "unknown key"),
                Arguments.of("categories: {a: {title: {zh: 一}, keep: permanent}}", "categories.a.title.en", "missing"),
                Arguments.of(
                        "categories: {a: {title: {zh: 一, en: ''}, keep: permanent}}", "categories.a.title.en", "text"),
                Arguments.of(
                        "categories: {a: {" + title + ", keep: permanent}, A: {" + title + ", keep: 6 months}}",
                        "categories.A",
                        "twice"),
                Arguments.of("categories: {routine: {" + title + ", keep: 3 months}}", "categories.routine.keep", "6"),
                Arguments.of(
                        "categories: {evidence: {" + title + ", keep: 1200 months}}",
                        "categories.evidence.keep",
                        "cannot be undercut"),
                Arguments.of(
                        "categories: {Complex: {" + title + ", keep: 12 months}}",
                        "categories.Complex.keep",
                        "cannot be undercut"),
                Arguments.of("triggers: {kinds: {drone: evidence}}", "triggers.kinds.drone", "body-worn"),
                Arguments.of("triggers: {kinds: {vehicle: nothing}}", "triggers.kinds.vehicle", "one of"),
                Arguments.of("triggers: {important: null}", "triggers.important", "one of"),
                Arguments.of("triggers: {important: gold}", "triggers.important", "one of"),
                Arguments.of("triggers: {linked: gold}", "triggers.linked", "one of"),
                Arguments.of("triggers: {marked: evidence}", "triggers.marked", "unknown key"),
                Arguments.of("triggers: {declared: {evidence: routine}}", "triggers.declared.evidence", "itself"),
                Arguments.of(
                        "triggers: {declared: {x: routine, X: evidence}}", "triggers.declared.X", "is there twice"),
                Arguments.of("triggers: x", "triggers", "not a mapping"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void bad_key_is_refused_with_file_key_and_what_is_accepted(String yaml, String key, String accepted) {
        assertThatThrownBy(() -> Schedule.parse("rules.yaml", HEAD + yaml))
                .isInstanceOf(InvalidSchedule.class)
                .hasMessageStartingWith("rules.yaml: " + key)
                .hasMessageContaining(accepted);
    }

    static Stream<String> hostile() {
        return Stream.of(
                "",
                "\n",
                "null",
                "42",
                "- a\n- b",
                "format: 2\nversion: x",
                "format: '1'\nversion: x",
                "version: x",
                "format: 1",
                "format: 1\nversion: 7",
                "format: 1\nversion: ''",
                "format: 1\nversion: \"a\\u0000b\"",
                HEAD + "version: again",
                HEAD + "categories: {a: {title: {zh: 一, en: a}, keep: permanent}, a: {}}",
                HEAD + "---\nformat: 1",
                HEAD + "...\nrubbish: [",
                HEAD + "zone: &z Asia/Shanghai",
                HEAD + "zone: *z",
                HEAD + "zone: !!java.net.URL http://example.invalid",
                HEAD + "zone: !!str Asia/Shanghai",
                HEAD + "categories: &c {a: *c}",
                HEAD + "<<: {zone: UTC}",
                HEAD + "categories: {? [a] : 1}",
                HEAD + "? {a: b}\n: c",
                HEAD + "categories: " + "[".repeat(10_000),
                HEAD + "categories: " + "{a: ".repeat(1_000) + "1" + "}".repeat(1_000),
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n",
                HEAD + "\tzone: UTC",
                HEAD + "zone: \"UTC",
                HEAD + "zone: UTC\u0000",
                HEAD + "zone: \ud800",
                "%YAML 9.9\n---\nformat: 1",
                "{".repeat(60_000),
                "x".repeat(65_000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostile_text_is_refused_and_says_which_file(String yaml) {
        assertThatThrownBy(() -> Schedule.parse("rules.yaml", yaml))
                .isInstanceOf(InvalidSchedule.class)
                .hasMessageStartingWith("rules.yaml: ");
    }

    @Test
    void mutated_sample_is_read_or_refused_and_never_undercuts() {
        long seed = 20261122;
        Random random = new Random(seed);
        byte[] sample = Schedule.sample().getBytes(StandardCharsets.UTF_8);
        int read = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] mutated = sample.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) (32 + random.nextInt(96));
            }
            try {
                Schedule schedule = Schedule.parse("mutated", new String(mutated, StandardCharsets.UTF_8));
                read++;
                for (ScheduledCategory category : schedule.categories()) {
                    Integer months = category.months();
                    assertThat(months == null ? Schedule.MIN_MONTHS : months)
                            .as("seed " + seed)
                            .isGreaterThanOrEqualTo(Schedule.MIN_MONTHS);
                }
                for (String name : Schedule.ALWAYS_PERMANENT) {
                    assertThat(schedule.category(new Category(name))
                                    .orElseThrow()
                                    .permanent())
                            .as("seed " + seed)
                            .isTrue();
                }
            } catch (InvalidSchedule expected) {
                assertThat(expected).hasMessageStartingWith("mutated: ");
            }
        }
        assertThat(read).isGreaterThan(100);
    }

    @Test
    void missing_too_large_and_binary_files_are_refused_by_name() throws IOException {
        Path large = Files.write(folder.resolve("large.yaml"), new byte[1 << 20]);
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        for (Path file : new Path[] {large, binary, folder, folder.resolve("none.yaml")}) {
            assertThatThrownBy(() -> Schedule.read(file))
                    .isInstanceOf(InvalidSchedule.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }
}
