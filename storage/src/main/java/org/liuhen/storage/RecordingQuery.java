package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which recordings to list; every part that is not null must match.
 *
 * @param from recordings that start at this instant or later
 * @param to recordings that start before this instant
 */
public record RecordingQuery(
        @Nullable CaseNumber caseNumber,
        @Nullable DeviceId device,
        @Nullable OfficerId officer,
        @Nullable SessionId session,
        @Nullable Category category,
        @Nullable RecordingState state,
        @Nullable Instant from,
        @Nullable Instant to) {
    public static final RecordingQuery ALL = new RecordingQuery(null, null, null, null, null, null, null, null);

    public static RecordingQuery ofCase(CaseNumber caseNumber) {
        return new RecordingQuery(caseNumber, null, null, null, null, null, null, null);
    }

    /** Whether {@code recording} belongs in the list. */
    public boolean matches(Recording recording) {
        return (caseNumber == null || recording.cases().contains(caseNumber))
                && (device == null || device.equals(recording.device()))
                && (officer == null || officer.equals(recording.officer()))
                && (session == null || session.equals(recording.session()))
                && (category == null || category.equals(recording.retention().category()))
                && (state == null || state == recording.state())
                && (from == null || !recording.from().isBefore(from))
                && (to == null || recording.from().isBefore(to));
    }
}
