package org.liuhen.storage.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;

/** The comparison of a published folder, piece by piece, with the log it was made from. */
final class LedgerFolderAudit {
    private static final int TILE_HEIGHT = 8;

    private final Path root;
    private final StoredLedger ledger;
    private final long size;

    private LedgerFolderAudit(Path root, StoredLedger ledger, long size) {
        this.root = root;
        this.ledger = ledger;
        this.size = size;
    }

    /** @param size how many events are published */
    static Optional<String> firstDifference(Path root, StoredLedger ledger, long size) throws StorageFailure {
        return Optional.ofNullable(new LedgerFolderAudit(root, ledger, size).run());
    }

    private @Nullable String run() throws StorageFailure {
        for (int level = 0; (size >>> (level * TILE_HEIGHT)) > 0; level++) {
            long hashes = size >>> (level * TILE_HEIGHT);
            for (long number = 0; number * TilePath.WIDTH < hashes; number++) {
                int width = (int) Math.min(TilePath.WIDTH, hashes - number * TilePath.WIDTH);
                String difference = difference("tile/" + level + "/", number, width, ledger.tile(level, number, width));
                if (difference != null) {
                    return difference;
                }
            }
        }
        for (long number = 0; number * TilePath.WIDTH < size; number++) {
            int width = (int) Math.min(TilePath.WIDTH, size - number * TilePath.WIDTH);
            List<Ledger.Leaf> leaves = ledger.leaves(number * TilePath.WIDTH, width);
            String difference = difference("tile/entries/", number, width, StoredLedger.entries(leaves));
            if (difference == null) {
                difference = bundleDifference(number, leaves);
            }
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** A piece may have become whole since the audit began; then it begins with what was there. */
    private @Nullable String difference(String kind, long number, int width, byte[] expected) throws StorageFailure {
        Path whole = root.resolve(kind + TilePath.of(number));
        Path file = Files.exists(whole) ? whole : root.resolve(kind + TilePath.of(number, width));
        byte[] found;
        try {
            if (!Files.exists(file)) {
                return "ledger folder: " + root.relativize(file) + " is missing (expected: " + width + " hashes)";
            }
            found = Files.readAllBytes(file);
        } catch (IOException e) {
            throw LedgerFiles.failure("cannot be read", file, e);
        }
        boolean same = found.length >= expected.length
                && (found.length == expected.length || file.equals(whole))
                && Arrays.equals(Arrays.copyOf(found, expected.length), expected);
        return same
                ? null
                : "ledger folder: " + root.relativize(file) + " is not what the log holds (expected: the same)";
    }

    private @Nullable String bundleDifference(long number, List<Ledger.Leaf> expected) throws StorageFailure {
        Path file = root.resolve(EventBundle.FOLDER).resolve(TilePath.of(number));
        List<Ledger.Leaf> found;
        try {
            found = EventBundle.read(file, number * TilePath.WIDTH);
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.CORRUPT || e.kind() == StorageFailure.Kind.MISSING) {
                return "ledger folder: " + e.getMessage();
            }
            throw e;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (i >= found.size()
                    || !Arrays.equals(found.get(i).event(), expected.get(i).event())
                    || !Arrays.equals(found.get(i).salt(), expected.get(i).salt())) {
                return "ledger folder: " + root.relativize(file) + " holds another event "
                        + expected.get(i).index() + " than the log (expected: the same)";
            }
        }
        return null;
    }
}
