package org.liuhen.storage.vault;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.List;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * An upload growing in two vaults at once, each of which fingerprints what it is given. When one of them finds no room, the
 * other goes back to where that one is, so that the write can be repeated; after any other failure it can only be closed.
 */
final class MirroredIncoming implements Vault.Incoming {
    private final MirroredVault vault;
    private final UploadId upload;
    /** Held while forcing, which another thread may do while one writes, and while a side is exchanged. */
    private final Object forcing = new Object();

    private volatile Vault.Incoming first;
    /** Whether the two are not at the same place any more. */
    private volatile boolean apart;

    private final Vault.Incoming second;

    MirroredIncoming(MirroredVault vault, UploadId upload, Vault.Incoming first, Vault.Incoming second) {
        this.vault = vault;
        this.upload = upload;
        this.first = first;
        this.second = second;
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageFailure {
        requireTogether();
        ByteBuffer again = bytes.duplicate();
        int start = bytes.position();
        first.write(bytes);
        try {
            second.write(again);
        } catch (StorageFailure e) {
            bytes.position(start);
            apart = true;
            if (e.kind() == StorageFailure.Kind.NO_SPACE) {
                goBack(e);
            }
            throw e;
        }
    }

    private void goBack(StorageFailure why) {
        synchronized (forcing) {
            first.close();
            try {
                first = vault.copies().get(0).resume(upload, second.sizeBytes());
                apart = false;
            } catch (StorageFailure suppressed) {
                why.addSuppressed(suppressed);
            }
        }
    }

    private void requireTogether() throws StorageFailure {
        if (apart) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE,
                    "upload: one of two vaults failed (expected: resumed from the acknowledged offset), upload="
                            + upload);
        }
    }

    @Override
    public long sizeBytes() {
        return second.sizeBytes();
    }

    @Override
    public long force() throws StorageFailure {
        synchronized (forcing) {
            requireTogether();
            long one = first.force();
            return Math.min(one, second.force());
        }
    }

    @Override
    public Fingerprint fingerprint() {
        return second.fingerprint();
    }

    @Override
    public List<String> crc32cPerMiB() {
        return second.crc32cPerMiB();
    }

    @Override
    public OriginalKey seal(Manifest manifest, LocalDate day) throws StorageFailure {
        requireTogether();
        try {
            OriginalKey key = vault.seal(upload, first, second, manifest, day);
            close();
            return key;
        } catch (StorageFailure e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
