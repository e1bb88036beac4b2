package org.liuhen.retention;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.Register;
import org.liuhen.storage.Retention;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * The testimony that a recording's bytes are gone: what they were, by which rule they went, who announced, decided and
 * erased when. The event {@code disposed} says the same, so that it is in the ledger; this copy in the catalog's register
 * is there for listing.
 *
 * <table>
 *   <caption>Register entry {@code disposal}, format 1</caption>
 *   <tr><td>name</td><td>16 hexadecimal digits that fall as {@code decidedAt} rises, a hyphen, the recording</td></tr>
 *   <tr><td>format</td><td>1</td></tr>
 *   <tr><td>others</td><td>as the parameters below; absent if unknown</td></tr>
 * </table>
 *
 * @param receivedDay where the vault had it
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
        LocalDate receivedDay,
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
    record Act(Instant at, Actor by) {
        static Act of(CustodyEvent event) {
            return new Act(event.at(), event.actor());
        }
    }

    /** What the event {@code disposal-decided} says, from which the certificate is made once the bytes are gone. */
    static Map<String, String> decision(
            Recording recording, Retention retention, String schedule, @Nullable Act announced, Act decided) {
        Map<String, String> details = new TreeMap<>();
        details.put("kind", recording.kind().label());
        details.put("device", recording.device().value());
        details.put("cases", json(recording.cases()));
        details.put("from", recording.from().toString());
        putIfKnown(details, "to", recording.to());
        details.put("receivedAt", recording.receivedAt().toString());
        details.put("receivedDay", recording.receivedDay().toString());
        details.put("filename", recording.filename());
        details.put("size", Long.toString(recording.sizeBytes()));
        details.put("sha256", recording.fingerprint().hex());
        details.put("category", retention.category().value());
        details.put("rule", retention.rule());
        putIfKnown(details, "keepUntil", retention.keepUntil());
        details.put("schedule", schedule);
        putIfKnown(details, "announcedAt", announced == null ? null : announced.at());
        putIfKnown(details, "announcedBy", announced == null ? null : announced.by());
        details.put("decidedAt", decided.at().toString());
        details.put("decidedBy", decided.by().value());
        return details;
    }

    /**
     * @param decision the event {@code disposal-decided}
     * @param erased the end of the erasure
     * @throws StorageFailure {@code CORRUPT} if the event does not say what it must
     */
    static DisposalCertificate of(RecordingId id, CustodyEvent decision, Act erased) throws StorageFailure {
        Map<String, String> said = decision.details();
        try {
            return new DisposalCertificate(
                    FORMAT,
                    id,
                    RecordingKind.ofLabel(required(said, "kind")),
                    new DeviceId(required(said, "device")),
                    List.of(StoredJson.MAPPER.readValue(required(said, "cases"), CaseNumber[].class)),
                    Instant.parse(required(said, "from")),
                    known(said, "to", Instant::parse),
                    Instant.parse(required(said, "receivedAt")),
                    LocalDate.parse(required(said, "receivedDay")),
                    required(said, "filename"),
                    Long.parseLong(required(said, "size")),
                    new Fingerprint(required(said, "sha256")),
                    new Category(required(said, "category")),
                    required(said, "rule"),
                    known(said, "keepUntil", LocalDate::parse),
                    required(said, "schedule"),
                    known(said, "announcedAt", Instant::parse),
                    known(said, "announcedBy", Actor::new),
                    Instant.parse(required(said, "decidedAt")),
                    new Actor(required(said, "decidedBy")),
                    erased.at(),
                    erased.by());
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "event " + decision.sequence() + ": " + e.getMessage(), e);
        }
    }

    /** Its name in the register: the latest decision comes first, and each has one certificate. */
    public String name() {
        return HexFormat.of().toHexDigits(Long.MAX_VALUE - decidedAt.toEpochMilli()) + "-" + recording.hex();
    }

    /** Where the bytes were. */
    OriginalKey key() {
        return new OriginalKey(receivedDay, recording);
    }

    private static String required(Map<String, String> details, String name) {
        String value = details.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": is missing");
        }
        return value;
    }

    private static <T> @Nullable T known(Map<String, String> details, String name, Function<String, T> reading) {
        String value = details.get(name);
        return value == null ? null : reading.apply(value);
    }

    private static String json(List<CaseNumber> cases) {
        try {
            return StoredJson.MAPPER.writeValueAsString(cases);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cases: cannot be written: " + cases, e);
        }
    }

    private static void putIfKnown(Map<String, String> details, String name, @Nullable Object value) {
        if (value != null) {
            details.put(name, value.toString());
        }
    }
}
