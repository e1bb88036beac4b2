package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the vault writes beside each original, so that a folder explains itself without this program and the catalog
 * can be rebuilt. Written once, at sealing; later changes are custody events.
 *
 * <table>
 *   <caption>{@code manifest.json}, format 1</caption>
 *   <tr><td>format</td><td>1</td></tr>
 *   <tr><td>sha256, size</td><td>of {@code original}; hexadecimal, bytes</td></tr>
 *   <tr><td>crc32cPerMiB</td><td>CRC-32C of each MiB of {@code original}, the last one shorter; 8 hexadecimal digits
 *       each</td></tr>
 *   <tr><td>upload</td><td>the upload it arrived by</td></tr>
 *   <tr><td>others</td><td>as declared by the device when it arrived; see {@link Recording}</td></tr>
 * </table>
 *
 * @param category the category the device declared; null if none
 * @param attachment what it is to its session; null for a recording
 */
public record Manifest(
        int format,
        RecordingId id,
        @JsonProperty("sha256") Fingerprint fingerprint,
        @JsonProperty("size") long sizeBytes,
        List<String> crc32cPerMiB,
        UploadId upload,
        RecordingKind kind,
        DeviceId device,
        @Nullable OfficerId officer,
        @Nullable UnitId unit,
        @Nullable SessionId session,
        List<CaseNumber> cases,
        @Nullable Category category,
        boolean important,
        Instant from,
        @Nullable Instant to,
        @Nullable Instant deviceFrom,
        @Nullable Instant deviceTo,
        Instant receivedAt,
        String filename,
        String contentType,
        @Nullable AttachmentRole attachment) {
    public static final int FORMAT = 1;

    public Manifest {
        cases = List.copyOf(cases);
        crc32cPerMiB = List.copyOf(crc32cPerMiB);
    }

    /** The manifest of a recording. */
    public Manifest(
            int format,
            RecordingId id,
            Fingerprint fingerprint,
            long sizeBytes,
            List<String> crc32cPerMiB,
            UploadId upload,
            RecordingKind kind,
            DeviceId device,
            @Nullable OfficerId officer,
            @Nullable UnitId unit,
            @Nullable SessionId session,
            List<CaseNumber> cases,
            @Nullable Category category,
            boolean important,
            Instant from,
            @Nullable Instant to,
            @Nullable Instant deviceFrom,
            @Nullable Instant deviceTo,
            Instant receivedAt,
            String filename,
            String contentType) {
        this(
                format,
                id,
                fingerprint,
                sizeBytes,
                crc32cPerMiB,
                upload,
                kind,
                device,
                officer,
                unit,
                session,
                cases,
                category,
                important,
                from,
                to,
                deviceFrom,
                deviceTo,
                receivedAt,
                filename,
                contentType,
                null);
    }

    /** The id that what it says makes; that it bears unless somebody changed it. */
    public RecordingId madeId() {
        return attachment == null || session == null
                ? RecordingId.of(device, fingerprint)
                : RecordingId.ofAttachment(device, session, filename, fingerprint);
    }
}
