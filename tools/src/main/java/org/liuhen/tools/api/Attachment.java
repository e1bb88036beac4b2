package org.liuhen.tools.api;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The fields that make a browser save a file under its own name and never run it, whatever a device called it. Source:
 * RFC 6266, RFC 8187.
 */
final class Attachment {
    private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}");
    private static final String UNRESERVED = "!#$&+-.^_`|~";

    private Attachment() {}

    /** A {@code Content-Disposition} value. */
    static String disposition(String filename) {
        StringBuilder plain = new StringBuilder();
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < filename.length(); i++) {
            char c = filename.charAt(i);
            plain.append(c >= ' ' && c < 0x7f && "\"\\/%;".indexOf(c) < 0 ? c : '_');
        }
        for (byte b : filename.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
            if (letter || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
    }

    /** The declared type if it is one at all. */
    static String contentType(String declared) {
        return MEDIA_TYPE.matcher(declared).matches() ? declared.toLowerCase(Locale.ROOT) : "application/octet-stream";
    }
}
