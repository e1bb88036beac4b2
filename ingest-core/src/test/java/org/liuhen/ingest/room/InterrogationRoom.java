package org.liuhen.ingest.room;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;

/** A room in memory with one camera of ours and one that a DVR records. */
final class InterrogationRoom implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final DeviceId CAMERA = new DeviceId("ROOM-1-CAM");
    static final DeviceId DVR = new DeviceId("ROOM-1-DVR");
    static final CaseNumber CASE = new CaseNumber("A-2026-7");
    static final Actor LI = new Actor("user:li");
    static final RoomSettings ROOMS = new RoomSettings(
            List.of(new RoomSettings.Room(
                    "ROOM-1",
                    List.of(
                            new RoomSettings.Camera(CAMERA, URI.create("rtsp://192.0.2.1/a"), null, null),
                            new RoomSettings.Camera(DVR, null, null, null)))),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    final SettableClock clock = new SettableClock(NOW);
    final SecureRandom random = new SecureRandom();
    final ScriptedCameras cameras = new ScriptedCameras();
    final Catalog catalog = new MemoryCatalog(clock, random);
    final Vault vault;
    Uploads uploads;
    RoomCaptures captures;
    SessionDesk desk;

    InterrogationRoom() throws Exception {
        this(new MemoryVault());
    }

    InterrogationRoom(Vault vault) throws Exception {
        this.vault = vault;
        uploads = uploads();
        captures = captures();
        desk = desk();
        captures.register();
        catalog.commit(Change.builder()
                        .put(Register.DEVICES, DVR.value(), new Device(DVR, "DVR", null, null, NOW, null))
                        .event(CustodyEvent.of(NOW, LI, EventKind.DEVICE_ADDED, null, Map.of()))
                        .build())
                .get();
    }

    private Uploads uploads() throws Exception {
        return Uploads.open(
                catalog, vault, Schedule.builtIn(), UploadSettings.DEFAULT, clock, random, new SimpleMeterRegistry());
    }

    private RoomCaptures captures() {
        return new RoomCaptures(ROOMS, cameras, catalog, uploads, clock, new SimpleMeterRegistry());
    }

    private SessionDesk desk() {
        return new SessionDesk(catalog, ROOMS, captures, new SessionPapers(uploads), clock, random);
    }

    /** As if the server had been killed and started again: what was recording knows nothing of it. */
    void killAndStart() throws Exception {
        uploads.close();
        uploads = uploads();
        RoomCaptures killed = captures;
        captures = captures();
        desk = desk();
        killed.close();
        captures.recover();
        desk.resume();
    }

    InterrogationSession open() throws Exception {
        return desk.open(LI, CASE, "ROOM-1", null, null, List.of());
    }

    static Instant at(double seconds) {
        return NOW.plusMillis(Math.round(seconds * 1000));
    }

    /** Pushes what a DVR has recorded. */
    RecordingId push(InterrogationSession session, DeviceId device, double from, double to) throws Exception {
        byte[] bytes =
                ("footage of " + device + " " + from + " " + to).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        UploadMetadata metadata = UploadMetadata.of(Map.of(
                "session", List.of(session.id().value()),
                "from", List.of(at(from).toString()),
                "to", List.of(at(to).toString())));
        Begun begun = uploads.begin(
                new Principal.OfDevice(device), metadata, "tus", Map.of(), OptionalLong.of(bytes.length), true);
        var writer = ((Begun.Ready) begun).writer();
        writer.write(ByteBuffer.wrap(bytes));
        return Objects.requireNonNull(
                ((Written.Sealed) writer.finish()).upload().recording());
    }

    List<Recording> recordings(InterrogationSession session) throws Exception {
        return catalog.recordings(RecordingQuery.ofSession(session.id()), 100, null)
                .items();
    }

    byte[] original(RecordingId id) throws Exception {
        Recording recording = catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
        try (var channel = vault.open(new OriginalKey(recording.receivedDay(), id))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(bytes);
            return bytes.toByteArray();
        }
    }

    List<CustodyEvent> events(EventKind kind) throws Exception {
        return catalog.events(0, 500).stream()
                .filter(event -> event.kind() == kind)
                .toList();
    }

    /** Waits until something is so. */
    static void until(Callable<Boolean> so) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!so.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come so far");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        captures.close();
        uploads.close();
        catalog.close();
    }
}
