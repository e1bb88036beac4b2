package org.liuhen.ingest;

import java.nio.ByteBuffer;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/**
 * The pen of one upload, held for one body. Must be ended with one of {@link #finish}, {@link #finishWhole}, {@link
 * #park} and {@link #broken}; a newer request may take the pen away at any time, and then everything here answers
 * {@code SUPERSEDED} and does nothing. One thread at a time.
 */
public final class UploadWriter {
    /** What became of some bytes. */
    public enum Taken {
        TAKEN,
        /** They exceed the declared length. They are not taken; what came before is durable and can be resumed. */
        TOO_LONG,
        /** A newer request writes now. */
        SUPERSEDED
    }

    private final UploadSession session;
    private final boolean addressKnown;

    UploadWriter(UploadSession session, boolean addressKnown) {
        this.session = session;
        this.addressKnown = addressKnown;
    }

    /** The upload as it is durable. */
    public Upload upload() {
        return session.row();
    }

    /**
     * Whether whoever pushes can find this upload again after a broken connection. What nobody can find again is
     * dropped when its body breaks.
     */
    boolean addressKnown() {
        return addressKnown;
    }

    /**
     * Appends bytes. Durable on return: nothing. On a failure what came before is kept if the disk allows, and the pen
     * is given back.
     *
     * @throws StorageFailure {@code NO_SPACE}, {@code OUT_OF_SERVICE}
     */
    public Taken write(ByteBuffer bytes) throws StorageFailure {
        return session.write(this, bytes);
    }

    /** Ends the body. Durable on return: everything written; and the recording, if the declared length is reached. */
    public Written finish() throws StorageFailure {
        return session.finish(this, false);
    }

    /** Ends the body and says that this is all of the recording, whose length may not have been known before. */
    public Written finishWhole() throws StorageFailure {
        return session.finish(this, true);
    }

    /** Ends early and keeps what came: durable on return, to be resumed. */
    public void park() throws StorageFailure {
        session.park(this);
    }

    /** The connection broke: what came is made durable, unless nobody can ever resume it. Does nothing if ended. */
    public void broken() {
        session.broken(this);
    }
}
