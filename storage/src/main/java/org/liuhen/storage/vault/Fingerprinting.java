package org.liuhen.storage.vault;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Vault;

/** The SHA-256 and the CRC-32C of each MiB of bytes that come in order. Keeps four bytes for each MiB. One thread. */
final class Fingerprinting {
    private final MessageDigest digest = DigestUtils.getSha256Digest();
    private final CRC32C crc = new CRC32C();
    private int[] crcs = new int[4];
    private long sizeBytes;

    /** Consumes the buffer. Allocates nothing; direct buffers are read in place by the CRC and through 4 KiB by the digest. */
    void add(ByteBuffer bytes) {
        int limit = bytes.limit();
        while (bytes.position() < limit) {
            int start = bytes.position();
            int end = (int) Math.min(limit, start + Vault.CRC_BLOCK_BYTES - sizeBytes % Vault.CRC_BLOCK_BYTES);
            bytes.limit(end);
            DigestUtils.updateDigest(digest, bytes);
            bytes.position(start);
            crc.update(bytes);
            sizeBytes += end - start;
            if (sizeBytes % Vault.CRC_BLOCK_BYTES == 0) {
                endBlock();
            }
            bytes.limit(limit);
        }
    }

    private void endBlock() {
        int block = Math.toIntExact(sizeBytes / Vault.CRC_BLOCK_BYTES - 1);
        if (block == crcs.length) {
            crcs = Arrays.copyOf(crcs, crcs.length + (crcs.length >> 1));
        }
        crcs[block] = (int) crc.getValue();
        crc.reset();
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** The fingerprint of everything added so far; more can be added afterwards. */
    Fingerprint fingerprint() {
        try {
            return Fingerprint.of(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(
                    "SHA-256: " + digest.getProvider() + " (expected: one that can be cloned)", e);
        }
    }

    /** As a manifest lists them: 8 hexadecimal digits for each MiB, the last one shorter; none for no bytes. */
    List<String> crc32cPerMiB() {
        int whole = Math.toIntExact(sizeBytes / Vault.CRC_BLOCK_BYTES);
        List<String> all = new ArrayList<>(whole + 1);
        for (int block = 0; block < whole; block++) {
            all.add(HexFormat.of().toHexDigits(crcs[block]));
        }
        if (sizeBytes % Vault.CRC_BLOCK_BYTES != 0) {
            all.add(HexFormat.of().toHexDigits((int) crc.getValue()));
        }
        return all;
    }
}
