package org.liuhen.storage.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.Vault;

/** A {@link Manifest} as the bytes of {@code manifest.json}: indented JSON in UTF-8, for people to read. */
public final class StoredManifest {
    private static final ObjectReader READER =
            StoredJson.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private StoredManifest() {}

    /** The one member that every format has. */
    record Stamp(int format) {}

    static byte[] write(Manifest manifest) {
        try {
            return (StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("manifest: cannot be written, recording=" + manifest.id(), e);
        }
    }

    /**
     * @param id the recording it must be of
     * @throws StorageFailure {@code FORMAT_TOO_NEW}; {@code CORRUPT} if it is anything but a whole manifest of {@code id}
     */
    public static Manifest read(byte[] bytes, RecordingId id) throws StorageFailure {
        Manifest manifest;
        try {
            Stamp stamp = READER.forType(Stamp.class).readValue(bytes);
            if (stamp != null && stamp.format() > Manifest.FORMAT) {
                throw new StorageFailure(
                        StorageFailure.Kind.FORMAT_TOO_NEW,
                        "format of manifest.json: " + stamp.format() + " (expected: at most " + Manifest.FORMAT
                                + "; a newer version of this program wrote it), recording=" + id);
            }
            manifest = READER.forType(Manifest.class).readValue(bytes);
        } catch (java.io.IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "manifest.json: " + e.getMessage() + ", recording=" + id, e);
        }
        String flaw = flawOf(manifest, id);
        if (flaw != null) {
            throw new StorageFailure(StorageFailure.Kind.CORRUPT, "manifest.json: " + flaw + ", recording=" + id);
        }
        return manifest;
    }

    // Jackson leaves null what is absent, also where the record says it cannot be.
    @SuppressWarnings("ConstantValue")
    private static @Nullable String flawOf(@Nullable Manifest manifest, RecordingId id) {
        if (manifest == null) {
            return "null (expected: an object)";
        }
        if (manifest.format() != Manifest.FORMAT) {
            return "format " + manifest.format() + " (expected: " + Manifest.FORMAT + ")";
        }
        if (!id.equals(manifest.id())) {
            return "id " + manifest.id() + " (expected: that of its folder)";
        }
        Object[] required = {
            manifest.fingerprint(),
            manifest.upload(),
            manifest.kind(),
            manifest.device(),
            manifest.from(),
            manifest.receivedAt(),
            manifest.filename(),
            manifest.contentType()
        };
        for (Object member : required) {
            if (member == null) {
                return "a member is missing (expected: sha256, upload, kind, device, from, receivedAt, filename, contentType)";
            }
        }
        if (manifest.attachment() != null && manifest.session() == null) {
            return "attachment without a session (expected: both)";
        }
        if (manifest.sizeBytes() < 0) {
            return "size " + manifest.sizeBytes() + " (expected: 0 or more)";
        }
        long blocks = (manifest.sizeBytes() + Vault.CRC_BLOCK_BYTES - 1) / Vault.CRC_BLOCK_BYTES;
        if (manifest.crc32cPerMiB().size() != blocks) {
            return "crc32cPerMiB has " + manifest.crc32cPerMiB().size() + " members (expected: " + blocks + ")";
        }
        for (String crc : manifest.crc32cPerMiB()) {
            if (!crc.matches("[0-9a-f]{8}")) {
                return "crc32cPerMiB has " + crc + " (expected: 8 lower-case hexadecimal digits)";
            }
        }
        return null;
    }
}
