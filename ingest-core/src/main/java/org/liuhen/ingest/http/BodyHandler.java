package org.liuhen.ingest.http;

import java.nio.ByteBuffer;

/**
 * Takes a request whose body is streamed. Called with the head before any byte of the body is read, and before {@code
 * 100 Continue} is sent, so a refusal costs nothing.
 */
@FunctionalInterface
public interface BodyHandler {
    /** @throws Problem to refuse the body */
    Sink accept(Request head) throws Exception;

    /**
     * Where the body goes: calls come one at a time, in order, from worker threads, and may block; while one does, the
     * socket is not read. Ends with exactly one of {@link #complete} and {@link #broken}.
     */
    interface Sink {
        /**
         * Hands over the way to tell the sender something before the answer. Called once, before anything else and
         * before the body is asked for; a failure refuses the body and ends this with {@link #broken}.
         */
        default void begun(Interim interim) throws Exception {}

        /** Takes the next bytes. The buffer is the server's and is gone after the call. */
        void write(ByteBuffer bytes) throws Exception;

        /** Fields that came after the last byte of the body, before {@link #complete}; not called if there are none. */
        default void trailers(Headers fields) throws Exception {}

        /** The whole body has come. */
        Response complete() throws Exception;

        /** No more will come: the connection broke, a limit was hit, or {@link #write} threw. Keep what is there. */
        void broken(Throwable cause);
    }

    /** Tells the sender of a body something before the answer. Safe for many threads. */
    @FunctionalInterface
    interface Interim {
        /**
         * Sends a head and nothing else, as soon as it can be, without waiting. Does nothing for clients of HTTP/1.0,
         * and after the answer has begun.
         *
         * @param status 102 to 199
         */
        void send(int status, Headers fields);
    }
}
