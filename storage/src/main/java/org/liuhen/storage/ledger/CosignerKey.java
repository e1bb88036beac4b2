package org.liuhen.storage.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.InvalidField;

/**
 * The public key of a witness, with which anybody checks that it saw a log grow and nothing else.
 *
 * <p>As text, {@code <name>+<id>+<key>} like a {@link VerifierKey}, but of the type 0x04: what it signs is not the
 * checkpoint alone, but {@code cosignature/v1}, a time and the checkpoint. Source: c2sp.org/tlog-cosignature, Ed25519.
 */
public final class CosignerKey {
    private static final byte TYPE = 4;
    private static final String SIGNATURE_PREFIX = "— ";
    private static final int SIGNATURE_BYTES = 64;

    private final VerifierKey key;
    private final byte[] id;
    private final String text;

    private CosignerKey(VerifierKey key, byte[] id, String text) {
        this.key = key;
        this.id = id;
        this.text = text;
    }

    /** @throws InvalidField {@code key}, if this is not the key of an Ed25519 cosigner */
    public static CosignerKey parse(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3 || parts[0].isEmpty() || parts[0].chars().anyMatch(Character::isWhitespace)) {
            throw new InvalidField("key", "is not <name>+<id>+<key>");
        }
        byte[] typed;
        try {
            typed = Base64.getDecoder().decode(parts[2]);
        } catch (IllegalArgumentException e) {
            InvalidField failure = new InvalidField("key", "is not Base64");
            failure.initCause(e);
            throw failure;
        }
        if (typed.length != 1 + VerifierKey.KEY_BYTES || typed[0] != TYPE) {
            throw new InvalidField("key", "is not the Ed25519 key of a cosigner (expected: type 4)");
        }
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(parts[0].getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        byte[] id = Arrays.copyOf(digest.digest(typed), VerifierKey.ID_BYTES);
        if (!HexFormat.of().formatHex(id).equals(parts[1])) {
            throw new InvalidField("key", "has an id that does not belong to it");
        }
        return new CosignerKey(VerifierKey.of(parts[0], Arrays.copyOfRange(typed, 1, typed.length)), id, text);
    }

    public String name() {
        return key.name();
    }

    /**
     * When this witness signed, if {@code line} is its signature of a checkpoint.
     *
     * @param checkpoint the text of the checkpoint, with its last line end
     * @param line one line of a signed note, without its line end
     */
    public Optional<Instant> cosignedAt(String checkpoint, String line) {
        String prefix = SIGNATURE_PREFIX + name() + " ";
        if (!line.startsWith(prefix)) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(line.substring(prefix.length()));
        } catch (IllegalArgumentException ignored) {
            // A line that is no signature does not spoil the others.
            return Optional.empty();
        }
        if (bytes.length != VerifierKey.ID_BYTES + Long.BYTES + SIGNATURE_BYTES
                || !Arrays.equals(id, Arrays.copyOf(bytes, VerifierKey.ID_BYTES))) {
            return Optional.empty();
        }
        long seconds = ByteBuffer.wrap(bytes).getLong(VerifierKey.ID_BYTES);
        String message = "cosignature/v1\ntime " + seconds + "\n" + checkpoint;
        byte[] signature = Arrays.copyOfRange(bytes, VerifierKey.ID_BYTES + Long.BYTES, bytes.length);
        return seconds >= 0
                        && seconds <= Instant.MAX.getEpochSecond()
                        && key.verify(message.getBytes(StandardCharsets.UTF_8), signature)
                ? Optional.of(Instant.ofEpochSecond(seconds))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
