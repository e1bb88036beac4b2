package org.liuhen.tools.evidence;

import static org.liuhen.tools.evidence.ZipRecord.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.storage.ledger.ProofCheck;

/**
 * The timestamps in a bag: each token stamps the checkpoint beside it, and the bag's checkpoint extends that one. So
 * everything the log held then existed then, if one believes the authority.
 */
final class StampCheck {
    static final String FOLDER = "data/ledger/timestamps/";
    private static final Pattern NAME = Pattern.compile(FOLDER + "([0-9]{1,18})\\.(tsr|checkpoint|consistency\\.json)");
    private static final int LONGEST_PROOF = 2 * 64;

    private final BagFiles bag;
    private final Checkpoint head;

    StampCheck(BagFiles bag, Checkpoint head) {
        this.bag = bag;
        this.head = head;
    }

    /** @throws Refutation naming the first difference */
    List<BagCheck.Stamp> stamps() throws IOException, Refutation {
        List<BagCheck.Stamp> stamps = new ArrayList<>();
        for (String path : bag.payload()) {
            if (path.startsWith(FOLDER)) {
                Matcher name = NAME.matcher(path);
                require(name.matches(), path + ": is none of a timestamp's three files");
                String stem = FOLDER + name.group(1);
                require(bag.has(stem + ".tsr"), path + ": is without its token");
                if (name.group(2).equals("tsr")) {
                    long size = Long.parseLong(name.group(1));
                    stamps.add(new BagCheck.Stamp(size, stamped(stem, size)));
                }
            }
        }
        return stamps;
    }

    private Instant stamped(String stem, long size) throws IOException, Refutation {
        byte[] note = bag.document(stem + ".checkpoint");
        TimestampToken token;
        try {
            token = TimestampToken.read(bag.document(stem + ".tsr"));
        } catch (IOException e) {
            throw new Refutation(stem + ".tsr: " + e.getMessage(), e);
        }
        require(token.stamps(note), stem + ".tsr: stamps something else than " + stem + ".checkpoint");
        String text = new String(note, StandardCharsets.UTF_8);
        int end = text.indexOf("\n\n");
        require(end >= 0, stem + ".checkpoint: is no signed note");
        Checkpoint then = Checkpoint.parse(text.substring(0, end + 1));
        require(
                then.size() == size && then.origin().equals(head.origin()),
                stem + ".checkpoint: is of another log or size, " + SafePath.shown(then.origin()) + ", " + then.size());
        JsonNode json = bag.json(stem + ".consistency.json");
        JsonNode hashes = json.path("proof");
        require(hashes.isArray() && hashes.size() <= LONGEST_PROOF, stem + ".consistency.json: has no proof");
        List<byte[]> proof = new ArrayList<>();
        for (JsonNode hash : hashes) {
            proof.add(bytes(hash.asText(), stem));
        }
        require(
                ProofCheck.consistency(size, head.size(), then.root(), head.root(), proof),
                stem + ".consistency.json: does not show that the log only grew");
        return token.at();
    }

    private static byte[] bytes(String base64, String stem) throws Refutation {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Refutation(stem + ".consistency.json: holds what is not base64", e);
        }
    }
}
