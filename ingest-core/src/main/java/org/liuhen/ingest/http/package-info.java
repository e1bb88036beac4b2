/**
 * A small HTTP server on Netty: routing, streamed bodies with back-pressure, ranges, problems, limits, TLS. Nothing of
 * Netty shows outside this package, so start reading at {@link org.liuhen.ingest.http.Handler}, {@link
 * org.liuhen.ingest.http.BodyHandler} and {@link org.liuhen.ingest.http.Response}; {@code HttpServer} binds it all to a port. Handlers run
 * on worker threads and may block; event loops never do. Source: RFC 9110, RFC 9112, RFC 9457.
 */
@NullMarked
package org.liuhen.ingest.http;

import org.jspecify.annotations.NullMarked;
