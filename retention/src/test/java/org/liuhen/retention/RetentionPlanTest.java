package org.liuhen.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.StoredJson;

class RetentionPlanTest {
    private static final CaseNumber CASE = new CaseNumber("2026-17");

    private final Archive archive = new Archive();

    @AfterEach
    void close() {
        archive.close();
    }

    @Test
    void plan_shows_what_is_announced_erased_and_kept_and_why() throws Exception {
        RecordingId erased = archive.receive();
        RecordingId open = archive.receive(CASE);
        RecordingId evidence = archive.receive(RecordingKind.BODY_WORN, "evidence", false, archive.clock.instant());
        archive.on("2026-01-20");
        RecordingId announced = archive.receive();
        RecordingId held = archive.receive();
        archive.on("2026-07-16");
        archive.runNow();
        archive.desk().hold(held, "complaint", Instant.parse("2026-07-24T12:00:00Z"), Archive.ANNA);
        archive.clock.set(Instant.parse("2026-07-24T13:00:00Z"));

        JsonNode plan = json("2026-07-24");

        assertThat(plan.get("asOf").asText()).isEqualTo("2026-07-24");
        assertThat(plan.get("zone").asText()).isEqualTo("Asia/Shanghai");
        assertThat(plan.get("graceDays").asInt()).isEqualTo(7);
        assertThat(ids(plan.get("erase"))).containsExactly(erased.hex());
        assertThat(ids(plan.get("announce"))).containsExactly(announced.hex());
        assertThat(ids(plan.get("keep"))).containsExactlyInAnyOrder(open.hex(), held.hex());
        assertThat(plan.toString()).doesNotContain(evidence.hex());
        JsonNode kept = plan.get("keep").get(0);
        assertThat(kept.get("recording").asText()).isEqualTo(open.hex());
        assertThat(kept.get("reason").asText()).isEqualTo("open-case");
        assertThat(kept.get("detail").asText()).contains("2026-17");
        assertThat(plan.get("keep").get(1).get("reason").asText()).isEqualTo("hold");
        JsonNode entry = plan.get("erase").get(0);
        assertThat(entry.get("device").asText()).isEqualTo("BWC-0001");
        assertThat(entry.get("cases").isArray()).isTrue();
        assertThat(entry.get("size").asLong()).isEqualTo(archive.now(erased).sizeBytes());
        assertThat(entry.get("category").asText()).isEqualTo("routine");
        assertThat(entry.get("keepUntil").asText()).isEqualTo("2026-07-15");
        assertThat(entry.get("rule").asText()).contains("6 months");
        assertThat(plan.get("totals").get("keep").get("count").asInt()).isEqualTo(2);
        assertThat(plan.get("totals").get("erase").get("bytes").asLong())
                .isEqualTo(archive.now(erased).sizeBytes());
    }

    @Test
    void future_day_shows_what_is_due_by_then() throws Exception {
        RecordingId id = archive.receive();

        assertThat(archive.plan("2026-07-15")).isEmpty();
        assertThat(archive.plan("2026-07-16")).singleElement().satisfies(entry -> {
            assertThat(entry.recording()).isEqualTo(id);
            assertThat(entry.part()).isEqualTo(PlanEntry.Part.ANNOUNCE);
        });
        archive.on("2026-07-16");
        archive.runNow();
        assertThat(archive.plan("2026-07-20").get(0).reason()).isEqualTo(KeepReason.GRACE);
        assertThat(archive.plan("2026-07-24").get(0).part()).isEqualTo(PlanEntry.Part.ERASE);
    }

    @Test
    void plan_over_five_thousand_recordings_names_each_once_and_changes_nothing() throws Exception {
        Set<RecordingId> due = new HashSet<>();
        for (int i = 0; i < 5200; i++) {
            archive.clock.set(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i * 60L));
            boolean permanent = i % 10 == 0;
            RecordingId id = archive.receive(
                    RecordingKind.BODY_WORN, permanent ? "complex" : null, false, archive.clock.instant());
            if (!permanent) {
                due.add(id);
            }
        }
        archive.on("2026-09-01");
        List<?> events = archive.catalog.events(0, 10_000);
        Set<RecordingId> seen = new HashSet<>();
        Map<PlanEntry.Part, RetentionPlan.Total> totals = RetentionPlan.plan(
                        archive.catalog, archive.schedule, LocalDate.parse("2026-09-01"))
                .forEach(entry -> assertThat(seen.add(entry.recording())).isTrue());

        assertThat(seen).isEqualTo(due);
        assertThat(totals.get(PlanEntry.Part.ANNOUNCE))
                .isNotNull()
                .satisfies(total -> assertThat(total.count()).isEqualTo(due.size()));
        JsonNode first = json("2026-09-01");
        assertThat(json("2026-09-01")).isEqualTo(first);
        assertThat(first.get("announce")).hasSize(due.size());
        assertThat(archive.catalog.events(0, 10_000)).isEqualTo(events);
    }

    private JsonNode json(String asOf) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RetentionPlan.plan(archive.catalog, archive.schedule, LocalDate.parse(asOf))
                .writeJson(out);
        return StoredJson.MAPPER.readTree(out.toByteArray());
    }

    private static List<String> ids(JsonNode entries) {
        return entries.findValuesAsText("recording");
    }
}
