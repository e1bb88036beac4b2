package org.liuhen.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadWriter.Declared;
import org.liuhen.storage.Change;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/** The row of one upload under way: as the catalog has it, or on its way there. One thread, but for {@link #now}. */
final class UploadRow {
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final UploadId id;
    private final SessionParts parts;
    private volatile @Nullable Upload row;
    private Commits.@Nullable Pending creation;
    /** Whether this says more than the catalog. */
    private boolean unsaved;

    UploadRow(UploadId id, SessionParts parts) {
        this.id = id;
        this.parts = parts;
    }

    /** Sends a new row on its way. */
    void create(Upload fresh) {
        row = fresh;
        creation = parts.commits().begin(Change.builder().upload(fresh).build());
    }

    /** Whether the row may not be in the catalog yet. */
    boolean isBeginning() {
        return creation != null;
    }

    boolean isLoaded() {
        return row != null;
    }

    /** Reads the row; false if there is none, or it has expired. */
    boolean load() throws StorageFailure {
        Optional<Upload> known = parts.catalog()
                .upload(id)
                .filter(upload -> !upload.expires().isBefore(parts.clock().instant()));
        known.ifPresent(this::become);
        return known.isPresent();
    }

    Upload now() {
        Upload known = row;
        if (known == null) {
            throw new IllegalStateException("upload: " + id + " is not loaded (expected: a row)");
        }
        return known;
    }

    /** Takes over what the catalog says. */
    void become(Upload known) {
        row = known;
    }

    void awaitCreation() throws StorageFailure {
        Commits.Pending pending = creation;
        if (pending != null) {
            parts.commits().applied(pending);
            creation = null;
        }
    }

    void abandonCreation() {
        creation = null;
    }

    /** Makes it durable how far the bytes are. */
    void acknowledge(long durableBytes) throws StorageFailure {
        if (unsaved || durableBytes != now().offsetBytes()) {
            save(now().withOffset(durableBytes, expires()));
            unsaved = false;
        }
    }

    void save(Upload next) throws StorageFailure {
        parts.commits().apply(Change.builder().upload(next).build());
        row = next;
    }

    /** Makes a changed row durable, and lets it wait for its device anew unless it is finished; with nobody writing. */
    void change(UnaryOperator<Upload> step) throws StorageFailure {
        awaitCreation();
        Upload next = step.apply(now());
        save(next.recording() == null ? next.withOffset(next.offsetBytes(), expires()) : next);
    }

    /** Takes a length; it is durable with the next {@link #acknowledge}. */
    Declared declareLength(long lengthBytes) {
        Upload now = now();
        Long known = now.lengthBytes();
        if (known != null) {
            return known == lengthBytes ? Declared.TAKEN : Declared.MISMATCH;
        }
        if (lengthBytes < now.offsetBytes()) {
            return Declared.MISMATCH;
        }
        if (lengthBytes > parts.settings().largestBytes()) {
            return Declared.TOO_LONG;
        }
        row = now.withLength(lengthBytes);
        unsaved = true;
        return Declared.TAKEN;
    }

    /** Takes what the protocol has to remember; it is durable with the next {@link #acknowledge}. */
    void note(Map<String, String> notes) {
        row = now().withNotes(notes);
        unsaved = true;
    }

    /**
     * Until when an upload that has just shown life waits: what was measured here has no other copy at a device that could
     * come back with it, so it waits for ever.
     */
    Instant expires() {
        boolean only = now().notes().containsKey(Uploads.MEASURED_FROM);
        return parts.clock().instant().plus(only ? FOR_EVER : parts.settings().unfinishedFor());
    }

    /** How many bytes it may have. */
    long mostBytes() {
        Long length = now().lengthBytes();
        return length == null ? parts.settings().largestBytes() : length;
    }

    /** Whether a body that ends here is the upload's end. */
    boolean endsAt(long sizeBytes, boolean isAll) {
        Long length = now().lengthBytes();
        boolean ends = isAll || (length != null && Uploads.endsAtLength(now()));
        return ends
                && (length == null || length == sizeBytes)
                && !now().protocol().equals(Uploads.PART);
    }

    boolean isWhole() {
        return Uploads.isWhole(now());
    }

    /** Whether all bytes are there of what is to be sealed when all bytes are there. */
    boolean isDue() {
        Upload now = now();
        return now.recording() == null && hasAllBytes(now) && Uploads.endsAtLength(now);
    }

    boolean isCompletePart() {
        return now().protocol().equals(Uploads.PART) && hasAllBytes(now());
    }

    static boolean hasAllBytes(Upload upload) {
        Long length = upload.lengthBytes();
        return length != null && upload.offsetBytes() == length;
    }
}
