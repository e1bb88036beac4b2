package org.liuhen.ingest.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head of a request.
 *
 * @param method upper case
 * @param path decoded, begins with a slash, has no dot segments
 * @param parameters what the route's pattern captured, by name
 * @param query decoded query parameters; a repeated one keeps each value
 * @param contentLength what was declared; empty for a chunked body or none
 * @param secure whether it came over TLS
 * @param peer the address it came from, without port, as text; {@code console} for the private socket
 * @param certificate SHA-256 of the client certificate whose key it proved to hold, hexadecimal
 */
public record Request(
        String method,
        String path,
        Map<String, String> parameters,
        Map<String, List<String>> query,
        Headers headers,
        Optional<Long> contentLength,
        Principal principal,
        boolean secure,
        String peer,
        Optional<String> certificate) {
    /** A request from nowhere in particular. */
    public Request(
            String method,
            String path,
            Map<String, String> parameters,
            Map<String, List<String>> query,
            Headers headers,
            Optional<Long> contentLength,
            Principal principal,
            boolean secure) {
        this(method, path, parameters, query, headers, contentLength, principal, secure, "unknown", Optional.empty());
    }

    /** This request, once its target is understood. */
    Request found(Target target, Map<String, String> captured, Optional<Long> length) {
        return new Request(
                method, target.path(), captured, target.query(), headers, length, principal, secure, peer, certificate);
    }

    /** This request on somebody's behalf. */
    public Request by(Principal other) {
        return new Request(method, path, parameters, query, headers, contentLength, other, secure, peer, certificate);
    }

    /**
     * A captured part of the path.
     *
     * @throws IllegalArgumentException if the route captures no such part
     */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "parameter: " + name + " (expected: one of " + parameters.keySet() + ")");
        }
        return value;
    }

    /** The first query parameter of this name, if it is there and not empty. */
    public Optional<String> query(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst().filter(value -> !value.isEmpty());
    }

    public Optional<String> header(String name) {
        return headers.first(name);
    }
}
