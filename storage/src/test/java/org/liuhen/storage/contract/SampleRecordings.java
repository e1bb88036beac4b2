package org.liuhen.storage.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.Vault;

/** Recordings and events to test with. The same number always makes the same one. */
public final class SampleRecordings {
    public static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
    public static final CaseNumber CASE = new CaseNumber("永公(刑)立字〔2026〕17号");
    public static final DeviceId DEVICE = new DeviceId("BWC-0001");
    public static final OfficerId OFFICER = new OfficerId("033127");
    public static final SessionId SESSION = new SessionId("session-1");

    private SampleRecordings() {}

    /** Just received: number {@code number} of {@link #DEVICE}, starting that many minutes after {@link #START}. */
    public static Recording received(int number, CaseNumber... cases) {
        return received(DEVICE, number, START.plusSeconds(60L * number), cases);
    }

    public static Recording received(DeviceId device, int number, Instant from, CaseNumber... cases) {
        Fingerprint fingerprint = Fingerprint.of(DigestUtils.sha256("recording " + number));
        Instant receivedAt = from.plusSeconds(3600);
        return new Recording(
                RecordingId.of(device, fingerprint),
                1,
                RecordingKind.BODY_WORN,
                RecordingState.STORED,
                List.of(cases),
                device,
                OFFICER,
                new UnitId("县局 刑侦大队"),
                SESSION,
                from,
                from.plusSeconds(59),
                from.minusSeconds(2),
                from.plusSeconds(57),
                receivedAt,
                Vault.dayOf(receivedAt),
                "VID_" + number + ".mp4",
                "video/mp4",
                1_000_000L + number,
                fingerprint,
                false,
                null,
                null,
                routine(LocalDate.parse("2026-09-01")),
                List.of(Finding.of("unlinked", "no case was named")));
    }

    /** Attached to {@link #SESSION}, starting {@code number} minutes after {@link #START}. */
    public static Recording attachment(int number, AttachmentRole role) {
        Recording like = received(number);
        return new Recording(
                RecordingId.ofAttachment(DEVICE, SESSION, like.filename(), like.fingerprint()),
                1,
                like.kind(),
                like.state(),
                like.cases(),
                like.device(),
                like.officer(),
                like.unit(),
                like.session(),
                like.from(),
                like.to(),
                like.deviceFrom(),
                like.deviceTo(),
                like.receivedAt(),
                like.receivedDay(),
                like.filename(),
                like.contentType(),
                like.sizeBytes(),
                like.fingerprint(),
                like.important(),
                null,
                null,
                like.retention(),
                List.of(),
                role);
    }

    /** Kept as routine until {@code keepUntil}. */
    public static Retention routine(LocalDate keepUntil) {
        return new Retention(new Category("routine"), false, keepUntil, "routine: 6 months", List.of(), null);
    }

    public static CustodyEvent event(EventKind kind, Recording recording) {
        return CustodyEvent.of(
                recording.receivedAt().plusSeconds(recording.version()),
                Actor.device(recording.device()),
                kind,
                recording.id(),
                Map.of("sha256", recording.fingerprint().hex(), "version", Long.toString(recording.version())));
    }

    /** The change that puts this version of a recording with one event. */
    public static Change put(Recording recording) {
        EventKind kind = recording.version() == 1 ? EventKind.RECEIVED : EventKind.CLASSIFIED;
        return Change.builder()
                .recording(recording)
                .event(event(kind, recording))
                .build();
    }

    /** Commits, waits, and returns the events; fails on a conflict. */
    public static List<CustodyEvent> commit(Catalog catalog, Change change) {
        CommitOutcome outcome = outcome(catalog, change);
        return outcome.match(CommitOutcome.Applied::events, conflict -> {
            throw new AssertionError("conflict: " + conflict.what());
        });
    }

    /** Commits and waits. */
    public static CommitOutcome outcome(Catalog catalog, Change change) {
        return catalog.commit(change)
                .orTimeout(60, TimeUnit.SECONDS)
                .handle((outcome, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(failure);
                    }
                    return outcome;
                })
                .join();
    }
}
