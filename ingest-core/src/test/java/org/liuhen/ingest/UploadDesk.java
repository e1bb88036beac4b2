package org.liuhen.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UnitId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SettableClock;

/** A catalog, a vault and the uploads over them, for tests. */
final class UploadDesk {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final DeviceId DOCK = new DeviceId("dock-1");
    static final Principal BY_DOCK = new Principal.OfDevice(DOCK);
    static final UploadSettings SMALL = new UploadSettings(
            1L << 30,
            UploadSettings.DEFAULT.unfinishedFor(),
            UploadSettings.DEFAULT.finishedFor(),
            UploadSettings.DEFAULT.idleFor(),
            2,
            4096);

    final SettableClock clock = new SettableClock(NOW);
    final SecureRandom random = new SecureRandom();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Catalog catalog;
    final Vault vault;
    Uploads uploads;

    UploadDesk(Catalog catalog, Vault vault) throws StorageFailure {
        this(catalog, vault, SMALL);
    }

    UploadDesk(Catalog catalog, Vault vault, UploadSettings settings) throws StorageFailure {
        this.catalog = catalog;
        this.vault = vault;
        this.uploads = Uploads.open(catalog, vault, Schedule.builtIn(), settings, clock, random, meters);
    }

    void restart() throws StorageFailure {
        uploads.close();
        uploads = Uploads.open(catalog, vault, Schedule.builtIn(), uploads.settings(), clock, random, meters);
    }

    static void register(Catalog catalog, DeviceId id) throws InterruptedException, ExecutionException {
        Device device = new Device(id, "Dock", new UnitId("unit-7"), new OfficerId("P0042"), NOW, null);
        catalog.commit(Change.builder()
                        .put(Register.DEVICES, id.value(), device)
                        .event(CustodyEvent.of(NOW, Actor.CONSOLE, EventKind.DEVICE_ADDED, null, Map.of()))
                        .build())
                .get();
    }

    static UploadMetadata metadata(String... keysAndValues) {
        Map<String, List<String>> values = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], List.of(keysAndValues[i + 1]));
        }
        return UploadMetadata.of(values);
    }

    UploadWriter begin(long length, String... metadata) throws StorageFailure {
        return ((Begun.Ready)
                        uploads.begin(BY_DOCK, metadata(metadata), "tus", Map.of(), OptionalLong.of(length), true))
                .writer();
    }

    UploadWriter append(Upload upload) throws StorageFailure {
        return ((Appending.Ready) uploads.append(upload.id(), BY_DOCK, upload.offsetBytes(), OptionalLong.empty()))
                .writer();
    }

    /** Pushes all of it at once and returns the finished row. */
    Upload push(byte[] bytes, String... metadata) throws StorageFailure {
        UploadWriter writer = begin(bytes.length, metadata);
        writer.write(ByteBuffer.wrap(bytes));
        return ((Written.Sealed) writer.finish()).upload();
    }

    Upload standing(Upload upload) throws StorageFailure {
        return ((Standing.Found) uploads.standing(upload.id(), BY_DOCK)).upload();
    }

    Recording recording(Upload finished) throws StorageFailure {
        RecordingId id = finished.recording();
        if (id == null) {
            throw new AssertionError("not finished: " + finished);
        }
        return catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    byte[] original(Recording recording) throws StorageFailure, IOException {
        try (var channel = vault.open(new OriginalKey(recording.receivedDay(), recording.id()))) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Channels.newInputStream(channel).transferTo(bytes);
            return bytes.toByteArray();
        }
    }

    static byte[] footage(int size, long seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }
}
