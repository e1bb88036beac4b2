package org.liuhen.ingest.http;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a {@link Conversation} travel.
 *
 * @param secure whether over TLS
 * @param multiplexed whether as one stream of an HTTP/2 connection
 * @param console whether through the private socket
 * @param overloaded whether there were too many connections already
 * @param certificate SHA-256 of the client's certificate, hexadecimal; null if it showed none
 */
record Way(
        boolean secure,
        boolean multiplexed,
        boolean console,
        boolean overloaded,
        @Nullable String certificate) {
    /** A request that came this way and of which only this much is understood so far. */
    Request unread(String method, Headers headers, String peer) {
        Principal principal = console ? new Principal.OfConsole() : new Principal.Anonymous();
        return new Request(
                method,
                "/",
                Map.of(),
                Map.of(),
                headers,
                Optional.empty(),
                principal,
                secure,
                peer,
                Optional.ofNullable(certificate));
    }
}
