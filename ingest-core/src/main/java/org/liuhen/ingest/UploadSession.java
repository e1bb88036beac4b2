package org.liuhen.ingest;

import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadWriter.Taken;
import org.liuhen.storage.Change;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One upload while somebody works on it: who holds the pen, the open bytes, and the row as it is durable. The lock is
 * held for one step, never for a whole body, so a newcomer waits for at most one write of its ghost before it takes the
 * pen, parks what the ghost brought, and goes on. Safe for many threads.
 */
final class UploadSession {
    private static final Logger LOG = LoggerFactory.getLogger(UploadSession.class);
    /** How many bytes may come between two looks at the room that is left. */
    private static final long ROOM_CHECK_BYTES = 16L << 20;

    private final UploadId id;
    private final SessionParts parts;
    private final Consumer<UploadSession> onRetired;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Upload row;
    private @Nullable UploadMetadata metadata;
    private @Nullable UploadWriter holder;
    private Vault.@Nullable Incoming incoming;
    private Commits.@Nullable Pending creation;
    private @Nullable CompletableFuture<Void> checkpoint;
    private long checkpointedBytes;
    private boolean unsettled;
    private boolean retired;

    /** A session over a row that is in the catalog, or not: see {@link #load}. */
    UploadSession(UploadId id, SessionParts parts, Consumer<UploadSession> onRetired) {
        this.id = id;
        this.parts = parts;
        this.onRetired = onRetired;
    }

    /** Makes this the session of an upload that begins now, its row on the way to the catalog. */
    UploadWriter begin(Upload fresh, UploadMetadata metadata, boolean addressKnown) {
        lock.lock();
        try {
            this.row = fresh;
            this.metadata = metadata;
            this.creation = parts.commits().begin(Change.builder().upload(fresh).build());
            return hold(addressKnown);
        } finally {
            lock.unlock();
        }
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Whether this has been left behind; then look the upload up again. */
    boolean isRetired() {
        return retired;
    }

    /** Reads the row unless it is known. False if there is none, or it has expired; then this retires. */
    boolean load() throws StorageFailure {
        Upload known = row;
        if (known == null) {
            known = parts.catalog().upload(id).orElse(null);
            if (known == null || known.expires().isBefore(parts.clock().instant())) {
                retire();
                return false;
            }
            metadata = UploadMetadata.ofDeclared(known.metadata());
            row = known;
        }
        return true;
    }

    Upload row() {
        Upload known = row;
        if (known == null) {
            throw new IllegalStateException("upload: " + id + " is not loaded (expected: a row)");
        }
        return known;
    }

    /**
     * Takes the pen from whoever has it, keeps what they brought, and finishes what a failure left half done. The row
     * is then as far as it can be. Call with the lock held and the row loaded.
     */
    Written.@Nullable FingerprintMismatch settle() throws StorageFailure {
        if (holder != null) {
            endBody(true);
        }
        if (unsettled) {
            Upload known = parts.catalog().upload(id).orElse(row());
            row = known.recording() != null
                    ? known
                    : parts.sealer()
                            .settle(known, parts.sealer().orphans(Vault.dayOf(known.began())))
                            .orElse(known);
            unsettled = false;
        }
        Upload now = row();
        Long length = now.lengthBytes();
        if (now.recording() == null && length != null && now.offsetBytes() == length) {
            if (complete() instanceof Written.FingerprintMismatch mismatch) {
                return mismatch;
            }
        }
        return null;
    }

    /** Call with the lock held and the row settled. */
    Appending append(long offsetBytes, OptionalLong bodyBytes) throws StorageFailure {
        Upload now = row();
        if (offsetBytes != now.offsetBytes()) {
            return new Appending.OffsetMismatch(now.offsetBytes());
        }
        long left = (now.lengthBytes() == null ? parts.settings().largestBytes() : now.lengthBytes()) - offsetBytes;
        if (bodyBytes.orElse(0) > left) {
            return new Appending.TooLong(offsetBytes + left);
        }
        if (now.recording() != null) {
            return new Appending.Finished(now);
        }
        parts.requireInService();
        parts.requireRoom(bodyBytes.orElse(0), "upload " + id);
        open();
        parts.idle().wake(this);
        return new Appending.Ready(hold(true));
    }

    private UploadWriter hold(boolean addressKnown) {
        UploadWriter writer = new UploadWriter(this, addressKnown);
        holder = writer;
        parts.meters().began();
        return writer;
    }

    private Vault.Incoming open() throws StorageFailure {
        Vault.Incoming open = incoming;
        if (open == null) {
            open = creation != null ? parts.vault().begin(id) : reopen(row().offsetBytes());
            incoming = open;
            checkpointedBytes = open.sizeBytes();
        }
        return open;
    }

    private Vault.Incoming reopen(long offsetBytes) throws StorageFailure {
        try {
            return parts.vault().resume(id, offsetBytes);
        } catch (StorageFailure failure) {
            if (failure.kind() == StorageFailure.Kind.MISSING && offsetBytes == 0) {
                return parts.vault().begin(id);
            }
            throw failure;
        }
    }

    Taken write(UploadWriter writer, ByteBuffer bytes) throws StorageFailure {
        lock.lock();
        try {
            if (holder != writer) {
                return Taken.SUPERSEDED;
            }
            try {
                return write(bytes, open());
            } catch (StorageFailure failure) {
                endAfter(failure);
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private Taken write(ByteBuffer bytes, Vault.Incoming to) throws StorageFailure {
        CompletableFuture<Void> running = checkpoint;
        if (running != null && running.isCompletedExceptionally()) {
            awaitCheckpoint();
        }
        Long length = row().lengthBytes();
        long size = to.sizeBytes();
        int count = bytes.remaining();
        if (count > (length == null ? parts.settings().largestBytes() : length) - size) {
            parts.meters().refused("too-long");
            endBody(!isWhole());
            return Taken.TOO_LONG;
        }
        if (size / ROOM_CHECK_BYTES != (size + count) / ROOM_CHECK_BYTES) {
            parts.requireRoom(0, "upload " + id);
        }
        to.write(bytes);
        parts.meters().received(count);
        if (to.sizeBytes() - checkpointedBytes >= parts.settings().checkpointBytes()
                && (running == null || running.isDone())) {
            beginCheckpoint(to);
        }
        return Taken.TAKEN;
    }

    /** Forces what is there while more is being written, so that neither a crash nor the end of the body costs much. */
    private void beginCheckpoint(Vault.Incoming of) {
        checkpointedBytes = of.sizeBytes();
        boolean remembered = holder != null && holder.addressKnown();
        checkpoint = CompletableFuture.runAsync(
                () -> {
                    try {
                        long durable = of.force();
                        if (remembered) {
                            Upload next = row().withOffset(durable, expires());
                            parts.commits().apply(Change.builder().upload(next).build());
                            row = next;
                        }
                    } catch (StorageFailure failure) {
                        throw new CompletionException(failure);
                    }
                },
                parts.checkpoints());
    }

    private void awaitCheckpoint() throws StorageFailure {
        CompletableFuture<Void> running = checkpoint;
        checkpoint = null;
        if (running != null) {
            try {
                running.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof StorageFailure failure) {
                    throw new StorageFailure(failure.kind(), String.valueOf(failure.getMessage()), failure);
                }
                throw e;
            }
        }
    }

    private void awaitCreation() throws StorageFailure {
        Commits.Pending pending = creation;
        if (pending != null) {
            parts.commits().applied(pending);
            creation = null;
        }
    }

    Written finish(UploadWriter writer, boolean isAll) throws StorageFailure {
        Timer.Sample sample = parts.meters().bodyEnded();
        lock.lock();
        try {
            if (holder != writer) {
                return new Written.Superseded();
            }
            Upload now = row();
            long size = incoming == null ? now.offsetBytes() : incoming.sizeBytes();
            Long length = now.lengthBytes();
            if (length == null ? isAll : length == size) {
                return complete();
            }
            try {
                endBody(true);
            } catch (StorageFailure failure) {
                abandon();
                throw failure;
            }
            return new Written.Acknowledged(row());
        } finally {
            lock.unlock();
            parts.meters().answered(sample);
        }
    }

    /** Seals. After a failure the bytes lie either here or published, and {@link #settle} finds out which. */
    private Written complete() throws StorageFailure {
        try {
            awaitCheckpoint();
            awaitCreation();
            UploadMetadata declared = metadata;
            if (declared == null) {
                throw new IllegalStateException("upload: " + id + " is not loaded (expected: metadata)");
            }
            unsettled = true;
            Vault.Incoming all = open();
            incoming = null;
            parts.idle().wake(this);
            Written written = parts.sealer().seal(row(), declared, all);
            unsettled = false;
            if (written instanceof Written.Sealed sealed) {
                row = sealed.upload();
                parts.meters().sealed(sealed.again());
            } else {
                parts.meters().refused("fingerprint-mismatch");
            }
            release();
            retire();
            return written;
        } catch (StorageFailure failure) {
            abandon();
            throw failure;
        }
    }

    void park(UploadWriter writer) throws StorageFailure {
        lock.lock();
        try {
            if (holder == writer) {
                endBody(true);
            }
        } catch (StorageFailure failure) {
            abandon();
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    void broken(UploadWriter writer) {
        lock.lock();
        try {
            if (holder == writer) {
                endBody(writer.addressKnown());
            }
        } catch (StorageFailure failure) {
            LOG.warn("upload: {} could not be parked, its last acknowledged offset stands", id, failure);
            abandon();
        } finally {
            lock.unlock();
        }
    }

    /** Parks whoever writes, because the server stops. */
    void stop() {
        lock.lock();
        try {
            UploadWriter writer = holder;
            if (writer != null) {
                broken(writer);
            }
            closeIncoming();
        } finally {
            lock.unlock();
        }
    }

    private void endAfter(StorageFailure failure) {
        try {
            endBody(!isWhole());
        } catch (StorageFailure again) {
            failure.addSuppressed(again);
            abandon();
        }
    }

    private boolean isWhole() {
        return Uploads.isWhole(row());
    }

    /** @param keep whether what came is to be resumed; forgotten otherwise */
    private void endBody(boolean keep) throws StorageFailure {
        if (!keep) {
            forget();
            return;
        }
        awaitCheckpoint();
        awaitCreation();
        Vault.Incoming open = incoming;
        if (open != null) {
            long durable = open.force();
            if (durable != row().offsetBytes()) {
                Upload next = row().withOffset(durable, expires());
                parts.commits().apply(Change.builder().upload(next).build());
                row = next;
            }
        }
        release();
        if (open == null) {
            retire();
        } else {
            parts.idle().rest(this);
        }
    }

    /** Drops the upload: first its row, then its bytes. Call with the lock held. */
    void forget() throws StorageFailure {
        awaitCheckpointWhateverItSays();
        awaitCreation();
        parts.commits().apply(Change.builder().forgetUpload(id).build());
        closeIncoming();
        parts.vault().discard(id);
        release();
        retire();
    }

    /** Forgets the upload if it has expired and nobody is at it. Call with the lock held. */
    boolean forgetIfExpired() throws StorageFailure {
        boolean expired = holder == null
                && parts.catalog()
                        .upload(id)
                        .filter(now -> !now.expires().isAfter(parts.clock().instant()))
                        .isPresent();
        if (expired) {
            forget();
        }
        return expired;
    }

    private void awaitCheckpointWhateverItSays() {
        CompletableFuture<Void> running = checkpoint;
        checkpoint = null;
        if (running != null) {
            running.exceptionally(ignoredAsTheBytesAreLetGo -> null).join();
        }
    }

    private Instant expires() {
        return parts.clock().instant().plus(parts.settings().unfinishedFor());
    }

    /** Lets everything go after a failure; the row in the catalog says what stands. Call with the lock held. */
    void abandon() {
        awaitCheckpointWhateverItSays();
        creation = null;
        closeIncoming();
        release();
        if (!unsettled) {
            retire();
        }
    }

    /** Lets a session go that was only looked at. Call with the lock held. */
    void retireIfClosed() {
        if (holder == null && incoming == null && !unsettled) {
            retire();
        }
    }

    private void release() {
        if (holder != null) {
            holder = null;
            parts.meters().ended();
        }
    }

    private void closeIncoming() {
        Vault.Incoming open = incoming;
        incoming = null;
        if (open != null) {
            open.close();
        }
    }

    /** Closes the bytes if nobody is at it. */
    void closeIfIdle() {
        if (lock.tryLock()) {
            try {
                if (holder == null && !retired) {
                    closeIncoming();
                    retireIfClosed();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Call with the lock held, or before anybody else knows this. */
    void retire() {
        closeIncoming();
        retired = true;
        parts.idle().wake(this);
        onRetired.accept(this);
    }
}
