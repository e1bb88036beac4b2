package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One original file exactly as it left the device, and everything known about it now. The bytes never change; this
 * row does, by compare-and-set on {@code version}, and each change comes with a custody event.
 *
 * @param version 1 when received, one more with each change
 * @param from start of recording by the corrected clock; the time of receipt if the device told none
 * @param to end of recording by the corrected clock
 * @param deviceFrom start as the device's own clock told it, never corrected
 * @param important marked by the device as important
 * @param receivedDay the day of receipt in UTC: where the vault keeps the original
 * @param attachment what it is to the recordings of its session, which then is never null; null for a recording
 * @param playable whether renditions exist; survives a recording's being announced for disposal
 */
public record Recording(
        RecordingId id,
        long version,
        RecordingKind kind,
        RecordingState state,
        List<CaseNumber> cases,
        DeviceId device,
        @Nullable OfficerId officer,
        @Nullable UnitId unit,
        @Nullable SessionId session,
        Instant from,
        @Nullable Instant to,
        @Nullable Instant deviceFrom,
        @Nullable Instant deviceTo,
        Instant receivedAt,
        LocalDate receivedDay,
        String filename,
        String contentType,
        @JsonProperty("size") long sizeBytes,
        @JsonProperty("sha256") Fingerprint fingerprint,
        boolean important,
        @Nullable Boolean playable,
        @Nullable Media media,
        Retention retention,
        List<Finding> findings,
        @Nullable AttachmentRole attachment) {
    public Recording {
        cases = List.copyOf(cases);
        findings = List.copyOf(findings);
    }

    /** What is no attachment. */
    public Recording(
            RecordingId id,
            long version,
            RecordingKind kind,
            RecordingState state,
            List<CaseNumber> cases,
            DeviceId device,
            @Nullable OfficerId officer,
            @Nullable UnitId unit,
            @Nullable SessionId session,
            Instant from,
            @Nullable Instant to,
            @Nullable Instant deviceFrom,
            @Nullable Instant deviceTo,
            Instant receivedAt,
            LocalDate receivedDay,
            String filename,
            String contentType,
            long sizeBytes,
            Fingerprint fingerprint,
            boolean important,
            @Nullable Boolean playable,
            @Nullable Media media,
            Retention retention,
            List<Finding> findings) {
        this(
                id,
                version,
                kind,
                state,
                cases,
                device,
                officer,
                unit,
                session,
                from,
                to,
                deviceFrom,
                deviceTo,
                receivedAt,
                receivedDay,
                filename,
                contentType,
                sizeBytes,
                fingerprint,
                important,
                playable,
                media,
                retention,
                findings,
                null);
    }

    /** The instant its age counts from: the later of the end of recording and the receipt. */
    public Instant ageFrom() {
        Instant end = to == null ? from : to;
        return end.isAfter(receivedAt) ? end : receivedAt;
    }

    /** The next version of this row, to be changed further with the {@code with} methods. */
    public Recording next() {
        return copy(version + 1, state, cases, playable, media, retention, findings);
    }

    /** @throws IllegalStateException if the life of a recording has no such step */
    public Recording withState(RecordingState state) {
        if (state != this.state && !this.state.mayBecome(state)) {
            throw new IllegalStateException("state: " + state + " after " + this.state + ", recording=" + id);
        }
        return copy(version, state, cases, playable, media, retention, findings);
    }

    public Recording withCases(List<CaseNumber> cases) {
        return copy(version, state, cases, playable, media, retention, findings);
    }

    public Recording withRetention(Retention retention) {
        return copy(version, state, cases, playable, media, retention, findings);
    }

    public Recording withMedia(boolean playable, @Nullable Media media, List<Finding> findings) {
        return copy(version, state, cases, playable, media, retention, findings);
    }

    public Recording withFindings(List<Finding> findings) {
        return copy(version, state, cases, playable, media, retention, findings);
    }

    /** The same recording with what may ever change about it. */
    private Recording copy(
            long version,
            RecordingState state,
            List<CaseNumber> cases,
            @Nullable Boolean playable,
            @Nullable Media media,
            Retention retention,
            List<Finding> findings) {
        return new Recording(
                id,
                version,
                kind,
                state,
                cases,
                device,
                officer,
                unit,
                session,
                from,
                to,
                deviceFrom,
                deviceTo,
                receivedAt,
                receivedDay,
                filename,
                contentType,
                sizeBytes,
                fingerprint,
                important,
                playable,
                media,
                retention,
                findings,
                attachment);
    }
}
