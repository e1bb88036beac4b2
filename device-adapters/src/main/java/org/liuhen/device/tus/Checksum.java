package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;

/**
 * The checksum of one body, computed while it streams and compared with what its sender says, before or after it.
 * Source: tus 1.0.0, sections Checksum and Checksum-Trailer.
 */
final class Checksum {
    static final String FIELD = "Upload-Checksum";

    /** The algorithms as clients name them, in the order in which they are offered. */
    static final String ALGORITHMS = "sha1,sha256,md5,crc32c";

    private static final Map<String, String> DIGESTS = Map.of("sha1", "SHA-1", "sha256", "SHA-256", "md5", "MD5");

    private final Map<String, Running> running = new LinkedHashMap<>();
    private @Nullable Claim claim;

    /** Something that takes bytes and tells their sum in the end. */
    private interface Running {
        void add(ByteBuffer bytes);

        byte[] sum();
    }

    private record Claim(String algorithm, byte[] sum) {}

    private Checksum() {}

    /**
     * For a body whose checksum goes before it.
     *
     * @throws InvalidField {@code Upload-Checksum}, if the algorithm is unknown or the sum is none
     */
    static Checksum announced(String field) {
        Checksum checksum = new Checksum();
        Claim claim = claim(field);
        checksum.claim = claim;
        checksum.running.put(claim.algorithm(), running(claim.algorithm()));
        return checksum;
    }

    /** For a body whose checksum follows it; with which algorithm is not known until then. */
    static Checksum trailing() {
        Checksum checksum = new Checksum();
        for (String algorithm : ALGORITHMS.split(",", -1)) {
            checksum.running.put(algorithm, running(algorithm));
        }
        return checksum;
    }

    /**
     * Takes what follows the body.
     *
     * @throws InvalidField {@code Upload-Checksum}, if the algorithm is unknown or the sum is none
     */
    void told(String field) {
        Claim told = claim(field);
        if (!running.containsKey(told.algorithm())) {
            throw new InvalidField(FIELD, "is given before and after the body, and they differ");
        }
        claim = told;
    }

    /** Takes the next bytes; the buffer stays as it is. */
    void add(ByteBuffer bytes) {
        for (Running one : running.values()) {
            one.add(bytes.duplicate());
        }
    }

    /** Whether the bytes are those whose checksum was told; not if none was told. */
    boolean holds() {
        Claim told = claim;
        if (told == null) {
            return false;
        }
        Running sum = running.get(told.algorithm());
        return sum != null && MessageDigest.isEqual(sum.sum(), told.sum());
    }

    private static Claim claim(String field) {
        String[] parts = field.strip().split(" ", -1);
        if (parts.length != 2) {
            throw new InvalidField(FIELD, "is not an algorithm, a space and a sum in Base64");
        }
        if (!List.of(ALGORITHMS.split(",", -1)).contains(parts[0])) {
            throw new InvalidField(FIELD, "has an algorithm that is not known (expected: one of " + ALGORITHMS + ")");
        }
        byte[] sum;
        try {
            sum = Base64.getDecoder().decode(parts[1]);
        } catch (IllegalArgumentException e) {
            InvalidField problem = new InvalidField(FIELD, "has a sum that is not Base64");
            problem.initCause(e);
            throw problem;
        }
        int length = running(parts[0]).sum().length;
        if (sum.length != length) {
            throw new InvalidField(FIELD, "has a sum of " + sum.length + " bytes (expected: " + length + ")");
        }
        return new Claim(parts[0], sum);
    }

    private static Running running(String algorithm) {
        String digest = DIGESTS.get(algorithm);
        return digest == null ? new OfCrc() : new OfDigest(digest(digest));
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name + ": is in every Java", e);
        }
    }

    private record OfDigest(MessageDigest digest) implements Running {
        @Override
        public void add(ByteBuffer bytes) {
            digest.update(bytes);
        }

        @Override
        public byte[] sum() {
            return digest.digest();
        }
    }

    private static final class OfCrc implements Running {
        private final CRC32C crc = new CRC32C();

        @Override
        public void add(ByteBuffer bytes) {
            crc.update(bytes);
        }

        @Override
        public byte[] sum() {
            return ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        }
    }
}
