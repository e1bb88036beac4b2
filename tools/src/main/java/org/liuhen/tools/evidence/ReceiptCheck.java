package org.liuhen.tools.evidence;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.ProofCheck;
import org.liuhen.storage.ledger.TreeHash;
import org.liuhen.storage.ledger.VerifierKey;

/**
 * The check of a receipt as a stranger makes it: from the receipt alone, without a server, and without trusting any that
 * is not pinned. Every member of {@link Receipt} is required, must be what the event says, and nothing else may say it
 * twice; members of later versions are ignored.
 */
public final class ReceiptCheck {
    /** More than any receipt holds. */
    public static final int MAX_BYTES = 4 << 20;

    /** Hashes on the way from a leaf to the root of the largest log there can be. */
    private static final int MAX_PROOF = 63;

    private static final int SALT_BYTES = 16;

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<VerifierKey> pinned;

    /** @param pinned keys got elsewhere, one of which must have signed; if there are none, the receipt's own is trusted */
    public ReceiptCheck(List<VerifierKey> pinned) {
        this.pinned = List.copyOf(pinned);
    }

    /** Whether this check believes the key that comes with the receipt, and so proves less. */
    public boolean trustsReceiptsOwnKey() {
        return pinned.isEmpty();
    }

    /** The first thing that is not as it should be, for people; empty if everything is. */
    public Optional<String> firstDifference(byte[] receipt) {
        try {
            check(receipt);
            return Optional.empty();
        } catch (Difference e) {
            return Optional.of(e.text);
        }
    }

    /**
     * The first thing that is not as it should be about the receipt, or about the file it was given for; empty if
     * everything is.
     *
     * @throws IOException if the file cannot be read
     */
    public Optional<String> firstDifference(byte[] receipt, Path original) throws IOException {
        Members members;
        try {
            members = check(receipt);
        } catch (Difference e) {
            return Optional.of(e.text);
        }
        long sizeBytes = Files.size(original);
        if (sizeBytes != members.sizeBytes) {
            return Optional.of("file: " + sizeBytes + " bytes (expected: " + members.sizeBytes + "), file=" + original);
        }
        try (InputStream in = Files.newInputStream(original)) {
            String sha256 = DigestUtils.sha256Hex(in);
            return sha256.equals(members.sha256)
                    ? Optional.empty()
                    : Optional.of("file: sha256 " + sha256 + " (expected: " + members.sha256 + "), file=" + original);
        }
    }

    /** Ends a check at the first thing that is wrong. */
    private static final class Difference extends Exception {
        private final String text;

        Difference(String text) {
            super(text, null, false, false);
            this.text = text;
        }
    }

    /** The members of a receipt, each of the right form. */
    private static final class Members {
        private final JsonNode json;
        private final String recording;
        private final String device;
        private final String sha256;
        private final long sizeBytes;
        private final String receivedAt;
        private final long leaf;
        private final byte[] salt;
        private final byte[] event;
        private final long treeSize;
        private final List<byte[]> proof = new ArrayList<>();

        Members(JsonNode json) throws Difference {
            this.json = json;
            equal("format", text("format"), Receipt.FORMAT);
            recording = text("recording");
            device = text("device");
            sha256 = text("sha256");
            sizeBytes = number("size");
            receivedAt = text("receivedAt");
            leaf = number("leaf");
            salt = bytes("salt", text("salt"), SALT_BYTES);
            event = bytes("event", text("event"), -1);
            treeSize = number("treeSize");
            JsonNode hashes = json.path("proof");
            if (!hashes.isArray() || hashes.size() > MAX_PROOF) {
                throw new Difference("proof: not a list of hashes (expected: at most " + MAX_PROOF + ")");
            }
            for (JsonNode hash : hashes) {
                if (!hash.isTextual()) {
                    throw new Difference("proof: " + shown(hash.toString()) + " (expected: hashes in Base64)");
                }
                proof.add(bytes("proof", hash.textValue(), TreeHash.BYTES));
            }
        }

        String text(String member) throws Difference {
            JsonNode value = json.path(member);
            if (!value.isTextual()) {
                throw new Difference(member + ": " + described(value) + " (expected: text)");
            }
            return value.textValue();
        }

        private long number(String member) throws Difference {
            JsonNode value = json.path(member);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw new Difference(member + ": " + described(value) + " (expected: a whole number, 0 or more)");
            }
            return value.longValue();
        }
    }

    private Members check(byte[] receipt) throws Difference {
        if (receipt.length > MAX_BYTES) {
            throw new Difference("receipt: " + receipt.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        Members members = new Members(object("receipt", receipt));
        checkEvent(members);
        checkName(members, object("event", members.event).path("details"));
        checkLog(members);
        return members;
    }

    /** What the receipt says is what its event says. */
    private static void checkEvent(Members receipt) throws Difference {
        String text = utf8(receipt.event);
        equal("eventText", receipt.text("eventText"), text);
        JsonNode event = object("event", receipt.event);
        equal("event's kind", eventText(event, "kind"), EventKind.RECEIVED.label());
        JsonNode details = event.path("details");
        equal("recording", receipt.recording, eventText(event, "recording"));
        equal("device", receipt.device, eventText(details, "device"));
        equal("sha256", receipt.sha256, eventText(details, "sha256"));
        equal("size", Long.toString(receipt.sizeBytes), eventText(details, "size"));
        equal(
                "receivedAt",
                receipt.receivedAt,
                details.has("receivedAt") ? eventText(details, "receivedAt") : eventText(event, "at"));
        equal("leaf", Long.toString(receipt.leaf), event.path("sequence").toString());
    }

    /** The recording is named by what it is. */
    private static void checkName(Members receipt, JsonNode details) throws Difference {
        String expected;
        try {
            DeviceId device = new DeviceId(receipt.device);
            Fingerprint fingerprint = new Fingerprint(receipt.sha256);
            RecordingId id = details.has("attachment")
                    ? RecordingId.ofAttachment(
                            device,
                            new SessionId(eventText(details, "session")),
                            eventText(details, "filename"),
                            fingerprint)
                    : RecordingId.of(device, fingerprint);
            expected = id.hex();
        } catch (InvalidField e) {
            throw new Difference(String.valueOf(e.getMessage()));
        }
        equal("recording", receipt.recording, expected);
    }

    /** The event is in the log that the checkpoint signs. */
    private void checkLog(Members receipt) throws Difference {
        String note = receipt.text("checkpoint");
        VerifierKey own = key(receipt.text("verifier"));
        Checkpoint checkpoint = opened(own, note)
                .orElseThrow(() -> new Difference("checkpoint: no signature by " + own
                        + ", the key in the receipt (expected: one, and what it signed)"));
        if (!pinned.isEmpty()
                && pinned.stream().noneMatch(key -> opened(key, note).isPresent())) {
            throw new Difference("checkpoint: signed by " + own + " (expected: by a pinned key, "
                    + String.join(
                            ", ", pinned.stream().map(VerifierKey::toString).toList()) + ")");
        }
        equal("checkpoint's origin", checkpoint.origin(), own.name());
        equal("treeSize", Long.toString(receipt.treeSize), Long.toString(checkpoint.size()));
        if (receipt.leaf >= checkpoint.size()) {
            throw new Difference(
                    "leaf: " + receipt.leaf + " (expected: less than the tree's " + checkpoint.size() + ")");
        }
        byte[] leaf = TreeHash.leaf(TreeHash.entry(receipt.salt, receipt.event));
        if (!ProofCheck.inclusion(leaf, receipt.leaf, checkpoint.size(), receipt.proof, checkpoint.root())) {
            throw new Difference("proof: does not lead from the event to the checkpoint's root (expected: event "
                    + receipt.leaf + " of " + checkpoint.size() + " under it)");
        }
    }

    private static VerifierKey key(String text) throws Difference {
        try {
            return VerifierKey.parse(text);
        } catch (InvalidField e) {
            throw new Difference("verifier: " + e.getMessage());
        }
    }

    private static Optional<Checkpoint> opened(VerifierKey key, String note) {
        try {
            return Optional.of(Checkpoint.parse(key.open(note)));
        } catch (InvalidField ignored) {
            // Which of several keys signed is found out by asking each.
            return Optional.empty();
        }
    }

    private static JsonNode object(String what, byte[] bytes) throws Difference {
        JsonNode json;
        try {
            json = STRICT.readTree(bytes);
        } catch (IOException e) {
            String message = e instanceof com.fasterxml.jackson.core.JsonProcessingException syntax
                    ? syntax.getOriginalMessage()
                    : String.valueOf(e.getMessage());
            throw new Difference(what + ": not JSON: " + shown(message));
        }
        if (!json.isObject()) {
            throw new Difference(what + ": " + described(json) + " (expected: a JSON object)");
        }
        return json;
    }

    private static String eventText(JsonNode parent, String member) throws Difference {
        JsonNode value = parent.path(member);
        if (!value.isTextual()) {
            throw new Difference("event's " + member + ": " + described(value) + " (expected: text)");
        }
        return value.textValue();
    }

    private static String utf8(byte[] bytes) throws Difference {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Difference("event: not UTF-8");
        }
    }

    /** Base64 in its one canonical form, so that no bit of it can change unnoticed. */
    private static byte[] bytes(String member, String base64, int length) throws Difference {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Difference(member + ": " + shown(base64) + " (expected: Base64)");
        }
        if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
            throw new Difference(member + ": " + shown(base64) + " (expected: Base64 with nothing left over)");
        }
        if (length >= 0 && bytes.length != length) {
            throw new Difference(member + ": " + bytes.length + " bytes (expected: " + length + ")");
        }
        return bytes;
    }

    private static void equal(String what, String found, String expected) throws Difference {
        if (!found.equals(expected)) {
            throw new Difference(what + ": " + shown(found) + " (expected: " + shown(expected) + ")");
        }
    }

    private static String described(@Nullable JsonNode value) {
        return value == null || value.isMissingNode() ? "missing" : shown(value.toString());
    }

    /** Text from a file nobody vouches for: one line, not too long, nothing that moves a terminal's cursor. */
    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
