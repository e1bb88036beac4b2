package org.liuhen.tools.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.tools.evidence.CustodyPaper;
import org.liuhen.tools.evidence.Receipt;
import org.liuhen.tools.evidence.Transmittal;
import org.liuhen.tools.portal.page.CustodyReportPage;
import org.liuhen.tools.portal.page.Language;
import org.liuhen.tools.portal.page.PrintedPapers;
import org.liuhen.tools.portal.page.TransmittalPage;
import org.liuhen.tools.portal.page.Wording;

/**
 * What is written about the originals of an export: one custody paper, receipt and manifest for each recording, the
 * transmittal list over all, and the head of the log that all proofs lead to. Belongs to one thread.
 */
final class BagPapers {
    private final Catalog catalog;
    private final EvidenceDesk desk;
    private final ExportOrder order;
    private final PrintedPapers printed = new PrintedPapers();
    private final Wording english;
    private final Wording chinese;

    BagPapers(EvidenceDesk desk, ExportOrder order) {
        this.catalog = desk.catalog();
        this.desk = desk;
        this.order = order;
        this.english = new Wording(Language.ENGLISH, desk.schedule());
        this.chinese = new Wording(Language.CHINESE, desk.schedule());
    }

    /** The page that tells a stranger how to check the bag. */
    String readme() throws IOException {
        try (InputStream in = BagPapers.class.getResourceAsStream("README.txt")) {
            return new String(Objects.requireNonNull(in, "README.txt").readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{case}", order.number().value())
                    .replace("{export}", order.export())
                    .replace("{at}", chinese.time(order.at()) + " " + chinese.zone())
                    .replace("{by}", order.who().actor().value())
                    .replace("{zip}", order.filename())
                    .replace("{folder}", order.folder())
                    .replace("{key}", catalog.ledger().verifierKey());
        }
    }

    /** Writes all papers and ends the bag. */
    void write(BagWriter bag, List<ExportRun.Piece> pieces, List<ExportRun.Piece> leftOut)
            throws IOException, StorageFailure {
        Ledger ledger = catalog.ledger();
        String checkpoint = ledger.checkpoint();
        long treeSize = Checkpoint.parse(checkpoint).size();
        new LogPapers(catalog, desk.publishedLog(), bag).write(checkpoint);
        List<Transmittal.Item> items = new ArrayList<>();
        for (ExportRun.Piece piece : pieces) {
            Recording recording = piece.recording;
            List<CustodyEvent> custody = custody(recording, treeSize);
            bag.document("data/manifests/" + piece.stem + ".json", json(manifest(piece)));
            bag.document("data/receipts/" + piece.stem + ".json", json(receipt(recording, custody, checkpoint)));
            custodyOf(piece, custody, treeSize, bag);
            items.add(item(items.size() + 1, piece, Objects.requireNonNull(piece.values)));
        }
        leftOut.sort(Comparator.comparing(piece -> piece.stem));
        List<Transmittal.LeftOut> missing = new ArrayList<>();
        for (ExportRun.Piece piece : leftOut) {
            custodyOf(piece, custody(piece.recording, treeSize), treeSize, bag);
            missing.add(missing(piece));
        }
        Transmittal list = new Transmittal(
                Transmittal.FORMAT,
                order.number(),
                order.export(),
                order.at(),
                order.who().actor(),
                order.reason(),
                desk.organization(),
                treeSize,
                items.size(),
                items.stream().mapToLong(Transmittal.Item::sizeBytes).sum(),
                items,
                missing);
        bag.document("data/transmittal.json", json(list));
        bag.document(
                "data/transmittal.csv", TransmittalCsv.of(list, desk.schedule().zone()));
        bag.document("data/transmittal.html", printed.print(new TransmittalPage(english, chinese, list)));
        bag.finish(info());
    }

    private Manifest manifest(ExportRun.Piece piece) throws StorageFailure {
        return desk.vault()
                .manifest(piece.key())
                .orElseThrow(() -> new StorageFailure(
                        StorageFailure.Kind.MISSING, "manifest: not in the vault, recording=" + piece.id()));
    }

    private List<CustodyEvent> custody(Recording recording, long treeSize) throws StorageFailure {
        return catalog.custody(recording.id()).stream()
                .filter(event -> event.sequence() < treeSize)
                .toList();
    }

    private void custodyOf(ExportRun.Piece piece, List<CustodyEvent> custody, long treeSize, BagWriter bag)
            throws IOException, StorageFailure {
        Recording recording = piece.recording;
        String original = piece.why == null ? piece.path() : null;
        CustodyPaper paper = new CustodyPaper(
                CustodyPaper.FORMAT,
                recording.id(),
                original,
                recording.fingerprint(),
                recording.sizeBytes(),
                treeSize,
                CustodyPaper.entries(catalog.ledger(), custody, treeSize));
        bag.document(custodyPath(piece, ".json"), json(paper));
        bag.document(
                custodyPath(piece, ".html"),
                printed.print(new CustodyReportPage(
                        english, chinese, order.number(), recording, original, custody, treeSize)));
    }

    private static String custodyPath(ExportRun.Piece piece, String ending) {
        return "data/custody/" + piece.stem + ending;
    }

    private Receipt receipt(Recording recording, List<CustodyEvent> custody, String checkpoint) throws StorageFailure {
        CustodyEvent received = custody.stream()
                .filter(event -> event.kind() == EventKind.RECEIVED)
                .reduce((before, last) -> last)
                .orElseThrow(() -> new StorageFailure(
                        StorageFailure.Kind.CORRUPT, "custody: no event of receipt, recording=" + recording.id()));
        return Receipt.of(catalog.ledger(), checkpoint, recording, received);
    }

    private static Transmittal.Item item(int number, ExportRun.Piece piece, CheckValues values) {
        Recording recording = piece.recording;
        return new Transmittal.Item(
                number,
                recording.id(),
                piece.path(),
                "data/manifests/" + piece.stem + ".json",
                "data/receipts/" + piece.stem + ".json",
                custodyPath(piece, ".json"),
                recording.filename(),
                recording.kind(),
                recording.retention().category(),
                recording.contentType(),
                recording.media(),
                recording.sizeBytes(),
                recording.fingerprint(),
                values.sm3(),
                recording.from(),
                recording.to(),
                recording.deviceFrom(),
                recording.deviceTo(),
                recording.receivedAt(),
                recording.device(),
                recording.officer(),
                recording.unit(),
                recording.findings().stream().map(Finding::kind).toList(),
                "intact",
                recording.session(),
                recording.attachment());
    }

    private static Transmittal.LeftOut missing(ExportRun.Piece piece) {
        Recording recording = piece.recording;
        return new Transmittal.LeftOut(
                recording.id(),
                Objects.requireNonNull(piece.why),
                piece.detail,
                custodyPath(piece, ".json"),
                recording.fingerprint(),
                recording.sizeBytes(),
                recording.from(),
                recording.device());
    }

    private Map<String, String> info() {
        Map<String, String> info = new LinkedHashMap<>();
        @Nullable String organization = desk.organization();
        if (organization != null) {
            info.put("Source-Organization", organization);
        }
        info.put("Bagging-Date", chinese.day(order.at()));
        info.put("External-Identifier", order.number().value());
        info.put("External-Description", "Evidence of case " + order.number() + ", recordings and their custody");
        info.put("Internal-Sender-Identifier", order.export());
        info.put("Internal-Sender-Description", order.reason());
        info.put("Contact-Name", order.who().actor().value());
        info.put("Bag-Software-Agent", "Liuhen");
        return info;
    }

    static byte[] json(Object value) {
        try {
            return (StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new InvalidField("paper", "cannot be written: " + e.getOriginalMessage());
        }
    }
}
