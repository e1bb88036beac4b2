package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.ledger.VerifierKey;
import org.liuhen.tools.evidence.BagCheck;
import org.liuhen.tools.evidence.Refutation;

/** What checking an evidence package has shown, for people and programs. */
final class BagReport {
    private BagReport() {}

    /**
     * Checks a bag and prints what was found.
     *
     * @param pinned one of these must have signed; none to take a key from the bag
     */
    static int verify(Path bag, List<VerifierKey> pinned, OutputOptions output) throws IOException {
        if (!Files.isRegularFile(bag)) {
            throw new InvalidField("--bag", bag + " is not a file");
        }
        try {
            BagCheck.Passed passed = BagCheck.check(bag, pinned);
            if (output.json()) {
                ObjectNode json = StoredJson.MAPPER.createObjectNode();
                json.put("intact", true);
                output.print(json.setAll((ObjectNode) StoredJson.MAPPER.valueToTree(passed)));
            } else {
                output.line(bag + " intact: " + sentence(passed));
            }
            return ExitCode.DONE;
        } catch (Refutation e) {
            if (output.json()) {
                ObjectNode json = StoredJson.MAPPER.createObjectNode();
                output.print(json.put("intact", false).put("detail", e.what()));
            } else {
                output.line(bag + " REFUSED: " + e.what());
            }
            return ExitCode.NO;
        }
    }

    static String sentence(BagCheck.Passed passed) {
        return passed.originals() + " originals, " + passed.leftOut() + " left out, " + passed.payloadBytes()
                + " bytes, " + passed.events() + " custody events proved, log of " + passed.treeSize()
                + " signed by "
                + (passed.pinned()
                        ? "the given key"
                        : "a key that came with it, " + passed.key() + ", which proves less")
                + passed.timestamps().stream()
                        .map(stamp -> ", stamped " + stamp.at() + " at " + stamp.treeSize() + " events")
                        .collect(java.util.stream.Collectors.joining());
    }
}
