package org.liuhen.ingest.http;

/** Answers a request that has no body. Called on a worker thread; may block. */
@FunctionalInterface
public interface Handler {
    /** @throws Problem to answer with that; other exceptions are mapped in one place */
    Response handle(Request request) throws Exception;
}
