package org.liuhen.ingest.drop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Upload;

/**
 * Something in a device's folder.
 *
 * @param sizeBytes of a file under way, what is durable; of a receipt in a list, {@link #RECEIPT_BYTES}
 * @param upload null for folders and receipts
 */
public record DropEntry(
        DropPath path,
        Kind kind,
        long sizeBytes,
        Instant modified,
        @Nullable Upload upload) {
    /** About what a receipt has; made only when somebody reads it, because handing one out is an event. */
    public static final long RECEIPT_BYTES = 4096;

    /** What it is. */
    public enum Kind {
        FOLDER,
        UNFINISHED,
        SEALED,
        RECEIPT
    }

    public boolean isFolder() {
        return kind == Kind.FOLDER;
    }
}
