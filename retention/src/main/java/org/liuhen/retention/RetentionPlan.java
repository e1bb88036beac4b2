package org.liuhen.retention;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * What would go on a day: a function of the catalog's content, the schedule and that day, and of nothing else. It shows
 * what a run on that day would do next with each recording that is due then. Permanent recordings are never in it, nor
 * those that the due index leaves out because they are held. Changes nothing. Holds one page in memory however many are
 * due; so what is changed meanwhile may or may not show.
 */
public final class RetentionPlan {
    private final Catalog catalog;
    private final Schedule schedule;
    private final Assessor assessor;
    private final LocalDate asOf;

    /** How many recordings, and how many bytes they have together. */
    public record Total(long count, long bytes) {
        static final Total NONE = new Total(0, 0);

        Total plus(long sizeBytes) {
            return new Total(count + 1, bytes + sizeBytes);
        }
    }

    /** Takes entries as they are found. */
    @FunctionalInterface
    public interface Visitor {
        void visit(PlanEntry entry) throws IOException;
    }

    private RetentionPlan(Catalog catalog, Schedule schedule, LocalDate asOf) {
        this.catalog = catalog;
        this.schedule = schedule;
        this.assessor = new Assessor(catalog, schedule);
        this.asOf = asOf;
    }

    /** @param asOf a day of the schedule's zone; a future one shows what is due by then */
    public static RetentionPlan plan(Catalog catalog, Schedule schedule, LocalDate asOf) {
        return new RetentionPlan(catalog, schedule, asOf);
    }

    public LocalDate asOf() {
        return asOf;
    }

    /** Visits everything due, the longest due first, and returns the totals of each part. */
    public Map<PlanEntry.Part, Total> forEach(Visitor visitor) throws StorageFailure, IOException {
        Map<PlanEntry.Part, Total> totals = new EnumMap<>(PlanEntry.Part.class);
        for (PlanEntry.Part part : PlanEntry.Part.values()) {
            totals.put(part, Total.NONE);
        }
        DueRecordings due = new DueRecordings(catalog, asOf);
        for (Optional<RecordingId> id = due.next(); id.isPresent(); id = due.next()) {
            Optional<Recording> current = catalog.recording(id.get(), ReadLevel.CURRENT);
            if (current.isPresent()) {
                Optional<PlanEntry> entry = entry(current.get());
                if (entry.isPresent()) {
                    totals.merge(
                            entry.get().part(),
                            Total.NONE,
                            (total, none) -> total.plus(entry.get().sizeBytes()));
                    visitor.visit(entry.get());
                }
            }
        }
        return totals;
    }

    private Optional<PlanEntry> entry(Recording recording) throws StorageFailure {
        Assessment assessment = assessor.assess(recording, asOf);
        return switch (assessment.step()) {
            case NOTHING -> Optional.empty();
            case ANNOUNCE -> Optional.of(PlanEntry.of(PlanEntry.Part.ANNOUNCE, recording, assessment));
            case ERASE -> Optional.of(PlanEntry.of(PlanEntry.Part.ERASE, recording, assessment));
            case KEEP -> Optional.of(PlanEntry.of(PlanEntry.Part.KEEP, recording, assessment));
        };
    }

    /**
     * Writes the plan as JSON: {@code {"asOf","zone","graceDays","schedule","announce":[…],"erase":[…],"keep":[…],
     * "totals":{"announce":{"count","bytes"},…}}}. One walk for each list, so that no list is held in memory.
     *
     * @param out stays open
     */
    public void writeJson(OutputStream out) throws StorageFailure, IOException {
        ObjectWriter entries =
                StoredJson.MAPPER.writerFor(PlanEntry.class).without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);
        JsonGenerator json = StoredJson.MAPPER.createGenerator(out, JsonEncoding.UTF8);
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeStringField("asOf", asOf.toString());
        json.writeStringField("zone", schedule.zone().getId());
        json.writeNumberField("graceDays", schedule.graceDays());
        json.writeStringField("schedule", schedule.version());
        Map<PlanEntry.Part, Total> totals = new EnumMap<>(PlanEntry.Part.class);
        for (PlanEntry.Part part : PlanEntry.Part.values()) {
            json.writeArrayFieldStart(part.label());
            Total[] total = {Total.NONE};
            forEach(entry -> {
                if (entry.part() == part) {
                    total[0] = total[0].plus(entry.sizeBytes());
                    entries.writeValue(json, entry);
                }
            });
            totals.put(part, total[0]);
            json.writeEndArray();
        }
        json.writeObjectFieldStart("totals");
        for (Map.Entry<PlanEntry.Part, Total> total : totals.entrySet()) {
            json.writeObjectFieldStart(total.getKey().label());
            json.writeNumberField("count", total.getValue().count());
            json.writeNumberField("bytes", total.getValue().bytes());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        json.flush();
    }
}
