package org.liuhen.ingest;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Vault;

/**
 * What every upload session works with.
 *
 * @param checkpoints runs the forces of long bodies beside their writing
 * @param idle the sessions that are open between two requests
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
        IdleUploads idle) {}
