package org.liuhen.tools.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.RecordingId;

/**
 * Proof to a device that it may forget its copy: what was received, and that this is in the public log. Whoever holds it
 * recomputes {@code entry = SHA-256(salt || event)}, {@code leaf = SHA-256(0x00 || entry)}, climbs {@code proof} to the
 * root that {@code checkpoint} signs, and reads in {@code eventText} what was promised. Source: RFC 6962 section 2.1.
 *
 * @param leaf index of the event in the log
 * @param salt base64
 * @param event base64 of the event's stored bytes, which are what was hashed
 * @param eventText the same, for people
 * @param proof base64 of the audit path, from the leaf's sibling upwards, in a tree of {@code treeSize} leaves
 * @param checkpoint C2SP signed note
 * @param verifier the log's public key as a C2SP verifier key; take it from somewhere else too before trusting it
 */
public record Receipt(
        String format,
        RecordingId recording,
        DeviceId device,
        @JsonProperty("sha256") Fingerprint fingerprint,
        @JsonProperty("size") long sizeBytes,
        Instant receivedAt,
        long leaf,
        String salt,
        String event,
        String eventText,
        long treeSize,
        List<String> proof,
        String checkpoint,
        String verifier) {
    public static final String FORMAT = "liuhen-receipt-1";

    public Receipt {
        proof = List.copyOf(proof);
    }
}
