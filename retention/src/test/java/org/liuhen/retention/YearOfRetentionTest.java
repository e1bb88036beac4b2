package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.Hold;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.catalog.RocksCatalog;

/**
 * Over a year of simulated days on which people and devices do random things, held against a model that knows the rules in
 * the most naive way: it counts months by asking day after day whether they are over.
 */
class YearOfRetentionTest {
    private static final int DAYS = 430;
    private static final Schedule SCHEDULE = Schedule.parse("test", """
            format: 1
            version: model
            graceDays: 5
            categories:
              seven: {title: {zh: 七, en: seven}, keep: 7 months}
              eight: {title: {zh: 八, en: eight}, keep: 8 months}
            triggers: {important: eight}
            """);
    private static final Map<String, Integer> MONTHS = Map.of("routine", 6, "seven", 7, "eight", 8);
    private static final List<String> CATEGORIES = List.of("routine", "seven", "eight", "evidence", "obstruction");

    /** What the model knows of one recording. */
    private static final class Known {
        final LocalDate born;
        String category;
        final Set<String> cases = new HashSet<>();
        final Map<String, LocalDate> holds = new TreeMap<>();

        @Nullable
        LocalDate announced;

        @Nullable
        String proposed;

        @Nullable
        Actor proposedBy;

        @Nullable
        LocalDate proposedOn;

        boolean gone;

        Known(LocalDate born, String category) {
            this.born = born;
            this.category = category;
        }

        boolean isOver(LocalDate day) {
            Integer months = MONTHS.get(category);
            if (months == null) {
                return false;
            }
            LocalDate last = born;
            while (ChronoUnit.MONTHS.between(born, last) < months) {
                last = last.plusDays(1);
            }
            return day.isAfter(last);
        }

        static int length(String category) {
            return MONTHS.getOrDefault(category, Integer.MAX_VALUE);
        }
    }

    private final Map<RecordingId, Known> model =
            new TreeMap<>((a, b) -> a.hex().compareTo(b.hex()));
    private final Set<String> closed = new HashSet<>();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothing_goes_but_what_the_naive_model_lets_go(long seed) throws Exception {
        try (Archive archive = new Archive()) {
            year(archive, new Random(seed), 7, "seed " + seed);
        }
    }

    @Test
    void same_over_a_catalog_on_disk() throws Exception {
        try (Archive archive = new Archive(clock ->
                RocksCatalog.open(folder.resolve("catalog"), folder.resolve("keys"), clock, new SecureRandom()))) {
            year(archive, new Random(99), 2, "seed 99");
        }
    }

    private void year(Archive archive, Random random, int actionsPerDay, String seed) throws Exception {
        archive.schedule = SCHEDULE;
        LocalDate day = LocalDate.of(2026, 7, 20);
        int erased = 0;
        for (int i = 0; i < DAYS; i++, day = day.plusDays(1)) {
            archive.on(day);
            for (int n = random.nextInt(actionsPerDay); n > 0; n--) {
                act(archive, random, day);
            }
            if (random.nextInt(actionsPerDay) > 0) {
                List<PlanEntry> plan = archive.plan(day.toString());
                RetentionOutcome outcome = archive.runNow();
                erased += compare(archive, day, plan, seed + " on " + day);
                assertThat(outcome.failed()).as(seed).isZero();
            }
        }
        assertThat(erased).as(seed).isGreaterThan(4 * actionsPerDay - 8);
    }

    private void act(Archive archive, Random random, LocalDate day) throws Exception {
        List<RecordingId> alive = new ArrayList<>();
        model.forEach((id, known) -> {
            if (!known.gone) {
                alive.add(id);
            }
        });
        int what = random.nextInt(12);
        String number = "case " + random.nextInt(6);
        if (what < 4 || alive.isEmpty()) {
            receive(archive, random, day, number);
            return;
        }
        RecordingId id = alive.get(random.nextInt(alive.size()));
        Known known = model.get(id);
        if (known == null) {
            return;
        }
        Actor actor = random.nextBoolean() ? Archive.ANNA : Archive.BEN;
        switch (what) {
            case 4, 5, 6 -> classify(archive, known, id, CATEGORIES.get(random.nextInt(5)), actor, day);
            case 7 -> {
                LocalDate until = random.nextBoolean() ? LocalDate.MAX : day.plusDays(1 + random.nextInt(90));
                Instant instant = until.equals(LocalDate.MAX)
                        ? null
                        : until.atTime(9, 0).atZone(SCHEDULE.zone()).toInstant();
                DeskAnswer<Hold> answer = archive.desk().hold(id, "hold", instant, actor);
                known.holds.put(
                        answer.match(DeskAnswer.Done::value, refused -> fail(refused))
                                .id(),
                        until);
                known.announced = null;
            }
            case 8 -> {
                for (String hold : List.copyOf(known.holds.keySet())) {
                    archive.desk().release(id, hold, "over", actor);
                    known.holds.remove(hold);
                }
            }
            case 9 -> {
                archive.desk().link(id, new CaseNumber(number), "link", actor);
                if (known.cases.add(number)) {
                    known.announced = null;
                }
            }
            case 10 -> {
                archive.desk().openCase(new CaseNumber(number), "open", actor);
                closed.remove(number);
                model.values().stream()
                        .filter(each -> each.cases.contains(number))
                        .forEach(each -> each.announced = null);
            }
            default -> {
                archive.desk().closeCase(new CaseNumber(number), "closed", actor);
                closed.add(number);
            }
        }
    }

    private void receive(Archive archive, Random random, LocalDate day, String number) throws Exception {
        boolean important = random.nextInt(8) == 0;
        boolean linked = random.nextInt(4) == 0;
        String declared = random.nextInt(3) == 0 ? CATEGORIES.get(random.nextInt(5)) : null;
        Instant from = archive.clock.instant().minusSeconds(random.nextInt(400) * 86_400L);
        CaseNumber[] cases = linked ? new CaseNumber[] {new CaseNumber(number)} : new CaseNumber[0];
        RecordingId id = archive.receive(RecordingKind.BODY_WORN, declared, important, from, cases);
        String category = declared == null ? "routine" : declared;
        if (important && Known.length("eight") > Known.length(category)) {
            category = "eight";
        }
        Known known = new Known(day, category);
        if (linked) {
            known.cases.add(number);
        }
        model.put(id, known);
    }

    private static void classify(
            Archive archive, Known known, RecordingId id, String category, Actor actor, LocalDate day)
            throws Exception {
        archive.desk().classify(id, new Category(category), "because", actor);
        if (Known.length(category) >= Known.length(known.category)) {
            if (Known.length(category) > Known.length(known.category)) {
                known.announced = null;
            }
            if (!category.equals(known.category)) {
                known.proposed = null;
            }
            known.category = category;
            return;
        }
        LocalDate proposedOn = known.proposedOn;
        boolean standing = category.equals(known.proposed)
                && proposedOn != null
                && !day.isAfter(proposedOn.plusDays(RecordsDesk.PROPOSAL_LIFE.toDays()));
        if (!standing) {
            known.proposed = category;
            known.proposedBy = actor;
            known.proposedOn = day;
        } else if (!actor.equals(known.proposedBy)) {
            known.category = category;
            known.proposed = null;
        }
    }

    /** Lets the model run the same day, and returns how many went. */
    private int compare(Archive archive, LocalDate day, List<PlanEntry> plan, String when) throws Exception {
        Map<RecordingId, PlanEntry.Part> planned =
                new TreeMap<>((a, b) -> a.hex().compareTo(b.hex()));
        plan.forEach(entry -> planned.put(entry.recording(), entry.part()));
        int erased = 0;
        for (Map.Entry<RecordingId, Known> entry : model.entrySet()) {
            RecordingId id = entry.getKey();
            Known known = entry.getValue();
            if (known.gone) {
                continue;
            }
            boolean mayGo = known.isOver(day)
                    && known.holds.values().stream().allMatch(day::isAfter)
                    && closed.containsAll(known.cases);
            LocalDate announced = known.announced;
            if (mayGo && announced != null && day.isAfter(announced.plusDays(5))) {
                known.gone = true;
                erased++;
                assertThat(ChronoUnit.MONTHS.between(known.born, day)).as(when).isGreaterThanOrEqualTo(6);
                assertThat(planned.get(id)).as(when).isEqualTo(PlanEntry.Part.ERASE);
            } else if (mayGo && announced == null) {
                known.announced = day;
                assertThat(planned.get(id)).as(when).isEqualTo(PlanEntry.Part.ANNOUNCE);
            } else {
                assertThat(planned.get(id)).as(when).isIn(null, PlanEntry.Part.KEEP);
            }
            String which = when + ", " + id + " " + archive.now(id);
            assertThat(archive.bytesExist(id)).as(which).isEqualTo(!known.gone);
            RecordingState expected = known.gone
                    ? RecordingState.DISPOSED
                    : known.announced != null ? RecordingState.DISPOSING : RecordingState.STORED;
            assertThat(archive.now(id).state()).as(which).isEqualTo(expected);
            assertThat(archive.now(id).retention().category().value()).as(which).isEqualTo(known.category);
        }
        return erased;
    }

    private static Hold fail(DeskAnswer.Refused<Hold> refused) {
        throw new AssertionError(refused.message());
    }
}
