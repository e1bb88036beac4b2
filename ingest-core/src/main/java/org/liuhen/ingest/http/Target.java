package org.liuhen.ingest.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request line names: decoded path segments and decoded query. Nothing in it climbs out of anything: no dot
 * segments in any encoding, no control characters, no broken UTF-8. Source: RFC 9112 §3.2, RFC 3986.
 *
 * @param segments of the path after its first slash; {@code /} has one, empty
 * @param isServerWide whether it is the {@code *} of {@code OPTIONS *}
 */
record Target(List<String> segments, Map<String, List<String>> query, boolean isServerWide) {
    private static final int MOST_PARAMETERS = 200;

    /** @throws Problem 400 if it cannot be read, or only by guessing */
    static Target of(String raw) throws Problem {
        if (raw.equals("*")) {
            return new Target(List.of(), Map.of(), true);
        }
        String origin = raw.startsWith("/") ? raw : afterAuthority(raw);
        if (origin.indexOf('#') >= 0) {
            throw bad("a fragment");
        }
        int mark = origin.indexOf('?');
        String path = mark < 0 ? origin : origin.substring(0, mark);
        return new Target(segments(path), mark < 0 ? Map.of() : query(origin.substring(mark + 1)), false);
    }

    /** The decoded path. */
    String path() {
        return "/" + String.join("/", segments);
    }

    private static String afterAuthority(String raw) throws Problem {
        int scheme = raw.indexOf("://");
        String name = scheme < 0 ? "" : raw.substring(0, scheme);
        if (!name.equalsIgnoreCase("http") && !name.equalsIgnoreCase("https")) {
            throw bad("neither a path nor an http address");
        }
        int slash = raw.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : raw.substring(slash);
    }

    private static List<String> segments(String path) throws Problem {
        List<String> segments = new ArrayList<>();
        for (String part : path.substring(1).split("/", -1)) {
            String segment = decode(part, false);
            for (String piece : segment.split("[/\\\\]", -1)) {
                if (piece.equals(".") || piece.equals("..")) {
                    throw bad("dot segments");
                }
            }
            if (segment.chars().anyMatch(Character::isISOControl)) {
                throw bad("control characters");
            }
            segments.add(segment);
        }
        return List.copyOf(segments);
    }

    private static Map<String, List<String>> query(String raw) throws Problem {
        Map<String, List<String>> query = new LinkedHashMap<>();
        int count = 0;
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > MOST_PARAMETERS) {
                throw bad("more than " + MOST_PARAMETERS + " parameters");
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            query.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
        }
        return query;
    }

    private static String decode(String raw, boolean plusIsSpace) throws Problem {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw bad("a percent sign that two hexadecimal digits do not follow");
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c > 0xff || c <= 0x20 || c == 0x7f) {
                throw bad("characters that must be percent-encoded");
            } else {
                bytes[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem(400, "bad-target", "target: not UTF-8 (expected: percent-encoded UTF-8)", e);
        }
    }

    private static Problem bad(String what) {
        return new Problem(400, "bad-target", "target: has " + what + " (expected: an origin-form path and query)");
    }
}
