package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.Progress;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/**
 * Bringing a {@link Backup} back into an empty data folder. While it is under way the folder holds the file {@value
 * #MARK}: no server starts on it then, and a restoration that was interrupted goes on when it is run again. The catalog
 * gets its name last, after every file was found to be what was saved.
 *
 * <p>Renditions are queued to be made again; unfinished uploads are forgotten, their devices begin anew. The log goes on
 * where the backup left it: what was committed later is lost, and who has seen a later checkpoint will notice. The
 * restoration is an event, so that the log itself says why.
 */
public final class Restoration {
    /** Says that a restoration is under way; its text names the run. */
    public static final String MARK = "restoring";

    private static final int PAGE = 500;

    /**
     * What came back.
     *
     * @param wrong files of the backup that are not what was saved, and originals that are not whole, for people
     * @param complete false if files of the catalog, the log or the keys are not what was saved; then nothing was brought
     *     back
     * @param adopted originals that are newer than the run, saved by a run that was interrupted; taken in and held
     * @param summary what verifying the restored store found; zeros if it is not complete
     */
    public record Report(
            Path run,
            boolean complete,
            long events,
            String checkpoint,
            List<RecordingId> adopted,
            List<String> wrong,
            Verifications.Summary summary) {
        public Report {
            adopted = List.copyOf(adopted);
            wrong = List.copyOf(wrong);
        }

        public boolean sound() {
            return wrong.isEmpty()
                    && summary.damaged() == 0
                    && summary.ledgerDifference().isEmpty();
        }
    }

    private final Path root;
    private final FileCalls files;
    private final FolderCopy copy;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param root the data folder, held by this process */
    public Restoration(Path root, FileCalls files, InstantSource clock, SecureRandom random) {
        this.root = root;
        this.files = files;
        this.copy = new FolderCopy(files);
        this.clock = clock;
        this.random = random;
    }

    /** Whether a restoration was begun here and has not ended. */
    public static boolean isUnderWay(Path root) {
        return Files.exists(root.resolve(MARK));
    }

    /**
     * Restores and verifies.
     *
     * @throws StorageFailure {@code MISSING} if there is no whole run; {@code FORMAT_TOO_NEW}; {@code CORRUPT} if another
     *     run is being restored here
     * @throws InvalidField {@code data} if the data folder holds something
     */
    public Report run(Path folder, Progress progress) throws StorageFailure, IOException {
        try (BackupFolder backup = BackupFolder.read(folder.toAbsolutePath().normalize())) {
            Path run = backup.latest()
                    .orElseThrow(() -> new StorageFailure(
                            StorageFailure.Kind.MISSING, "backup: no run was ever completed, folder=" + folder));
            FormerRun saved = FormerRun.read(run);
            requireEmpty(run);
            List<String> wrong = wrongFiles(saved);
            if (!wrong.isEmpty()) {
                return report(saved, false, List.of(), wrong, new Verifications.Summary(0, 0, 0, 0, Optional.empty()));
            }
            begin(run);
            CatalogFolders folders = new CatalogFolders(root, files);
            folders.settle(clock.instant());
            copyRun(saved, folders);
            List<RecordingId> adopted = new ArrayList<>();
            Verifications.Summary summary;
            try (RocksCatalog catalog = RocksCatalog.open(folders.making(), root.resolve("keys"), clock, random)) {
                copyOriginals(backup, catalog, wrong, progress);
                summary = complete(saved, catalog, adopted, wrong, progress);
            }
            folders.publish(clock.instant());
            for (Path interrupted : folders.replaced()) {
                FolderCopy.drop(interrupted, files);
            }
            files.delete(root.resolve(MARK));
            files.forceFolder(root);
            return report(saved, true, adopted, wrong, summary);
        }
    }

    private static Report report(
            FormerRun saved,
            boolean complete,
            List<RecordingId> adopted,
            List<String> wrong,
            Verifications.Summary summary) {
        BackupManifest manifest = saved.manifest();
        return new Report(saved.folder(), complete, manifest.events(), manifest.checkpoint(), adopted, wrong, summary);
    }

    private void requireEmpty(Path run) throws StorageFailure, IOException {
        if (isUnderWay(root)) {
            String before =
                    Files.readString(root.resolve(MARK), StandardCharsets.UTF_8).strip();
            if (!before.equals(run.toString())) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "data folder: is being restored from " + before + " (expected: an empty one, or the same run)");
            }
            return;
        }
        for (Path each : FolderCopy.list(root)) {
            boolean empty =
                    Files.isDirectory(each) && FolderCopy.filesBelow(each).isEmpty();
            if (!empty && !each.endsWith("lock") && !FolderCopy.isOfTheDisk(each)) {
                throw new InvalidField(
                        "data", root + " holds " + each.getFileName() + " (expected: an empty folder, or none)");
            }
        }
    }

    private void begin(Path run) throws IOException {
        if (!isUnderWay(root)) {
            DurableFiles.createDurably(root.resolve(MARK), (run + "\n").getBytes(StandardCharsets.UTF_8), "rw-------");
        }
    }

    /** Files of a run that are not what was saved. */
    private List<String> wrongFiles(FormerRun saved) {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Fingerprint> file : new TreeMap<>(saved.fingerprints()).entrySet()) {
            try {
                Fingerprint found =
                        copy.read(saved.folder().resolve(file.getKey())).fingerprint();
                if (!found.equals(file.getValue())) {
                    wrong.add(file.getKey() + ": SHA-256 " + found + " (expected: " + file.getValue() + ")");
                }
            } catch (IOException e) {
                wrong.add(file.getKey() + ": cannot be read: " + e);
            }
        }
        return wrong;
    }

    private void copyOriginals(BackupFolder backup, Catalog catalog, List<String> wrong, Progress progress)
            throws StorageFailure, IOException {
        Path originals = root.resolve("vault").resolve("originals");
        Path incoming = root.resolve("vault").resolve("restoring");
        copy.makeFolders(originals);
        FolderCopy.drop(incoming, files);
        files.createFolder(incoming);
        long done = 0;
        for (OriginalKey key : backup.keys()) {
            Path to = BackupFolder.original(originals, key);
            if (!Files.isDirectory(to) && !isDisposed(catalog, key)) {
                copyOriginal(backup.original(key), to, incoming.resolve("part"), wrong);
            }
            progress.at("originals", ++done);
        }
        FolderCopy.drop(incoming, files);
    }

    /** A run that was interrupted at its end may have left what the store had disposed of. */
    private static boolean isDisposed(Catalog catalog, OriginalKey key) throws StorageFailure {
        return catalog.recording(key.id(), ReadLevel.CURRENT)
                .map(now -> now.state() == RecordingState.DISPOSED
                        && now.receivedDay().equals(key.day()))
                .orElse(false);
    }

    private void copyOriginal(Path from, Path to, Path part, List<String> wrong) throws IOException {
        FolderCopy.drop(part, files);
        files.createFolder(part);
        for (Path file : FolderCopy.list(from)) {
            Path target = part.resolve(String.valueOf(file.getFileName()));
            try {
                copy.copy(file, target, false);
            } catch (IOException e) {
                if (Files.isReadable(file)) {
                    throw e;
                }
                wrong.add(file + ": cannot be read: " + e);
            }
        }
        files.forceFolder(part);
        Path day = FolderCopy.parentOf(to);
        copy.makeFolders(day);
        files.renameFolder(part, to);
        files.forceFolder(day);
    }

    private void copyRun(FormerRun saved, CatalogFolders folders) throws IOException {
        for (String path : new TreeMap<>(saved.fingerprints()).keySet()) {
            Path from = saved.folder().resolve(path);
            boolean secret = path.startsWith("keys/");
            Path to = path.startsWith("catalog/")
                    ? folders.making().resolve(path.substring("catalog/".length()))
                    : root.resolve(path);
            Path parent = FolderCopy.parentOf(to);
            copy.makeFolders(parent);
            if (secret) {
                FolderCopy.restrict(parent, "rwx------");
            }
            if (Files.exists(to)) {
                files.delete(to);
            }
            copy.copy(from, to, secret);
            files.forceFolder(parent);
        }
    }

    /** Puts the restored catalog in order and verifies everything. */
    private Verifications.Summary complete(
            FormerRun saved, RocksCatalog catalog, List<RecordingId> adopted, List<String> wrong, Progress progress)
            throws StorageFailure, IOException {
        if (catalog.ledger().head().size() < saved.manifest().events()) {
            wrong.add("catalog: " + catalog.ledger().head().size() + " events (expected: at least "
                    + saved.manifest().events() + ")");
        }
        VaultSettings settings = VaultSettings.STANDARD.withReserveBytes(0);
        try (FileVault vault = FileVault.open(root.resolve("vault"), settings, clock)) {
            Change.Builder restored = Change.builder();
            for (Upload upload : catalog.uploads()) {
                if (upload.recording() == null) {
                    restored.forgetUpload(upload.id());
                }
            }
            Map<String, String> details = new TreeMap<>();
            details.put("what", "restored from a backup");
            details.put("backup", saved.manifest().at().toString());
            details.put("events", Long.toString(saved.manifest().events()));
            Reindex.commit(
                    catalog,
                    restored.event(CustodyEvent.of(
                                    clock.instant(),
                                    new Principal.OfConsole().actor(),
                                    EventKind.STORE_REPAIRED,
                                    null,
                                    details))
                            .build());
            queueRenditions(catalog);
            adopted.addAll(new Strays(catalog, vault, schedule(), clock).adopt(wrong));
            Caretaker caretaker = new Caretaker(catalog, vault, clock);
            int readers = Runtime.getRuntime().availableProcessors();
            return new Verifications(catalog, vault, caretaker, readers, clock)
                    .verifyAll(new Principal.OfConsole(), Optional.empty(), new Verifications.Listener() {
                        @Override
                        public void damaged(Verdict verdict) {
                            wrong.add("recording " + verdict.recording() + ": "
                                    + verdict.damage().orElse("damaged"));
                        }

                        @Override
                        public void progressed(Verifications.Progress verified) {
                            progress.at("recordings verified", verified.recordings());
                        }
                    });
        }
    }

    private Schedule schedule() {
        Path file = root.resolve(Backup.SCHEDULE);
        return Files.exists(file) ? Schedule.read(file) : Schedule.builtIn();
    }

    private static void queueRenditions(Catalog catalog) throws StorageFailure {
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(RecordingQuery.ALL, PAGE, cursor);
            Change.Builder change = Change.builder();
            for (Recording recording : page.items()) {
                if (recording.state() != RecordingState.DISPOSED && Boolean.TRUE.equals(recording.playable())) {
                    change.job(new Job(MediaJobs.KIND, recording.receivedAt(), recording.id(), 0));
                }
            }
            Reindex.commit(catalog, change.build());
            cursor = page.next();
        } while (cursor != null);
    }
}
