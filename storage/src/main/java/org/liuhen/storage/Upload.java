package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog remembers of an upload: who may write to it, what was declared, and how far it is durable.
 *
 * @param protocol the adapter that began it, for example {@code tus}
 * @param by who began it: the device itself, or somebody who adds for it
 * @param metadata as declared, by CONTRACT's key
 * @param notes what its protocol has to remember beside, by the protocol's own keys
 * @param lengthBytes the whole length; null while not known
 * @param offsetBytes acknowledged, so durable
 * @param began the instant of receipt that the recording will have; fixed here so that a repeated seal is the same
 * @param expires when an unfinished upload may be dropped, or when a finished one is forgotten
 * @param recording what it became; null while under way
 * @param fingerprint of the finished recording; null while under way
 */
public record Upload(
        UploadId id,
        DeviceId device,
        Actor by,
        String protocol,
        Map<String, String> metadata,
        Map<String, String> notes,
        @JsonProperty("length") @Nullable Long lengthBytes,
        @JsonProperty("offset") long offsetBytes,
        Instant began,
        Instant expires,
        @Nullable RecordingId recording,
        @JsonProperty("sha256") @Nullable Fingerprint fingerprint) {
    public Upload {
        metadata = Map.copyOf(metadata);
        notes = Map.copyOf(notes);
    }

    /** An upload begun by its device, of a protocol without notes. */
    public Upload(
            UploadId id,
            DeviceId device,
            String protocol,
            Map<String, String> metadata,
            @Nullable Long lengthBytes,
            long offsetBytes,
            Instant began,
            Instant expires,
            @Nullable RecordingId recording,
            @Nullable Fingerprint fingerprint) {
        this(
                id,
                device,
                Actor.device(device),
                protocol,
                metadata,
                Map.of(),
                lengthBytes,
                offsetBytes,
                began,
                expires,
                recording,
                fingerprint);
    }

    public Upload withOffset(long offsetBytes, Instant expires) {
        return with(lengthBytes, offsetBytes, expires, recording, fingerprint);
    }

    /** The same bytes under other declarations. */
    public Upload withDeclared(Map<String, String> metadata, Map<String, String> notes) {
        return new Upload(
                id,
                device,
                by,
                protocol,
                metadata,
                notes,
                lengthBytes,
                offsetBytes,
                began,
                expires,
                recording,
                fingerprint);
    }

    public Upload withLength(long lengthBytes) {
        return with(lengthBytes, offsetBytes, expires, recording, fingerprint);
    }

    /** This upload with one more note; an earlier one of this key is replaced. */
    public Upload withNote(String key, String value, Instant expires) {
        Map<String, String> more = new HashMap<>(notes);
        more.put(key, value);
        return new Upload(
                id,
                device,
                by,
                protocol,
                metadata,
                more,
                lengthBytes,
                offsetBytes,
                began,
                expires,
                recording,
                fingerprint);
    }

    public Upload finished(RecordingId recording, Fingerprint fingerprint, long lengthBytes, Instant expires) {
        return with(lengthBytes, lengthBytes, expires, recording, fingerprint);
    }

    public Upload withNotes(Map<String, String> notes) {
        return new Upload(
                id,
                device,
                by,
                protocol,
                metadata,
                notes,
                lengthBytes,
                offsetBytes,
                began,
                expires,
                recording,
                fingerprint);
    }

    private Upload with(
            @Nullable Long lengthBytes,
            long offsetBytes,
            Instant expires,
            @Nullable RecordingId recording,
            @Nullable Fingerprint fingerprint) {
        return new Upload(
                id,
                device,
                by,
                protocol,
                metadata,
                notes,
                lengthBytes,
                offsetBytes,
                began,
                expires,
                recording,
                fingerprint);
    }
}
