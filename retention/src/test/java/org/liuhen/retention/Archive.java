package org.liuhen.retention;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Category;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Retention;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.UserName;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;

/** A small archive in memory, with a clock to turn, for tests of retention. */
final class Archive implements AutoCloseable {
    static final Actor CRON = Actor.CONSOLE;
    static final Actor ANNA = Actor.user(new UserName("anna"));
    static final Actor BEN = Actor.user(new UserName("ben"));
    static final DeviceId DEVICE = new DeviceId("BWC-0001");

    final SettableClock clock;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Catalog catalog;
    final Vault vault = new MemoryVault();
    /** Keys of originals that something was derived from. */
    final Set<OriginalKey> renditions = ConcurrentHashMap.newKeySet();

    Schedule schedule = Schedule.builtIn();
    private int received;

    /** Makes the catalog that the archive looks after. */
    @FunctionalInterface
    interface Catalogs {
        Catalog open(InstantSource clock) throws StorageFailure;
    }

    Archive() {
        this.clock = new SettableClock(Instant.parse("2026-01-15T04:00:00Z"));
        this.catalog = new MemoryCatalog(clock, new SecureRandom());
    }

    Archive(Catalogs catalogs) throws StorageFailure {
        this.clock = new SettableClock(Instant.parse("2026-01-15T04:00:00Z"));
        this.catalog = catalogs.open(clock);
    }

    /** Sets the clock to noon of {@code day} in the schedule's zone. */
    void on(String day) {
        on(LocalDate.parse(day));
    }

    void on(LocalDate day) {
        clock.set(day.atTime(12, 0).atZone(schedule.zone()).toInstant());
    }

    RecordsDesk desk() {
        return new RecordsDesk(catalog, schedule, clock);
    }

    RetentionRun run() {
        return run(catalog, vault, renditions::remove);
    }

    RetentionRun run(Catalog throughCatalog, Vault throughVault, Erasure derived) {
        return new RetentionRun(throughCatalog, throughVault, derived, schedule, clock, new SecureRandom(), meters);
    }

    RetentionOutcome runNow() throws StorageFailure {
        return run().run(CRON);
    }

    RecordingId receive(CaseNumber... cases) throws StorageFailure {
        return receive(RecordingKind.BODY_WORN, null, false, clock.instant(), cases);
    }

    RecordingId receive(
            RecordingKind kind, @Nullable String category, boolean important, Instant from, CaseNumber... cases)
            throws StorageFailure {
        return receive(kind, category, important, from, null, null, cases);
    }

    RecordingId receiveIn(String session, CaseNumber... cases) throws StorageFailure {
        return receive(RecordingKind.BODY_WORN, null, false, clock.instant(), new SessionId(session), null, cases);
    }

    RecordingId attach(String session) throws StorageFailure {
        return receive(
                RecordingKind.BODY_WORN, null, false, clock.instant(), new SessionId(session), AttachmentRole.BOOKMARK);
    }

    private RecordingId receive(
            RecordingKind kind,
            @Nullable String category,
            boolean important,
            Instant from,
            @Nullable SessionId session,
            @Nullable AttachmentRole attachment,
            CaseNumber... cases)
            throws StorageFailure {
        byte[] bytes = ("recording " + ++received).getBytes(StandardCharsets.UTF_8);
        Fingerprint fingerprint = Fingerprint.of(DigestUtils.sha256(bytes));
        RecordingId id = RecordingId.of(DEVICE, fingerprint);
        Instant now = clock.instant();
        Instant to = from.plusSeconds(60);
        Category declared = category == null ? null : new Category(category);
        Instant ageFrom = to.isAfter(now) ? to : now;
        Retention retention =
                schedule.judge(new Claims(kind, declared, important, cases.length > 0, ageFrom), List.of());
        seal(id, fingerprint, bytes, now, kind, from);
        Recording recording = new Recording(
                id,
                1,
                kind,
                RecordingState.STORED,
                List.of(cases),
                DEVICE,
                null,
                null,
                session,
                from,
                to,
                from,
                to,
                now,
                Vault.dayOf(now),
                "VID_" + received + ".mp4",
                "video/mp4",
                bytes.length,
                fingerprint,
                important,
                null,
                null,
                retention,
                List.of(),
                attachment);
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(recording)
                        .event(CustodyEvent.of(
                                now, Actor.device(DEVICE), EventKind.RECEIVED, id, Map.of("sha256", fingerprint.hex())))
                        .build());
        return id;
    }

    /** The bytes of the recording received last come again, after they were disposed of. */
    void receiveAnew(RecordingId id) throws StorageFailure {
        Recording gone = now(id);
        Instant now = clock.instant();
        byte[] bytes = ("recording " + received).getBytes(StandardCharsets.UTF_8);
        seal(id, gone.fingerprint(), bytes, now, gone.kind(), gone.from());
        Claims claims = new Claims(gone.kind(), null, gone.important(), false, now);
        Recording anew = new Recording(
                id,
                gone.version() + 1,
                gone.kind(),
                RecordingState.STORED,
                List.of(),
                DEVICE,
                null,
                null,
                null,
                gone.from(),
                gone.to(),
                gone.deviceFrom(),
                gone.deviceTo(),
                now,
                Vault.dayOf(now),
                gone.filename(),
                gone.contentType(),
                gone.sizeBytes(),
                gone.fingerprint(),
                gone.important(),
                null,
                null,
                schedule.judge(claims, List.of()),
                List.of());
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .recording(anew)
                        .event(CustodyEvent.of(now, Actor.device(DEVICE), EventKind.RECEIVED, id, Map.of()))
                        .build());
    }

    private void seal(
            RecordingId id, Fingerprint fingerprint, byte[] bytes, Instant now, RecordingKind kind, Instant from)
            throws StorageFailure {
        UploadId upload = UploadId.random(new SecureRandom());
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
            Manifest manifest = new Manifest(
                    Manifest.FORMAT,
                    id,
                    fingerprint,
                    bytes.length,
                    incoming.crc32cPerMiB(),
                    upload,
                    kind,
                    DEVICE,
                    null,
                    null,
                    null,
                    List.of(),
                    null,
                    false,
                    from,
                    null,
                    null,
                    null,
                    now,
                    "VID.mp4",
                    "video/mp4");
            renditions.add(incoming.seal(manifest, Vault.dayOf(now)));
        }
    }

    Recording now(RecordingId id) throws StorageFailure {
        return catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    OriginalKey key(RecordingId id) throws StorageFailure {
        return new OriginalKey(now(id).receivedDay(), id);
    }

    /** Whether the original and what was derived from it are both there; fails if only one of them is. */
    boolean bytesExist(RecordingId id) throws StorageFailure {
        boolean original = vault.manifest(key(id)).isPresent();
        if (original != renditions.contains(key(id))) {
            throw new AssertionError("original " + original + ", rendition " + !original + ", recording=" + id);
        }
        return original;
    }

    /** The kinds of all events about a recording, in order. */
    List<EventKind> story(RecordingId id) throws StorageFailure {
        return catalog.custody(id).stream().map(CustodyEvent::kind).toList();
    }

    List<PlanEntry> plan(String asOf) throws Exception {
        List<PlanEntry> entries = new ArrayList<>();
        RetentionPlan.plan(catalog, schedule, LocalDate.parse(asOf)).forEach(entries::add);
        return entries;
    }

    @Override
    public void close() {
        catalog.close();
        vault.close();
    }
}
