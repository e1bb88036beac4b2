package org.liuhen.ingest.room;

import java.util.OptionalLong;
import java.util.function.Predicate;
import org.liuhen.ingest.Appending;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures that nobody goes on with, because the server was killed or the disk was full: what of them was acknowledged is
 * sealed as it is, since it ends with a piece. Safe for many threads.
 */
final class UnfinishedCaptures {
    /** The protocol of captures, as upload rows name it. */
    static final String PROTOCOL = "rtsp";

    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedCaptures.class);

    private final Catalog catalog;
    private final Uploads uploads;

    UnfinishedCaptures(Catalog catalog, Uploads uploads) {
        this.catalog = catalog;
        this.uploads = uploads;
    }

    /** Seals all of them. Call while no camera is being captured. */
    void sealAll() throws StorageFailure {
        seal(upload -> true);
    }

    /** Seals those of one camera. Call while it is not being captured. */
    void sealOf(DeviceId device) throws StorageFailure {
        seal(upload -> upload.device().equals(device));
    }

    private void seal(Predicate<Upload> which) throws StorageFailure {
        for (Upload upload : catalog.uploads()) {
            if (upload.protocol().equals(PROTOCOL) && upload.recording() == null && which.test(upload)) {
                seal(upload);
            }
        }
    }

    private void seal(Upload upload) throws StorageFailure {
        Principal camera = new Principal.OfDevice(upload.device());
        if (upload.offsetBytes() == 0) {
            uploads.giveUp(upload.id(), camera);
            return;
        }
        Appending appending = uploads.append(upload.id(), camera, upload.offsetBytes(), OptionalLong.empty());
        if (appending instanceof Appending.Ready ready) {
            ready.writer().finishWhole();
            LOG.info("capture: of {} sealed after an interruption", upload.device());
        }
    }
}
