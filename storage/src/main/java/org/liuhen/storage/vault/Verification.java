package org.liuhen.storage.vault;

import java.util.List;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;

/**
 * What recomputing an original from its bytes has found, beside what its manifest says.
 *
 * @param expected the fingerprint in the manifest
 * @param found the fingerprint of the bytes that are there
 * @param expectedBytes the size in the manifest
 * @param foundBytes how many bytes are there
 * @param rottenMiB which MiB blocks, counted from 0, are not as they were written, ascending: by their CRC-32C, because
 *     they are missing, or because they are past the end
 */
public record Verification(
        OriginalKey key,
        Fingerprint expected,
        Fingerprint found,
        long expectedBytes,
        long foundBytes,
        List<Long> rottenMiB) {
    public Verification {
        rottenMiB = List.copyOf(rottenMiB);
    }

    /** Whether the bytes are those that were sealed. */
    public boolean intact() {
        return foundBytes == expectedBytes && found.equals(expected);
    }

    /** Whether bytes are missing at the end. */
    public boolean truncated() {
        return foundBytes < expectedBytes;
    }

    /**
     * Reads all of an original, once.
     *
     * @throws StorageFailure {@code MISSING} if the original or its manifest is not there; {@code CORRUPT} if the
     *     manifest or the bytes cannot be read
     */
    public static Verification of(Vault vault, OriginalKey key) throws StorageFailure {
        Manifest manifest = vault.manifest(key)
                .orElseThrow(() -> new StorageFailure(
                        StorageFailure.Kind.MISSING,
                        "original: not in the vault under " + key.day() + ", recording=" + key.id()));
        Contents contents = Contents.of(vault, key, Pace.FULL);
        return new Verification(
                key,
                manifest.fingerprint(),
                contents.fingerprint(),
                manifest.sizeBytes(),
                contents.sizeBytes(),
                contents.fingerprint().equals(manifest.fingerprint())
                        ? List.of()
                        : contents.differencePerMiB(manifest.crc32cPerMiB()));
    }
}
