package org.liuhen.tools.portal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.ingest.http.Problem;

/** What somebody filled in, by field; the first value of a repeated one. */
record Form(Map<String, String> fields) {
    private static final int MOST_FIELDS = 100;

    Form {
        fields = Map.copyOf(fields);
    }

    /** @throws Problem 400 if the body is not what a form sends */
    static Form of(byte[] body) throws Problem {
        Map<String, String> fields = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                continue;
            }
            if (fields.size() >= MOST_FIELDS) {
                throw new Problem(400, "bad-form", "form: more than " + MOST_FIELDS + " fields");
            }
            fields.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return new Form(fields);
    }

    private static String decoded(String text) throws Problem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "bad-form", "form: cannot be decoded (expected: percent-encoded UTF-8)", e);
        }
    }

    /** What was filled in, without spaces around it; empty if nothing was. */
    String text(String field) {
        return fields.getOrDefault(field, "").strip();
    }

    /** As sent, spaces and all: for passwords. */
    String exact(String field) {
        return fields.getOrDefault(field, "");
    }

    Optional<String> filled(String field) {
        return Optional.of(text(field)).filter(value -> !value.isEmpty());
    }
}
