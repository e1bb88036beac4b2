package org.liuhen.storage.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.storage.InvalidField;

/**
 * The public half of a log's key, with which anybody checks its signed notes.
 *
 * <p>As text, {@code <name>+<id>+<key>}: the id in 8 hexadecimal digits, the key in Base64 of the byte 0x01 (Ed25519)
 * and 32 bytes. The id is the first four bytes of SHA-256(name, 0x0A, 0x01, key). Source: c2sp.org/signed-note.
 */
public final class VerifierKey {
    static final byte ED25519 = 1;
    static final int KEY_BYTES = 32;
    static final int ID_BYTES = 4;
    private static final String SIGNATURE_PREFIX = "— ";

    private final String name;
    private final byte[] id;
    private final byte[] key;
    private final Ed25519PublicKeyParameters publicKey;

    private VerifierKey(String name, byte[] key) {
        this.name = name;
        this.key = key.clone();
        this.id = id(name, key);
        try {
            this.publicKey = new Ed25519PublicKeyParameters(key);
        } catch (IllegalArgumentException e) {
            InvalidField failure = new InvalidField("key", "is not an Ed25519 key");
            failure.initCause(e);
            throw failure;
        }
    }

    /** @param key 32 bytes; copied */
    static VerifierKey of(String name, byte[] key) {
        return new VerifierKey(name, key);
    }

    /** @throws InvalidField {@code key}, if this is not a verifier key of an Ed25519 signed note */
    public static VerifierKey parse(String text) {
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3 || parts[0].isEmpty() || parts[0].chars().anyMatch(Character::isWhitespace)) {
            throw new InvalidField("key", "is not <name>+<id>+<key>");
        }
        byte[] typed = decode(parts[2]);
        if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
            throw new InvalidField("key", "is not an Ed25519 key");
        }
        VerifierKey parsed = new VerifierKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!HexFormat.of().formatHex(parsed.id).equals(parts[1])) {
            throw new InvalidField("key", "has an id that does not belong to it");
        }
        return parsed;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            InvalidField failure = new InvalidField("key", "is not Base64");
            failure.initCause(e);
            throw failure;
        }
    }

    /** The name of the log, the origin of its checkpoints. */
    public String name() {
        return name;
    }

    byte[] id() {
        return id.clone();
    }

    /**
     * The text of a signed note, with its last line end, if this key signed it.
     *
     * @throws InvalidField {@code note}, if it is not a signed note or this key did not sign it
     */
    public String open(String note) {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new InvalidField("note", "is not a signed note");
        }
        String text = note.substring(0, end + 1);
        for (String line : note.substring(end + 2).split("\n", -1)) {
            if (line.startsWith(SIGNATURE_PREFIX + name + " ")
                    && signed(text, line.substring(SIGNATURE_PREFIX.length() + name.length() + 1))) {
                return text;
            }
        }
        throw new InvalidField("note", "is not signed by " + name);
    }

    private boolean signed(String text, String base64) {
        byte[] signature;
        try {
            signature = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException ignored) {
            // A line that is no signature does not spoil the others: c2sp.org/signed-note says to ignore it.
            return false;
        }
        // A signature has one form only, so that no bit of a note can change unnoticed.
        return signature.length > ID_BYTES
                && Base64.getEncoder().encodeToString(signature).equals(base64)
                && Arrays.equals(id, Arrays.copyOf(signature, ID_BYTES))
                && verify(
                        text.getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(signature, ID_BYTES, signature.length));
    }

    boolean verify(byte[] message, byte[] signature) {
        Ed25519Signer verifier = new Ed25519Signer();
        verifier.init(false, publicKey);
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    private static byte[] id(String name, byte[] key) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(ED25519);
        return Arrays.copyOf(digest.digest(key), ID_BYTES);
    }

    /** The key as text, see the class. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + KEY_BYTES];
        typed[0] = ED25519;
        System.arraycopy(key, 0, typed, 1, KEY_BYTES);
        return name + "+" + HexFormat.of().formatHex(id) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
