package org.liuhen.tools.evidence;

import static org.liuhen.tools.evidence.ZipRecord.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.VerifierKey;

/**
 * The check of an evidence package by somebody who has nothing but its file: no server, no store, and nothing is ever
 * unpacked to disk. What it shows if it passes: the zip reads the same for everybody; every file is as the bag's lists
 * say; every original is the one whose receipt stands in the log; every custody event is in the log; a holder of the key
 * signed the log. Whose key that is must be known from somewhere else.
 */
public final class BagCheck {
    private static final String CHECKPOINT = "data/ledger/checkpoint";
    private static final String KEYS = "data/ledger/verifier-keys.txt";
    private static final String TRANSMITTAL = "data/transmittal.json";
    private static final String ORIGINALS = "data/originals/";
    private static final String ATTACHMENTS = "data/attachments/";

    private final BagFiles bag;
    private final Checkpoint head;
    private final ReceiptCheck receipts;
    private final String signedNote;
    private final JsonNode list;
    private final Set<String> claimed = new HashSet<>();
    private final Set<RecordingId> seen = new HashSet<>();
    private long events;

    /** That an authority says the log had {@code treeSize} events at that time. */
    public record Stamp(long treeSize, java.time.Instant at) {}

    /**
     * What a bag that passed holds.
     *
     * @param caseNumber what it is about
     * @param key the key that signed the log
     * @param pinned whether that key was asked for, rather than taken from the bag
     * @param timestamps what an authority has stamped; whether to believe it is for those who have its certificate
     */
    public record Passed(
            String caseNumber,
            String export,
            int files,
            long payloadBytes,
            int originals,
            int leftOut,
            long events,
            long treeSize,
            String key,
            boolean pinned,
            List<Stamp> timestamps) {
        public Passed {
            timestamps = List.copyOf(timestamps);
        }
    }

    private BagCheck(BagFiles bag, VerifierKey key, String signedNote, Checkpoint head, JsonNode list) {
        this.bag = bag;
        this.receipts = new ReceiptCheck(List.of(key));
        this.signedNote = signedNote;
        this.head = head;
        this.list = list;
    }

    /**
     * Checks a bag.
     *
     * @param pinned keys got elsewhere, one of which must have signed the log; none to take a key from the bag
     * @throws Refutation naming the first difference
     */
    public static Passed check(Path file, List<VerifierKey> pinned) throws IOException, Refutation {
        try (BagFiles bag = BagFiles.open(file)) {
            bag.recompute();
            String note = bag.text(CHECKPOINT);
            VerifierKey key = signer(bag, note, pinned);
            JsonNode list = bag.json(TRANSMITTAL);
            BagCheck check = new BagCheck(bag, key, note, Checkpoint.parse(key.open(note)), list);
            return check.papers(key, !pinned.isEmpty());
        } catch (InvalidField e) {
            throw new Refutation("bag: " + e.getMessage(), e);
        }
    }

    private static VerifierKey signer(BagFiles bag, String note, List<VerifierKey> pinned)
            throws IOException, Refutation {
        List<VerifierKey> keys = new ArrayList<>(pinned);
        if (pinned.isEmpty()) {
            for (String line : bag.text(KEYS).lines().toList()) {
                keys.add(VerifierKey.parse(line));
            }
        }
        for (VerifierKey key : keys) {
            Optional<String> text = opened(key, note);
            if (text.isPresent()) {
                require(
                        Checkpoint.parse(text.get()).origin().equals(key.name()),
                        CHECKPOINT + ": is of another log than " + key.name());
                return key;
            }
        }
        throw new Refutation(CHECKPOINT + ": is not signed by "
                + (pinned.isEmpty() ? "any key of " + KEYS : "a given key, " + pinned));
    }

    private static Optional<String> opened(VerifierKey key, String note) {
        try {
            return Optional.of(key.open(note));
        } catch (InvalidField ignored) {
            // another key may have signed it
            return Optional.empty();
        }
    }

    private Passed papers(VerifierKey key, boolean pinned) throws IOException, Refutation {
        equal(TRANSMITTAL, "format", text(list, "format"), Transmittal.FORMAT);
        equal(TRANSMITTAL, "treeSize", list.path("treeSize").asText(), Long.toString(head.size()));
        equal(
                "bag-info.txt",
                "External-Identifier",
                bag.bagInfo().getOrDefault("External-Identifier", ""),
                text(list, "case"));
        long bytes = 0;
        for (JsonNode item : list.path("items")) {
            original(item);
            bytes += item.path("size").asLong();
        }
        for (JsonNode one : list.path("leftOut")) {
            leftOut(one);
        }
        int originals = list.path("items").size();
        equal(TRANSMITTAL, "count", list.path("count").asText(), Integer.toString(originals));
        equal(TRANSMITTAL, "size", list.path("size").asText(), Long.toString(bytes));
        for (String path : bag.payload()) {
            boolean original = path.startsWith(ORIGINALS) || path.startsWith(ATTACHMENTS);
            require(!original || claimed.contains(path), TRANSMITTAL + ": does not list " + path);
        }
        return new Passed(
                text(list, "case"),
                text(list, "export"),
                bag.files(),
                bag.payloadBytes(),
                originals,
                list.path("leftOut").size(),
                events,
                head.size(),
                key.toString(),
                pinned,
                new StampCheck(bag, head).stamps());
    }

    private void original(JsonNode item) throws IOException, Refutation {
        RecordingId id = recording(item);
        String path = text(item, "path");
        Fingerprint fingerprint = new Fingerprint(text(item, "sha256"));
        String size = item.path("size").asText();
        require(
                path.startsWith(item.path("attachment").isTextual() ? ATTACHMENTS : ORIGINALS) && claimed.add(path),
                TRANSMITTAL + ": lists out of place or twice: " + path);
        require(bag.has(path), TRANSMITTAL + ": lists what is missing: " + path);
        equal(path, "SHA-256", bag.fingerprint(path).map(Fingerprint::hex).orElse(""), fingerprint.hex());
        equal(path, "size", Long.toString(bag.sizeBytes(path)), size);
        require(
                madeId(item, fingerprint).equals(id),
                TRANSMITTAL + ": device and SHA-256 do not make the id, recording=" + id);
        String role = item.path("attachment").asText("");
        String manifestPath = text(item, "manifest");
        JsonNode manifest = bag.json(manifestPath);
        for (String member : List.of("sha256", "size", "device")) {
            equal(
                    manifestPath,
                    member,
                    manifest.path(member).asText(),
                    item.path(member).asText());
        }
        equal(manifestPath, "id", text(manifest, "id"), id.hex());
        CustodyCheck custody = custody(item, id, fingerprint, size);
        equal(text(item, "custody"), "original", text(bag.json(text(item, "custody")), "original"), path);
        require(
                role.isEmpty() || custody.says(EventKind.RECEIVED, "attachment", role),
                TRANSMITTAL + ": custody knows no such attachment, recording=" + id);
        require(
                custody.says(EventKind.FINGERPRINTED, "sm3", text(item, "sm3")),
                TRANSMITTAL + ": SM3 differs from that of the custody events, recording=" + id);
        require(
                custody.says(EventKind.EXPORTED, "export", text(list, "export")),
                TRANSMITTAL + ": custody knows nothing of this export, recording=" + id);
        receipt(text(item, "receipt"), custody, item);
    }

    private static RecordingId madeId(JsonNode item, Fingerprint fingerprint) throws Refutation {
        DeviceId device = new DeviceId(text(item, "device"));
        return item.path("attachment").isTextual()
                ? RecordingId.ofAttachment(
                        device, new SessionId(text(item, "session")), text(item, "filename"), fingerprint)
                : RecordingId.of(device, fingerprint);
    }

    private void receipt(String path, CustodyCheck custody, JsonNode item) throws IOException, Refutation {
        Optional<String> difference = receipts.firstDifference(bag.document(path));
        require(difference.isEmpty(), path + ": " + difference.orElse(""));
        JsonNode receipt = bag.json(path);
        equal(path, "recording", text(receipt, "recording"), text(item, "recording"));
        equal(path, "checkpoint", text(receipt, "checkpoint"), signedNote);
        require(
                custody.proves(receipt, EventKind.RECEIVED),
                path + ": is about another event than the custody, recording=" + text(item, "recording"));
    }

    private void leftOut(JsonNode one) throws IOException, Refutation {
        RecordingId id = recording(one);
        String why = text(one, "why");
        require(
                why.equals(Transmittal.LeftOut.DISPOSED) || why.equals(Transmittal.LeftOut.DAMAGED),
                TRANSMITTAL + ": why " + why + " (expected: disposed or damaged), recording=" + id);
        custody(one, id, new Fingerprint(text(one, "sha256")), one.path("size").asText());
        require(
                bag.json(text(one, "custody")).path("original").isNull(),
                text(one, "custody") + ": names an original that is left out");
    }

    private RecordingId recording(JsonNode one) throws Refutation {
        RecordingId id = new RecordingId(text(one, "recording"));
        require(seen.add(id), TRANSMITTAL + ": lists twice: recording=" + id);
        return id;
    }

    private CustodyCheck custody(JsonNode one, RecordingId id, Fingerprint fingerprint, String size)
            throws IOException, Refutation {
        String path = text(one, "custody");
        JsonNode paper = bag.json(path);
        equal(path, "format", text(paper, "format"), CustodyPaper.FORMAT);
        equal(path, "recording", text(paper, "recording"), id.hex());
        equal(path, "sha256", text(paper, "sha256"), fingerprint.hex());
        equal(path, "size", paper.path("size").asText(), size);
        equal(path, "treeSize", paper.path("treeSize").asText(), Long.toString(head.size()));
        CustodyCheck custody = CustodyCheck.of(path, paper.path("events"), id, head);
        require(
                custody.says(EventKind.RECEIVED, "sha256", fingerprint.hex()),
                path + ": no event of receipt of these bytes, recording=" + id);
        events += custody.size();
        return custody;
    }

    private static String text(JsonNode json, String member) throws Refutation {
        JsonNode value = json.path(member);
        require(value.isTextual(), "paper: lacks " + member);
        return value.asText();
    }

    private static void equal(String path, String what, String found, String expected) throws Refutation {
        require(
                found.equals(expected),
                path + ": " + what + " " + SafePath.shown(found) + " (expected: " + SafePath.shown(expected) + ")");
    }
}
