package org.liuhen.retention;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;

/**
 * The testimony that a recording's bytes are gone: what they were, by which rule they went, who announced, decided and
 * erased when. The event {@code disposed} says the same, so that it is in the ledger; this copy in the catalog's register
 * is there for listing.
 *
 * <table>
 *   <caption>Register entry {@code disposal}, format 1</caption>
 *   <tr><td>name</td><td>16 hexadecimal digits that fall as {@code erasedAt} rises, a hyphen, the recording</td></tr>
 *   <tr><td>format</td><td>1</td></tr>
 *   <tr><td>others</td><td>as the parameters below; absent if unknown</td></tr>
 * </table>
 *
 * @param keepUntil the last day of its period
 * @param schedule which edition of the schedule was in force at the decision
 * @param announcedAt when people were warned
 * @param decidedAt since when it could not be taken back
 * @param erasedAt when the erasure was complete
 */
public record DisposalCertificate(
        int format,
        RecordingId recording,
        RecordingKind kind,
        DeviceId device,
        List<CaseNumber> cases,
        Instant from,
        @Nullable Instant to,
        Instant receivedAt,
        String filename,
        @JsonProperty("size") long sizeBytes,
        @JsonProperty("sha256") Fingerprint fingerprint,
        Category category,
        String rule,
        @Nullable LocalDate keepUntil,
        String schedule,
        @Nullable Instant announcedAt,
        @Nullable Actor announcedBy,
        Instant decidedAt,
        Actor decidedBy,
        Instant erasedAt,
        Actor erasedBy) {
    public static final int FORMAT = 1;

    public static final Register.Kind<DisposalCertificate> KIND =
            new Register.Kind<>("disposal", DisposalCertificate.class);

    public DisposalCertificate {
        cases = List.copyOf(cases);
    }

    /** Who did something, and when. */
    record Act(Instant at, Actor by) {}

    static DisposalCertificate of(
            Recording recording, String schedule, @Nullable Act announced, Act decided, Act erased) {
        Retention retention = recording.retention();
        return new DisposalCertificate(
                FORMAT,
                recording.id(),
                recording.kind(),
                recording.device(),
                recording.cases(),
                recording.from(),
                recording.to(),
                recording.receivedAt(),
                recording.filename(),
                recording.sizeBytes(),
                recording.fingerprint(),
                retention.category(),
                retention.rule(),
                retention.keepUntil(),
                schedule,
                announced == null ? null : announced.at(),
                announced == null ? null : announced.by(),
                decided.at(),
                decided.by(),
                erased.at(),
                erased.by());
    }

    /** Its name in the register: the latest comes first. */
    public String name() {
        return HexFormat.of().toHexDigits(Long.MAX_VALUE - erasedAt.toEpochMilli()) + "-" + recording.hex();
    }

    /** Itself as details of an event. */
    Map<String, String> details() {
        Map<String, String> details = new TreeMap<>();
        details.put("kind", kind.label());
        details.put("device", device.value());
        if (!cases.isEmpty()) {
            details.put(
                    "cases",
                    String.join(", ", cases.stream().map(CaseNumber::value).toList()));
        }
        details.put("from", from.toString());
        details.put("receivedAt", receivedAt.toString());
        details.put("filename", filename);
        details.put("size", Long.toString(sizeBytes));
        details.put("sha256", fingerprint.hex());
        details.put("category", category.value());
        details.put("rule", rule);
        details.put("schedule", schedule);
        details.put("decidedAt", decidedAt.toString());
        details.put("decidedBy", decidedBy.value());
        details.put("erasedAt", erasedAt.toString());
        details.put("erasedBy", erasedBy.value());
        putIfKnown(details, "to", to);
        putIfKnown(details, "keepUntil", keepUntil);
        putIfKnown(details, "announcedAt", announcedAt);
        putIfKnown(details, "announcedBy", announcedBy);
        return details;
    }

    private static void putIfKnown(Map<String, String> details, String name, @Nullable Object value) {
        if (value != null) {
            details.put(name, value.toString());
        }
    }
}
