package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Names a recording by what it is: the first 16 bytes of SHA-256(format tag, device, 0, fingerprint). The same bytes
 * from the same device have the same id wherever and however often they arrive.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
public record RecordingId(@JsonValue String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
    public static final int BYTES = 16;
    private static final byte[] FORMAT_TAG = "liuhen recording 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ATTACHMENT_TAG = "liuhen attachment 1\n".getBytes(StandardCharsets.US_ASCII);

    /** @throws InvalidField if {@code hex} is not 32 lower-case hexadecimal digits */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public RecordingId {
        if (!FORM.matcher(hex).matches()) {
            throw new InvalidField("id", "is not 32 lower-case hexadecimal digits");
        }
    }

    public static RecordingId of(DeviceId device, Fingerprint fingerprint) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(FORMAT_TAG);
        digest.update(device.value().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(fingerprint.bytes());
        return ofBytes(Arrays.copyOf(digest.digest(), BYTES));
    }

    /**
     * The id of an attachment: the first 16 bytes of SHA-256(format tag, device, 0, session, 0, file name, 0,
     * fingerprint). Unlike footage, the same few bytes, or none, are sent again and again and mean something else each
     * time; so where they belong is part of what they are.
     */
    public static RecordingId ofAttachment(
            DeviceId device, SessionId session, String filename, Fingerprint fingerprint) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(ATTACHMENT_TAG);
        for (String name : new String[] {device.value(), session.value(), filename}) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        digest.update(fingerprint.bytes());
        return ofBytes(Arrays.copyOf(digest.digest(), BYTES));
    }

    /** @param bytes {@value #BYTES} bytes; copied */
    public static RecordingId ofBytes(byte[] bytes) {
        return new RecordingId(HexFormat.of().formatHex(bytes));
    }

    /** The {@value #BYTES} bytes, a fresh array. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
