package org.liuhen.tools.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;

/**
 * Everything that happened to one recording, each event with what proves that it is in the public log: {@code entry =
 * SHA-256(salt || event)}, {@code leaf = SHA-256(0x00 || entry)}, and the audit path from there to the root of the log's
 * first {@code treeSize} leaves. Stored as {@code data/custody/….json}. Source: RFC 6962 section 2.1.
 *
 * @param original path of the original in the bag; null if it is not in it
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record CustodyPaper(
        String format,
        RecordingId recording,
        @Nullable String original,
        @JsonProperty("sha256") Fingerprint fingerprint,
        @JsonProperty("size") long sizeBytes,
        long treeSize,
        List<Entry> events) {
    public static final String FORMAT = "liuhen-custody-1";

    public CustodyPaper {
        events = List.copyOf(events);
    }

    /**
     * One event.
     *
     * @param leaf index in the log
     * @param salt base64
     * @param event base64 of the bytes that were hashed
     * @param eventText the same, for people
     * @param proof base64 of the audit path, from the leaf's sibling upwards
     */
    public record Entry(long leaf, String salt, String event, String eventText, List<String> proof) {
        public Entry {
            proof = List.copyOf(proof);
        }
    }

    /** The events among {@code custody} that the log's first {@code treeSize} leaves hold. */
    public static List<Entry> entries(Ledger ledger, List<CustodyEvent> custody, long treeSize) throws StorageFailure {
        Base64.Encoder base64 = Base64.getEncoder();
        List<Entry> entries = new ArrayList<>();
        for (CustodyEvent event : custody) {
            if (event.sequence() < treeSize) {
                Ledger.Leaf leaf = ledger.leaf(event.sequence());
                entries.add(new Entry(
                        leaf.index(),
                        base64.encodeToString(leaf.salt()),
                        base64.encodeToString(leaf.event()),
                        new String(leaf.event(), StandardCharsets.UTF_8),
                        ledger.inclusionProof(leaf.index(), treeSize).stream()
                                .map(base64::encodeToString)
                                .toList()));
            }
        }
        return entries;
    }
}
