package org.liuhen.ingest.room;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.media.CaptureSource;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Register;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The captures of all open sessions. A camera that is not configured with an address is somebody else's to record. Safe for
 * many threads.
 */
public final class RoomCaptures implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoomCaptures.class);
    static final Actor SYSTEM = Actor.system("rooms");

    private final RoomSettings settings;
    private final CaptureSource source;
    private final Catalog catalog;
    private final Uploads uploads;
    private final UnfinishedCaptures unfinished;
    private final InstantSource clock;
    private final Counter interruptions;
    private final Map<SessionId, List<CameraCapture>> running = new HashMap<>();
    private boolean closed;

    public RoomCaptures(
            RoomSettings settings,
            CaptureSource source,
            Catalog catalog,
            Uploads uploads,
            InstantSource clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.source = source;
        this.catalog = catalog;
        this.uploads = uploads;
        this.unfinished = new UnfinishedCaptures(catalog, uploads);
        this.clock = clock;
        this.interruptions = Counter.builder("liuhen.capture.interruptions")
                .description("Times that a camera was lost while it was being recorded")
                .register(meters);
        Gauge.builder("liuhen.capture.cameras", this, captures -> captures.count(false))
                .description("Cameras of open sessions")
                .register(meters);
        Gauge.builder("liuhen.capture.silent", this, captures -> captures.count(true))
                .description("Cameras of open sessions that are not being recorded right now")
                .register(meters);
    }

    /**
     * Makes devices of all rooms, and cameras that are ours to record, that are none yet, so that they can own what is
     * recorded. Whoever pushes for another camera needs a token, so that one is registered by hand.
     */
    public void register() throws StorageFailure {
        for (RoomSettings.Room room : settings.rooms()) {
            register(new DeviceId(room.id()));
            for (RoomSettings.Camera camera : room.cameras()) {
                if (camera.url() != null) {
                    register(camera.device());
                }
            }
        }
    }

    private void register(DeviceId id) throws StorageFailure {
        if (catalog.register().entry(Register.DEVICES, id.value()).isEmpty()) {
            Device device = new Device(id, id.value(), null, null, clock.instant(), null);
            RoomCommits.apply(
                    catalog,
                    Change.builder()
                            .put(Register.DEVICES, id.value(), device)
                            .event(CustodyEvent.of(
                                    clock.instant(),
                                    SYSTEM,
                                    EventKind.DEVICE_ADDED,
                                    null,
                                    Map.of("device", id.value())))
                            .build());
        }
    }

    /** Seals what the last run of the server left behind. Call before any {@link #begin}. */
    public void recover() throws StorageFailure {
        unfinished.sealAll();
    }

    /** Begins to record all cameras of a session that can be. Nothing happens if it is being recorded. */
    void begin(InterrogationSession session) {
        List<CameraCapture> begun = new ArrayList<>();
        synchronized (running) {
            if (closed || running.containsKey(session.id())) {
                return;
            }
            for (DeviceId device : session.cameras()) {
                camera(device).ifPresent(camera -> begun.add(capture(session, camera)));
            }
            running.put(session.id(), begun);
            begun.forEach(CameraCapture::start);
        }
    }

    private Optional<RoomSettings.Camera> camera(DeviceId device) {
        return settings.rooms().stream()
                .flatMap(room -> room.cameras().stream())
                .filter(camera -> camera.device().equals(device) && camera.url() != null && isWelcome(device))
                .findFirst();
    }

    private boolean isWelcome(DeviceId device) {
        try {
            return catalog.register()
                    .entry(Register.DEVICES, device.value())
                    .filter(known -> known.revokedAt() == null)
                    .isPresent();
        } catch (StorageFailure failure) {
            LOG.warn("camera: {} cannot be looked up", device, failure);
            return true;
        }
    }

    private CameraCapture capture(InterrogationSession session, RoomSettings.Camera camera) {
        CaptureRecorder recorder = new CaptureRecorder(uploads, unfinished, camera.device(), session, clock);
        return new CameraCapture(session, camera, settings, source, recorder, clock, this::broken);
    }

    private void broken(CameraCapture capture, String why) {
        interruptions.increment();
        try {
            RoomCommits.apply(
                    catalog,
                    Change.builder()
                            .event(CustodyEvent.of(
                                    clock.instant(),
                                    SYSTEM,
                                    EventKind.CAPTURE_BROKEN,
                                    null,
                                    Map.of(
                                            "session", capture.session().id().value(),
                                            "camera", capture.camera().device().value(),
                                            "why", why)))
                            .build());
        } catch (StorageFailure failure) {
            LOG.warn(
                    "camera: {} was lost, which could not be written down",
                    capture.camera().device(),
                    failure);
        }
    }

    /** Ends the recording of a session and seals all of it. On return nobody records it any more. */
    void end(SessionId session) {
        List<CameraCapture> ended;
        synchronized (running) {
            ended = running.getOrDefault(session, List.of());
        }
        ended.forEach(CameraCapture::finish);
        ended.forEach(CameraCapture::close);
        synchronized (running) {
            running.remove(session);
        }
    }

    /** Seals what is left unsealed of a session that is not being recorded. */
    void settle(InterrogationSession session) throws StorageFailure {
        for (DeviceId camera : session.cameras()) {
            unfinished.sealOf(camera);
        }
    }

    /** What is being recorded of a session, as far as it is durable. */
    List<TimeLine.Stretch> live(SessionId session) {
        return captures(session).stream()
                .flatMap(capture -> capture.live().stream())
                .toList();
    }

    /** Why a camera of a session is not being recorded; empty if it is, or is not ours to record. */
    public Optional<String> trouble(SessionId session, DeviceId camera) {
        return captures(session).stream()
                .filter(capture -> capture.camera().device().equals(camera))
                .flatMap(capture -> capture.trouble().stream())
                .findFirst();
    }

    private List<CameraCapture> captures(SessionId session) {
        synchronized (running) {
            return List.copyOf(running.getOrDefault(session, List.of()));
        }
    }

    private List<CameraCapture> captures() {
        synchronized (running) {
            return running.values().stream().flatMap(List::stream).toList();
        }
    }

    private long count(boolean silentOnly) {
        return captures().stream()
                .filter(capture -> !silentOnly || capture.trouble().isPresent())
                .count();
    }

    /** Cameras that ought to be recorded and are not, for people. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        for (CameraCapture capture : captures()) {
            capture.trouble()
                    .ifPresent(why -> troubles.add("camera " + capture.camera().device() + " of session "
                            + capture.session().id() + " is not being recorded: " + why));
        }
        return troubles;
    }

    /** Ends all recording; the sessions stay open. Idempotent. */
    @Override
    public void close() {
        synchronized (running) {
            closed = true;
        }
        List<CameraCapture> all = captures();
        all.forEach(CameraCapture::finish);
        all.forEach(CameraCapture::close);
    }
}
