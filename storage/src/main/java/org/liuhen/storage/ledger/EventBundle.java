package org.liuhen.storage.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * Up to {@value TilePath#WIDTH} events with their salts in one file, from which a lost catalog can be made again.
 *
 * <table>
 *   <caption>{@code events/<number>}, lines of UTF-8, format 1</caption>
 *   <tr><td>first line</td><td>{@code {"format":"liuhen-events-1","first":<sequence>}}</td></tr>
 *   <tr><td>each further line</td><td>{@code {"sequence":…,"salt":"<Base64>","event":"<the event's text>"}}</td></tr>
 * </table>
 *
 * The text of an event, as UTF-8, is what was hashed.
 */
public final class EventBundle {
    public static final String FOLDER = "events";
    private static final String FORMAT = "liuhen-events-";
    private static final int VERSION = 1;

    private EventBundle() {}

    /** Takes events in the order of the log. */
    @FunctionalInterface
    public interface LeafSink {
        void leaf(Ledger.Leaf leaf) throws StorageFailure;
    }

    static byte[] bytes(List<Ledger.Leaf> leaves) throws StorageFailure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ObjectNode head = StoredJson.MAPPER.createObjectNode();
            head.put("format", FORMAT + VERSION);
            head.put("first", leaves.get(0).index());
            line(bytes, head);
            for (Ledger.Leaf leaf : leaves) {
                ObjectNode line = StoredJson.MAPPER.createObjectNode();
                line.put("sequence", leaf.index());
                line.put("salt", Base64.getEncoder().encodeToString(leaf.salt()));
                line.put("event", text(leaf));
                line(bytes, line);
            }
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "event bundle: cannot be written: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private static void line(ByteArrayOutputStream bytes, ObjectNode json) throws IOException {
        bytes.writeBytes(StoredJson.MAPPER.writeValueAsBytes(json));
        bytes.write('\n');
    }

    private static String text(Ledger.Leaf leaf) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(leaf.event()))
                .toString();
    }

    /**
     * Hands every event in the bundles of a ledger folder to {@code sink}, from the first to the last.
     *
     * @param ledgerFolder what {@link LedgerFolder} writes
     * @return the head over all of them, to be compared with the published checkpoint, which never covers more
     * @throws StorageFailure {@code CORRUPT} if a bundle is not what it should be, {@code FORMAT_TOO_NEW}
     */
    public static Ledger.Head readAll(Path ledgerFolder, LeafSink sink) throws StorageFailure {
        CompactRange edge = CompactRange.empty();
        for (long number = 0; ; number++) {
            Path file = ledgerFolder.resolve(FOLDER).resolve(TilePath.of(number));
            if (edge.size() != number * TilePath.WIDTH || !Files.exists(file)) {
                if (Files.exists(file)) {
                    throw corrupt("begins after a bundle that is not whole", file);
                }
                return new Ledger.Head(edge.size(), edge.root());
            }
            for (Ledger.Leaf leaf : read(file, edge.size())) {
                sink.leaf(leaf);
                edge.append(TreeHash.leaf(TreeHash.entry(leaf.salt(), leaf.event())), (level, index, hash) -> {});
            }
        }
    }

    /**
     * The events of one bundle.
     *
     * @param first the sequence it must begin with
     */
    static List<Ledger.Leaf> read(Path file, long first) throws StorageFailure {
        List<Ledger.Leaf> leaves = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            requireHead(lines, first, file);
            for (String line : lines.subList(1, lines.size())) {
                leaves.add(leaf(StoredJson.MAPPER.readTree(line), first + leaves.size(), file));
            }
        } catch (NoSuchFileException e) {
            throw new StorageFailure(StorageFailure.Kind.MISSING, "event bundle: missing, file=" + file, e);
        } catch (CharacterCodingException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "event bundle: not lines of JSON: " + e.getMessage() + ", file=" + file,
                    e);
        } catch (IOException e) {
            throw LedgerFiles.failure("cannot be read", file, e);
        }
        if (leaves.isEmpty() || leaves.size() > TilePath.WIDTH) {
            throw corrupt(leaves.size() + " events (expected: 1 to " + TilePath.WIDTH + ")", file);
        }
        return leaves;
    }

    private static void requireHead(List<String> lines, long first, Path file) throws IOException, StorageFailure {
        JsonNode head = StoredJson.MAPPER.readTree(lines.isEmpty() ? "" : lines.get(0));
        String format = head.path("format").asText();
        if (!format.matches(FORMAT + "[0-9]{1,9}")) {
            throw corrupt("format: " + format + " (expected: " + FORMAT + VERSION + ")", file);
        }
        if (Integer.parseInt(format.substring(FORMAT.length())) > VERSION) {
            throw new StorageFailure(
                    StorageFailure.Kind.FORMAT_TOO_NEW,
                    "event bundle: " + format + " (expected: at most " + FORMAT + VERSION + "), file=" + file);
        }
        if (!head.path("first").isIntegralNumber() || head.path("first").longValue() != first) {
            throw corrupt("first: " + head.path("first") + " (expected: " + first + ")", file);
        }
    }

    private static Ledger.Leaf leaf(JsonNode line, long sequence, Path file) throws StorageFailure {
        JsonNode salt = line.path("salt");
        JsonNode event = line.path("event");
        if (!line.path("sequence").isIntegralNumber()
                || line.path("sequence").longValue() != sequence
                || !salt.isTextual()
                || !event.isTextual()) {
            throw corrupt("a line that is not event " + sequence + " with its salt", file);
        }
        try {
            return new Ledger.Leaf(
                    sequence,
                    Base64.getDecoder().decode(salt.textValue()),
                    event.textValue().getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "event bundle: a salt that is not Base64, file=" + file, e);
        }
    }

    private static StorageFailure corrupt(String what, Path file) {
        return new StorageFailure(StorageFailure.Kind.CORRUPT, "event bundle: " + what + ", file=" + file);
    }
}
