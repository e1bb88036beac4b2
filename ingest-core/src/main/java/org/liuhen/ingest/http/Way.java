package org.liuhen.ingest.http;

/**
 * How the bytes of a {@link Conversation} travel.
 *
 * @param secure whether over TLS
 * @param multiplexed whether as one stream of an HTTP/2 connection
 * @param console whether through the private socket
 * @param overloaded whether there were too many connections already
 */
record Way(boolean secure, boolean multiplexed, boolean console, boolean overloaded) {}
