package org.liuhen.storage.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.storage.AccessToken;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Job;
import org.liuhen.storage.Media;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;
import org.liuhen.storage.Role;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.User;
import org.liuhen.storage.UserName;

/** The values that the committed samples of format 1 hold. Never changed: they were written by that version. */
final class FormatSamples {
    static final Instant AT = Instant.parse("2026-03-01T08:00:00.123456789Z");
    static final Fingerprint FINGERPRINT = new Fingerprint("5d".repeat(32));
    static final DeviceId DEVICE_ID = new DeviceId("BWC-0001");
    static final RecordingId ID = RecordingId.of(DEVICE_ID, FINGERPRINT);
    static final CaseNumber CASE = new CaseNumber("永公(刑)立字〔2026〕17号");

    static final Recording RECORDING = new Recording(
            ID,
            1,
            RecordingKind.BODY_WORN,
            RecordingState.READY,
            List.of(CASE),
            DEVICE_ID,
            new OfficerId("033127"),
            new UnitId("县局 刑侦大队"),
            new SessionId("session-1"),
            AT,
            AT.plusSeconds(60),
            AT.minusSeconds(2),
            AT.plusSeconds(58),
            AT.plusSeconds(3600),
            LocalDate.parse("2026-03-01"),
            "视频 1.mp4",
            "video/mp4",
            1_234_567_890_123L,
            FINGERPRINT,
            true,
            true,
            new Media("mov", 60.04, new Media.Video("h264", 1920, 1080, 29.97), new Media.Audio("aac", 48_000, 2)),
            new Retention(
                    new Category("routine"),
                    false,
                    LocalDate.parse("2026-09-01"),
                    "routine: 6 months",
                    List.of(new Hold("h1", "appeal", Actor.CONSOLE, AT, AT.plusSeconds(86_400))),
                    AT.plusSeconds(7200)),
            List.of(new Finding("gap", "two seconds are missing", 1.5, 3.5)));

    static final CustodyEvent EVENT = new CustodyEvent(
            0,
            AT.plusSeconds(3600),
            Actor.device(DEVICE_ID),
            EventKind.RECEIVED,
            ID,
            Map.of("case", CASE.value(), "sha256", FINGERPRINT.hex()));

    static final Upload UPLOAD = new Upload(
            new UploadId("0123456789abcdef0123456789abcdef"),
            DEVICE_ID,
            Actor.device(DEVICE_ID),
            "tus",
            Map.of("case", CASE.value()),
            Map.of("part", "1"),
            4096L,
            1024,
            AT,
            AT.plusSeconds(86_400),
            ID,
            FINGERPRINT);

    static final Job JOB = new Job("media", AT, ID, 2);
    static final Device DEVICE =
            new Device(DEVICE_ID, "左肩", new UnitId("县局"), new OfficerId("033127"), AT, AT.plusSeconds(1));
    static final User USER = new User(
            new UserName("li.wei"), Set.of(Role.RECORDS_OFFICER), "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA", AT, AT);
    static final AccessToken TOKEN = new AccessToken(DEVICE_ID, null, AT);
    static final CaseFile CASE_FILE = new CaseFile(CASE, false, AT, Actor.user(new UserName("li.wei")), "结案");

    private FormatSamples() {}

    /** Everything above in one change. */
    static Change change() {
        return Change.builder()
                .recording(RECORDING)
                .event(EVENT.numbered(CustodyEvent.UNNUMBERED))
                .upload(UPLOAD)
                .job(JOB)
                .put(Register.DEVICES, DEVICE_ID.value(), DEVICE)
                .put(Register.USERS, USER.name().value(), USER)
                .put(Register.TOKENS, "ab".repeat(32), TOKEN)
                .put(Register.CASES, CASE.value(), CASE_FILE)
                .build();
    }
}
