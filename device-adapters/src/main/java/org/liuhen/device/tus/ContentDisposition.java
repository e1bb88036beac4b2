package org.liuhen.device.tus;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.storage.InvalidField;

/** Reads the file name out of the field {@code Content-Disposition}. Source: RFC 6266, RFC 8187. */
final class ContentDisposition {
    static final String FIELD = "Content-Disposition";

    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([A-Za-z0-9*_-]++)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]*+))");

    private ContentDisposition() {}

    /**
     * The name as it was sent, which may be a path; empty if the field holds none. {@code filename*} goes before {@code
     * filename}.
     *
     * @throws InvalidField {@code Content-Disposition} if {@code filename*} is not encoded as RFC 8187 says
     */
    static Optional<String> filename(String field) {
        Optional<String> plain = Optional.empty();
        Matcher parameter = PARAMETER.matcher(field);
        while (parameter.find()) {
            String name = parameter.group(1).toLowerCase(Locale.ROOT);
            String quoted = parameter.group(2);
            String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
            if (name.equals("filename*")) {
                return Optional.of(extended(value));
            }
            if (name.equals("filename") && plain.isEmpty() && !value.isEmpty()) {
                plain = Optional.of(value);
            }
        }
        return plain;
    }

    private static String extended(String value) {
        int first = value.indexOf('\'');
        int second = value.indexOf('\'', first + 1);
        if (first < 0 || second < 0) {
            throw invalid();
        }
        Charset charset = switch (value.substring(0, first).toLowerCase(Locale.ROOT)) {
            case "utf-8" -> StandardCharsets.UTF_8;
            case "iso-8859-1" -> StandardCharsets.ISO_8859_1;
            default -> throw invalid();
        };
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(percentDecoded(value.substring(second + 1))))
                    .toString();
        } catch (CharacterCodingException e) {
            InvalidField problem = invalid();
            problem.initCause(e);
            throw problem;
        }
    }

    private static byte[] percentDecoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw invalid();
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c > ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw invalid();
            }
        }
        return bytes.toByteArray();
    }

    private static InvalidField invalid() {
        return new InvalidField(
                FIELD, "has a filename* that RFC 8187 does not know (expected: UTF-8''percent-encoded)");
    }
}
