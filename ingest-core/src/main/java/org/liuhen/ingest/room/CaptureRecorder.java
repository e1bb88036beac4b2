package org.liuhen.ingest.room;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.media.Captured;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.StorageFailure;

/**
 * Turns the runs of one camera into recordings: each run is one upload of unknown length, acknowledged at the end of each
 * piece and nowhere else, sealed when the run ends in whatever way. Times are held to this machine's clock: no run begins
 * before the connection or the end of the run before, and none ends in the future. One thread, but {@link #live}.
 */
final class CaptureRecorder {
    private static final DateTimeFormatter IN_NAMES =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Uploads uploads;
    private final UnfinishedCaptures unfinished;
    private final DeviceId device;
    private final InterrogationSession session;
    private final InstantSource clock;

    private Instant floor = Instant.EPOCH;
    private Captured.@Nullable RunBegun begun;
    private @Nullable UploadWriter writer;
    private Instant from = Instant.EPOCH;
    private boolean unsettled;
    private boolean recordedAnything;
    private volatile TimeLine.@Nullable Stretch live;

    CaptureRecorder(
            Uploads uploads,
            UnfinishedCaptures unfinished,
            DeviceId device,
            InterrogationSession session,
            InstantSource clock) {
        this.uploads = uploads;
        this.unfinished = unfinished;
        this.device = device;
        this.session = session;
        this.clock = clock;
    }

    /** What is being recorded, as far as it is durable. Any thread. */
    Optional<TimeLine.Stretch> live() {
        return Optional.ofNullable(live);
    }

    /** Whether any piece was made durable since {@link #connecting}. */
    boolean recordedAnything() {
        return recordedAnything;
    }

    /** Seals what a failure left unsealed. */
    void settle() throws StorageFailure {
        if (unsettled) {
            unfinished.sealOf(device);
            unsettled = false;
        }
    }

    void connecting(Instant at) {
        recordedAnything = false;
        floor = later(floor, at.truncatedTo(ChronoUnit.MILLIS));
    }

    void begin(Captured.RunBegun run) throws StorageFailure {
        end();
        begun = run;
        from = held(run.from());
    }

    /** Durable on return. */
    void append(ByteBuffer piece, Instant to) throws StorageFailure {
        Captured.RunBegun run = begun;
        if (run == null || !piece.hasRemaining()) {
            return;
        }
        Instant until = later(from, held(to));
        long bytes = piece.remaining();
        UploadWriter pen = writer == null ? pen(run) : writer;
        writer = pen;
        unsettled = true;
        if (pen.write(piece) != UploadWriter.Taken.TAKEN
                || !(pen.acknowledge(measured(from, until)) instanceof Written.Acknowledged)) {
            writer = null;
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "capture: its upload was taken over, device=" + device);
        }
        recordedAnything = true;
        floor = until;
        TimeLine.Stretch before = live;
        live = new TimeLine.Stretch(device, null, null, bytes + (before == null ? 0 : before.sizeBytes()), from, until);
    }

    private UploadWriter pen(Captured.RunBegun run) throws StorageFailure {
        UploadMetadata metadata = UploadMetadata.of(Map.of(
                "case", List.of(session.caseNumber().value()),
                "session", List.of(session.id().value()),
                "kind", List.of(RecordingKind.INTERROGATION.label()),
                "filename", List.of(device + "_" + IN_NAMES.format(from) + "." + run.container()),
                "filetype", List.of(run.container().equals("mov") ? "video/quicktime" : "video/mp4")));
        Begun answer = uploads.begin(
                new Principal.OfDevice(device),
                metadata,
                UnfinishedCaptures.PROTOCOL,
                measured(from, from),
                OptionalLong.empty(),
                true);
        if (answer instanceof Begun.Ready ready) {
            return ready.writer();
        }
        throw new IllegalStateException("capture: " + answer + " (expected: ready), device=" + device);
    }

    private static Map<String, String> measured(Instant from, Instant to) {
        return Map.of(Uploads.MEASURED_FROM, from.toString(), Uploads.MEASURED_TO, to.toString());
    }

    /** Seals the run, if there is one. */
    void end() throws StorageFailure {
        UploadWriter pen = writer;
        writer = null;
        begun = null;
        if (pen != null && pen.finishWhole() instanceof Written.Sealed) {
            unsettled = false;
        }
        live = null;
    }

    private Instant held(Instant told) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return later(floor, told.isAfter(now) ? now : told);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
