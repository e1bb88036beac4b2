package org.liuhen.tools.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.NaiveLog;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.ledger.SigningKey;
import org.liuhen.storage.ledger.TreeHash;
import org.liuhen.storage.ledger.VerifierKey;

class ReceiptCheckTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ReceiptCheck TRUSTING = new ReceiptCheck(List.of());

    private static MemoryCatalog catalog;
    /** Of two recordings in one log of 13 events. */
    private static byte[] receipt;

    private static byte[] another;

    @BeforeAll
    static void fillLog() throws Exception {
        catalog = new MemoryCatalog(InstantSource.system(), RANDOM);
        List<CustodyEvent> received = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            received.addAll(SampleRecordings.commit(catalog, change(SampleRecordings.received(i))));
        }
        receipt = bytes(Receipt.of(catalog.ledger(), SampleRecordings.received(4), received.get(4)));
        another = bytes(Receipt.of(catalog.ledger(), SampleRecordings.received(5), received.get(5)));
    }

    @AfterAll
    static void closeLog() {
        catalog.close();
    }

    private static Change change(Recording recording) {
        return Change.builder().recording(recording).event(received(recording)).build();
    }

    private static CustodyEvent received(Recording recording) {
        return CustodyEvent.of(
                recording.receivedAt().plusSeconds(3),
                Actor.device(recording.device()),
                EventKind.RECEIVED,
                recording.id(),
                Map.of(
                        "device",
                        recording.device().value(),
                        "sha256",
                        recording.fingerprint().hex(),
                        "size",
                        Long.toString(recording.sizeBytes()),
                        "receivedAt",
                        recording.receivedAt().toString(),
                        "filename",
                        "现场\u0001\".mp4"));
    }

    private static byte[] bytes(Object json) throws Exception {
        return StoredJson.MAPPER.writeValueAsBytes(json);
    }

    private static ObjectNode json(byte[] receipt) throws Exception {
        return (ObjectNode) StoredJson.MAPPER.readTree(receipt);
    }

    private static String difference(byte[] receipt) {
        return TRUSTING.firstDifference(receipt).orElse("");
    }

    @Test
    void receipt_as_it_was_issued_is_valid_however_it_is_laid_out() throws Exception {
        assertThat(TRUSTING.firstDifference(receipt)).isEmpty();
        assertThat(TRUSTING.firstDifference(another)).isEmpty();
        assertThat(TRUSTING.firstDifference(
                        StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(receipt))))
                .isEmpty();
        assertThat(TRUSTING.firstDifference(bytes(json(receipt).put("laterMember", 1))))
                .isEmpty();
    }

    @Test
    void pinned_key_must_have_signed() {
        VerifierKey log = VerifierKey.parse(catalog.ledger().verifierKey());
        VerifierKey foreign = SigningKey.fresh(RANDOM).verifier();
        assertThat(new ReceiptCheck(List.of(log)).firstDifference(receipt)).isEmpty();
        assertThat(new ReceiptCheck(List.of(foreign, log)).firstDifference(receipt))
                .isEmpty();
        assertThat(new ReceiptCheck(List.of(foreign)).firstDifference(receipt))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith("checkpoint: signed by " + log)
                        .contains(foreign.toString()));
        assertThat(TRUSTING.trustsReceiptsOwnKey()).isTrue();
        assertThat(new ReceiptCheck(List.of(log)).trustsReceiptsOwnKey()).isFalse();
    }

    @Test
    void each_member_that_is_missing_or_of_another_kind_is_named() throws Exception {
        for (String member : members()) {
            ObjectNode without = json(receipt);
            without.remove(member);
            assertThat(difference(bytes(without))).as(member).contains(member);
            for (String wrong : List.of(
                    "null", "true", "{}", "[]", "-1", "1.5", "\"\"", "1e400", "9".repeat(30), "[{}]", "\"\\u0000\"")) {
                String text = text(json(receipt))
                        .replace("\"" + member + "\":" + json(receipt).get(member), "\"" + member + "\":" + wrong);
                assertThat(text).as(member + " " + wrong).isNotEqualTo(text(json(receipt)));
                assertThat(difference(text.getBytes(StandardCharsets.UTF_8)))
                        .as(member + " " + wrong)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void each_member_taken_from_another_receipt_of_the_same_log_is_named() throws Exception {
        ObjectNode other = json(another);
        for (String member : members()) {
            ObjectNode swapped = json(receipt);
            if (!swapped.get(member).equals(other.get(member))) {
                swapped.set(member, other.get(member));
                assertThat(difference(bytes(swapped))).as(member).isNotEmpty();
            }
        }
    }

    @Test
    void plain_members_edited_to_something_plausible_are_named() throws Exception {
        Map<String, Object> edits = Map.of(
                "recording",
                "0".repeat(32),
                "device",
                "BWC-0002",
                "sha256",
                json(receipt).get("sha256").textValue().toUpperCase(java.util.Locale.ROOT),
                "size",
                1_000_005,
                "receivedAt",
                "2026-03-01T09:04:00.0Z",
                "leaf",
                5,
                "treeSize",
                12,
                "format",
                "liuhen-receipt-2",
                "eventText",
                "{}");
        for (Map.Entry<String, Object> edit : edits.entrySet()) {
            ObjectNode edited = json(receipt);
            edited.set(edit.getKey(), StoredJson.MAPPER.valueToTree(edit.getValue()));
            assertThat(difference(bytes(edited))).as(edit.getKey()).startsWith(edit.getKey() + ": ");
        }
    }

    @Test
    void every_truncation_is_found() {
        for (int length = 0; length < receipt.length; length++) {
            assertThat(difference(Arrays.copyOf(receipt, length)))
                    .as("the first %d bytes", length)
                    .isNotEmpty();
        }
        assertThat(difference("{}{}".getBytes(StandardCharsets.UTF_8))).startsWith("receipt: not JSON");
    }

    @Test
    void every_flip_of_a_bit_is_found() {
        for (int bit = 0; bit < receipt.length * 8; bit++) {
            byte[] flipped = receipt.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(difference(flipped)).as("bit %d", bit).isNotEmpty();
        }
    }

    @Test
    void member_said_twice_is_refused_in_the_receipt_and_in_the_event() throws Exception {
        String text = text(json(receipt));
        assertThat(difference((text.substring(0, text.length() - 1) + ",\"size\":7}").getBytes(StandardCharsets.UTF_8)))
                .contains("Duplicate");
        assertThat(difference(("{\"size\":7," + text.substring(1)).getBytes(StandardCharsets.UTF_8)))
                .contains("Duplicate");
    }

    @Test
    void proof_too_long_too_short_or_in_another_order_is_refused() throws Exception {
        for (int length = 0; length < json(receipt).get("proof").size(); length++) {
            ObjectNode shorter = json(receipt);
            ArrayNode proof = (ArrayNode) shorter.get("proof");
            while (proof.size() > length) {
                proof.remove(proof.size() - 1);
            }
            assertThat(difference(bytes(shorter))).startsWith("proof: ");
        }
        ObjectNode longer = json(receipt);
        ((ArrayNode) longer.get("proof")).add(longer.get("proof").get(0));
        assertThat(difference(bytes(longer))).startsWith("proof: ");
        for (int i = 0; i < 100; i++) {
            ((ArrayNode) longer.get("proof")).add(longer.get("proof").get(0));
        }
        assertThat(difference(bytes(longer))).startsWith("proof: ");
        ObjectNode turned = json(receipt);
        ArrayNode proof = (ArrayNode) turned.get("proof");
        JsonNode first = proof.get(0);
        proof.set(0, proof.get(1));
        proof.set(1, first);
        assertThat(difference(bytes(turned))).startsWith("proof: ");
        ObjectNode cut = json(receipt);
        ((ArrayNode) cut.get("proof")).set(0, Base64.getEncoder().encodeToString(new byte[31]));
        assertThat(difference(bytes(cut))).isEqualTo("proof: 31 bytes (expected: 32)");
    }

    @Test
    void foreign_checkpoint_with_its_own_key_does_not_cover_the_event() throws Exception {
        SigningKey foreign = SigningKey.fresh(RANDOM);
        byte[] root = NaiveLog.sha256(new byte[] {1});
        String text = foreign.verifier().name() + "\n13\n" + Base64.getEncoder().encodeToString(root) + "\n";
        ObjectNode forged = json(receipt);
        forged.put("checkpoint", foreign.sign(text));
        assertThat(difference(bytes(forged))).startsWith("checkpoint: no signature by ");
        forged.put("verifier", foreign.verifier().toString());
        assertThat(difference(bytes(forged))).startsWith("proof: does not lead");
        forged.put(
                "checkpoint",
                foreign.sign("another.example\n13\n"
                        + text.lines().skip(2).findFirst().orElseThrow() + "\n"));
        assertThat(difference(bytes(forged))).startsWith("checkpoint's origin: ");
        forged.put("checkpoint", foreign.sign("no checkpoint\n"));
        assertThat(difference(bytes(forged))).startsWith("checkpoint: ");
    }

    /** Somebody with a log of his own can make anything but the name of a recording fit. */
    @Test
    void recording_that_is_not_named_by_its_device_and_bytes_is_refused_even_if_all_else_fits() throws Exception {
        Recording real = SampleRecordings.received(4);
        Recording other = SampleRecordings.received(new DeviceId("BWC-0666"), 4, SampleRecordings.START);
        byte[] honest = forged(received(other));
        assertThat(difference(honest)).isEmpty();
        CustodyEvent event = received(other);
        byte[] misnamed = forged(new CustodyEvent(
                event.sequence(), event.at(), event.actor(), event.kind(), real.id(), event.details()));
        assertThat(difference(misnamed)).startsWith("recording: " + real.id());
        byte[] notReceived = forged(new CustodyEvent(
                event.sequence(), event.at(), event.actor(), EventKind.REFUSED, other.id(), event.details()));
        assertThat(difference(notReceived)).startsWith("event's kind: refused");
    }

    private static byte[] forged(CustodyEvent unnumbered) throws Exception {
        CustodyEvent event = unnumbered.numbered(0);
        SigningKey key = SigningKey.fresh(RANDOM);
        byte[] salt = new byte[16];
        byte[] stored = bytes(event);
        byte[] root = TreeHash.leaf(TreeHash.entry(salt, stored));
        String head = key.verifier().name() + "\n1\n" + Base64.getEncoder().encodeToString(root) + "\n";
        RecordingId recording = java.util.Objects.requireNonNull(event.recording());
        return bytes(new Receipt(
                Receipt.FORMAT,
                recording,
                new DeviceId(detail(event, "device")),
                new Fingerprint(detail(event, "sha256")),
                Long.parseLong(detail(event, "size")),
                Instant.parse(detail(event, "receivedAt")),
                0,
                Base64.getEncoder().encodeToString(salt),
                Base64.getEncoder().encodeToString(stored),
                new String(stored, StandardCharsets.UTF_8),
                1,
                List.of(),
                key.sign(head),
                key.verifier().toString()));
    }

    private static String detail(CustodyEvent event, String name) {
        return event.details().getOrDefault(name, "");
    }

    @Test
    void rubbish_is_refused_in_one_line() throws Exception {
        for (byte[] bad : List.of(
                new byte[0],
                new byte[] {(byte) 0xff, (byte) 0xfe},
                "null".getBytes(StandardCharsets.UTF_8),
                "[]".getBytes(StandardCharsets.UTF_8),
                "[".repeat(100_000).getBytes(StandardCharsets.UTF_8),
                ("{\"format\":\"" + "\\u001b[2J".repeat(1000) + "\"}").getBytes(StandardCharsets.UTF_8),
                new byte[ReceiptCheck.MAX_BYTES + 1])) {
            assertThat(difference(bad)).isNotEmpty().hasSizeLessThan(600).doesNotContainPattern("\\p{Cntrl}");
        }
        ObjectNode binary = json(receipt);
        binary.put("event", Base64.getEncoder().encodeToString(new byte[] {(byte) 0xc3, 0x28}));
        assertThat(difference(bytes(binary))).isEqualTo("event: not UTF-8");
    }

    @Test
    void footage_is_compared_with_what_was_promised(@TempDir Path folder) throws Exception {
        byte[] footage = "recording 4".getBytes(StandardCharsets.UTF_8);
        Recording recording = SampleRecordings.received(4);
        assertThat(recording.fingerprint().hex()).isEqualTo(DigestUtils.sha256Hex(footage));
        Path file = Files.write(folder.resolve("footage"), footage);
        assertThat(TRUSTING.firstDifference(receipt, file))
                .hasValueSatisfying(text -> assertThat(text).startsWith("file: 11 bytes (expected: 1000004)"));
        byte[] fitting = forged(CustodyEvent.of(
                recording.receivedAt(),
                Actor.CONSOLE,
                EventKind.RECEIVED,
                recording.id(),
                Map.of(
                        "device", recording.device().value(),
                        "sha256", recording.fingerprint().hex(),
                        "size", "11",
                        "receivedAt", recording.receivedAt().toString())));
        assertThat(TRUSTING.firstDifference(fitting, file)).isEmpty();
        footage[3] ^= 1;
        Files.write(file, footage);
        assertThat(TRUSTING.firstDifference(fitting, file))
                .hasValueSatisfying(text -> assertThat(text).startsWith("file: sha256 "));
    }

    @Test
    void proof_for_other_programs_says_the_same() throws Exception {
        Receipt read = StoredJson.MAPPER.readValue(receipt, Receipt.class);
        String proof = read.tlogProof();
        List<String> lines = proof.lines().toList();
        assertThat(lines.get(0)).isEqualTo("c2sp.org/tlog-proof@v1");
        byte[] extra = Base64.getDecoder().decode(lines.get(1).substring("extra ".length()));
        assertThat(NaiveLog.sha256(extra))
                .isEqualTo(TreeHash.entry(
                        Base64.getDecoder().decode(read.salt()),
                        Base64.getDecoder().decode(read.event())));
        assertThat(lines.get(2)).isEqualTo("index 4");
        assertThat(lines.subList(3, 3 + read.proof().size())).isEqualTo(read.proof());
        assertThat(proof).endsWith("\n\n" + read.checkpoint());
    }

    private static List<String> members() throws Exception {
        List<String> names = new ArrayList<>();
        for (Iterator<String> each = json(receipt).fieldNames(); each.hasNext(); ) {
            names.add(each.next());
        }
        assertThat(names).hasSize(Receipt.class.getRecordComponents().length);
        return names;
    }

    private static String text(JsonNode json) throws Exception {
        return StoredJson.MAPPER.writeValueAsString(json);
    }
}
