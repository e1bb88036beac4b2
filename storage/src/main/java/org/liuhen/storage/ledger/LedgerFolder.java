package org.liuhen.storage.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Ledger;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileCalls;

/**
 * The log as files: what any web server can publish, and beside it, for the owner only, what brings the events back.
 *
 * <table>
 *   <caption>What is in it</caption>
 *   <tr><td>{@code checkpoint}</td><td>the signed head, replaced after everything under it is durable</td></tr>
 *   <tr><td>{@code tile/<level>/<number>[.p/<width>]}</td><td>hashes; the unfinished forms of a tile go when it is
 *       whole</td></tr>
 *   <tr><td>{@code tile/entries/<number>[.p/<width>]}</td><td>the entries under a tile of level 0</td></tr>
 *   <tr><td>{@code keys}</td><td>every verifier key the log ever had, one a line, the oldest first</td></tr>
 *   <tr><td>{@code rotations/<size>}</td><td>the checkpoint of that size, signed by an old key and the next one</td></tr>
 *   <tr><td>{@code rotations/<size>.statement}</td><td>the note in which the old key names the next one</td></tr>
 *   <tr><td>{@code events/<number>}</td><td>private: salts and events, see {@link EventBundle}</td></tr>
 * </table>
 *
 * It is written behind the log by one thread at a time, from what is durable in the catalog, and never changed but by
 * growing. A folder that knows more than the catalog, or something else, shows that the catalog has lost what it had
 * acknowledged; it is then never opened. Safe for several threads. Source: c2sp.org/tlog-tiles.
 */
public final class LedgerFolder {
    public static final String CHECKPOINT = "checkpoint";
    public static final String KEYS = "keys";
    private static final int TILE_HEIGHT = 8;
    private static final int MAX_CHECKPOINT_BYTES = 64 << 10;

    private final StoredLedger ledger;
    private final LedgerFiles files;
    /** Adds to a checkpoint what others have signed under it. */
    private volatile UnaryOperator<String> cosigned = note -> note;

    private volatile @Nullable String publishedNote;
    private volatile long publishedSize;
    private int publishedKeys;

    private LedgerFolder(StoredLedger ledger, LedgerFiles files) {
        this.ledger = ledger;
        this.files = files;
    }

    /**
     * Opens the folder of this log; nothing is written yet.
     *
     * @param folder made with the first checkpoint if there is none; its parent is there
     * @throws StorageFailure {@code CORRUPT} if the log is smaller than what was published, or something else
     */
    public static LedgerFolder open(Path folder, StoredLedger ledger) throws StorageFailure {
        return open(folder, ledger, DurableFiles.LOCAL);
    }

    /** @param disk by which it is written, so that tests can make it fail */
    static LedgerFolder open(Path folder, StoredLedger ledger, FileCalls disk) throws StorageFailure {
        LedgerFolder opened =
                new LedgerFolder(ledger, new LedgerFiles(folder.toAbsolutePath().normalize(), disk));
        Optional<String> note = published(folder);
        if (note.isPresent()) {
            opened.requireExtended(note.get());
        }
        return opened;
    }

    /**
     * The checkpoint that was published last in {@code folder}, as it is; empty if none was.
     *
     * @throws StorageFailure {@code CORRUPT} if there is something else in its place
     */
    public static Optional<String> published(Path folder) throws StorageFailure {
        Path file = folder.resolve(CHECKPOINT);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > MAX_CHECKPOINT_BYTES) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "ledger folder: a checkpoint of " + Files.size(file) + " bytes (expected: at most "
                                + MAX_CHECKPOINT_BYTES + "), file=" + file);
            }
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw LedgerFiles.failure("cannot be read", file, e);
        }
    }

    /** What was published is the beginning of this log, or the log is not the one it was. */
    private void requireExtended(String note) throws StorageFailure {
        Checkpoint then = opened(note);
        Ledger.Head now = ledger.head();
        if (then.size() > now.size()) {
            throw refused("the log ends at " + now.size() + " events (expected: at least the " + then.size()
                    + " that were published; the catalog has lost events, or is an old copy)");
        }
        if (!java.util.Arrays.equals(ledger.root(then.size()), then.root())) {
            throw refused("the first " + then.size()
                    + " events of the log are not those that were published (expected: the same root hash)");
        }
        publishedNote = note;
        publishedSize = then.size();
    }

    private Checkpoint opened(String note) throws StorageFailure {
        for (VerifierKey key : ledger.keys().verifiers()) {
            try {
                Checkpoint checkpoint = Checkpoint.parse(key.open(note));
                if (checkpoint.origin().equals(key.name())) {
                    return checkpoint;
                }
            } catch (InvalidField ignored) {
                // Which of the log's keys signed is found out by asking each.
            }
        }
        throw refused("the published checkpoint is not signed by any key of this log (expected: one of "
                + ledger.keys().verifiers() + "; the keys folder or the ledger folder is another store's)");
    }

    private StorageFailure refused(String what) {
        return new StorageFailure(
                StorageFailure.Kind.CORRUPT,
                "ledger: " + what + ". Nothing is written, so that nothing is lost: bring the events back from the"
                        + " ledger folder with `liuhen reindex`, or go back to a copy with `liuhen restore`, folder="
                        + files.root());
    }

    /** @param cosigned adds to a checkpoint what others have signed under it; called while publishing */
    public void cosignedBy(UnaryOperator<String> cosigned) {
        this.cosigned = cosigned;
    }

    /** How many events the published checkpoint covers. */
    public long publishedSize() {
        return publishedSize;
    }

    /**
     * Brings the folder up to the log: pieces first, each durable, then the checkpoint. Does nothing if nothing is new.
     *
     * @return how many events are published
     */
    public synchronized long publish() throws StorageFailure {
        StoredLedger.Signed signed = ledger.signed();
        String note = cosigned.apply(signed.note());
        if (!note.equals(publishedNote)) {
            long from = publishedSize;
            publishEvents(from, signed.size());
            for (int level = 0; (signed.size() >>> (level * TILE_HEIGHT)) > 0; level++) {
                publishTiles(level, from, signed.size());
            }
            publishKeys();
            files.publish(CHECKPOINT, note.getBytes(StandardCharsets.UTF_8));
            publishedNote = note;
            publishedSize = signed.size();
        }
        if (signed.retiring()) {
            endRotation(signed);
        }
        return publishedSize;
    }

    private void publishTiles(int level, long from, long until) throws StorageFailure {
        long hashesBefore = from >>> (level * TILE_HEIGHT);
        long hashes = until >>> (level * TILE_HEIGHT);
        for (long number = hashesBefore / TilePath.WIDTH; number * TilePath.WIDTH < hashes; number++) {
            int width = (int) Math.min(TilePath.WIDTH, hashes - number * TilePath.WIDTH);
            if (number * TilePath.WIDTH + width > hashesBefore) {
                files.publish("tile/" + level + "/" + TilePath.of(number, width), ledger.tile(level, number, width));
                if (width == TilePath.WIDTH) {
                    files.removeParts("tile/" + level + "/" + TilePath.of(number));
                }
            }
        }
    }

    private void publishEvents(long from, long until) throws StorageFailure {
        for (long number = from / TilePath.WIDTH; number * TilePath.WIDTH < until; number++) {
            int width = (int) Math.min(TilePath.WIDTH, until - number * TilePath.WIDTH);
            if (number * TilePath.WIDTH + width > from) {
                List<Ledger.Leaf> leaves = ledger.leaves(number * TilePath.WIDTH, width);
                files.keepPrivate(EventBundle.FOLDER + "/" + TilePath.of(number), EventBundle.bytes(leaves));
                files.publish("tile/entries/" + TilePath.of(number, width), StoredLedger.entries(leaves));
                if (width == TilePath.WIDTH) {
                    files.removeParts("tile/entries/" + TilePath.of(number));
                }
            }
        }
    }

    private void publishKeys() throws StorageFailure {
        List<VerifierKey> keys = ledger.keys().verifiers();
        if (keys.size() != publishedKeys) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            keys.forEach(key -> text.writeBytes((key + "\n").getBytes(StandardCharsets.UTF_8)));
            files.publish(KEYS, text.toByteArray());
            publishedKeys = keys.size();
        }
    }

    /** The checkpoint that both keys signed is kept for those who know the old one, which then signs no more. */
    private void endRotation(StoredLedger.Signed signed) throws StorageFailure {
        String name = "rotations/" + signed.size();
        Optional<String> statement = ledger.keys().lastStatement();
        if (statement.isPresent()) {
            files.publish(name + ".statement", statement.get().getBytes(StandardCharsets.UTF_8));
        }
        files.publish(name, signed.note().getBytes(StandardCharsets.UTF_8));
        ledger.keys().retire();
    }

    /** Publishes a further file beside the log, for example what an authority has stamped. Durable on return. */
    public synchronized void publish(String name, byte[] bytes) throws StorageFailure {
        files.publish(name, bytes);
    }

    public Path root() {
        return files.root();
    }

    /** Compares every published piece with the catalog: the first difference, for people; empty if there is none. */
    public Optional<String> audit() throws StorageFailure {
        return LedgerFolderAudit.firstDifference(files.root(), ledger, publishedSize);
    }
}
