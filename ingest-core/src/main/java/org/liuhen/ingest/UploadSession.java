package org.liuhen.ingest;

import io.micrometer.core.instrument.Timer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadWriter.Declared;
import org.liuhen.ingest.UploadWriter.Taken;
import org.liuhen.storage.Change;
import org.liuhen.storage.DeviceId;
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
    private final UploadRow row;
    private @Nullable UploadMetadata metadata;
    private @Nullable UploadWriter holder;
    private final OpenBytes bytes;
    private boolean unsettled;
    private boolean retired;

    /** A session over a row that is in the catalog, or not: see {@link #load}. */
    UploadSession(UploadId id, SessionParts parts, Consumer<UploadSession> onRetired) {
        this.id = id;
        this.parts = parts;
        this.onRetired = onRetired;
        this.row = new UploadRow(id, parts);
        this.bytes = new OpenBytes(id, parts, row);
    }

    /** Makes this the session of an upload that begins now, its row on the way to the catalog. */
    UploadWriter begin(Upload fresh, UploadMetadata metadata, boolean addressKnown) {
        lock.lock();
        try {
            this.metadata = metadata;
            row.create(fresh);
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

    boolean isOf(DeviceId device) {
        return row.isLoaded() && row().device().equals(device);
    }

    /** Reads the row unless it is known. False if there is none, or it has expired; then this retires. */
    boolean load() throws StorageFailure {
        if (!row.isLoaded()) {
            if (!row.load()) {
                retire();
                return false;
            }
            metadata = UploadMetadata.ofDeclared(row().metadata());
        }
        return true;
    }

    Upload row() {
        return row.now();
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
            row.become(
                    known.recording() != null
                            ? known
                            : parts.sealer()
                                    .settle(known, parts.sealer().orphans(Vault.dayOf(known.began())))
                                    .orElse(known));
            unsettled = false;
        }
        return row.isDue() && complete() instanceof Written.FingerprintMismatch mismatch ? mismatch : null;
    }

    /** Call with the lock held and the row settled. */
    Appending append(long offsetBytes, OptionalLong bodyBytes) throws StorageFailure {
        Upload now = row();
        if (offsetBytes != now.offsetBytes()) {
            return new Appending.OffsetMismatch(now.offsetBytes());
        }
        long left = row.mostBytes() - offsetBytes;
        if (bodyBytes.orElse(0) > left) {
            return new Appending.TooLong(offsetBytes + left);
        }
        if (now.recording() != null || row.isCompletePart()) {
            return new Appending.Finished(now);
        }
        parts.requireInService();
        parts.requireRoom(bodyBytes.orElse(0), "upload " + id);
        bytes.open();
        parts.idle().wake(this);
        return new Appending.Ready(hold(true));
    }

    private UploadWriter hold(boolean addressKnown) {
        UploadWriter writer = new UploadWriter(this, addressKnown);
        holder = writer;
        parts.meters().began();
        return writer;
    }

    Taken write(UploadWriter writer, ByteBuffer more) throws StorageFailure {
        lock.lock();
        try {
            if (holder != writer) {
                return Taken.SUPERSEDED;
            }
            try {
                return write(more, bytes.open());
            } catch (StorageFailure failure) {
                endAfter(failure);
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private Taken write(ByteBuffer more, Vault.Incoming to) throws StorageFailure {
        bytes.requireSound();
        long size = to.sizeBytes();
        int count = more.remaining();
        if (count > row.mostBytes() - size) {
            parts.meters().refused("too-long");
            endBody(!row.isWhole());
            retireIfClosed();
            return Taken.TOO_LONG;
        }
        if (size / ROOM_CHECK_BYTES != (size + count) / ROOM_CHECK_BYTES) {
            parts.requireRoom(0, "upload " + id);
        }
        to.write(more);
        parts.meters().received(count);
        boolean remembered = holder != null && holder.addressKnown() && !holder.isHeldBack();
        bytes.checkpointIfDue(remembered);
        return Taken.TAKEN;
    }

    void change(UnaryOperator<Upload> step) throws StorageFailure {
        row.change(step);
        metadata = UploadMetadata.ofDeclared(row().metadata());
    }

    Written finish(UploadWriter writer, boolean isAll) throws StorageFailure {
        Timer.Sample sample = parts.meters().bodyEnded();
        lock.lock();
        try {
            if (holder != writer) {
                return new Written.Superseded();
            }
            writer.vouch();
            if (row.endsAt(bytes.sizeBytes(), isAll)) {
                return complete();
            }
            endBodyOrAbandon();
            if (row.isCompletePart()) {
                bytes.close();
                retireIfClosed();
                parts.partComplete().accept(id);
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
            bytes.awaitForced();
            row.awaitCreation();
            UploadMetadata declared = metadata;
            if (declared == null) {
                throw new IllegalStateException("upload: " + id + " is not loaded (expected: metadata)");
            }
            unsettled = true;
            Vault.Incoming all = bytes.handOver();
            parts.idle().wake(this);
            Written written = parts.sealer().seal(row(), declared, all);
            unsettled = false;
            if (written instanceof Written.Sealed sealed) {
                row.become(sealed.upload());
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
                endBodyOrAbandon();
            }
        } finally {
            lock.unlock();
        }
    }

    private void endBodyOrAbandon() throws StorageFailure {
        try {
            endBody(true);
            retireIfClosed();
        } catch (StorageFailure failure) {
            abandon();
            throw failure;
        }
    }

    void broken(UploadWriter writer) {
        lock.lock();
        try {
            if (holder == writer) {
                endBody(writer.addressKnown());
                retireIfClosed();
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
            bytes.close();
        } finally {
            lock.unlock();
        }
    }

    private void endAfter(StorageFailure failure) {
        try {
            endBody(!row.isWhole());
            retireIfClosed();
        } catch (StorageFailure again) {
            failure.addSuppressed(again);
            abandon();
        }
    }

    /** @param keep whether what came is to be resumed; forgotten otherwise */
    private void endBody(boolean keep) throws StorageFailure {
        if (!keep) {
            forget();
            return;
        }
        if (holder != null && holder.isHeldBack()) {
            dropBody();
            return;
        }
        bytes.awaitForced();
        row.awaitCreation();
        row.acknowledge(bytes.force());
        release();
        if (bytes.areOpen()) {
            parts.idle().rest(this);
        }
    }

    /** Drops what a body brought that was held back: opened again at the row's offset, the rest is cut off. */
    private void dropBody() throws StorageFailure {
        bytes.awaitForcedWhateverItSays();
        row.awaitCreation();
        bytes.close();
        row.acknowledge(row().offsetBytes());
        release();
    }

    /** Ends a body of which nothing is to be kept. */
    void reject(UploadWriter writer) throws StorageFailure {
        lock.lock();
        try {
            if (holder == writer) {
                if (writer.addressKnown()) {
                    endBodyOrAbandon();
                } else {
                    forget();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    Declared declareLength(UploadWriter writer, long lengthBytes) {
        lock.lock();
        try {
            return holder == writer ? row.declareLength(lengthBytes) : Declared.SUPERSEDED;
        } finally {
            lock.unlock();
        }
    }

    void establish(UploadWriter writer) throws StorageFailure {
        lock.lock();
        try {
            if (holder == writer) {
                row.awaitCreation();
            }
        } finally {
            lock.unlock();
        }
    }

    Written acknowledge(UploadWriter writer, Map<String, String> notes) throws StorageFailure {
        lock.lock();
        try {
            if (holder != writer) {
                return new Written.Superseded();
            }
            bytes.awaitForced();
            row.awaitCreation();
            row.note(notes);
            row.acknowledge(bytes.forceOpened());
            return new Written.Acknowledged(row());
        } catch (StorageFailure failure) {
            abandon();
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says durably that the bytes of a part are all in here; the same commit marks the part.
     *
     * @return false if somebody else has the pen now, and nothing was done
     */
    boolean absorbed(UploadWriter writer, Upload part) throws StorageFailure {
        lock.lock();
        try {
            if (holder != writer) {
                return false;
            }
            bytes.awaitForced();
            row.awaitCreation();
            Upload next = row().withOffset(bytes.open().force(), row.expires());
            parts.commits()
                    .apply(Change.builder()
                            .upload(next)
                            .upload(part.withNote(Concatenations.MERGED_NOTE, id.hex(), next.expires()))
                            .build());
            row.become(next);
            return true;
        } catch (StorageFailure failure) {
            endAfter(failure);
            throw failure;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the upload: first its row, then its bytes. Call with the lock held. */
    void forget() throws StorageFailure {
        bytes.awaitForcedWhateverItSays();
        row.awaitCreation();
        parts.commits().apply(Change.builder().forgetUpload(id).build());
        bytes.close();
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

    /** Lets everything go after a failure; the row in the catalog says what stands. Call with the lock held. */
    void abandon() {
        bytes.awaitForcedWhateverItSays();
        row.abandonCreation();
        bytes.close();
        release();
        if (!unsettled) {
            retire();
        }
    }

    /** Lets a session go that was only looked at. Call with the lock held. */
    void retireIfClosed() {
        if (holder == null && !bytes.areOpen() && !unsettled) {
            retire();
        }
    }

    private void release() {
        if (holder != null) {
            holder = null;
            parts.meters().ended();
        }
    }

    /** Closes the bytes if nobody is at it. */
    void closeIfIdle() {
        if (lock.tryLock()) {
            try {
                if (holder == null && !retired) {
                    bytes.close();
                    retireIfClosed();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Call with the lock held, or before anybody else knows this. */
    void retire() {
        bytes.close();
        retired = true;
        parts.idle().wake(this);
        onRetired.accept(this);
    }
}
