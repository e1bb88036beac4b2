package org.liuhen.tools.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Media;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;

/**
 * The list that is handed over with the evidence of a case (随案移送清单): what there is, with its check values, and who
 * took it out when and why. Stored as {@code data/transmittal.json}. Source: 法发〔2016〕22号 articles 5 and 14.
 *
 * @param export names this export in the custody events
 * @param exportedBy the extractor (提取人)
 * @param organization who hands over; null if the server does not say
 * @param treeSize how many events the log had when the papers were made
 * @param sizeBytes of all originals together
 * @param items the recordings of the case, then what is attached to their sessions
 * @param leftOut those whose originals are not in the bag
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Transmittal(
        String format,
        @JsonProperty("case") CaseNumber number,
        String export,
        Instant exportedAt,
        Actor exportedBy,
        String reason,
        @Nullable String organization,
        long treeSize,
        int count,
        @JsonProperty("size") long sizeBytes,
        List<Item> items,
        List<LeftOut> leftOut) {
    public static final String FORMAT = "liuhen-transmittal-1";

    public Transmittal {
        items = List.copyOf(items);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * One original.
     *
     * @param attachment what it is to the recordings of its session; null for a recording
     * @param path in the bag, as the paths of the papers about it
     * @param contentType the format as it was declared
     * @param media the format as it was found; null if it was not looked at
     * @param sm3 64 lower-case hexadecimal digits
     * @param checked what recomputing it while it was written into the bag has shown: always {@code intact}
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Item(
            int number,
            RecordingId recording,
            String path,
            String manifest,
            String receipt,
            String custody,
            String filename,
            RecordingKind kind,
            Category category,
            String contentType,
            @Nullable Media media,
            @JsonProperty("size") long sizeBytes,
            @JsonProperty("sha256") Fingerprint fingerprint,
            String sm3,
            Instant from,
            @Nullable Instant to,
            @Nullable Instant deviceFrom,
            @Nullable Instant deviceTo,
            Instant receivedAt,
            DeviceId device,
            @Nullable OfficerId officer,
            @Nullable UnitId unit,
            List<String> findings,
            String checked,
            @Nullable SessionId session,
            @Nullable AttachmentRole attachment) {
        public Item {
            findings = List.copyOf(findings);
        }
    }

    /**
     * A recording whose original is not in the bag.
     *
     * @param why {@code disposed} or {@code damaged}
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record LeftOut(
            RecordingId recording,
            String why,
            String detail,
            String custody,
            @JsonProperty("sha256") Fingerprint fingerprint,
            @JsonProperty("size") long sizeBytes,
            Instant from,
            DeviceId device) {
        public static final String DISPOSED = "disposed";
        public static final String DAMAGED = "damaged";
    }
}
