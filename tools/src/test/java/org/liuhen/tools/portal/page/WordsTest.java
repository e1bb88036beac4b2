package org.liuhen.tools.portal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.retention.KeepReason;
import org.liuhen.retention.PlanEntry;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Role;
import org.liuhen.storage.Sentence;

class WordsTest {
    private static final Words ENGLISH = Words.of(Language.ENGLISH);
    private static final Words CHINESE = Words.of(Language.CHINESE);

    /** Families whose members are named by data: kinds of findings, details of events, step of a log-in, marks. */
    private static final Set<String> OPEN_FAMILIES = Set.of(
            "finding.",
            "attachment.",
            "detail.",
            "value.",
            "look.",
            "size.",
            "session.state.",
            "session.kind.",
            "session.mark.",
            "session.role.");

    @Test
    void both_languages_say_the_same_things() {
        assertThat(CHINESE.keys()).isEqualTo(ENGLISH.keys());
        for (String key : ENGLISH.keys()) {
            assertThat(places(CHINESE.say(key))).as(key).isEqualTo(places(ENGLISH.say(key)));
            assertThat(ENGLISH.say(key)).as(key).isNotBlank();
            assertThat(CHINESE.say(key)).as(key).isNotBlank();
        }
    }

    private static Set<String> places(String text) {
        Set<String> places = new TreeSet<>();
        Matcher place = Pattern.compile("\\{[0-9a-z]+}").matcher(text);
        while (place.find()) {
            places.add(place.group());
        }
        return places;
    }

    @Test
    void every_text_is_used_somewhere() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String key : ENGLISH.keys()) {
            if (sources().contains("\"" + key + "\"") || OPEN_FAMILIES.stream().anyMatch(key::startsWith)) {
                used.add(key);
            }
        }
        used.addAll(familyKeys());
        assertThat(used).isEqualTo(ENGLISH.keys());
    }

    @Test
    void every_text_that_is_asked_for_is_there() throws IOException {
        Matcher said = Pattern.compile("say\\(\\s*\"([a-z0-9.-]+)\"\\s*[,)]").matcher(sources());
        int found = 0;
        while (said.find()) {
            found++;
            assertThat(ENGLISH.keys()).contains(said.group(1));
        }
        assertThat(found).isGreaterThan(100);
        assertThat(ENGLISH.keys()).containsAll(familyKeys());
    }

    /** What is said by a key that is put together. */
    private static Set<String> familyKeys() throws IOException {
        Set<String> keys = new TreeSet<>();
        Arrays.stream(EventKind.values()).forEach(kind -> keys.add("event." + kind.label()));
        Arrays.stream(RecordingState.values()).forEach(state -> keys.add("state." + state.label()));
        Arrays.stream(RecordingKind.values()).forEach(kind -> keys.add("kind." + kind.label()));
        Arrays.stream(Role.values()).forEach(role -> keys.add("role." + role.label()));
        Arrays.stream(PlanEntry.Part.values()).forEach(part -> keys.add("step." + part.label()));
        Arrays.stream(KeepReason.values()).forEach(reason -> keys.add("keep." + reason.label()));
        Schedule.builtIn().categories().forEach(category -> keys.add("category." + category.name()));
        for (String section : List.of("ingest", "store", "scrub", "media", "retention", "catalog")) {
            keys.add("system.section." + section);
        }
        for (int status : new int[] {400, 403, 404, 409, 410, 500, 503}) {
            keys.add("problem." + status + ".title");
            keys.add("problem." + status + ".advice");
        }
        Arrays.stream(Sentence.values()).forEach(sentence -> keys.add("said." + sentence.label()));
        keys.add("actor.device");
        keys.add("actor.system");
        keys.add("actor.console");
        Matcher figure = Pattern.compile("(?:add|quantiles)\\(\\s*figures,\\s*\"([a-z.]+)\",")
                .matcher(sources());
        while (figure.find()) {
            boolean quantiles = figure.group().startsWith("quantiles");
            keys.addAll(
                    quantiles
                            ? List.of("figure." + figure.group(1) + ".p50", "figure." + figure.group(1) + ".p99")
                            : List.of("figure." + figure.group(1)));
        }
        for (String step : List.of("announced", "cancelled", "erased", "failed")) {
            keys.add("figure.retention." + step);
        }
        return keys;
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path root : List.of(Path.of("src/main/jte"), Path.of("src/main/java/org/liuhen/tools/portal"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    @Test
    void arguments_are_put_in_place_once() {
        assertThat(ENGLISH.say("case.since", "{1}", "$1\\", "{0}")).isEqualTo("Since {1} by $1\\: {0}");
    }

    @Test
    void unknown_key_is_a_mistake_of_ours() {
        assertThatThrownBy(() -> ENGLISH.say("no.such")).isInstanceOf(IllegalArgumentException.class);
    }
}
