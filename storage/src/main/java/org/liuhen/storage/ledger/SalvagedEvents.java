package org.liuhen.storage.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;

/**
 * What can be brought back from a ledger folder without the catalog: the events from the first on, as far as each is
 * whole and is what the published hashes say. The folder is only read.
 *
 * @param head over the events that can be used
 * @param published the checkpoint that was published last; null if none was, or it cannot be read
 * @param note the same with its signatures, as it lies there; empty if none was
 * @param trouble which bundle cannot be used any further, and why; null if there was nothing wrong
 * @param extended whether these events begin with exactly those that were published
 */
public record SalvagedEvents(
        Ledger.Head head,
        @Nullable Checkpoint published,
        String note,
        @Nullable String trouble,
        boolean extended) {
    /**
     * Reads and checks all bundles.
     *
     * @param sink gets each event that can be used, in order
     * @throws StorageFailure {@code FORMAT_TOO_NEW}; what {@code sink} throws
     */
    public static SalvagedEvents read(Path ledgerFolder, EventBundle.LeafSink sink) throws StorageFailure {
        String note = "";
        Checkpoint published = null;
        String trouble = null;
        try {
            note = LedgerFolder.published(ledgerFolder).orElse("");
            published = note.isEmpty() ? null : Checkpoint.parse(note);
        } catch (StorageFailure | InvalidField e) {
            trouble = "the published checkpoint cannot be read: " + e.getMessage();
        }
        Reading reading = new Reading(ledgerFolder, published, sink);
        String bundle = reading.run();
        return new SalvagedEvents(
                new Ledger.Head(reading.edge.size(), reading.edge.root()),
                published,
                note,
                bundle == null ? trouble : bundle,
                published != null && reading.extended);
    }

    /** How many events were published that cannot be used; 0 also if it is not known how many were published. */
    public long missing() {
        return published == null ? 0 : Math.max(0, published.size() - head.size());
    }

    /**
     * Whether the published checkpoint is signed by the key that signs for this store, or is about to.
     *
     * @param keysFolder is only read
     */
    public boolean isSignedWithin(Path keysFolder) {
        for (String file : List.of(SigningKey.FILE, KeyRing.NEXT_FILE)) {
            try {
                Path key = keysFolder.resolve(file);
                if (Files.exists(key)) {
                    SigningKey.ofLines(SecretFile.read(key)).verifier().open(note);
                    return true;
                }
            } catch (StorageFailure | InvalidField | IllegalStateException ignored) {
                // A key that cannot be read has not signed anything that can be believed.
            }
        }
        return false;
    }

    private static final class Reading {
        private final Path folder;
        private final @Nullable Checkpoint published;
        private final EventBundle.LeafSink sink;
        private final CompactRange edge = CompactRange.empty();
        private boolean extended;

        private Reading(Path folder, @Nullable Checkpoint published, EventBundle.LeafSink sink) {
            this.folder = folder;
            this.published = published;
            this.sink = sink;
            compare();
        }

        /** What is wrong, or null. */
        private @Nullable String run() throws StorageFailure {
            for (long number = 0; edge.size() == number * TilePath.WIDTH; number++) {
                String name = EventBundle.FOLDER + "/" + TilePath.of(number);
                Path file = folder.resolve(name);
                if (!Files.exists(file)) {
                    return published != null && edge.size() < published.size() ? "bundle " + name + ": missing" : null;
                }
                List<Ledger.Leaf> leaves;
                try {
                    leaves = EventBundle.read(file, edge.size());
                } catch (StorageFailure e) {
                    if (e.kind() == StorageFailure.Kind.FORMAT_TOO_NEW) {
                        throw e;
                    }
                    return "bundle " + name + ": " + e.getMessage();
                }
                Optional<Long> wrong = firstWrong(number, leaves);
                if (wrong.isPresent()) {
                    return "bundle " + name + ": event " + wrong.get()
                            + " is not what was published (expected: the hash in tile/0/" + TilePath.of(number) + ")";
                }
                for (Ledger.Leaf leaf : leaves) {
                    sink.leaf(leaf);
                    edge.append(hash(leaf), (level, index, node) -> {});
                    compare();
                }
            }
            return published != null && edge.size() < published.size()
                    ? "bundle " + EventBundle.FOLDER + "/" + TilePath.of(edge.size() / TilePath.WIDTH)
                            + ": ends before event " + edge.size() + " of " + published.size()
                    : null;
        }

        private void compare() {
            if (published != null && edge.size() == published.size()) {
                extended = Arrays.equals(edge.root(), published.root());
            }
        }

        private static byte[] hash(Ledger.Leaf leaf) {
            return TreeHash.leaf(TreeHash.entry(leaf.salt(), leaf.event()));
        }

        /** The first event of a bundle whose hash was published otherwise. */
        private Optional<Long> firstWrong(long number, List<Ledger.Leaf> leaves) throws StorageFailure {
            byte[] hashes = hashes(number);
            for (int i = 0; i < leaves.size() && (i + 1) * TreeHash.BYTES <= hashes.length; i++) {
                byte[] expected = Arrays.copyOfRange(hashes, i * TreeHash.BYTES, (i + 1) * TreeHash.BYTES);
                if (!Arrays.equals(hash(leaves.get(i)), expected)) {
                    return Optional.of(leaves.get(i).index());
                }
            }
            return Optional.empty();
        }

        /** The published hashes of a bundle's events; empty if there are none. */
        private byte[] hashes(long number) throws StorageFailure {
            for (int width = TilePath.WIDTH; width > 0; width--) {
                Path tile = folder.resolve("tile/0/" + TilePath.of(number, width));
                if (Files.exists(tile)) {
                    try {
                        return Files.readAllBytes(tile);
                    } catch (IOException e) {
                        throw LedgerFiles.failure("cannot be read", tile, e);
                    }
                }
            }
            return new byte[0];
        }
    }
}
