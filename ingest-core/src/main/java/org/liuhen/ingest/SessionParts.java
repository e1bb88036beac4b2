package org.liuhen.ingest;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * What every upload session works with.
 *
 * @param checkpoints runs the forces of long bodies beside their writing
 * @param idle the sessions that are open between two requests
 * @param partComplete told when all of a part is durable
 */
record SessionParts(
        Catalog catalog,
        Vault vault,
        Commits commits,
        Sealer sealer,
        UploadSettings settings,
        InstantSource clock,
        UploadMeters meters,
        Executor checkpoints,
        IdleUploads idle,
        Consumer<UploadId> partComplete) {
    SessionParts with(Consumer<UploadId> partComplete) {
        return new SessionParts(
                catalog, vault, commits, sealer, settings, clock, meters, checkpoints, idle, partComplete);
    }

    /** @throws StorageFailure {@code OUT_OF_SERVICE} if nothing that is pushed could be kept */
    void requireInService() throws StorageFailure {
        Optional<String> why = vault.outOfService().or(catalog::outOfService);
        if (why.isPresent()) {
            meters.refused("out-of-service");
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, why.get());
        }
    }

    /** @throws StorageFailure {@code NO_SPACE} if the vault cannot take so many bytes more, for {@code what} */
    void requireRoom(long bytes, String what) throws StorageFailure {
        long room = vault.roomBytes();
        if (room <= 0 || room < bytes) {
            meters.refused("no-space");
            throw new StorageFailure(
                    StorageFailure.Kind.NO_SPACE,
                    "room: " + Math.max(0, room) + " bytes (expected: " + bytes + " for " + what + ")");
        }
    }
}
