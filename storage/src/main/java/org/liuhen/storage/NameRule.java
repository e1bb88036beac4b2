package org.liuhen.storage;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The one rule for every name that comes from outside: visible text of bounded length that survives UTF-8. */
final class NameRule {
    static final int MAX_BYTES = 200;

    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    private NameRule() {}

    /**
     * Returns {@code value} unchanged if it can be a name: 1 to {@value #MAX_BYTES} bytes of UTF-8, no control
     * character, no unpaired surrogate, no space at either end. NUL in particular would break the catalog's keys.
     *
     * @throws InvalidField naming {@code field}
     */
    static String check(String field, String value) {
        if (value.isEmpty()) {
            throw new InvalidField(field, "is empty");
        }
        if (!value.strip().equals(value)) {
            throw new InvalidField(field, "starts or ends with a space");
        }
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new InvalidField(field, "has a control character at position " + i);
            }
            i += Character.charCount(c);
        }
        if (value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidField(field, "is longer than " + MAX_BYTES + " bytes");
        }
        return value;
    }

    /**
     * Returns {@code value} unchanged if it can be one of a growing set of words, such as a role or a mark.
     *
     * @throws InvalidField naming {@code field}
     */
    static String checkLabel(String field, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new InvalidField(field, "is no label (expected: small letters, digits and hyphens, at most 40)");
        }
        return value;
    }
}
