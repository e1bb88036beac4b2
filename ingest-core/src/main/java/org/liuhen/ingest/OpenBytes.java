package org.liuhen.ingest;

import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * The bytes of one upload while somebody works on it: open or not, and how far they have been forced. Belongs to an {@link
 * UploadSession} and is used under its lock.
 */
final class OpenBytes {
    private final UploadId id;
    private final SessionParts parts;
    private final UploadRow row;
    private final Checkpoint checkpoint = new Checkpoint();
    private Vault.@Nullable Incoming incoming;

    OpenBytes(UploadId id, SessionParts parts, UploadRow row) {
        this.id = id;
        this.parts = parts;
        this.row = row;
    }

    boolean areOpen() {
        return incoming != null;
    }

    /** How many there are, forced or not; what the row says while they are closed. */
    long sizeBytes() {
        return incoming == null ? row.now().offsetBytes() : incoming.sizeBytes();
    }

    /** Opens them at the row's offset unless they are open. */
    Vault.Incoming open() throws StorageFailure {
        Vault.Incoming open = incoming;
        if (open == null) {
            open = row.isBeginning()
                    ? parts.vault().begin(id)
                    : reopen(row.now().offsetBytes());
            incoming = open;
            checkpoint.reached(open.sizeBytes());
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

    /** Hands them over, open, to whoever seals them: from now on they are not ours. */
    Vault.Incoming handOver() throws StorageFailure {
        Vault.Incoming all = open();
        incoming = null;
        return all;
    }

    /** Forces what is open and returns how much is durable; what the row says if nothing is open. */
    long force() throws StorageFailure {
        return incoming == null ? row.now().offsetBytes() : incoming.force();
    }

    /** Opens them if need be, forces them and returns how much is durable. */
    long forceOpened() throws StorageFailure {
        long durable = open().force();
        checkpoint.reached(durable);
        return durable;
    }

    /**
     * Begins to force what is there, if it is time, while more is being written: so that neither a crash nor the end of the
     * body costs much.
     *
     * @param remembered whether the row is to say so
     */
    void checkpointIfDue(boolean remembered) throws StorageFailure {
        Vault.Incoming of = open();
        checkpoint.beginIfDue(of.sizeBytes(), parts.settings().checkpointBytes(), parts.checkpoints(), () -> {
            long durable = of.force();
            if (remembered) {
                row.save(row.now().withOffset(durable, row.expires()));
            }
        });
    }

    /** Throws what forcing has failed with, if it has. Does not wait. */
    void requireSound() throws StorageFailure {
        checkpoint.requireSound();
    }

    void awaitForced() throws StorageFailure {
        checkpoint.await();
    }

    void awaitForcedWhateverItSays() {
        checkpoint.awaitWhateverItSays();
    }

    void close() {
        Vault.Incoming open = incoming;
        incoming = null;
        if (open != null) {
            open.close();
        }
    }
}
