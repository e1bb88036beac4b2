package org.liuhen.ingest;

import java.nio.ByteBuffer;
import java.util.Map;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/**
 * The pen of one upload, held for one body. Must be ended with one of {@link #finish}, {@link #finishWhole}, {@link
 * #park}, {@link #reject} and {@link #broken}; a newer request may take the pen away at any time, and then everything here answers
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

    /** What became of a length that was declared late. */
    public enum Declared {
        /** It is the upload's length now, or was so before. */
        TAKEN,
        /** It is known to be another, or more has come already. */
        MISMATCH,
        /** More than is taken at all. */
        TOO_LONG,
        /** A newer request writes now. */
        SUPERSEDED
    }

    private final UploadSession session;
    private volatile boolean addressKnown;
    private volatile boolean heldBack;

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
     * Says that nothing of this body counts unless it is ended with {@link #finish} or {@link #finishWhole}: whatever
     * else ends it, the upload stands where it stood before. To be called before the first {@link #write}.
     */
    public void holdBack() {
        heldBack = true;
    }

    boolean isHeldBack() {
        return heldBack;
    }

    void vouch() {
        heldBack = false;
    }

    /** Makes the upload itself durable, though none of its bytes, so that its sender may be told the address. */
    public void establish() throws StorageFailure {
        session.establish(this);
        addressKnown = true;
    }

    /** Says how long the upload will be. To be called before the first {@link #write}; durable with the body's end. */
    public Declared declareLength(long lengthBytes) {
        return session.declareLength(this, lengthBytes);
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

    /**
     * Goes on after what was written. Durable on return: all of it, with the notes; whatever ends this upload now, so much
     * of it is kept. On a failure the pen is given back.
     *
     * @param notes what the protocol has to remember from now on, all of it
     * @return {@link Written.Acknowledged} or {@link Written.Superseded}
     */
    public Written acknowledge(Map<String, String> notes) throws StorageFailure {
        return session.acknowledge(this, notes);
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

    /**
     * Ends a body that was held back and must not count. Durable on return: the upload as it was before. One whose
     * address nobody knows is dropped.
     */
    public void reject() throws StorageFailure {
        session.reject(this);
    }

    /** Makes durable that all of a part is in this upload now; false if a newer request writes. */
    boolean absorbed(Upload part) throws StorageFailure {
        return session.absorbed(this, part);
    }

    /** The connection broke: what came is made durable, unless nobody can ever resume it. Does nothing if ended. */
    public void broken() {
        session.broken(this);
    }
}
