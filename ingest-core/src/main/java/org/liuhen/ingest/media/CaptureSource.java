package org.liuhen.ingest.media;

import java.io.IOException;
import java.util.Optional;

/** Where captures come from. Safe for many threads; each stream is for one. */
public interface CaptureSource {
    /**
     * Begins to capture. That the camera cannot be reached is said by the stream.
     *
     * @throws IOException if this machine cannot
     */
    CaptureStream open(CaptureOrder order) throws IOException;

    /** One connection to one camera. */
    interface CaptureStream extends AutoCloseable {
        /**
         * Waits for what comes next.
         *
         * @return empty at the end
         * @throws IOException if what comes makes no sense
         */
        Optional<Captured> next() throws IOException;

        /** Asks for the end: what was begun is handed out still. Any thread. */
        void finish();

        /** Ends at once. Any thread; idempotent. */
        @Override
        void close();
    }
}
