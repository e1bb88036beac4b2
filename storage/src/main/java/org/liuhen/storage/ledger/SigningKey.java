package org.liuhen.storage.ledger;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;

/**
 * The key with which this log signs its checkpoints, and the log's name. Made once for a store.
 *
 * <table>
 *   <caption>{@code ledger-key}, lines of UTF-8, format 1</caption>
 *   <tr><td>1</td><td>{@code liuhen ledger key 1}</td></tr>
 *   <tr><td>2</td><td>{@code PRIVATE+KEY+<name>+<id>+<Base64 of 0x01 and the 32 bytes of the seed>}</td></tr>
 *   <tr><td>3</td><td>the {@link VerifierKey}</td></tr>
 * </table>
 *
 * Source of line 2: the signer keys of golang.org/x/mod/sumdb/note.
 */
public final class SigningKey {
    public static final String FILE = "ledger-key";
    private static final String MAGIC = "liuhen ledger key ";
    private static final int FORMAT = 1;
    private static final String PRIVATE_PREFIX = "PRIVATE+KEY+";
    private static final int NAME_BYTES = 8;

    private final Ed25519PrivateKeyParameters privateKey;
    private final VerifierKey verifier;

    private SigningKey(Ed25519PrivateKeyParameters privateKey, VerifierKey verifier) {
        this.privateKey = privateKey;
        this.verifier = verifier;
    }

    /** The key in {@code keysFolder}, made if there is none. Durable on return. */
    public static SigningKey open(Path keysFolder, SecureRandom random) throws StorageFailure {
        return open(keysFolder, FILE, random);
    }

    static SigningKey open(Path keysFolder, String name, SecureRandom random) throws StorageFailure {
        Path file = keysFolder.resolve(name);
        List<String> lines = SecretFile.readOrCreate(file, () -> generate(freshName(random), random));
        try {
            return parse(lines);
        } catch (InvalidField e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "ledger key: " + e.getMessage() + ", file=" + file, e);
        }
    }

    /** A fresh key that is written nowhere. */
    public static SigningKey fresh(SecureRandom random) {
        return ofLines(generate(freshName(random), random));
    }

    /** @param lines as {@link #generate} makes them */
    static SigningKey ofLines(List<String> lines) {
        try {
            return parse(lines);
        } catch (StorageFailure e) {
            throw new IllegalStateException("a key just made cannot be read", e);
        }
    }

    private static String freshName(SecureRandom random) {
        byte[] unique = new byte[NAME_BYTES];
        random.nextBytes(unique);
        return "liuhen.local/" + HexFormat.of().formatHex(unique);
    }

    /** The lines of a key file with a fresh key of this name. */
    static List<String> generate(String name, SecureRandom random) {
        Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(random);
        VerifierKey verifier = VerifierKey.of(name, key.generatePublicKey().getEncoded());
        byte[] typed = new byte[1 + VerifierKey.KEY_BYTES];
        typed[0] = VerifierKey.ED25519;
        System.arraycopy(key.getEncoded(), 0, typed, 1, VerifierKey.KEY_BYTES);
        String id = HexFormat.of().formatHex(verifier.id());
        String line =
                PRIVATE_PREFIX + name + "+" + id + "+" + Base64.getEncoder().encodeToString(typed);
        return List.of(MAGIC + FORMAT, line, verifier.toString());
    }

    private static SigningKey parse(List<String> lines) throws StorageFailure {
        if (lines.isEmpty() || !lines.get(0).startsWith(MAGIC)) {
            throw new InvalidField("first line", "is not " + MAGIC + FORMAT);
        }
        String format = lines.get(0).substring(MAGIC.length());
        if (!format.equals(Integer.toString(FORMAT))) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_NEW, "ledger key: format " + format + " (expected: " + FORMAT + ")");
        }
        if (lines.size() != 3 || !lines.get(1).startsWith(PRIVATE_PREFIX)) {
            throw new InvalidField("key", "is not a signer key and its verifier key, a line each");
        }
        VerifierKey verifier = VerifierKey.parse(lines.get(2));
        String[] parts = lines.get(1).substring(PRIVATE_PREFIX.length()).split("\\+", 3);
        if (parts.length != 3 || !parts[0].equals(verifier.name())) {
            throw new InvalidField("key", "has another name than its verifier key");
        }
        byte[] typed;
        try {
            typed = Base64.getDecoder().decode(parts[2]);
        } catch (IllegalArgumentException e) {
            InvalidField failure = new InvalidField("key", "is not Base64");
            failure.initCause(e);
            throw failure;
        }
        if (typed.length != 1 + VerifierKey.KEY_BYTES || typed[0] != VerifierKey.ED25519) {
            throw new InvalidField("key", "is not an Ed25519 key");
        }
        SigningKey key = new SigningKey(new Ed25519PrivateKeyParameters(typed, 1), verifier);
        byte[] probe = lines.get(2).getBytes(StandardCharsets.UTF_8);
        if (!verifier.verify(probe, key.signature(probe))) {
            throw new InvalidField("key", "does not belong to its verifier key");
        }
        return key;
    }

    public VerifierKey verifier() {
        return verifier;
    }

    /**
     * The text as a signed note: the text, an empty line, the signature's line. Source: c2sp.org/signed-note.
     *
     * @param text ends with a line end
     */
    public String sign(String text) {
        if (!text.endsWith("\n")) {
            throw new IllegalArgumentException("note: without a line end (expected: one at its end)");
        }
        return text + "\n" + signatureLine(text);
    }

    /** The line that signs a note of this text, beside others. */
    String signatureLine(String text) {
        byte[] signature = signature(text.getBytes(StandardCharsets.UTF_8));
        byte[] id = verifier.id();
        byte[] identified = Arrays.copyOf(id, id.length + signature.length);
        System.arraycopy(signature, 0, identified, id.length, signature.length);
        return "— " + verifier.name() + " " + Base64.getEncoder().encodeToString(identified) + "\n";
    }

    private byte[] signature(byte[] message) {
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, privateKey);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
