package org.liuhen.tools.fault;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Appending;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.Standing;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.DeskAnswer;
import org.liuhen.retention.Erasure;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.RetentionRun;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.catalog.CatalogSettings;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/**
 * A real store without a network, and the small day that happens in it: one recording is received, becomes due, is
 * announced and disposed of, while another comes in chunks, is sealed and classified. Every step may be repeated after a
 * stop at any instant and goes on where it was. One thread; the store's own committer is the second.
 */
final class Station implements AutoCloseable {
    /** Received in one piece, disposed of half a year later. */
    static final String OLD = "old";

    /** Comes in chunks and is classified. */
    static final String NEW = "new";

    static final Category CLASSIFIED = new Category("obstruction");
    static final Instant FIRST_DAY = Instant.parse("2026-01-15T04:00:00Z");
    static final Instant DUE_DAY = Instant.parse("2026-08-01T04:00:00Z");
    static final Instant ERASE_DAY = Instant.parse("2026-08-10T04:00:00Z");

    private static final int OLD_BYTES = 70_000;
    private static final int NEW_BYTES = 300_000;
    private static final int CHUNK_BYTES = 100_000;
    private static final int WRITE_BYTES = 50_000;
    private static final int MOST_ATTEMPTS = 5;
    static final DeviceId DEVICE = new DeviceId("DOCK-1");
    private static final Principal.OfDevice DOCK = new Principal.OfDevice(DEVICE);

    final SettableClock clock;
    final FileVault vault;
    final RocksCatalog catalog;
    final Uploads uploads;
    private final RecordsDesk desk;
    private final RetentionRun retention;
    private final Consumer<String> acknowledge;

    private Station(
            SettableClock clock,
            FileVault vault,
            RocksCatalog catalog,
            Uploads uploads,
            SecureRandom random,
            Consumer<String> acknowledge) {
        Schedule schedule = Schedule.builtIn();
        this.clock = clock;
        this.vault = vault;
        this.catalog = catalog;
        this.uploads = uploads;
        this.desk = new RecordsDesk(catalog, schedule, clock);
        this.retention = new RetentionRun(
                catalog, vault, Erasure.NOTHING_DERIVED, schedule, clock, random, new SimpleMeterRegistry());
        this.acknowledge = acknowledge;
    }

    /** Opens the store as the server does: vault, catalog, uploads. */
    static Station open(Path data, Instant now, SecureRandom random, Consumer<String> acknowledge)
            throws StorageFailure {
        SettableClock clock = new SettableClock(now);
        FileVault vault = FileVault.open(data.resolve("vault"), VaultSettings.STANDARD.withReserveBytes(0), clock);
        RocksCatalog catalog = RocksCatalog.open(
                data.resolve("catalog"),
                data.resolve("keys"),
                CatalogSettings.DEFAULT.withReserveBytes(0),
                clock,
                random,
                new SimpleMeterRegistry());
        try {
            Uploads uploads = Uploads.open(
                    catalog,
                    vault,
                    Schedule.builtIn(),
                    UploadSettings.DEFAULT,
                    clock,
                    random,
                    new SimpleMeterRegistry());
            return new Station(clock, vault, catalog, uploads, random, acknowledge);
        } catch (StorageFailure | RuntimeException e) {
            catalog.close();
            vault.close();
            throw e;
        }
    }

    static byte[] bytes(String file) {
        byte[] bytes = new byte[file.equals(OLD) ? OLD_BYTES : NEW_BYTES];
        new Random(file.hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** Everything that happens in a day, from wherever it stopped. */
    void live(Promises before) throws StorageFailure {
        RecordingId old = push(OLD, before, OLD_BYTES);
        turnTo(DUE_DAY);
        RecordingId recent = push(NEW, before, CHUNK_BYTES);
        classify(recent);
        dispose(old);
    }

    private void turnTo(Instant day) {
        if (clock.instant().isBefore(day)) {
            clock.set(day);
            acknowledge.accept("clock " + day);
        }
    }

    /** Pushes a file unless the store has it, as a device does: after a failure it asks how far it is and goes on. */
    private RecordingId push(String file, Promises before, int chunkBytes) throws StorageFailure {
        byte[] bytes = bytes(file);
        Optional<RecordingId> there = before.sealed(file);
        if (there.isPresent()) {
            return there.get();
        }
        UploadId known = before.offset(file).map(Promises.Offset::upload).orElse(null);
        StorageFailure last = new StorageFailure(StorageFailure.Kind.MISSING, "push: not tried");
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                Upload upload = known == null ? null : standing(known);
                while (upload == null || upload.recording() == null) {
                    long offset = upload == null ? 0 : upload.offsetBytes();
                    UploadWriter writer = upload == null ? begin(file, bytes) : append(upload);
                    known = writer.upload().id();
                    upload = written(file, writer, bytes, offset, Math.min(bytes.length, offset + chunkBytes));
                }
                acknowledge("sealed " + file + " " + upload.recording());
                return upload.recording();
            } catch (StorageFailure failure) {
                acknowledge.accept("refused push-" + file + " " + failure.kind());
                last = failure;
            }
        }
        throw last;
    }

    private static UploadMetadata metadata(String file) {
        return UploadMetadata.of(Map.of("filename", List.of(file + ".mp4"), "filetype", List.of("video/mp4")));
    }

    private UploadWriter begin(String file, byte[] bytes) throws StorageFailure {
        Begun begun = uploads.begin(DOCK, metadata(file), "tus", Map.of(), OptionalLong.of(bytes.length), true);
        return ((Begun.Ready) begun).writer();
    }

    private @Nullable Upload standing(UploadId id) throws StorageFailure {
        return uploads.standing(id, DOCK) instanceof Standing.Found found ? found.upload() : null;
    }

    private UploadWriter append(Upload upload) throws StorageFailure {
        Appending appending = uploads.append(upload.id(), DOCK, upload.offsetBytes(), OptionalLong.empty());
        return ((Appending.Ready) appending).writer();
    }

    private Upload written(String file, UploadWriter writer, byte[] bytes, long from, long to) throws StorageFailure {
        for (long at = from; at < to; at += WRITE_BYTES) {
            int count = (int) Math.min(WRITE_BYTES, to - at);
            writer.write(ByteBuffer.wrap(bytes, (int) at, count));
        }
        Written written = writer.finish();
        if (written instanceof Written.Sealed sealed) {
            return sealed.upload();
        }
        Upload upload = ((Written.Acknowledged) written).upload();
        acknowledge("offset " + file + " " + upload.id() + " " + upload.offsetBytes());
        return upload;
    }

    private void classify(RecordingId id) throws StorageFailure {
        attempt("classify", () -> {
            DeskAnswer<?> answer = desk.classify(id, CLASSIFIED, "officers were obstructed", Actor.CONSOLE);
            if (answer instanceof DeskAnswer.Refused<?> refused) {
                throw new IllegalStateException("classification: " + refused.message());
            }
            acknowledge("classified " + NEW);
        });
    }

    private void dispose(RecordingId id) throws StorageFailure {
        attempt("announce", () -> {
            retention.run(Actor.CONSOLE);
            requireState(id, RecordingState.DISPOSING, RecordingState.DISPOSED);
            acknowledge("announced " + OLD);
        });
        turnTo(ERASE_DAY);
        attempt("dispose", () -> {
            retention.run(Actor.CONSOLE);
            requireCertificate(id);
            acknowledge("disposed " + OLD);
        });
    }

    private void requireState(RecordingId id, RecordingState... states) throws StorageFailure {
        RecordingState now =
                catalog.recording(id, ReadLevel.CURRENT).orElseThrow().state();
        if (!List.of(states).contains(now)) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE,
                    "retention: left " + now + " (expected: " + List.of(states) + ")");
        }
    }

    private void requireCertificate(RecordingId id) throws StorageFailure {
        List<CustodyEvent> custody = catalog.custody(id);
        if (custody.get(custody.size() - 1).kind() != EventKind.DISPOSED) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "retention: has not erased (expected: certified by now)");
        }
    }

    private interface Step {
        void run() throws StorageFailure;
    }

    private void attempt(String name, Step step) throws StorageFailure {
        for (int attempt = 1; ; attempt++) {
            try {
                step.run();
                return;
            } catch (StorageFailure failure) {
                acknowledge.accept("refused " + name + " " + failure.kind());
                // An erasure that failed is due again a second later.
                turnTo(clock.instant().plusSeconds(2));
                if (attempt == MOST_ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    private void acknowledge(String line) {
        acknowledge.accept(line);
        Ledger.Head head = catalog.ledger().head();
        acknowledge.accept("head " + head.size() + " " + HexFormat.of().formatHex(head.root()));
    }

    @Override
    public void close() {
        uploads.close();
        catalog.close();
        vault.close();
    }
}
