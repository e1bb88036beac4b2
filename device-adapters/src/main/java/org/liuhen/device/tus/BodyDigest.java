package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.StructuredField;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;

/**
 * What a sender says its bytes hash to, by the fields {@code Content-Digest} (of one body) and {@code Repr-Digest} (of
 * the whole file). Algorithms that are not known are passed over, as the standard wants it; a field that cannot be read
 * is refused, because its sender meant it to protect something. Source: RFC 9530.
 */
final class BodyDigest {
    private static final Map<String, String> ALGORITHMS = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

    private record Claim(MessageDigest digest, byte[] sum) {}

    private final List<Claim> claims;

    private BodyDigest(List<Claim> claims) {
        this.claims = claims;
    }

    /**
     * The digests of a body; empty if none is declared that is known here.
     *
     * @throws InvalidField {@code Content-Digest}
     */
    static Optional<BodyDigest> ofContent(Headers headers) {
        List<Claim> claims = new ArrayList<>();
        declared("Content-Digest", headers).forEach((name, sum) -> {
            MessageDigest digest = digest(name);
            if (digest.getDigestLength() != sum.length) {
                throw new InvalidField("Content-Digest", "has a " + name + " of " + sum.length + " bytes");
            }
            claims.add(new Claim(digest, sum));
        });
        return claims.isEmpty() ? Optional.empty() : Optional.of(new BodyDigest(claims));
    }

    /**
     * The fingerprint that the whole file must have, if that is declared.
     *
     * @throws InvalidField {@code Repr-Digest}
     */
    static Optional<Fingerprint> ofRepresentation(Headers headers) {
        byte[] sum = declared("Repr-Digest", headers).get("sha-256");
        if (sum == null) {
            return Optional.empty();
        }
        if (sum.length != 32) {
            throw new InvalidField("Repr-Digest", "has a sha-256 of " + sum.length + " bytes (expected: 32)");
        }
        return Optional.of(Fingerprint.of(sum));
    }

    private static Map<String, byte[]> declared(String field, Headers headers) {
        List<String> lines = headers.all(field);
        Map<String, StructuredField.Value> members = StructuredField.dictionary(lines)
                .orElseThrow(() -> new InvalidField(field, "is not a dictionary (expected: sha-256=:Base64:)"));
        Map<String, byte[]> declared = new TreeMap<>();
        members.forEach((name, value) -> {
            if (ALGORITHMS.containsKey(name)) {
                if (!(value instanceof StructuredField.Binary sum)) {
                    throw new InvalidField(field, "has a " + name + " that is not bytes (expected: :Base64:)");
                }
                declared.put(name, sum.value());
            }
        });
        return declared;
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(ALGORITHMS.getOrDefault(name, name));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name + ": is in every Java", e);
        }
    }

    /** Takes the next bytes; the buffer stays as it is. */
    void add(ByteBuffer bytes) {
        claims.forEach(claim -> claim.digest().update(bytes.duplicate()));
    }

    /** Whether the bytes are those that were declared, by each of the algorithms. To be asked once. */
    boolean holds() {
        return claims.stream()
                .allMatch(claim -> MessageDigest.isEqual(claim.digest().digest(), claim.sum()));
    }
}
