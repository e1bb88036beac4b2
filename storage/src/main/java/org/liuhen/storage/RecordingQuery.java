package org.liuhen.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which recordings to list; every part that is not null must match.
 *
 * @param from recordings that start at this instant or later
 * @param to recordings that start before this instant
 * @param attachment true for attachments only, false for what is none
 */
public record RecordingQuery(
        @Nullable CaseNumber caseNumber,
        @Nullable DeviceId device,
        @Nullable OfficerId officer,
        @Nullable SessionId session,
        @Nullable Category category,
        @Nullable RecordingState state,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Boolean attachment) {
    /** Everything in the store, attachments too. */
    public static final RecordingQuery ALL = new RecordingQuery(null, null, null, null, null, null, null, null, null);

    /** Recordings, and no attachments. */
    public RecordingQuery(
            @Nullable CaseNumber caseNumber,
            @Nullable DeviceId device,
            @Nullable OfficerId officer,
            @Nullable SessionId session,
            @Nullable Category category,
            @Nullable RecordingState state,
            @Nullable Instant from,
            @Nullable Instant to) {
        this(caseNumber, device, officer, session, category, state, from, to, false);
    }

    /** The recordings of a case, and no attachments. */
    public static RecordingQuery ofCase(CaseNumber caseNumber) {
        return new RecordingQuery(caseNumber, null, null, null, null, null, null, null);
    }

    /** The recordings of a session, and no attachments. */
    public static RecordingQuery ofSession(SessionId session) {
        return new RecordingQuery(null, null, null, session, null, null, null, null);
    }

    /** The same with only attachments, without any, or, if null, with both. */
    public RecordingQuery withAttachment(@Nullable Boolean attachment) {
        return new RecordingQuery(caseNumber, device, officer, session, category, state, from, to, attachment);
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
                && (to == null || recording.from().isBefore(to))
                && (attachment == null || attachment == (recording.attachment() != null));
    }
}
