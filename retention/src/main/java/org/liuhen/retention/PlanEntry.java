package org.liuhen.retention;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;

/**
 * A recording whose period is over on the day of a plan.
 *
 * @param keepUntil the last day of the period it was given
 * @param eraseFrom the first day on which the bytes may go, if it was announced
 * @param reason why it stays; null unless it is kept
 * @param detail the reason, for people
 */
public record PlanEntry(
        @JsonIgnore Part part,
        RecordingId recording,
        RecordingState state,
        DeviceId device,
        List<CaseNumber> cases,
        @JsonProperty("size") long sizeBytes,
        Instant from,
        Category category,
        String rule,
        @Nullable LocalDate keepUntil,
        @Nullable LocalDate eraseFrom,
        @Nullable KeepReason reason,
        @Nullable String detail) {
    /** Which of the plan's lists it stands in. */
    public enum Part {
        /** Due, not announced yet: a run on that day announces it. */
        ANNOUNCE,
        /** Announced, and the grace period is over: a run on that day erases it. */
        ERASE,
        /** Due, but something keeps it. */
        KEEP;

        /** The name on the wire. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static PlanEntry of(Part part, Recording recording, Assessment assessment) {
        Retention retention = recording.retention();
        return new PlanEntry(
                part,
                recording.id(),
                recording.state(),
                recording.device(),
                recording.cases(),
                recording.sizeBytes(),
                recording.from(),
                retention.category(),
                retention.rule(),
                retention.keepUntil(),
                assessment.eraseFrom(),
                assessment.reason(),
                assessment.detail());
    }
}
