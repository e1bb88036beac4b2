package org.liuhen.tools.upkeep;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.DisposalCertificate;
import org.liuhen.retention.Disposals;
import org.liuhen.storage.CopyableCatalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.Progress;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a running store in a {@link BackupFolder}, so that everything acknowledged before the run began is in it.
 *
 * <pre>
 *   1 originals of all recordings, those that are not there yet; each is fingerprinted on the way
 *   2 the published log, so that it is never ahead of the catalog
 *   3 the catalog, at one instant
 *   4 originals that were received since 1 began and that the copy of the catalog knows
 *   5 keys and schedule; the list of files; backup.json; the run gets its name
 *   6 the run before is dropped; originals go that the copy of the catalog knows to be disposed of, and nothing else
 * </pre>
 *
 * What is disposed of during a run was there in step 1 or is known as disposed of in step 3: retention may run
 * meanwhile. Uploads under way are left out: their devices still have them. Renditions are left out: they are made
 * again. Killed at any moment, the run before is whole, and the next run goes on with the originals that are there.
 */
public final class Backup {
    /** The retention schedule in a run's folder, if one was configured. */
    static final String SCHEDULE = "schedule.yaml";

    private static final int PAGE = 500;

    /**
     * What a run did.
     *
     * @param originals how many were looked at, those that were there already among them
     * @param copiedBytes new bytes in the backup: originals, catalog, log
     * @param linkedBytes what got a second name instead of being copied
     * @param removed originals that the store had disposed of
     * @param troubles what could not be saved, for people
     */
    public record Report(
            Instant at,
            @JsonSerialize(using = ToStringSerializer.class) Path run,
            long events,
            long originals,
            long copiedOriginals,
            long copiedBytes,
            long linkedBytes,
            long removed,
            List<String> troubles) {}

    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

    /**
     * When and where the last run was, as {@code last-backup.json} in the data folder.
     *
     * @param format 1
     * @param troubles how many things could not be saved
     */
    public record Last(int format, Instant at, String folder, int troubles) {}

    private static final String LAST_FILE = "last-backup.json";

    private final Path root;
    private final CopyableCatalog catalog;
    private final Vault vault;
    private final @Nullable Path schedule;
    private final FileCalls files;
    private final InstantSource clock;
    private volatile boolean stopping;

    /**
     * @param root the data folder
     * @param schedule the retention schedule's file; null if the built-in one is used
     */
    public Backup(
            Path root,
            CopyableCatalog catalog,
            Vault vault,
            @Nullable Path schedule,
            FileCalls files,
            InstantSource clock) {
        this.root = root;
        this.catalog = catalog;
        this.vault = vault;
        this.schedule = schedule;
        this.files = files;
        this.clock = clock;
    }

    /** Makes a run end at the next file, for shutting down. Later runs fail at once. */
    public void stop() {
        stopping = true;
    }

    /**
     * Copies what is not in the backup yet. Durable on return.
     *
     * @param folder on another disk, or it is lost with this one
     * @param hardLinks give originals a second name instead of copying them, on the same disk only: saves room, but rot
     *     in one is rot in both
     * @throws StorageFailure {@code LOCKED}, {@code CORRUPT} if the folder holds something else
     */
    public Report run(Path folder, boolean hardLinks, Progress progress) throws StorageFailure, IOException {
        Path target = folder.toAbsolutePath().normalize();
        if (target.startsWith(root) || root.startsWith(target)) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "backup: " + folder + " and the data folder are one inside the other");
        }
        try (BackupFolder backup = BackupFolder.open(target, files)) {
            Report report = new Run(backup, hardLinks, progress).copy();
            Last last = new Last(
                    1, report.at(), target.toString(), report.troubles().size());
            DurableFiles.replaceDurably(
                    root.resolve(LAST_FILE), StoredJson.MAPPER.writeValueAsBytes(last), "rw-r-----");
            return report;
        } finally {
            new CatalogFolders(root, files).dropCopy();
        }
    }

    /** The last run that ended well; empty if none is known. */
    public Optional<Last> last() throws IOException {
        Path file = root.resolve(LAST_FILE);
        return Files.exists(file)
                ? Optional.of(StoredJson.MAPPER.readValue(Files.readAllBytes(file), Last.class))
                : Optional.empty();
    }

    /** One run. */
    private final class Run {
        private final BackupFolder backup;
        private final boolean hardLinks;
        private final Progress progress;
        private final FolderCopy copy = new FolderCopy(files);
        private final List<String> troubles = new ArrayList<>();
        private final List<String> list = new ArrayList<>();
        private long looked;
        private long copiedOriginals;
        private long copiedBytes;
        private long linkedBytes;

        private Run(BackupFolder backup, boolean hardLinks, Progress progress) {
            this.backup = backup;
            this.hardLinks = hardLinks;
            this.progress = progress;
        }

        private Report copy() throws StorageFailure, IOException {
            long firstEvent = catalog.ledger().head().size();
            copyOriginals();
            String name = backup.name(clock.instant());
            Path making = backup.making(name);
            copy.makeFolders(making);
            Optional<FormerRun> former = former();
            copyTree(root.resolve("ledger"), "ledger", making, former);
            String checkpoint = catalog.ledger().checkpoint();
            CatalogFolders folders = new CatalogFolders(root, files);
            folders.dropCopy();
            Instant at = clock.instant();
            long events = catalog.copyTo(folders.copying());
            copyReceived(firstEvent, events);
            copyTree(folders.copying(), "catalog", making, former);
            copyTree(root.resolve("keys"), "keys", making, Optional.empty());
            if (schedule != null) {
                list(copy.copy(schedule, making.resolve(SCHEDULE), false), SCHEDULE);
            }
            byte[] listed = String.join("", list).getBytes(StandardCharsets.UTF_8);
            copy.write(making.resolve(FormerRun.LIST), listed);
            BackupManifest manifest = new BackupManifest(
                    BackupManifest.FORMAT,
                    at,
                    events,
                    checkpoint,
                    looked,
                    Fingerprint.of(org.apache.commons.codec.digest.DigestUtils.sha256(listed)),
                    troubles);
            copy.write(making.resolve(BackupManifest.FILE), manifest.json());
            files.forceFolder(making);
            Path run = backup.runs().resolve(name);
            files.renameFolder(making, run);
            files.forceFolder(backup.runs());
            for (Path older : FolderCopy.list(backup.runs())) {
                if (!older.equals(run)) {
                    FolderCopy.drop(older, files);
                }
            }
            long removed = removeDisposed(events);
            return new Report(at, run, events, looked, copiedOriginals, copiedBytes, linkedBytes, removed, troubles);
        }

        private Optional<FormerRun> former() throws StorageFailure, IOException {
            try {
                return FormerRun.latest(backup);
            } catch (StorageFailure e) {
                if (e.kind() == StorageFailure.Kind.FORMAT_TOO_NEW) {
                    throw e;
                }
                LOG.warn("backup: the former run is damaged, so everything of it is copied again", e);
                return Optional.empty();
            }
        }

        private void copyOriginals() throws StorageFailure, IOException {
            String cursor = null;
            do {
                Page<Recording> page = catalog.recordings(RecordingQuery.ALL, PAGE, cursor);
                for (Recording recording : page.items()) {
                    copyOriginal(recording);
                }
                cursor = page.next();
            } while (cursor != null);
        }

        /** Originals of the recordings that were received with the events in between. */
        private void copyReceived(long firstEvent, long events) throws StorageFailure, IOException {
            long next = firstEvent;
            while (next < events) {
                List<CustodyEvent> page = catalog.events(next, (int) Math.min(PAGE, events - next));
                for (CustodyEvent event : page) {
                    RecordingId id = event.recording();
                    if (event.kind() == EventKind.RECEIVED && id != null) {
                        Optional<Recording> recording = catalog.recording(id, ReadLevel.CURRENT);
                        if (recording.isPresent()) {
                            copyOriginal(recording.get());
                        }
                    }
                }
                next += Math.max(1, page.size());
            }
        }

        private void copyOriginal(Recording recording) throws StorageFailure, IOException {
            if (recording.state() == RecordingState.DISPOSED) {
                return;
            }
            requireGoingOn();
            OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
            if (!Files.isDirectory(backup.original(key))) {
                try {
                    copyOriginal(key);
                } catch (StorageFailure | NoSuchFileException e) {
                    if (!isGoneMeanwhile(recording)) {
                        troubles.add("original " + key.id() + ": " + e.getMessage());
                    }
                }
            }
            progress.at("originals", ++looked);
        }

        private boolean isGoneMeanwhile(Recording recording) throws StorageFailure {
            return catalog.recording(recording.id(), ReadLevel.CURRENT)
                    .map(now -> now.state() == RecordingState.DISPOSED)
                    .orElse(true);
        }

        private void copyOriginal(OriginalKey key) throws StorageFailure, IOException {
            Path from = vault.localFile(key)
                    .orElseThrow(() -> new StorageFailure(
                            StorageFailure.Kind.MISSING, "original: is no local file, recording=" + key.id()));
            Manifest manifest = vault.manifest(key)
                    .orElseThrow(() -> new StorageFailure(
                            StorageFailure.Kind.MISSING, "original: is not in the vault, recording=" + key.id()));
            Path part = backup.incoming().resolve(key.id().hex() + ".part");
            FolderCopy.drop(part, files);
            files.createFolder(part);
            FolderCopy.Copied copied = take(from, part.resolve("original"));
            take(from.resolveSibling("manifest.json"), part.resolve("manifest.json"));
            if (!copied.fingerprint().equals(manifest.fingerprint()) || copied.sizeBytes() != manifest.sizeBytes()) {
                troubles.add("original " + key.id() + ": SHA-256 " + copied.fingerprint() + " (expected: "
                        + manifest.fingerprint() + "), so it was not copied");
                FolderCopy.drop(part, files);
                return;
            }
            files.forceFolder(part);
            Path target = backup.original(key);
            Path day = FolderCopy.parentOf(target);
            copy.makeFolders(day);
            files.renameFolder(part, target);
            files.forceFolder(day);
            copiedOriginals++;
        }

        private FolderCopy.Copied take(Path from, Path to) throws IOException {
            if (hardLinks) {
                files.link(from, to);
                FolderCopy.Copied linked = copy.read(to);
                linkedBytes += linked.sizeBytes();
                return linked;
            }
            FolderCopy.Copied copied = copy.copy(from, to, false);
            copiedBytes += copied.sizeBytes();
            return copied;
        }

        /** Copies the files below a folder; those that have not changed since the former run get a second name. */
        private void copyTree(Path from, String name, Path making, Optional<FormerRun> former) throws IOException {
            Path to = making.resolve(name);
            files.createFolder(to);
            boolean secret = name.equals("keys");
            if (secret) {
                FolderCopy.restrict(to, "rwx------");
            }
            for (Path file : FolderCopy.filesBelow(from)) {
                requireGoingOn();
                String path = name + "/" + from.relativize(file).toString().replace('\\', '/');
                Path target = making.resolve(path);
                copy.makeFolders(FolderCopy.parentOf(target));
                Optional<Fingerprint> known = former.flatMap(run -> run.unchanged(path, file));
                try {
                    if (known.isPresent()) {
                        files.link(former.get().folder().resolve(path), target);
                        list(new FolderCopy.Copied(known.get(), 0), path);
                        linkedBytes += Files.size(file);
                    } else {
                        FolderCopy.Copied copied = copy.copy(file, target, secret);
                        copiedBytes += copied.sizeBytes();
                        list(copied, path);
                    }
                } catch (NoSuchFileException ignored) {
                    // replaced by the server since the folder was listed, as partial tiles of the log are
                    Files.deleteIfExists(target);
                }
            }
            forceAll(to);
        }

        private void forceAll(Path folder) throws IOException {
            for (Path each : FolderCopy.list(folder)) {
                if (Files.isDirectory(each)) {
                    forceAll(each);
                }
            }
            files.forceFolder(folder);
        }

        private void list(FolderCopy.Copied copied, String path) {
            list.add(copied.fingerprint().hex() + "  " + path + "\n");
        }

        /** Removes what the copy of the catalog knows to be disposed of. */
        private long removeDisposed(long events) throws StorageFailure, IOException {
            long removed = 0;
            String cursor = null;
            do {
                Page<DisposalCertificate> page = new Disposals(catalog).page(PAGE, cursor);
                for (DisposalCertificate certificate : page.items()) {
                    OriginalKey key = new OriginalKey(certificate.receivedDay(), certificate.recording());
                    if (Files.isDirectory(backup.original(key)) && isDisposed(key, certificate, events)) {
                        Path erasing = backup.erasing()
                                .resolve(key.day() + "." + key.id().hex());
                        Path original = backup.original(key);
                        files.renameFolder(original, erasing);
                        files.forceFolder(FolderCopy.parentOf(original));
                        FolderCopy.drop(erasing, files);
                        removed++;
                    }
                }
                cursor = page.next();
            } while (cursor != null);
            return removed;
        }

        private boolean isDisposed(OriginalKey key, DisposalCertificate certificate, long events)
                throws StorageFailure {
            Optional<Recording> now = catalog.recording(key.id(), ReadLevel.CURRENT);
            boolean again = now.isPresent()
                    && now.get().state() != RecordingState.DISPOSED
                    && now.get().receivedDay().equals(key.day());
            return !again
                    && catalog.custody(key.id()).stream()
                            .anyMatch(event -> event.kind() == EventKind.DISPOSED
                                    && event.sequence() < events
                                    && certificate
                                            .decidedAt()
                                            .toString()
                                            .equals(event.details().get("decidedAt")));
        }

        private void requireGoingOn() throws IOException {
            if (stopping) {
                throw new IOException("backup: stopped, because the server stops (expected: to be run again)");
            }
        }
    }
}
