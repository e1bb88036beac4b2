/**
 * A small HTTP server on Netty: routing, streamed bodies with back-pressure, ranges, problems, limits, TLS, HTTP/2.
 * Nothing of Netty shows outside this package.
 *
 * <p>To use it, start reading at {@link org.liuhen.ingest.http.Handler}, {@link org.liuhen.ingest.http.BodyHandler},
 * {@link org.liuhen.ingest.http.Route} and {@link org.liuhen.ingest.http.Response}; {@link
 * org.liuhen.ingest.http.HttpServer} binds it all to a port. To change it, follow a request: {@code
 * ConnectionInitializer} makes the pipeline, {@code Conversation} takes requests one after another, {@code Exchange} is
 * one of them, {@code Lane} carries its body to a worker, {@code Replies} makes its answer ready, {@code Sender} sends it.
 *
 * <p>Threads: {@code http-loop-*} are the event loops, which never block; {@code http-worker-*} run authenticators,
 * handlers and sinks, which may; {@code http-stream-*} write streamed answers. Source: RFC 9110, RFC 9112, RFC 9113, RFC
 * 9457.
 */
@NullMarked
package org.liuhen.ingest.http;

import org.jspecify.annotations.NullMarked;
