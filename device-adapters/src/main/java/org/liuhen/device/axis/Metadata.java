package org.liuhen.device.axis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Response;

/**
 * What header fields say about a container or an object: values by lower-case key, since the other side spells keys in its
 * own way. Either prefix is understood on either. Source: Swift API v1, custom metadata.
 */
final class Metadata {
    static final int MOST_KEYS = 100;
    static final int LONGEST_KEY = 128;
    static final int LONGEST_VALUE_BYTES = 1024;
    static final int MOST_BYTES = 16 << 10;

    private static final String CONTAINER = "x-container-meta-";
    private static final String OBJECT = "x-object-meta-";
    private static final List<String> REMOVING = List.of("x-remove-container-meta-", "x-remove-object-meta-");
    /** What a URL's path leaves as it is. */
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+=:@";

    private Metadata() {}

    /** What a request's head says; an empty value is there, and means that the key goes. */
    static Map<String, String> said(Headers headers) {
        Map<String, String> said = new TreeMap<>();
        for (Map.Entry<String, List<String>> field : headers.fields().entrySet()) {
            String name = field.getKey();
            for (String removing : REMOVING) {
                if (name.length() > removing.length() && name.startsWith(removing)) {
                    said.putIfAbsent(name.substring(removing.length()), "");
                }
            }
            for (String prefix : List.of(CONTAINER, OBJECT)) {
                if (name.length() > prefix.length() && name.startsWith(prefix)) {
                    List<String> values = field.getValue();
                    said.put(name.substring(prefix.length()), decoded(values.get(values.size() - 1)));
                }
            }
        }
        return said;
    }

    /** Percent-encoded UTF-8; what is not is left as it is. A plus stays a plus. */
    static String decoded(String value) {
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 0xff) {
                return value;
            }
            if (c == '%') {
                int high = i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
                int low = i + 2 < value.length() ? Character.digit(value.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return value;
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            bytes[length++] = (byte) c;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException ignored) {
            // Not ours to repair: what came is kept.
            return value;
        }
    }

    static String encoded(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (PLAIN.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(hex(c >> 4)).append(hex(c & 15));
            }
        }
        return text.toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }

    /** What was known, with what was said: an empty value removes. */
    static Map<String, String> merged(Map<String, String> known, Map<String, String> said) {
        Map<String, String> all = new TreeMap<>(known);
        said.forEach((key, value) -> {
            if (value.isEmpty()) {
                all.remove(key);
            } else {
                all.put(key, value);
            }
        });
        return all;
    }

    /**
     * The same if it is no more than anybody needs.
     *
     * @throws Problem 400 saying what is too much
     */
    static Map<String, String> bounded(Map<String, String> metadata) throws Problem {
        if (metadata.size() > MOST_KEYS) {
            throw tooMuch(metadata.size() + " keys", "at most " + MOST_KEYS);
        }
        long total = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            int bytes = entry.getValue().getBytes(StandardCharsets.UTF_8).length;
            if (entry.getKey().length() > LONGEST_KEY) {
                throw tooMuch("a key of " + entry.getKey().length() + " characters", "at most " + LONGEST_KEY);
            }
            if (bytes > LONGEST_VALUE_BYTES) {
                throw tooMuch("a value of " + bytes + " bytes", "at most " + LONGEST_VALUE_BYTES);
            }
            total += bytes + entry.getKey().length();
        }
        if (total > MOST_BYTES) {
            throw tooMuch(total + " bytes in all", "at most " + MOST_BYTES);
        }
        return metadata;
    }

    private static Problem tooMuch(String what, String expected) {
        return new Problem(400, "too-much-metadata", "metadata: " + what + " (expected: " + expected + ")");
    }

    /** As much of it as is bounded, for what must never be refused. */
    static Map<String, String> cut(Map<String, String> metadata) {
        Map<String, String> some = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            some.put(entry.getKey(), entry.getValue());
            try {
                bounded(some);
            } catch (Problem ignored) {
                // the finding says that something is missing
                some.remove(entry.getKey());
            }
        }
        return some;
    }

    static Response with(Response response, boolean container, Map<String, String> metadata) {
        Map<String, List<String>> fields = new HashMap<>(response.headers().fields());
        metadata.forEach((key, value) -> fields.put((container ? CONTAINER : OBJECT) + key, List.of(encoded(value))));
        return new Response(response.status(), new Headers(fields), response.body());
    }
}
