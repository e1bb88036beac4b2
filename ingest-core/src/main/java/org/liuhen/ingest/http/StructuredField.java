package org.liuhen.ingest.http;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads header fields that are items or dictionaries of structured values. Whatever is not exactly of that form is no
 * value at all. Source: RFC 9651.
 */
public final class StructuredField {
    private static final int MOST_MEMBERS = 1024;
    private static final String TOKEN_CHARS = "!#$%&'*+-.^_`|~:/";

    private final String text;
    private int at;

    private StructuredField(String text) {
        this.text = text;
    }

    /** A value of one of the types of RFC 9651; its parameters are checked and dropped. */
    public sealed interface Value {}

    public record Whole(long value) implements Value {}

    public record Fraction(BigDecimal value) implements Value {}

    public record Text(String value) implements Value {}

    public record Token(String value) implements Value {}

    /** @param value not copied */
    public record Binary(byte[] value) implements Value {}

    public record Truth(boolean value) implements Value {}

    /** @param epochSeconds since 1970 */
    public record Date(long epochSeconds) implements Value {}

    public record Several(List<Value> values) implements Value {}

    /** What ends the reading of a field that is not well-formed. */
    private static final class Malformed extends Exception {
        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    /** The integer that is the only value of the field. */
    public static OptionalLong integer(List<String> lines) {
        return item(lines).filter(Whole.class::isInstance).map(Whole.class::cast).stream()
                .mapToLong(Whole::value)
                .findFirst();
    }

    /** The boolean that is the only value of the field. */
    public static Optional<Boolean> truth(List<String> lines) {
        return item(lines)
                .filter(Truth.class::isInstance)
                .map(Truth.class::cast)
                .map(Truth::value);
    }

    /** The only value of the field; empty if it is missing, repeated or not well-formed. */
    public static Optional<Value> item(List<String> lines) {
        if (lines.size() != 1) {
            return Optional.empty();
        }
        try {
            StructuredField field = new StructuredField(lines.get(0));
            field.skip(" ");
            Value value = field.value();
            field.skip(" ");
            field.requireEnd();
            return Optional.of(value);
        } catch (Malformed ignored) {
            // the field counts as missing
            return Optional.empty();
        }
    }

    /** The members of a dictionary, the last of a name; empty if it is not well-formed. Several lines are one. */
    public static Optional<Map<String, Value>> dictionary(List<String> lines) {
        try {
            return Optional.of(new StructuredField(String.join(",", lines)).members());
        } catch (Malformed ignored) {
            // the field counts as missing
            return Optional.empty();
        }
    }

    private Map<String, Value> members() throws Malformed {
        Map<String, Value> members = new LinkedHashMap<>();
        skip(" ");
        for (int count = 0; at < text.length(); count++) {
            if (count == MOST_MEMBERS) {
                throw new Malformed("members");
            }
            String key = key();
            members.remove(key);
            if (is('=')) {
                at++;
                members.put(key, is('(') ? innerList() : value());
            } else {
                parameters();
                members.put(key, new Truth(true));
            }
            skip(" \t");
            if (at < text.length()) {
                take(',');
                skip(" \t");
                if (at == text.length()) {
                    throw new Malformed("a comma at the end");
                }
            }
        }
        return members;
    }

    private Several innerList() throws Malformed {
        take('(');
        List<Value> values = new ArrayList<>();
        for (; ; ) {
            skip(" ");
            if (is(')')) {
                at++;
                parameters();
                return new Several(List.copyOf(values));
            }
            values.add(value());
            if (!is(' ') && !is(')')) {
                throw new Malformed("list");
            }
        }
    }

    private Value value() throws Malformed {
        Value value = bare();
        parameters();
        return value;
    }

    private void parameters() throws Malformed {
        while (is(';')) {
            at++;
            skip(" ");
            key();
            if (is('=')) {
                at++;
                bare();
            }
        }
    }

    private String key() throws Malformed {
        int start = at;
        if (!(isLower() || is('*'))) {
            throw new Malformed("key");
        }
        while (isLower() || isDigit() || isOneOf("_-.*")) {
            at++;
        }
        return text.substring(start, at);
    }

    private Value bare() throws Malformed {
        if (isDigit() || is('-')) {
            return number();
        }
        if (is('"')) {
            return new Text(string());
        }
        if (is(':')) {
            return new Binary(binary());
        }
        if (is('?')) {
            return truth();
        }
        if (is('@')) {
            at++;
            if (number() instanceof Whole seconds) {
                return new Date(seconds.value());
            }
            throw new Malformed("date");
        }
        if (is('%')) {
            return new Text(displayString());
        }
        if (isAlpha() || is('*')) {
            int start = at;
            while (isAlpha() || isDigit() || isOneOf(TOKEN_CHARS)) {
                at++;
            }
            return new Token(text.substring(start, at));
        }
        throw new Malformed("value");
    }

    private Value number() throws Malformed {
        int start = at;
        if (is('-')) {
            at++;
        }
        int digits = digits();
        if (digits == 0) {
            throw new Malformed("number");
        }
        if (!is('.')) {
            if (digits > 15) {
                throw new Malformed("integer");
            }
            return new Whole(Long.parseLong(text.substring(start, at)));
        }
        at++;
        int fraction = digits();
        if (digits > 12 || fraction < 1 || fraction > 3) {
            throw new Malformed("decimal");
        }
        return new Fraction(new BigDecimal(text.substring(start, at)));
    }

    private int digits() {
        int start = at;
        while (isDigit()) {
            at++;
        }
        return at - start;
    }

    private String string() throws Malformed {
        take('"');
        StringBuilder string = new StringBuilder();
        for (; ; ) {
            char c = next();
            if (c == '"') {
                return string.toString();
            }
            if (c == '\\') {
                c = next();
                if (c != '"' && c != '\\') {
                    throw new Malformed("escape");
                }
            } else if (c < ' ' || c > '~') {
                throw new Malformed("string");
            }
            string.append(c);
        }
    }

    private byte[] binary() throws Malformed {
        take(':');
        int end = text.indexOf(':', at);
        if (end < 0) {
            throw new Malformed("bytes");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(at, end));
            at = end + 1;
            return bytes;
        } catch (IllegalArgumentException ignored) {
            // the caller says what that means
            throw new Malformed("base64");
        }
    }

    private Truth truth() throws Malformed {
        take('?');
        char c = next();
        if (c != '0' && c != '1') {
            throw new Malformed("boolean");
        }
        return new Truth(c == '1');
    }

    private String displayString() throws Malformed {
        take('%');
        take('"');
        byte[] bytes = new byte[text.length() - at];
        for (int length = 0; ; ) {
            char c = next();
            if (c == '"') {
                return utf8(bytes, length);
            }
            if (c == '%') {
                bytes[length++] = (byte) (lowerHex(next()) << 4 | lowerHex(next()));
            } else if (c >= ' ' && c <= '~') {
                bytes[length++] = (byte) c;
            } else {
                throw new Malformed("display string");
            }
        }
    }

    private static String utf8(byte[] bytes, int length) throws Malformed {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException ignored) {
            // the caller says what that means
            throw new Malformed("UTF-8");
        }
    }

    private static int lowerHex(char c) throws Malformed {
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) {
            throw new Malformed("percent-encoding");
        }
        return digit;
    }

    private char next() throws Malformed {
        if (at >= text.length()) {
            throw new Malformed("end");
        }
        return text.charAt(at++);
    }

    private void take(char expected) throws Malformed {
        if (next() != expected) {
            throw new Malformed(String.valueOf(expected));
        }
    }

    private void skip(String chars) {
        while (isOneOf(chars)) {
            at++;
        }
    }

    private void requireEnd() throws Malformed {
        if (at < text.length()) {
            throw new Malformed("more");
        }
    }

    private boolean is(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean isOneOf(String chars) {
        return at < text.length() && chars.indexOf(text.charAt(at)) >= 0;
    }

    private boolean isDigit() {
        return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private boolean isLower() {
        return at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z';
    }

    private boolean isAlpha() {
        return isLower() || (at < text.length() && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z');
    }
}
