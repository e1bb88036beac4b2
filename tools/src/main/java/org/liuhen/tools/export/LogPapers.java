package org.liuhen.tools.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.LedgerKey;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.Checkpoint;
import org.liuhen.tools.attest.PublicLog;
import org.liuhen.tools.attest.StampedCheckpoint;
import org.liuhen.tools.evidence.Consistency;

/**
 * The head of the log that all proofs of an export lead to, and what speaks for it: the keys that ever signed and how
 * each named the next, what witnesses have signed, and what an authority has stamped, with the proof that the head
 * extends it. Belongs to one thread.
 */
final class LogPapers {
    static final String FOLDER = "data/ledger/";
    private static final int MOST_KEYS = 10_000;

    private final Catalog catalog;
    private final Path published;
    private final BagWriter bag;

    /** @param published the log's folder in the data folder; what is not there is left out */
    LogPapers(Catalog catalog, Path published, BagWriter bag) {
        this.catalog = catalog;
        this.published = published;
        this.bag = bag;
    }

    /** @param checkpoint the signed note that all proofs lead to */
    void write(String checkpoint) throws IOException, StorageFailure {
        bag.document(FOLDER + "checkpoint", checkpoint);
        keys();
        Path witnessed = published.resolve(PublicLog.WITNESSED);
        if (Files.exists(witnessed)) {
            bag.document(FOLDER + PublicLog.WITNESSED, Files.readAllBytes(witnessed));
        }
        long size = Checkpoint.parse(checkpoint).size();
        for (StampedCheckpoint stamped : StampedCheckpoint.in(published)) {
            if (stamped.size() <= size) {
                stamp(stamped, size);
            }
        }
    }

    /** The key that signs first, then those before it, the latest first. */
    private void keys() throws IOException, StorageFailure {
        String present = catalog.ledger().verifierKey();
        StringBuilder lines = new StringBuilder(present).append('\n');
        List<LedgerKey> known = catalog.register().entries(Register.LEDGER_KEYS, null, MOST_KEYS);
        for (int i = known.size() - 1; i >= 0; i--) {
            LedgerKey key = known.get(i);
            if (!key.verifier().equals(present)) {
                lines.append(key.verifier()).append('\n');
            }
            String statement = key.statement();
            if (statement != null) {
                bag.document(FOLDER + "rotations/" + i + ".statement", statement);
            }
        }
        bag.document(FOLDER + "verifier-keys.txt", lines.toString());
    }

    private void stamp(StampedCheckpoint stamped, long size) throws IOException, StorageFailure {
        String name = FOLDER + "timestamps/" + stamped.size();
        bag.document(name + ".checkpoint", Files.readAllBytes(stamped.checkpoint()));
        bag.document(name + ".tsr", Files.readAllBytes(stamped.token()));
        List<String> proof = catalog.ledger().consistencyProof(stamped.size(), size).stream()
                .map(Base64.getEncoder()::encodeToString)
                .toList();
        bag.document(name + ".consistency.json", BagPapers.json(new Consistency(stamped.size(), size, proof)));
    }
}
