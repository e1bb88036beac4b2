package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog remembers of an upload: who may write to it, what was declared, and how far it is durable.
 *
 * @param protocol the adapter that began it, for example {@code tus}
 * @param metadata as declared, by CONTRACT's key
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
        String protocol,
        Map<String, String> metadata,
        @JsonProperty("length") @Nullable Long lengthBytes,
        @JsonProperty("offset") long offsetBytes,
        Instant began,
        Instant expires,
        @Nullable RecordingId recording,
        @JsonProperty("sha256") @Nullable Fingerprint fingerprint) {
    public Upload {
        metadata = Map.copyOf(metadata);
    }

    public Upload withOffset(long offsetBytes, Instant expires) {
        return new Upload(
                id, device, protocol, metadata, lengthBytes, offsetBytes, began, expires, recording, fingerprint);
    }

    public Upload withLength(long lengthBytes) {
        return new Upload(
                id, device, protocol, metadata, lengthBytes, offsetBytes, began, expires, recording, fingerprint);
    }

    public Upload finished(RecordingId recording, Fingerprint fingerprint, long lengthBytes, Instant expires) {
        return new Upload(
                id, device, protocol, metadata, lengthBytes, lengthBytes, began, expires, recording, fingerprint);
    }
}
