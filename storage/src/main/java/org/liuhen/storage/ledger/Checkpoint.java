package org.liuhen.storage.ledger;

import java.util.Base64;
import org.liuhen.storage.InvalidField;

/**
 * The head of a log as it is signed: three lines, the origin, the size in decimal, the root hash in Base64. Further
 * lines are extensions, which are ignored when reading. Source: c2sp.org/tlog-checkpoint.
 *
 * @param origin the name of the log
 * @param root 32 bytes
 */
public record Checkpoint(String origin, long size, byte[] root) {
    /** @throws InvalidField {@code checkpoint}, if the text is none */
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || lines[0].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new InvalidField("checkpoint", "is not an origin, a size and a root hash, a line each");
        }
        byte[] root;
        try {
            root = Base64.getDecoder().decode(lines[2]);
        } catch (IllegalArgumentException e) {
            InvalidField failure = new InvalidField("checkpoint", "has a root hash that is not Base64");
            failure.initCause(e);
            throw failure;
        }
        if (root.length != TreeHash.BYTES) {
            throw new InvalidField("checkpoint", "has a root hash that is not " + TreeHash.BYTES + " bytes");
        }
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), root);
    }

    /** The text to sign. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }
}
