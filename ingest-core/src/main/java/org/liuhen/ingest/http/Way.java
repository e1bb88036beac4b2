package org.liuhen.ingest.http;

/**
 * How the bytes of a {@link Conversation} travel.
 *
 * @param multiplexed whether this is one stream of an HTTP/2 connection
 * @param console whether it came through the private socket
 * @param overloaded whether there are too many connections already
 */
record Way(boolean secure, boolean multiplexed, boolean console, boolean overloaded) {}
