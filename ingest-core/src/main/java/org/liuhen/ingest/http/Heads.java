package org.liuhen.ingest.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns what Netty decoded into a {@link Request}, or says why not. Source: RFC 9112 §2.2, §3, §6. */
final class Heads {
    private Heads() {}

    /**
     * Checks what must be right before anything else is believed.
     *
     * @throws Problem after which nothing more of the connection can be understood
     */
    static void check(HttpRequest head, boolean multiplexed) throws Problem {
        Throwable failure = head.decoderResult().cause();
        if (failure instanceof TooLongHttpLineException) {
            throw new Problem(414, "target-too-long", "request line: too long", failure);
        }
        if (failure instanceof TooLongHttpHeaderException) {
            throw new Problem(431, "head-too-large", "header fields: too large together", failure);
        }
        if (failure != null) {
            throw new Problem(400, "bad-request", "request: not well-formed HTTP", failure);
        }
        if (multiplexed) {
            return;
        }
        HttpVersion version = head.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            throw new Problem(505, "version-not-supported", "version: " + version + " (expected: HTTP/1.1)");
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (version.equals(HttpVersion.HTTP_1_0) || head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
                throw new Problem(
                        400, "bad-request", "Transfer-Encoding: not together with Content-Length or HTTP/1.0");
            }
            if (codings.size() > 1 || !codings.get(0).strip().equalsIgnoreCase("chunked")) {
                throw new Problem(
                        501, "coding-not-supported", "Transfer-Encoding: " + codings + " (expected: chunked)");
            }
        }
        int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            throw new Problem(400, "bad-request", "Host: " + hosts + " fields (expected: exactly one)");
        }
    }

    /** The length that was declared; empty for a chunked body or none. */
    static Optional<Long> contentLength(HttpRequest head) throws Problem {
        String value = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.matches("\\d{1,18}")) {
            throw new Problem(400, "bad-request", "Content-Length: not a number of bytes");
        }
        return Optional.of(Long.valueOf(value));
    }

    /** The address at the other end, as text. */
    static String peer(Channel connection) {
        return connection.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "unknown";
    }

    /** The fields, by lower-case name, in order. */
    static Headers headers(HttpHeaders from) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        var all = from.iteratorAsString();
        while (all.hasNext()) {
            Map.Entry<String, String> field = all.next();
            fields.computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), ignored -> new ArrayList<>())
                    .add(field.getValue());
        }
        return new Headers(fields);
    }
}
