package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;

/**
 * Where backups of one store are kept; one process writes at a time.
 *
 * <table>
 *   <caption>Names and what they mean</caption>
 *   <tr><td>{@code liuhen-backup}</td><td>says that this folder is one, and its format</td></tr>
 *   <tr><td>{@code originals/<yyyy>/<mm>/<dd>/<id>/}</td><td>as in the vault, shared by all runs</td></tr>
 *   <tr><td>{@code incoming/}</td><td>originals being copied: worthless</td></tr>
 *   <tr><td>{@code erasing/}</td><td>originals that the store has disposed of: on their way out</td></tr>
 *   <tr><td>{@code runs/<time>.making/}</td><td>a run under way: worthless</td></tr>
 *   <tr><td>{@code runs/<time>/}</td><td>a whole run: {@code catalog/}, {@code keys/}, {@code ledger/}, the list {@code
 *       files} and {@code backup.json}; the latest one counts</td></tr>
 * </table>
 */
final class BackupFolder implements AutoCloseable {
    private static final String MARK = "liuhen-backup";
    private static final String MARK_TEXT = "liuhen backup ";
    private static final String MAKING = ".making";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path root;
    private final @Nullable FileChannel lock;

    private BackupFolder(Path root, @Nullable FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /**
     * Opens a folder to write to, made if need be, and drops what an interrupted run has left.
     *
     * @throws StorageFailure {@code LOCKED}; {@code CORRUPT} if it holds something else
     */
    static BackupFolder open(Path root, FileCalls files) throws StorageFailure, IOException {
        FolderCopy copy = new FolderCopy(files);
        boolean fresh = !Files.exists(root);
        copy.makeFolders(root);
        if (fresh) {
            FolderCopy.restrict(root, "rwx------");
        }
        if (!Files.exists(root.resolve(MARK))) {
            if (!FolderCopy.list(root).stream().allMatch(FolderCopy::isOfTheDisk)) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "backup: " + root + " holds something else (expected: an empty folder or a backup)");
            }
            DurableFiles.createDurably(
                    root.resolve(MARK),
                    (MARK_TEXT + BackupManifest.FORMAT + "\n").getBytes(StandardCharsets.US_ASCII),
                    "rw-r-----");
        }
        requireFormat(root);
        FileChannel channel = FileChannel.open(root.resolve(MARK), StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new StorageFailure(
                        StorageFailure.Kind.LOCKED,
                        "backup: " + root + " is being written to (expected: once at a time)");
            }
            BackupFolder folder = new BackupFolder(root, channel);
            for (Path each : new Path[] {folder.runs(), folder.incoming(), folder.erasing(), folder.originals()}) {
                copy.makeFolders(each);
            }
            FolderCopy.restrict(folder.runs(), "rwx------");
            folder.settle(files);
            return folder;
        } catch (IOException | StorageFailure | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens a folder to read.
     *
     * @throws StorageFailure {@code MISSING} if it is no backup, {@code FORMAT_TOO_NEW}
     */
    static BackupFolder read(Path root) throws StorageFailure, IOException {
        if (!Files.exists(root.resolve(MARK))) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING, "backup: " + root + " is none (expected: a folder that backup made)");
        }
        requireFormat(root);
        return new BackupFolder(root, null);
    }

    private static void requireFormat(Path root) throws StorageFailure, IOException {
        String text =
                Files.readString(root.resolve(MARK), StandardCharsets.US_ASCII).strip();
        String number = text.startsWith(MARK_TEXT) ? text.substring(MARK_TEXT.length()) : "";
        if (!number.matches("[1-9][0-9]{0,5}")) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "backup: its mark says " + text + " (expected: liuhen backup 1)");
        }
        if (Integer.parseInt(number) > BackupManifest.FORMAT) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_NEW,
                    "backup: format " + number + " (expected: at most " + BackupManifest.FORMAT
                            + "; a newer version of this program wrote it: use that one), folder=" + root);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private void settle(FileCalls files) throws IOException {
        for (Path leftover : FolderCopy.list(incoming())) {
            FolderCopy.drop(leftover, files);
        }
        for (Path leftover : FolderCopy.list(erasing())) {
            FolderCopy.drop(leftover, files);
        }
        for (Path run : FolderCopy.list(runs())) {
            if (run.toString().endsWith(MAKING)) {
                FolderCopy.drop(run, files);
            }
        }
    }

    /** The latest whole run; empty if there is none. */
    Optional<Path> latest() throws IOException {
        return FolderCopy.list(runs()).stream()
                .filter(run -> !run.toString().endsWith(MAKING) && Files.exists(run.resolve(BackupManifest.FILE)))
                .reduce((before, after) -> after);
    }

    /** A name for a run that is later than every other. */
    String name(Instant now) throws IOException {
        Instant free = now;
        Optional<Path> latest = latest();
        while (latest.isPresent()
                && TIME.format(free).compareTo(latest.get().getFileName().toString()) <= 0) {
            free = free.plus(1, ChronoUnit.SECONDS);
        }
        return TIME.format(free);
    }

    Path root() {
        return root;
    }

    Path runs() {
        return root.resolve("runs");
    }

    Path making(String name) {
        return runs().resolve(name + MAKING);
    }

    Path incoming() {
        return root.resolve("incoming");
    }

    Path erasing() {
        return root.resolve("erasing");
    }

    Path originals() {
        return root.resolve("originals");
    }

    Path original(OriginalKey key) {
        return original(originals(), key);
    }

    /** Where an original is below a folder that is laid out like the vault's. */
    static Path original(Path originals, OriginalKey key) {
        return originals
                .resolve(String.format(Locale.ROOT, "%04d", key.day().getYear()))
                .resolve(String.format(Locale.ROOT, "%02d", key.day().getMonthValue()))
                .resolve(String.format(Locale.ROOT, "%02d", key.day().getDayOfMonth()))
                .resolve(key.id().hex());
    }

    /** The keys of the originals, a day's at a time, oldest first. */
    Iterable<OriginalKey> keys() throws IOException {
        List<LocalDate> days = new ArrayList<>();
        for (Path year : FolderCopy.list(originals())) {
            for (Path month : FolderCopy.list(year)) {
                for (Path day : FolderCopy.list(month)) {
                    day(originals().relativize(day)).ifPresent(days::add);
                }
            }
        }
        return () -> days.stream().flatMap(this::keys).iterator();
    }

    private Stream<OriginalKey> keys(LocalDate day) {
        Path folder = FolderCopy.parentOf(original(new OriginalKey(day, new RecordingId("0".repeat(32)))));
        try {
            return FolderCopy.list(folder).stream()
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches("[0-9a-f]{32}"))
                    .map(name -> new OriginalKey(day, new RecordingId(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<LocalDate> day(Path path) {
        try {
            return Optional.of(
                    LocalDate.parse(path.toString().replace('\\', '-').replace('/', '-')));
        } catch (DateTimeException ignored) {
            // not a folder of ours
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }
}
