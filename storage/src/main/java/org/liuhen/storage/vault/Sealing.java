package org.liuhen.storage.vault;

import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.UploadId;

/** What must hold before an upload becomes an original: its manifest speaks of these very bytes. */
final class Sealing {
    private Sealing() {}

    /** @throws IllegalArgumentException if {@code manifest} is not that of the bytes in {@code seen} */
    static void check(Manifest manifest, UploadId upload, Fingerprinting seen) {
        if (manifest.format() != Manifest.FORMAT) {
            throw mismatch("format", manifest.format(), Manifest.FORMAT, upload);
        }
        if (manifest.sizeBytes() != seen.sizeBytes()) {
            throw mismatch("size", manifest.sizeBytes(), seen.sizeBytes(), upload);
        }
        Fingerprint fingerprint = seen.fingerprint();
        if (!manifest.fingerprint().equals(fingerprint)) {
            throw mismatch("sha256", manifest.fingerprint(), fingerprint, upload);
        }
        if (!manifest.crc32cPerMiB().equals(seen.crc32cPerMiB())) {
            throw mismatch("crc32cPerMiB", "others", "those of the upload", upload);
        }
    }

    private static IllegalArgumentException mismatch(String member, Object value, Object expected, UploadId upload) {
        return new IllegalArgumentException(
                "manifest " + member + ": " + value + " (expected: " + expected + "), upload=" + upload);
    }
}
