package org.liuhen.tools.evidence;

import static org.liuhen.tools.evidence.ZipRecord.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.ProofCheck;
import org.liuhen.storage.ledger.TreeHash;

/** The events of a custody paper, each proved to be in the log. */
final class CustodyCheck {
    private static final int LONGEST_PROOF = 64;

    private record Proved(long leaf, String salt, String event, JsonNode fact) {}

    private final List<Proved> events;

    private CustodyCheck(List<Proved> events) {
        this.events = events;
    }

    /**
     * Proves every event.
     *
     * @param path of the paper, for messages
     * @throws Refutation if one is not in the log, is about something else, or is out of order
     */
    static CustodyCheck of(String path, JsonNode entries, RecordingId id, Checkpoint head) throws Refutation {
        List<Proved> events = new ArrayList<>();
        long last = -1;
        for (JsonNode entry : entries) {
            long leaf = entry.path("leaf").asLong(-1);
            String where = path + ": event at leaf " + leaf;
            require(entry.path("leaf").isIntegralNumber() && leaf > last, where + " is out of order");
            last = leaf;
            byte[] event = bytes(entry.path("event"), where);
            byte[] salt = bytes(entry.path("salt"), where);
            JsonNode proof = entry.path("proof");
            require(proof.isArray() && proof.size() <= LONGEST_PROOF, where + " has no proof");
            List<byte[]> siblings = new ArrayList<>();
            for (JsonNode sibling : proof) {
                siblings.add(bytes(sibling, where));
            }
            require(
                    ProofCheck.inclusion(
                            TreeHash.leaf(TreeHash.entry(salt, event)), leaf, head.size(), siblings, head.root()),
                    where + " is not in the log");
            JsonNode fact = fact(event, where);
            require(fact.path("recording").asText().equals(id.hex()), where + " is about another recording than " + id);
            require(
                    entry.path("eventText").asText().equals(new String(event, java.nio.charset.StandardCharsets.UTF_8)),
                    where + " reads other than it is");
            events.add(new Proved(
                    leaf, entry.path("salt").asText(), entry.path("event").asText(), fact));
        }
        return new CustodyCheck(events);
    }

    private static JsonNode fact(byte[] event, String where) throws Refutation {
        try {
            JsonNode fact = StoredJson.MAPPER.readTree(event);
            require(fact != null && fact.isObject(), where + " is no JSON object");
            return fact;
        } catch (JsonProcessingException e) {
            throw new Refutation(where + " is no JSON", e);
        } catch (IOException e) {
            throw new IllegalStateException("memory: cannot be read", e);
        }
    }

    private static byte[] bytes(JsonNode text, String where) throws Refutation {
        try {
            return Base64.getDecoder().decode(text.asText());
        } catch (IllegalArgumentException e) {
            throw new Refutation(where + " is not base64", e);
        }
    }

    int size() {
        return events.size();
    }

    /** Whether an event of this kind has this detail. */
    boolean says(EventKind kind, String detail, String value) {
        return events.stream()
                .anyMatch(event -> event.fact.path("kind").asText().equals(kind.label())
                        && event.fact.path("details").path(detail).asText().equals(value));
    }

    /** Whether {@code receipt} is about a proved event of this kind. */
    boolean proves(JsonNode receipt, EventKind kind) {
        return events.stream()
                .anyMatch(event -> event.fact.path("kind").asText().equals(kind.label())
                        && receipt.path("leaf").asLong(-1) == event.leaf
                        && receipt.path("salt").asText().equals(event.salt)
                        && receipt.path("event").asText().equals(event.event));
    }
}
