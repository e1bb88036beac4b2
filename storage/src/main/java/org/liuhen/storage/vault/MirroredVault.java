package org.liuhen.storage.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two vaults that hold the same: every byte is durable in both before it is acknowledged, every original is sealed in both
 * before its receipt and erased in both. When either cannot be written, neither is; reading goes on from whichever has what
 * is asked for, the first by preference. Safe for many threads.
 *
 * <p>Opening it finishes seals that a crash left in one of them. Originals that are in one only, because the other is new
 * or was repaired, are left for {@link #mend}; {@link #manifest} makes up for one that somebody is about to vouch for.
 */
public final class MirroredVault implements Vault {
    private static final Logger LOG = LoggerFactory.getLogger(MirroredVault.class);

    private final List<FileVault> sides;
    /** Sealed in the first vault, and not yet in the second. */
    private final Map<UploadId, OriginalKey> halfSealed = new ConcurrentHashMap<>();
    /** By original, the copy that is known to be bad. */
    private final Map<OriginalKey, Integer> suspects = new ConcurrentHashMap<>();
    /** Held while an original comes, goes or is exchanged. */
    private final ReentrantLock[] changing = locks();
    /** Held while a copy is made, which may take long. */
    private final ReentrantLock[] making = locks();

    private MirroredVault(FileVault first, FileVault second) {
        this.sides = List.of(first, second);
    }

    /**
     * Brings two vaults together and finishes what a crash left in one of them. Both are this one's to close.
     *
     * @throws StorageFailure if that cannot be done; nothing is lost by it
     */
    public static MirroredVault open(FileVault first, FileVault second) throws StorageFailure {
        MirroredVault vault = new MirroredVault(first, second);
        vault.finishSeals();
        return vault;
    }

    private static ReentrantLock[] locks() {
        return Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);
    }

    private static ReentrantLock of(ReentrantLock[] locks, OriginalKey key) {
        return locks[Math.floorMod(key.id().hashCode(), locks.length)];
    }

    private FileVault first() {
        return sides.get(0);
    }

    private FileVault second() {
        return sides.get(1);
    }

    @Override
    public List<Vault> copies() {
        return List.copyOf(sides);
    }

    /** An upload whose bytes lie in one vault only was perhaps sealed in the other; then it is sealed here too. */
    private void finishSeals() throws StorageFailure {
        if (outOfService().isPresent()) {
            return;
        }
        for (int here = 0; here < sides.size(); here++) {
            FileVault there = sides.get(1 - here);
            Set<UploadId> alone = new HashSet<>(sides.get(here).unfinished());
            alone.removeAll(there.unfinished());
            if (!alone.isEmpty()) {
                finishSeals(here, there, alone);
            }
        }
    }

    private void finishSeals(int here, FileVault there, Set<UploadId> alone) throws StorageFailure {
        for (LocalDate day : there.lately()) {
            for (OriginalKey key : missing(day, there, sides.get(here))) {
                Optional<Manifest> manifest = readable(there, key);
                if (manifest.isPresent() && alone.contains(manifest.get().upload())) {
                    LOG.info("finishing an interrupted seal in the other vault, recording={}", key.id());
                    complete(key, here);
                }
            }
        }
    }

    private static Set<OriginalKey> missing(LocalDate day, FileVault there, FileVault here) throws StorageFailure {
        Set<OriginalKey> keys = new LinkedHashSet<>();
        try (Stream<OriginalKey> all = there.originals(day);
                Stream<OriginalKey> known = here.originals(day)) {
            all.forEach(keys::add);
            known.forEach(keys::remove);
        }
        return keys;
    }

    private static Optional<Manifest> readable(Vault vault, OriginalKey key) throws StorageFailure {
        try {
            return vault.manifest(key);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.CORRUPT) {
                // verification tells; it cannot be the manifest of an upload that was sealed a moment ago
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Incoming begin(UploadId upload) throws StorageFailure {
        Incoming one = first().begin(upload);
        try {
            return new MirroredIncoming(this, upload, one, second().begin(upload));
        } catch (StorageFailure | RuntimeException e) {
            one.close();
            try {
                first().discard(upload);
            } catch (StorageFailure suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    @Override
    public Incoming resume(UploadId upload, long durableBytes) throws StorageFailure {
        if (halfSealed.containsKey(upload)) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "upload: is sealed in one vault (expected: settled by its manifest), upload=" + upload);
        }
        Resumed one = resume(0, upload, durableBytes);
        Resumed two;
        try {
            two = resume(1, upload, durableBytes);
        } catch (StorageFailure | RuntimeException e) {
            one.close();
            throw e;
        }
        if (one.failure != null && two.failure != null) {
            throw one.failure;
        }
        Incoming a = one.incoming;
        Incoming b = two.incoming;
        if (a == null) {
            a = copyOfPart(upload, durableBytes, 0, two);
        } else if (b == null) {
            b = copyOfPart(upload, durableBytes, 1, one);
        }
        if (b == null || !a.fingerprint().equals(b.fingerprint())) {
            a.close();
            if (b != null) {
                b.close();
            }
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "upload: its first " + durableBytes + " bytes differ between vault and mirror, upload=" + upload);
        }
        return new MirroredIncoming(this, upload, a, b);
    }

    /** One side of a resumed upload: open, or why it cannot be. */
    private record Resumed(
            @Nullable Incoming incoming, @Nullable StorageFailure failure) {
        private void close() {
            if (incoming != null) {
                incoming.close();
            }
        }
    }

    private Resumed resume(int side, UploadId upload, long durableBytes) throws StorageFailure {
        try {
            return new Resumed(sides.get(side).resume(upload, durableBytes), null);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING || e.kind() == StorageFailure.Kind.CORRUPT) {
                return new Resumed(null, e);
            }
            throw e;
        }
    }

    /** The acknowledged bytes of an upload again, where they are not: that vault is new, or it has lost them. */
    private Incoming copyOfPart(UploadId upload, long durableBytes, int to, Resumed source) throws StorageFailure {
        FileVault vault = sides.get(to);
        try {
            vault.discard(upload);
            Incoming copy = vault.begin(upload);
            try (FileChannel bytes = FileChannel.open(
                    sides.get(1 - to).part(upload).resolve(Layout.ORIGINAL), StandardOpenOption.READ)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
                while (copy.sizeBytes() < durableBytes) {
                    buffer.clear().limit((int) Math.min(buffer.capacity(), durableBytes - copy.sizeBytes()));
                    if (bytes.read(buffer) < 0) {
                        throw new IOException("ends at " + bytes.size() + " bytes");
                    }
                    copy.write(buffer.flip());
                }
                copy.force();
                return copy;
            } catch (IOException e) {
                copy.close();
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "upload: cannot be copied to the other vault: " + e.getMessage() + ", upload=" + upload,
                        e);
            } catch (StorageFailure e) {
                copy.close();
                throw e;
            }
        } catch (StorageFailure | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public void discard(UploadId upload) throws StorageFailure {
        first().discard(upload);
        second().discard(upload);
        halfSealed.remove(upload);
    }

    @Override
    public SeekableByteChannel openUnfinished(UploadId upload) throws StorageFailure {
        try {
            return first().openUnfinished(upload);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING) {
                return second().openUnfinished(upload);
            }
            throw e;
        }
    }

    @Override
    public List<UploadId> unfinished() throws StorageFailure {
        Set<UploadId> all = new LinkedHashSet<>(first().unfinished());
        all.addAll(second().unfinished());
        all.removeAll(halfSealed.keySet());
        return List.copyOf(all);
    }

    /**
     * Seals in both.
     *
     * @param one in the first vault; closed, unless {@code manifest} is refused
     */
    OriginalKey seal(UploadId upload, Incoming one, Incoming two, Manifest manifest, LocalDate day)
            throws StorageFailure {
        OriginalKey key = new OriginalKey(day, manifest.id());
        ReentrantLock lock = of(changing, key);
        lock.lock();
        try {
            one.seal(manifest, day);
            halfSealed.put(upload, key);
            two.seal(manifest, day);
            halfSealed.remove(upload);
            return key;
        } finally {
            lock.unlock();
        }
    }

    /** What was sealed under this key. If it is in one vault only, it is copied to the other first: durable is durable in both. */
    @Override
    public Optional<Manifest> manifest(OriginalKey key) throws StorageFailure {
        for (int here = 0; here < sides.size(); here++) {
            if (isThere(sides.get(1 - here), key) && !isThere(sides.get(here), key)) {
                complete(key, here);
            }
        }
        Optional<byte[]> bytes = manifestBytes(key);
        return bytes.isPresent() ? Optional.of(StoredManifest.read(bytes.get(), key.id())) : Optional.empty();
    }

    private static boolean isThere(FileVault vault, OriginalKey key) {
        return vault.localFile(key).isPresent();
    }

    @Override
    public Optional<byte[]> manifestBytes(OriginalKey key) throws StorageFailure {
        int preferred = preferred(key);
        try {
            Optional<byte[]> bytes = sides.get(preferred).manifestBytes(key);
            return bytes.isPresent() ? bytes : sides.get(1 - preferred).manifestBytes(key);
        } catch (StorageFailure e) {
            if (e.kind() != StorageFailure.Kind.CORRUPT) {
                throw e;
            }
            Optional<byte[]> other = sides.get(1 - preferred).manifestBytes(key);
            if (other.isEmpty()) {
                throw e;
            }
            return other;
        }
    }

    private int preferred(OriginalKey key) {
        return suspects.getOrDefault(key, 1) == 0 ? 1 : 0;
    }

    /**
     * Puts an original that is in the other vault into the one that lacks it: by sealing the bytes that arrived there, if
     * they are whole, or by copying.
     */
    private void complete(OriginalKey key, int to) throws StorageFailure {
        FileVault from = sides.get(1 - to);
        byte[] bytes = from.manifestBytes(key)
                .orElseThrow(() ->
                        new StorageFailure(StorageFailure.Kind.MISSING, "original: went away, recording=" + key.id()));
        Manifest manifest = StoredManifest.read(bytes, key.id());
        FileVault vault = sides.get(to);
        if (!Arrays.equals(StoredManifest.write(manifest), bytes) || !sealedFromItsOwnBytes(vault, manifest, key)) {
            mend(key, to, bytes, manifest.fingerprint(), Pace.FULL);
        }
        vault.discard(manifest.upload());
        halfSealed.remove(manifest.upload());
    }

    private boolean sealedFromItsOwnBytes(FileVault vault, Manifest manifest, OriginalKey key) throws StorageFailure {
        ReentrantLock lock = of(changing, key);
        lock.lock();
        try (Incoming incoming = vault.resume(manifest.upload(), manifest.sizeBytes())) {
            if (!incoming.fingerprint().equals(manifest.fingerprint())) {
                return false;
            }
            incoming.seal(manifest, key.day());
            return true;
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING || e.kind() == StorageFailure.Kind.CORRUPT) {
                return false;
            }
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a copy of the other vault's original in the place of one that is rotten or missing. The copy is made whole and
     * read again before the exchange; what was there is kept under {@code rotten/} of its vault. Durable on return.
     *
     * @param to which copy is to be mended, 0 for the first
     * @param manifest the manifest's bytes as they were sealed
     * @param expected the fingerprint as it was received
     * @return where what was there is kept; empty if nothing was there
     * @throws StorageFailure {@code CORRUPT} or {@code MISSING} if the other copy is not sound either; both are then as
     *     they were
     */
    public Optional<Path> mend(OriginalKey key, int to, byte[] manifest, Fingerprint expected, Pace pace)
            throws StorageFailure {
        FileVault vault = sides.get(to);
        FileVault from = sides.get(1 - to);
        ReentrantLock alone = of(making, key);
        alone.lock();
        try {
            try (SeekableByteChannel source = from.open(key)) {
                vault.mending().make(key, source, manifest, expected, pace);
            } catch (IOException e) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "original: cannot be closed, recording=" + key.id(), e);
            }
            ReentrantLock lock = of(changing, key);
            lock.lock();
            try {
                if (!isThere(from, key)) {
                    vault.mending().forget(key);
                    throw new StorageFailure(
                            StorageFailure.Kind.MISSING, "original: was erased meanwhile, recording=" + key.id());
                }
                Optional<Path> aside = vault.mending().put(key);
                suspects.remove(key);
                return aside;
            } finally {
                lock.unlock();
            }
        } finally {
            alone.unlock();
        }
    }

    /** Says that a copy is bad, so that the other is read from now on. */
    public void distrust(OriginalKey key, int copy) {
        suspects.put(key, copy);
    }

    /** Says that both copies are good again. */
    public void trust(OriginalKey key) {
        suspects.remove(key);
    }

    @Override
    public SeekableByteChannel open(OriginalKey key) throws StorageFailure {
        int preferred = preferred(key);
        try {
            return sides.get(preferred).open(key);
        } catch (StorageFailure e) {
            try {
                return sides.get(1 - preferred).open(key);
            } catch (StorageFailure suppressed) {
                e.addSuppressed(suppressed);
                throw e;
            }
        }
    }

    @Override
    public Optional<Path> localFile(OriginalKey key) {
        int preferred = preferred(key);
        return sides.get(preferred)
                .localFile(key)
                .or(() -> sides.get(1 - preferred).localFile(key));
    }

    @Override
    public Stream<OriginalKey> originals() throws StorageFailure {
        TreeSet<LocalDate> days = new TreeSet<>(first().days());
        days.addAll(second().days());
        return days.stream().flatMap(day -> {
            try {
                return originals(day);
            } catch (StorageFailure e) {
                throw new java.io.UncheckedIOException(new IOException(e));
            }
        });
    }

    @Override
    public Stream<OriginalKey> originals(LocalDate day) throws StorageFailure {
        Set<OriginalKey> all = new LinkedHashSet<>();
        for (FileVault side : sides) {
            try (Stream<OriginalKey> keys = side.originals(day)) {
                keys.forEach(all::add);
            }
        }
        return all.stream();
    }

    @Override
    public void erase(OriginalKey key) throws StorageFailure {
        ReentrantLock lock = of(changing, key);
        lock.lock();
        try {
            first().erase(key);
            second().erase(key);
            suspects.remove(key);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long roomBytes() throws StorageFailure {
        return Math.min(first().roomBytes(), second().roomBytes());
    }

    @Override
    public Optional<String> outOfService() {
        return first().outOfService().or(() -> second().outOfService().map(why -> "mirror: " + why));
    }

    @Override
    public void close() {
        sides.forEach(FileVault::close);
    }
}
