package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A vault of folders on a local disk; what is where says the package. After a write or a force has failed, it only
 * reads until it is opened again. Safe for many threads; an upload is open at most once at a time.
 *
 * <p>Opening it finishes what a crash has interrupted: erasures are completed, and names under {@code originals} that
 * came lately are forced, so that whatever can be seen there is durable. Uploads under way are left alone.
 */
public final class FileVault implements Vault {
    private static final Logger LOG = LoggerFactory.getLogger(FileVault.class);
    /** Far longer than a machine keeps a change to itself before writing it. */
    private static final Duration SETTLING = Duration.ofDays(1);

    private final Layout layout;
    private final VaultSettings settings;
    private final FileCalls files;
    private final Volume volume;
    private final Set<UploadId> openUploads = ConcurrentHashMap.newKeySet();
    /** Renamed into place, but the force that makes this durable has not succeeded yet. */
    private final Set<OriginalKey> unsettled = ConcurrentHashMap.newKeySet();
    /** Days whose folders are durable; guarded by itself. */
    private final Set<LocalDate> readyDays = new HashSet<>();

    /** In which an original came or went shortly before the vault was opened. */
    private final List<LocalDate> lately = new ArrayList<>();

    private final Mending mending;

    private FileVault(Layout layout, VaultSettings settings, FileCalls files, Volume volume) {
        this.layout = layout;
        this.settings = settings;
        this.files = files;
        this.volume = volume;
        this.mending = new Mending(this, layout);
    }

    /**
     * Opens the vault in a folder, which is created if need be.
     *
     * @throws StorageFailure if the folders cannot be made or read. If they can only be read, the vault opens out of
     *     service
     */
    public static FileVault open(Path root, VaultSettings settings, InstantSource clock) throws StorageFailure {
        return open(root, settings, clock, DurableFiles.LOCAL);
    }

    /** Opens the vault in a folder, changing the disk through {@code files}. */
    public static FileVault open(Path root, VaultSettings settings, InstantSource clock, FileCalls files)
            throws StorageFailure {
        return open(root, settings, clock, files, () -> Files.getFileStore(root).getUsableSpace());
    }

    static FileVault open(Path root, VaultSettings settings, InstantSource clock, FileCalls files, Volume.Room room)
            throws StorageFailure {
        Volume volume = new Volume(root, settings.reserveBytes(), room, clock);
        FileVault vault = new FileVault(new Layout(root.toAbsolutePath()), settings, files, volume);
        vault.makeFolders();
        vault.finishErasures();
        vault.settleDays(clock);
        vault.mending.dropUnfinished();
        return vault;
    }

    private void makeFolders() throws StorageFailure {
        Path root = layout.root();
        try {
            Files.createDirectories(root.getParent() == null ? root : root.getParent());
            for (Path folder : List.of(root, layout.incoming(), layout.originals(), layout.erasing())) {
                if (!Files.isDirectory(folder)) {
                    files.createFolder(folder);
                }
            }
        } catch (IOException e) {
            throw volume.refused("cannot make the folders of the vault: " + root, e);
        }
        try {
            files.forceFolder(root);
            if (root.getParent() != null) {
                files.forceFolder(root.getParent());
            }
        } catch (IOException e) {
            volume.failedForGood("cannot force the folders of the vault", e);
        }
    }

    private void finishErasures() throws StorageFailure {
        for (Path leftover : Folders.list(layout.erasing())) {
            if (volume.outOfService().isPresent()) {
                return;
            }
            LOG.info("finishing an interrupted erasure: {}", leftover.getFileName());
            try {
                Folders.delete(files, leftover);
                files.forceFolder(layout.erasing());
            } catch (IOException e) {
                volume.failedForGood("cannot finish the erasure " + leftover.getFileName(), e);
            }
        }
    }

    /**
     * A process that died between a rename and its force leaves a name that only the memory of the machine knows. Forces
     * the days that changed lately: older names have long been written by the machine itself, or were read from the disk
     * after it started.
     */
    private void settleDays(InstantSource clock) throws StorageFailure {
        try {
            for (OriginalsWalk.Day day : OriginalsWalk.daysChangedWithin(SETTLING, clock.instant(), layout)) {
                if (volume.outOfService().isPresent()) {
                    return;
                }
                files.forceFolder(day.folder());
                lately.add(day.day());
            }
        } catch (IOException e) {
            volume.failedForGood("cannot force the folders of days", e);
        }
    }

    @Override
    public Incoming begin(UploadId upload) throws StorageFailure {
        volume.admit(1);
        volume.written(1);
        claim(upload);
        Path part = layout.part(upload);
        try {
            files.createFolder(part);
        } catch (FileAlreadyExistsException e) {
            openUploads.remove(upload);
            throw new IllegalStateException("upload: has begun already (expected: resume), upload=" + upload, e);
        } catch (IOException e) {
            openUploads.remove(upload);
            throw volume.refused("cannot begin the upload " + upload, e);
        }
        try {
            FileCalls.OpenFile file = files.create(part.resolve(Layout.ORIGINAL));
            return new FileIncoming(this, upload, file, new Fingerprinting());
        } catch (IOException e) {
            openUploads.remove(upload);
            StorageFailure failure = volume.refused("cannot begin the upload " + upload, e);
            try {
                Folders.delete(files, part);
            } catch (IOException suppressed) {
                failure.addSuppressed(suppressed);
            }
            throw failure;
        }
    }

    @Override
    public Incoming resume(UploadId upload, long durableBytes) throws StorageFailure {
        if (durableBytes < 0) {
            throw new IllegalArgumentException("durable: " + durableBytes + " bytes (expected: 0 or more)");
        }
        volume.requireInService();
        claim(upload);
        try {
            return FileIncoming.resume(this, upload, durableBytes);
        } catch (StorageFailure | RuntimeException | Error e) {
            openUploads.remove(upload);
            throw e;
        }
    }

    private void claim(UploadId upload) {
        if (!openUploads.add(upload)) {
            throw new IllegalStateException(
                    "upload: is open already (expected: closed before it is opened again), upload=" + upload);
        }
    }

    void release(UploadId upload) {
        openUploads.remove(upload);
    }

    @Override
    public void discard(UploadId upload) throws StorageFailure {
        volume.requireInService();
        claim(upload);
        try {
            Folders.delete(files, layout.part(upload));
        } catch (IOException e) {
            throw volume.failed("cannot discard the upload " + upload, e);
        } finally {
            release(upload);
        }
    }

    @Override
    public SeekableByteChannel openUnfinished(UploadId upload) throws StorageFailure {
        return FileIncoming.openForReading(this, upload);
    }

    @Override
    public List<UploadId> unfinished() throws StorageFailure {
        return Folders.list(layout.incoming()).stream()
                .map(Layout::uploadOf)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public Optional<Manifest> manifest(OriginalKey key) throws StorageFailure {
        Optional<byte[]> bytes = manifestBytes(key);
        return bytes.isPresent() ? Optional.of(StoredManifest.read(bytes.get(), key.id())) : Optional.empty();
    }

    @Override
    public Optional<byte[]> manifestBytes(OriginalKey key) throws StorageFailure {
        if (unsettled.contains(key)) {
            settle(key);
        }
        Path folder = layout.original(key);
        return Files.exists(folder) ? Optional.of(readManifest(key, folder)) : Optional.empty();
    }

    private static StorageFailure unreadable(String what, OriginalKey key, IOException cause) {
        return new StorageFailure(StorageFailure.Kind.CORRUPT, what + ", recording=" + key.id(), cause);
    }

    private void settle(OriginalKey key) throws StorageFailure {
        volume.requireInService();
        forceFolder(layout.day(key.day()));
        unsettled.remove(key);
    }

    @Override
    public SeekableByteChannel open(OriginalKey key) throws StorageFailure {
        try {
            return FileChannel.open(layout.original(key).resolve(Layout.ORIGINAL), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "original: not in the vault under " + key.day() + ", recording=" + key.id(),
                    e);
        } catch (IOException e) {
            throw unreadable("original: cannot be opened: " + e.getMessage(), key, e);
        }
    }

    @Override
    public Optional<Path> localFile(OriginalKey key) {
        Path file = layout.original(key).resolve(Layout.ORIGINAL);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public Stream<OriginalKey> originals() throws StorageFailure {
        try {
            int traits = Spliterator.DISTINCT | Spliterator.NONNULL;
            return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new OriginalsWalk(layout), traits), false);
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "originals: cannot be listed: " + e.getMessage(), e);
        }
    }

    @Override
    public Stream<OriginalKey> originals(LocalDate day) throws StorageFailure {
        return OriginalsWalk.of(day, layout);
    }

    @Override
    public void erase(OriginalKey key) throws StorageFailure {
        volume.requireInService();
        Path folder = layout.original(key);
        Path doomed = layout.erasing(key);
        try {
            Folders.delete(files, doomed);
            if (Files.exists(folder)) {
                // A folder that may not be written cannot be moved into another.
                DurableFiles.makeWritable(folder);
                files.renameFolder(folder, doomed);
                // Decided: from here on, opening the vault finishes it.
                forceFolder(layout.erasing());
                Folders.delete(files, doomed);
            }
        } catch (IOException e) {
            throw volume.failed("cannot erase the original of " + key.day() + " " + key.id(), e);
        }
        // Also if it was gone already: whoever took it may have failed before this.
        if (Files.exists(layout.day(key.day()))) {
            forceFolder(layout.day(key.day()));
        }
        forceFolder(layout.erasing());
        mending.forget(key);
        unsettled.remove(key);
    }

    @Override
    public long roomBytes() throws StorageFailure {
        return volume.roomBytes();
    }

    @Override
    public Optional<String> outOfService() {
        return volume.outOfService();
    }

    /** How copies are put in the place of what is rotten or missing here. */
    Mending mending() {
        return mending;
    }

    /** The days in which an original came or went shortly before the vault was opened. */
    List<LocalDate> lately() {
        return lately;
    }

    /** All days that have originals. */
    List<LocalDate> days() throws StorageFailure {
        try {
            return OriginalsWalk.days(layout).stream()
                    .map(OriginalsWalk.Day::day)
                    .toList();
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "originals: cannot be listed: " + e.getMessage(), e);
        }
    }

    /** Does nothing: an upload under way is closed by whoever opened it. */
    @Override
    public void close() {}

    Volume volume() {
        return volume;
    }

    FileCalls files() {
        return files;
    }

    VaultSettings settings() {
        return settings;
    }

    Path part(UploadId upload) {
        return layout.part(upload);
    }

    Path incoming() {
        return layout.incoming();
    }

    /**
     * Renames a part, all of whose bytes and names are durable, to where originals are kept. Durable on return. If the
     * very same original is there already, it stays and the part goes.
     */
    OriginalKey publish(Path part, Manifest manifest, LocalDate day) throws StorageFailure {
        OriginalKey key = new OriginalKey(day, manifest.id());
        Path target = layout.original(key);
        makeDay(day);
        // Opened before the rename, so that nothing but the force itself can fail after it.
        try (FileCalls.OpenFolder dayFolder = openFolder(layout.day(day))) {
            boolean renamed = renameUnlessThere(part, target, key);
            if (!renamed) {
                requireSame(manifest, key, target);
            }
            force(dayFolder, layout.day(day));
            unsettled.remove(key);
            if (renamed) {
                DurableFiles.makeReadOnly(target.resolve(Layout.ORIGINAL));
                DurableFiles.makeReadOnly(target.resolve(Layout.MANIFEST));
                DurableFiles.makeReadOnly(target);
            } else {
                Folders.delete(files, part);
            }
            return key;
        } catch (IOException e) {
            throw volume.failed("cannot put away what was renamed to " + target.getFileName(), e);
        }
    }

    /** Makes the names in a folder durable. */
    void forceFolder(Path folder) throws StorageFailure {
        // Failing to open loses nothing; failing to force does, whatever the reason.
        try (FileCalls.OpenFolder open = openFolder(folder)) {
            force(open, folder);
        } catch (IOException e) {
            throw volume.failedForGood("cannot close the folder " + folder, e);
        }
    }

    FileCalls.OpenFolder openFolder(Path folder) throws StorageFailure {
        try {
            return files.openFolder(folder);
        } catch (IOException e) {
            throw volume.refused("cannot open the folder " + folder, e);
        }
    }

    void force(FileCalls.OpenFolder open, Path folder) throws StorageFailure {
        try {
            open.force();
        } catch (IOException e) {
            throw volume.failedForGood("cannot force the folder " + folder, e);
        }
    }

    private boolean renameUnlessThere(Path part, Path target, OriginalKey key) throws StorageFailure {
        if (Files.exists(target)) {
            return false;
        }
        unsettled.add(key);
        try {
            files.renameFolder(part, target);
            return true;
        } catch (IOException e) {
            boolean anotherWasFaster = Files.exists(target) && Files.exists(part);
            if (anotherWasFaster) {
                return false;
            }
            throw volume.failed("cannot rename the upload to " + target, e);
        }
    }

    private void requireSame(Manifest manifest, OriginalKey key, Path target) throws StorageFailure {
        Manifest there = StoredManifest.read(readManifest(key, target), key.id());
        long sizeBytes = sizeOf(target.resolve(Layout.ORIGINAL));
        if (!there.fingerprint().equals(manifest.fingerprint()) || sizeBytes != manifest.sizeBytes()) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "original: " + sizeBytes + " bytes of fingerprint " + there.fingerprint() + " (expected: "
                            + manifest.sizeBytes() + " bytes of fingerprint " + manifest.fingerprint()
                            + "; the upload is kept beside it), recording=" + key.id());
        }
    }

    private static byte[] readManifest(OriginalKey key, Path folder) throws StorageFailure {
        try {
            return Files.readAllBytes(folder.resolve(Layout.MANIFEST));
        } catch (NoSuchFileException e) {
            throw unreadable("manifest.json: not there (expected: beside the original)", key, e);
        } catch (IOException e) {
            throw unreadable("manifest.json: cannot be read: " + e.getMessage(), key, e);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException ignored) {
            // Not there is as different as can be.
            return -1;
        }
    }

    /** Makes the folders of a day, durably. */
    void makeDay(LocalDate day) throws StorageFailure {
        synchronized (readyDays) {
            if (readyDays.contains(day)) {
                return;
            }
            for (Path folder : List.of(layout.year(day), layout.month(day), layout.day(day))) {
                try {
                    if (!Files.isDirectory(folder)) {
                        files.createFolder(folder);
                    }
                } catch (IOException e) {
                    throw volume.refused("cannot make the folder " + folder, e);
                }
            }
            for (Path parent : List.of(layout.originals(), layout.year(day), layout.month(day))) {
                forceFolder(parent);
            }
            readyDays.add(day);
        }
    }
}
