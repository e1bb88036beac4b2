package org.liuhen.device.axis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Register;

/**
 * What one Axis system proves itself with. The system is a device of the same name, which is revoked like any; its cameras
 * are devices named {@code <account>:<serial>}, so no system can send in the name of another's.
 *
 * @param keySha256 of the key in its connection file, hexadecimal; the key itself is kept nowhere
 * @param containerType {@code mkv} or {@code mp4}; never changes
 * @param fullStoreAndRead once promised it stays so
 * @param wantsEncryption once wanted it stays so
 */
public record AxisAccount(
        String name,
        String keySha256,
        String containerType,
        boolean fullStoreAndRead,
        boolean wantsEncryption,
        Instant createdAt) {
    /** By name. */
    public static final Register.Kind<AxisAccount> KIND = new Register.Kind<>("axis-account", AxisAccount.class);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    /** @throws InvalidField {@code name}, {@code containerType} */
    public AxisAccount {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidField("name", "is not 1 to 32 lower-case letters, digits and hyphens");
        }
        if (!containerType.equals("mkv") && !containerType.equals("mp4")) {
            throw new InvalidField("containerType", "unknown (expected: mkv or mp4)");
        }
    }

    /** The system itself. */
    public DeviceId system() {
        return new DeviceId(name);
    }

    /** @throws InvalidField if no device can have such a serial */
    DeviceId camera(String serial) {
        return new DeviceId(name + ":" + serial);
    }

    boolean hasKey(String key) {
        return MessageDigest.isEqual(
                sha256(key).getBytes(StandardCharsets.US_ASCII), keySha256.getBytes(StandardCharsets.US_ASCII));
    }

    public static String sha256(String key) {
        return DigestUtils.sha256Hex(key.getBytes(StandardCharsets.UTF_8));
    }
}
