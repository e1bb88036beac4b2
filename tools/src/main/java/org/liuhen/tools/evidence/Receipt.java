package org.liuhen.tools.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.Checkpoint;

/**
 * Proof to a device that it may forget its copy: what was received, and that this is in the public log. Whoever holds it
 * recomputes {@code entry = SHA-256(salt || event)}, {@code leaf = SHA-256(0x00 || entry)}, climbs {@code proof} to the
 * root that {@code checkpoint} signs, and reads in {@code eventText} what was promised; {@link ReceiptCheck} does it.
 * Source: RFC 6962 section 2.1.
 *
 * @param receivedAt as the event says it
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

    /** The detail of the event {@code received} that says when, as a recording tells it. */
    private static final String RECEIVED_AT = "receivedAt";

    public Receipt {
        proof = List.copyOf(proof);
    }

    /**
     * The receipt of a recording under a checkpoint that the ledger has signed already, or signs now.
     *
     * @param received the event that says that it was received
     */
    public static Receipt of(Ledger ledger, Recording recording, CustodyEvent received) throws StorageFailure {
        return of(ledger, ledger.checkpointOver(received.sequence()), recording, received);
    }

    /** @param checkpoint one that the ledger signed after the event */
    public static Receipt of(Ledger ledger, String checkpoint, Recording recording, CustodyEvent received)
            throws StorageFailure {
        long treeSize = Checkpoint.parse(checkpoint).size();
        Ledger.Leaf leaf = ledger.leaf(received.sequence());
        Base64.Encoder base64 = Base64.getEncoder();
        String at = received.details().get(RECEIVED_AT);
        return new Receipt(
                FORMAT,
                recording.id(),
                recording.device(),
                recording.fingerprint(),
                recording.sizeBytes(),
                at == null ? received.at() : Instant.parse(at),
                leaf.index(),
                base64.encodeToString(leaf.salt()),
                base64.encodeToString(leaf.event()),
                new String(leaf.event(), StandardCharsets.UTF_8),
                treeSize,
                ledger.inclusionProof(leaf.index(), treeSize).stream()
                        .map(base64::encodeToString)
                        .toList(),
                checkpoint,
                ledger.verifierKey());
    }

    /**
     * The same proof in the form of other programs: a {@code .tlog-proof} file, whose extra data are the salt and the
     * event, so that their SHA-256 is the entry. Source: c2sp.org/tlog-proof.
     */
    public String tlogProof() {
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] salt = base64.decode(this.salt);
        byte[] event = base64.decode(this.event);
        byte[] extra = java.util.Arrays.copyOf(salt, salt.length + event.length);
        System.arraycopy(event, 0, extra, salt.length, event.length);
        StringBuilder text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
        text.append("extra ").append(Base64.getEncoder().encodeToString(extra)).append('\n');
        text.append("index ").append(leaf).append('\n');
        proof.forEach(hash -> text.append(hash).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }
}
