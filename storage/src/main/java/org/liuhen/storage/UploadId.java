package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names an upload while it is under way; 128 random bits, so that its address cannot be guessed.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record UploadId(@JsonValue String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /** @throws InvalidField if {@code hex} is not 32 lower-case hexadecimal digits */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public UploadId {
        if (!FORM.matcher(hex).matches()) {
            throw new InvalidField("upload", "is not 32 lower-case hexadecimal digits");
        }
    }

    public static UploadId random(SecureRandom random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new UploadId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return hex;
    }
}
