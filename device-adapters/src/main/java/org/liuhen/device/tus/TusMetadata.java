package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * Reads the field {@code Upload-Metadata}: pairs separated by commas, each a key, and after one space its value in
 * Base64, which may be missing. Source: tus 1.0.0, section Upload-Metadata.
 */
final class TusMetadata {
    static final String FIELD = "Upload-Metadata";

    /** What cameras with Chinese firmware write names in when it is not UTF-8. */
    private static final Charset GB18030 = Charset.forName("GB18030");

    private TusMetadata() {}

    /**
     * The values by key, in order.
     *
     * @throws InvalidField {@code Upload-Metadata} if it is not of that form, or the key whose value is no text
     */
    static Map<String, List<String>> read(String field) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (field.isBlank()) {
            return values;
        }
        for (String pair : field.split(",", -1)) {
            String trimmed = pair.strip();
            int space = trimmed.indexOf(' ');
            String key = space < 0 ? trimmed : trimmed.substring(0, space);
            String value = space < 0 ? "" : trimmed.substring(space + 1);
            if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new InvalidField(FIELD, "has a key that is empty or not visible ASCII");
            }
            values.computeIfAbsent(key, ignoredKey -> new ArrayList<>()).add(text(key, bytes(key, value)));
        }
        return values;
    }

    private static byte[] bytes(String key, String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            InvalidField problem = new InvalidField(FIELD, "has a value that is not Base64, key=" + key);
            problem.initCause(e);
            throw problem;
        }
    }

    private static String text(String key, byte[] bytes) {
        String text = decoded(bytes, StandardCharsets.UTF_8);
        if (text == null && key.equals("filename")) {
            text = decoded(bytes, GB18030);
        }
        if (text == null) {
            throw new InvalidField(key, "is not text in UTF-8");
        }
        return text;
    }

    private static @Nullable String decoded(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException ignored) {
            // the caller says what that means
            return null;
        }
    }
}
