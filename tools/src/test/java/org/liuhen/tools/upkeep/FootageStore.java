package org.liuhen.tools.upkeep;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;

/** A catalog in memory over a vault on disk, filled through the real uploads, whose files can be spoilt. */
final class FootageStore implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    static final Principal AUDITOR = new Principal.OfConsole();
    private static final Principal DOCK = new Principal.OfDevice(new DeviceId("dock-1"));

    final SettableClock clock;
    final SecureRandom secure = new SecureRandom();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final MemoryCatalog catalog;
    final Vault vault;
    final Caretaker caretaker;
    final Verifications verifications;
    private final Uploads uploads;

    FootageStore(Vault vault) throws StorageFailure {
        this(vault, new SettableClock(NOW), null);
    }

    /** The same catalog over another vault. */
    FootageStore(Vault vault, FootageStore other) throws StorageFailure {
        this(vault, other.clock, other.catalog);
    }

    private FootageStore(Vault vault, SettableClock clock, @Nullable MemoryCatalog catalog) throws StorageFailure {
        this.clock = clock;
        this.catalog = catalog == null ? new MemoryCatalog(clock, secure) : catalog;
        this.vault = vault;
        this.caretaker = new Caretaker(this.catalog, vault, clock);
        this.verifications = new Verifications(this.catalog, vault, caretaker, 3, clock);
        this.uploads =
                Uploads.open(this.catalog, vault, Schedule.builtIn(), UploadSettings.DEFAULT, clock, secure, meters);
    }

    /** Pushes a file of random bytes. */
    Recording push(Random random, int sizeBytes, String... keysAndValues) throws Exception {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        Map<String, List<String>> values = new java.util.HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], List.of(keysAndValues[i + 1]));
        }
        Begun begun = uploads.begin(
                DOCK, UploadMetadata.of(values), Uploads.WHOLE_FILE, Map.of(), OptionalLong.of(sizeBytes), false);
        UploadWriter writer = ((Begun.Ready) begun).writer();
        writer.write(ByteBuffer.wrap(bytes));
        RecordingId id = ((Written.Sealed) writer.finishWhole()).upload().recording();
        return recording(id == null ? new RecordingId("0".repeat(32)) : id);
    }

    Recording recording(RecordingId id) {
        return catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    static OriginalKey key(Recording recording) {
        return new OriginalKey(recording.receivedDay(), recording.id());
    }

    /** The original in a copy, made writable with its manifest and folder. */
    static Path original(Vault copy, Recording recording) throws IOException {
        Path file = copy.localFile(key(recording)).orElseThrow();
        Path folder = Optional.ofNullable(file.getParent()).orElseThrow();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        for (Path path : List.of(file, folder.resolve("manifest.json"))) {
            if (Files.exists(path)) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
            }
        }
        return file;
    }

    static Path manifest(Vault copy, Recording recording) throws IOException {
        return original(copy, recording).resolveSibling("manifest.json");
    }

    static void flip(Path file, long bit) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, bit / 8);
            channel.write(one.put(0, (byte) (one.get(0) ^ (1 << bit % 8))).rewind(), bit / 8);
        }
    }

    /** What verifying everything tells, and its end. */
    record Told(List<Verdict> verdicts, Verifications.Summary summary) {}

    Told verifyAll() throws Exception {
        List<Verdict> verdicts = new ArrayList<>();
        Verifications.Summary summary =
                verifications.verifyAll(AUDITOR, Optional.empty(), new Verifications.Listener() {
                    @Override
                    public void damaged(Verdict verdict) {
                        verdicts.add(verdict);
                    }

                    @Override
                    public void progressed(Verifications.Progress progress) {}
                });
        return new Told(verdicts, summary);
    }

    /** The events of a kind about a recording, all if it is null. */
    List<CustodyEvent> events(@Nullable RecordingId id, EventKind kind) throws StorageFailure {
        return catalog.events(0, Integer.MAX_VALUE).stream()
                .filter(event -> event.kind() == kind && (id == null || id.equals(event.recording())))
                .toList();
    }

    @Override
    public void close() {
        uploads.close();
        catalog.close();
        vault.close();
    }
}
