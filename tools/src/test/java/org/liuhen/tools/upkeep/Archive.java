package org.liuhen.tools.upkeep;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.retention.Erasure;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.RetentionRun;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Job;
import org.liuhen.storage.Media;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.ledger.LedgerFolder;
import org.liuhen.storage.vault.FileCalls;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/** A whole store in a data folder, with a clock to turn; its media work is pretended. */
final class Archive implements AutoCloseable {
    static final DeviceId DOCK = new DeviceId("DOCK-07");
    static final Actor ANNA = new Actor("user:anna");
    static final Actor BEN = new Actor("user:ben");

    final Path root;
    final SettableClock clock;
    final Schedule schedule = Schedule.builtIn();
    final FileVault vault;
    final RocksCatalog catalog;
    final Uploads uploads;

    private Archive(Path root, SettableClock clock) throws StorageFailure, IOException {
        this.root = root;
        this.clock = clock;
        new CatalogFolders(root, org.liuhen.storage.vault.DurableFiles.LOCAL).settle(clock.instant());
        this.vault = FileVault.open(root.resolve("vault"), settings(), clock);
        this.catalog = RocksCatalog.open(root.resolve("catalog"), root.resolve("keys"), clock, new SecureRandom());
        this.uploads = Uploads.open(
                catalog, vault, schedule, UploadSettings.DEFAULT, clock, new SecureRandom(), new SimpleMeterRegistry());
    }

    private static VaultSettings settings() {
        return VaultSettings.STANDARD.withReserveBytes(0);
    }

    static Archive open(Path root, SettableClock clock) throws StorageFailure, IOException {
        java.nio.file.Files.createDirectories(root);
        return new Archive(root, clock);
    }

    static Reindex.Report reindex(Path root, SettableClock clock, FileCalls files) throws StorageFailure, IOException {
        try (FileVault vault = FileVault.open(root.resolve("vault"), settings(), clock)) {
            return new Reindex(
                            root,
                            files,
                            vault,
                            Renditions.open(root.resolve("renditions")),
                            Schedule.builtIn(),
                            clock,
                            new SecureRandom())
                    .run((what, done) -> {});
        }
    }

    Backup.Report backup(Path folder, FileCalls files) throws StorageFailure, IOException {
        return new Backup(root, catalog, vault, null, files, clock).run(folder, false, (what, done) -> {});
    }

    static Restoration.Report restore(Path backup, Path target, FileCalls files, SettableClock clock)
            throws StorageFailure, IOException {
        java.nio.file.Files.createDirectories(target);
        return new Restoration(target, files, clock, new SecureRandom()).run(backup, (what, done) -> {});
    }

    void registerDock() {
        Device device = new Device(DOCK, DOCK.value(), null, null, clock.instant(), null);
        SampleRecordings.commit(
                catalog,
                Change.builder()
                        .put(Register.DEVICES, DOCK.value(), device)
                        .event(CustodyEvent.of(
                                clock.instant(),
                                Actor.CONSOLE,
                                EventKind.DEVICE_ADDED,
                                null,
                                Map.of("device", DOCK.value())))
                        .build());
    }

    /** Brings the folder of the log up to the log. */
    void publish() throws StorageFailure {
        LedgerFolder.open(root.resolve("ledger"), catalog.ledger()).publish();
    }

    RecordsDesk desk() {
        return new RecordsDesk(catalog, schedule, clock);
    }

    void runRetention(Erasure derived) throws StorageFailure {
        new RetentionRun(catalog, vault, derived, schedule, clock, new SecureRandom(), new SimpleMeterRegistry())
                .run(Actor.CONSOLE);
    }

    UploadWriter begin(int length, String... metadata) throws StorageFailure {
        Map<String, List<String>> values = new HashMap<>();
        for (int i = 0; i < metadata.length; i += 2) {
            values.put(metadata[i], List.of(metadata[i + 1]));
        }
        return ((Begun.Ready) uploads.begin(
                        new Principal.OfDevice(DOCK),
                        UploadMetadata.of(values),
                        "tus",
                        Map.of(),
                        OptionalLong.of(length),
                        true))
                .writer();
    }

    RecordingId push(byte[] bytes, String... metadata) throws StorageFailure {
        UploadWriter writer = begin(bytes.length, metadata);
        writer.write(ByteBuffer.wrap(bytes));
        Written.Sealed sealed = (Written.Sealed) writer.finish();
        return Objects.requireNonNull(sealed.upload().recording());
    }

    /** Pretends that its media job has ended. */
    void rendered(RecordingId id, boolean playable) throws StorageFailure {
        Recording now = now(id);
        List<Job> jobs = catalog.jobs("media", Instant.MAX, 10_000).stream()
                .filter(job -> job.recording().equals(id))
                .toList();
        if (jobs.isEmpty() || now.state() == RecordingState.DISPOSED) {
            return;
        }
        Media media = playable ? new Media("mov", 12.345, new Media.Video("h264", 1920, 1080, 29.97), null) : null;
        Recording next = now.next().withMedia(playable, media, List.of(Finding.of("truncated", "断")));
        if (now.state() != RecordingState.DISPOSING) {
            next = next.withState(playable ? RecordingState.READY : RecordingState.UNPLAYABLE);
        }
        Change.Builder change = Change.builder()
                .recording(next)
                .event(CustodyEvent.of(
                        clock.instant(), Actor.system("media"), EventKind.MEDIA_READY, id, Map.of("n", "" + next)));
        jobs.forEach(change::finishJob);
        SampleRecordings.commit(catalog, change.build());
    }

    Recording now(RecordingId id) throws StorageFailure {
        return catalog.recording(id, ReadLevel.CURRENT).orElseThrow();
    }

    static List<Recording> all(Catalog catalog, RecordingQuery query) throws StorageFailure {
        List<Recording> all = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, 100, cursor);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    List<Recording> due(LocalDate through) throws StorageFailure {
        List<Recording> all = new ArrayList<>();
        String cursor = null;
        do {
            Page<Recording> page = catalog.due(through, 100, cursor);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    @Override
    public void close() {
        uploads.close();
        catalog.close();
        vault.close();
    }
}
