package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a recording's bytes exactly as they left the device.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(@JsonValue String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /** @throws InvalidField if {@code hex} is not 64 hexadecimal digits; upper case is accepted and lowered */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Fingerprint {
        hex = hex.toLowerCase(java.util.Locale.ROOT);
        if (!FORM.matcher(hex).matches()) {
            throw new InvalidField("sha256", "is not 64 hexadecimal digits");
        }
    }

    /** @param sha256 32 bytes; copied */
    public static Fingerprint of(byte[] sha256) {
        return new Fingerprint(HexFormat.of().formatHex(sha256));
    }

    /** The 32 bytes, a fresh array. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
