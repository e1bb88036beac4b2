package org.liuhen.ingest.http;

/** Finds out on whose behalf a request is made, before anything of its body is read. Called on a worker thread. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Returns {@link Principal.Anonymous} for a request without credentials.
     *
     * @throws Problem 401 for credentials that are wrong, unknown, revoked or disabled
     */
    Principal authenticate(Request request) throws Exception;
}
