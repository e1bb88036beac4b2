package org.liuhen.ingest.http;

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
        @Nullable String certificate) {}
