package org.liuhen.tools.portal;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.room.RoomCaptures;
import org.liuhen.ingest.room.RoomSettings;
import org.liuhen.ingest.room.SessionDesk;
import org.liuhen.ingest.room.SessionPapers;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Hold;
import org.liuhen.storage.Media;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.Role;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.UserName;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.Devices;
import org.liuhen.tools.access.FootageDesk;

/** A portal over a small department that lives in memory: two body-worn cameras, a room with two, one case over two days. */
final class Office implements AutoCloseable {
    static final CaseNumber CASE = new CaseNumber("永公(治)受案字〔2026〕1183号");
    static final Instant NOW = Instant.parse("2026-11-20T06:30:00Z");
    static final String PASSWORD = "a long enough password";

    final SettableClock clock = new SettableClock(NOW);
    final Catalog catalog;
    final Accounts accounts;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<String> troubles = new ArrayList<>();
    final Portal portal;
    private final Uploads uploads;
    final FootageDesk desk;
    final SessionDesk sessions;
    private final Path renditions;
    private int made;

    Office(Path renditions) throws Exception {
        this.renditions = renditions;
        SecureRandom random = new SecureRandom();
        this.catalog = new MemoryCatalog(clock, random);
        this.accounts = new Accounts(catalog, clock, random);
        Vault vault = new MemoryVault();
        this.desk = new FootageDesk(
                catalog, vault, key -> renditions.resolve(key.id().hex()), clock);
        this.uploads = Uploads.open(
                catalog, vault, Schedule.builtIn(), UploadSettings.DEFAULT, clock, random, new SimpleMeterRegistry());
        accounts.addDevice(new Principal.OfConsole(), new DeviceId("ROOM-9-DVR"), null, null, null);
        RoomSettings rooms = new RoomSettings(
                List.of(new RoomSettings.Room(
                        "ROOM-9", List.of(new RoomSettings.Camera(new DeviceId("ROOM-9-DVR"), null, null, null)))),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
        this.sessions = new SessionDesk(
                catalog,
                rooms,
                captures(catalog, rooms, uploads, clock, meters),
                new SessionPapers(uploads),
                clock,
                random);
        this.portal = new Portal(
                new PortalSources(
                        desk,
                        accounts,
                        new Devices(accounts, uploads, clock),
                        new RecordsDesk(catalog, Schedule.builtIn(), clock),
                        catalog,
                        Schedule.builtIn(),
                        meters,
                        () -> List.copyOf(troubles),
                        sessions),
                clock,
                random);
    }

    private static RoomCaptures captures(
            Catalog catalog, RoomSettings rooms, Uploads uploads, SettableClock clock, SimpleMeterRegistry meters)
            throws Exception {
        RoomCaptures captures = new RoomCaptures(
                rooms,
                order -> {
                    throw new AssertionError("no camera here is ours to record");
                },
                catalog,
                uploads,
                clock,
                meters);
        captures.register();
        return captures;
    }

    @Override
    public void close() {
        uploads.close();
        catalog.close();
    }

    /** Adds a person whose password is {@link #PASSWORD}. */
    void employ(String name, Role... roles) throws Exception {
        Set<Role> all = roles.length == 0 ? EnumSet.allOf(Role.class) : Set.of(roles);
        accounts.addUser(new Principal.OfConsole(), new UserName(name), all, PASSWORD.toCharArray());
    }

    /** Somebody at a browser, not logged in. */
    Reader reader() {
        return new Reader(portal.routes(), accounts);
    }

    /** Somebody who has just logged in as a new person with these roles. */
    Reader reader(String name, Role... roles) throws Exception {
        employ(name, roles);
        Reader reader = reader();
        reader.get("/login");
        reader.post("/login", Map.of("name", name, "password", PASSWORD));
        return reader;
    }

    /** What is received next: change it with the {@code with} methods of a recording before {@link #receive}. */
    Recording draft(String device, Instant from, Duration length, String category, CaseNumber... cases) {
        made++;
        boolean room = device.startsWith("ROOM");
        Fingerprint fingerprint = Fingerprint.of(DigestUtils.sha256("office " + made));
        Instant received = from.plus(Duration.ofHours(4));
        boolean routine = category.equals("routine");
        return new Recording(
                RecordingId.of(new DeviceId(device), fingerprint),
                1,
                room ? RecordingKind.INTERROGATION : RecordingKind.BODY_WORN,
                RecordingState.READY,
                List.of(cases),
                new DeviceId(device),
                new OfficerId(room ? "033105" : device.endsWith("7") ? "033127" : "033164"),
                new UnitId("城关派出所"),
                new SessionId(room ? "interview-20261119" : device + "-" + from.getEpochSecond() / 7200),
                from,
                from.plus(length),
                from.minusSeconds(3),
                from.minusSeconds(3).plus(length),
                received,
                Vault.dayOf(received),
                (room ? device + "_" : "2026_") + String.format(java.util.Locale.ROOT, "%04d", made) + ".MP4",
                "video/mp4",
                length.toSeconds() * 620_000,
                fingerprint,
                false,
                true,
                new Media(
                        "mov",
                        length.toMillis() / 1000.0,
                        new Media.Video("h264", 1920, 1080, 25),
                        new Media.Audio("aac", 48_000, 1)),
                new Retention(
                        new Category(category),
                        !routine,
                        routine ? LocalDate.parse("2027-05-19") : null,
                        routine
                                ? "routine: 6 months (declared), schedule 1"
                                : category + ": permanent (declared), schedule 1",
                        List.of(),
                        null),
                List.of());
    }

    /** Attaches to the session of a recording. */
    Recording attach(Recording to, AttachmentRole role, String filename) {
        made++;
        Fingerprint fingerprint = Fingerprint.of(DigestUtils.sha256("office " + made));
        SessionId session = java.util.Objects.requireNonNull(to.session());
        return receive(new Recording(
                RecordingId.ofAttachment(to.device(), session, filename, fingerprint),
                1,
                to.kind(),
                RecordingState.STORED,
                List.of(),
                to.device(),
                to.officer(),
                to.unit(),
                session,
                to.from(),
                to.to(),
                to.deviceFrom(),
                to.deviceTo(),
                to.receivedAt(),
                to.receivedDay(),
                filename,
                "text/plain",
                15,
                fingerprint,
                false,
                null,
                null,
                to.retention(),
                List.of(),
                role));
    }

    /** Commits a draft as received. */
    Recording receive(Recording recording) {
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(recording)
                        .event(CustodyEvent.of(
                                recording.receivedAt(),
                                Actor.device(recording.device()),
                                EventKind.RECEIVED,
                                recording.id(),
                                Map.of(
                                        "sha256", recording.fingerprint().hex(),
                                        "size", Long.toString(recording.sizeBytes()),
                                        "filename", recording.filename())))
                        .event(CustodyEvent.of(
                                recording.receivedAt().plusSeconds(4),
                                Actor.system("media"),
                                EventKind.MEDIA_READY,
                                recording.id(),
                                Map.of()))
                        .build());
        poster(recording);
        return recording;
    }

    Recording receive(String device, String from, Duration length, String category, Finding... findings) {
        Recording draft = draft(device, Instant.parse(from), length, category, CASE);
        return receive(findings.length == 0 ? draft : draft.withMedia(true, draft.media(), List.of(findings)));
    }

    /** The evening and the day after of {@link #CASE}. */
    List<Recording> receiveCase() {
        List<Recording> all = new ArrayList<>();
        all.add(receive("BWC-0147", "2026-11-18T13:04:11Z", Duration.ofSeconds(903), "routine"));
        all.add(receive("BWC-0147", "2026-11-18T13:19:14Z", Duration.ofSeconds(903), "routine"));
        all.add(receive(
                "BWC-0147",
                "2026-11-18T13:34:17Z",
                Duration.ofSeconds(731),
                "obstruction",
                Finding.between(
                        "frozen",
                        Said.of(Sentence.FROZEN, "seconds", "6.0"),
                        Duration.ofSeconds(311),
                        Duration.ofSeconds(317))));
        all.add(receive("BWC-0162", "2026-11-18T13:06:40Z", Duration.ofMinutes(20), "routine"));
        all.add(receive(
                "BWC-0162",
                "2026-11-18T13:29:02Z",
                Duration.ofSeconds(1048),
                "obstruction",
                Finding.of("gap", "2 min 22 s without a recording since the file before, same session."),
                Finding.of("late-upload", "Received 31 hours after its end (24 are allowed).")));
        Recording held =
                draft("BWC-0162", Instant.parse("2026-11-18T14:02:30Z"), Duration.ofSeconds(412), "evidence", CASE);
        all.add(receive(held.withRetention(held.retention()
                .withHolds(List.of(new Hold(
                        "h1", "复议期间不得销毁", Actor.user(new UserName("li.na")), NOW.minusSeconds(4000), null))))));
        all.add(receive("ROOM-02-A", "2026-11-19T01:12:00Z", Duration.ofSeconds(2412), "interrogation"));
        all.add(receive(
                "ROOM-02-B",
                "2026-11-19T01:12:00Z",
                Duration.ofSeconds(2409),
                "interrogation",
                Finding.of("silent", "No sound in the whole recording.")));
        all.add(receive("ROOM-02-A", "2026-11-19T02:01:30Z", Duration.ofSeconds(1815), "interrogation"));
        all.add(receive("ROOM-02-B", "2026-11-19T02:01:30Z", Duration.ofSeconds(1815), "interrogation"));
        return all;
    }

    private void poster(Recording recording) {
        if (recording.media() == null || recording.media().video() == null) {
            return;
        }
        BufferedImage picture = new BufferedImage(640, 360, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        for (int i = 0; i < 40; i++) {
            pen.setColor(Color.getHSBColor((made * 0.13f + i * 0.004f) % 1, 0.35f, 0.25f + 0.012f * i));
            pen.fillRect(i * 16, 0, 16, 360);
        }
        pen.setColor(Color.WHITE);
        pen.drawString(recording.device() + " " + recording.from(), 20, 30);
        pen.dispose();
        try {
            Path folder =
                    Files.createDirectories(renditions.resolve(recording.id().hex()));
            ImageIO.write(picture, "jpg", folder.resolve("poster.jpg").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first event of a kind about a recording; null if there is none. */
    @Nullable
    CustodyEvent event(Recording recording, EventKind kind) throws Exception {
        return catalog.custody(recording.id()).stream()
                .filter(event -> event.kind() == kind)
                .findFirst()
                .orElse(null);
    }
}
