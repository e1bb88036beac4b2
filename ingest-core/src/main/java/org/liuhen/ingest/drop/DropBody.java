package org.liuhen.ingest.drop;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Written;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/**
 * Bytes on their way to one file. Must be ended with one of {@link #declaredFinished}, {@link #park} and {@link #broken}.
 * One thread at a time.
 */
public final class DropBody {
    private final DropVisit visit;
    private final DropPath path;
    private final UploadWriter writer;
    private @Nullable UploadId replaced;
    private long offsetBytes;

    /** @param replaced what is under way at the same path; null if nothing is */
    DropBody(DropVisit visit, DropPath path, UploadWriter writer, @Nullable UploadId replaced) {
        this.visit = visit;
        this.path = path;
        this.writer = writer;
        this.replaced = replaced;
        this.offsetBytes = writer.upload().offsetBytes();
    }

    public DropPath path() {
        return path;
    }

    /** Gives up what was under way at the same path: from now on there is no way back to it. */
    public void takePlace() throws StorageFailure {
        UploadId before = replaced;
        replaced = null;
        if (before != null) {
            visit.giveUp(before);
        }
    }

    /** Where the next byte goes. */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** Whether its length was announced, so that its end needs nobody's word. */
    public boolean isLengthKnown() {
        return writer.upload().lengthBytes() != null;
    }

    /**
     * Appends bytes. Durable on return: nothing.
     *
     * @throws DropRefusal {@code TOO_LONG}, {@code SUPERSEDED}, {@code REVOKED}; what came before is kept
     */
    public void write(ByteBuffer bytes) throws StorageFailure, DropRefusal {
        try {
            visit.requireWelcome();
        } catch (DropRefusal refusal) {
            writer.broken();
            throw refusal;
        }
        takePlace();
        int count = bytes.remaining();
        switch (writer.write(bytes)) {
            case TAKEN -> offsetBytes += count;
            case TOO_LONG ->
                throw new DropRefusal(
                        DropRefusal.Kind.TOO_LONG,
                        "file: more bytes came than were announced; what came before is kept");
            case SUPERSEDED -> throw superseded();
        }
    }

    private static DropRefusal superseded() {
        return new DropRefusal(
                DropRefusal.Kind.SUPERSEDED, "file: a newer request writes now; what came before is kept");
    }

    /**
     * The device says that the file ends here. It becomes a recording, durable on return, unless its name says that it is
     * not done, nothing has come, or less has come than was announced: then everything that came is durable and waits.
     */
    public Upload declaredFinished() throws StorageFailure, DropRefusal {
        boolean whole = !path.isHeld() && offsetBytes > 0;
        return upload(whole ? writer.finishWhole() : writer.finish());
    }

    static Upload upload(Written written) throws DropRefusal {
        return written.match(
                acknowledged -> acknowledged.upload(),
                stored -> stored.upload(),
                mismatch -> {
                    throw new DropRefusal(DropRefusal.Kind.INCOMPLETE, "file: not the bytes that were declared");
                },
                superseded -> {
                    throw superseded();
                });
    }

    /** Keeps what came: durable on return, to be resumed. */
    public Upload park() throws StorageFailure, DropRefusal {
        return upload(writer.finish());
    }

    /** The link broke: what came is made durable. Does nothing if ended. */
    public void broken() {
        writer.broken();
    }
}
