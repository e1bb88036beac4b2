package org.liuhen.ingest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;

/** The device's side of a protocol, as little of it as the contract needs. */
public interface Pusher {
    /** What an answer means, in whatever words the protocol says it. */
    enum Outcome {
        /** As far as {@link Answer#offsetBytes} is durable. */
        ACCEPTED,
        /** The recording is durable. */
        STORED,
        WRONG_OFFSET,
        /** A newer request writes now. */
        TAKEN_OVER,
        UNAUTHENTICATED,
        FORBIDDEN,
        UNKNOWN,
        TOO_LONG,
        FINGERPRINT_MISMATCH,
        INVALID,
        NO_SPACE,
        /** The connection ended without an answer. */
        NONE
    }

    /**
     * @param upload how the protocol names the upload; empty if it did not say
     * @param offsetBytes -1 if it did not say
     * @param recording the id of the recording; empty if it did not say
     */
    record Answer(Outcome outcome, String upload, long offsetBytes, String recording) {}

    /** Whether the protocol wants an upload to be given up when more comes than was announced. */
    default boolean tooMuchEndsTheUpload() {
        return false;
    }

    /** What a protocol has words for; where it has none, the contract says what follows instead. */
    enum Power {
        /** To declare case, device, times and the like beside the name. */
        METADATA,
        /** To say how long a file is before its bytes. */
        LENGTH,
        /** To say what a file's bytes must hash to. */
        FINGERPRINT,
        /** Names of uploads mean the same to all devices; otherwise each has names of its own. */
        SHARED_NAMES,
        /** Bytes for offset 0 go on with an empty upload; otherwise they always begin the file anew. */
        RESUME_AT_ZERO
    }

    /** Whether the protocol has words for it. */
    default boolean can(Power power) {
        return true;
    }

    Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException;

    Answer standing(String upload) throws IOException;

    Answer append(String upload, long offsetBytes, byte[] bytes) throws IOException;

    /** Begins a body of {@code announcedBytes} that is then written by hand. */
    OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException;

    Answer giveUp(String upload) throws IOException;

    /** A body on its way. Closing cuts the connection. */
    interface OpenBody extends Closeable {
        void write(byte[] bytes) throws IOException;

        /** Waits for the answer. */
        Answer answer() throws IOException;
    }
}
