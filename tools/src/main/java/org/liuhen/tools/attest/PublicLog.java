package org.liuhen.tools.attest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.ledger.LedgerFolder;
import org.liuhen.storage.ledger.LedgerPublisher;
import org.liuhen.storage.ledger.StoredLedger;

/**
 * The log as strangers see it: in the data folder, kept up with the catalog, with what witnesses have signed under its
 * checkpoints. Closing publishes what is left. Safe for many threads.
 */
public final class PublicLog implements AutoCloseable {
    /** The last checkpoint that witnesses have cosigned. */
    public static final String WITNESSED = "checkpoint.witnessed";

    private static final int MAX_NOTE_BYTES = 64 << 10;

    private final StoredLedger ledger;
    private final LedgerFolder folder;
    private final LedgerPublisher publisher;
    private final Catalog.Listening listening;
    private volatile @Nullable String witnessed;
    private volatile Supplier<Map<String, String>> attesting = Map::of;

    private PublicLog(StoredLedger ledger, LedgerFolder folder, RocksCatalog catalog, @Nullable String witnessed) {
        this.ledger = ledger;
        this.folder = folder;
        this.witnessed = witnessed;
        folder.cosignedBy(this::cosigned);
        this.publisher = LedgerPublisher.start(folder);
        this.listening = catalog.listen(events -> publisher.changed());
    }

    /**
     * Opens the folder and begins to follow the log.
     *
     * @throws StorageFailure {@code CORRUPT} if the log is smaller than what was published, or something else
     */
    public static PublicLog open(Path ledgerFolder, RocksCatalog catalog) throws StorageFailure {
        LedgerFolder folder = LedgerFolder.open(ledgerFolder, catalog.ledger());
        Path file = folder.root().resolve(WITNESSED);
        try {
            boolean kept = Files.exists(file) && Files.size(file) <= MAX_NOTE_BYTES;
            return new PublicLog(catalog.ledger(), folder, catalog, kept ? Files.readString(file) : null);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "ledger folder: cannot be read: " + e + ", file=" + file, e);
        }
    }

    public StoredLedger ledger() {
        return ledger;
    }

    public LedgerFolder folder() {
        return folder;
    }

    /** What keeps strangers from seeing the log as it is, for people: the folder, a witness, an authority. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        publisher.trouble().ifPresent(why -> troubles.add("ledger: the folder is behind the log: " + why));
        attesting.get().forEach((who, why) -> troubles.add("ledger: " + who + ": " + why));
        return troubles;
    }

    /** @param troubles what keeps whom from testifying, by name */
    void attestedBy(Supplier<Map<String, String>> troubles) {
        attesting = troubles;
    }

    /** Publishes what is new, without waiting for it. */
    public void publishSoon() {
        publisher.changed();
    }

    /** The signed head of the log as it is now, with the witnesses' signatures if they have seen this very one. */
    public String checkpoint() {
        return cosigned(ledger.checkpoint());
    }

    /** The last checkpoint that witnesses have cosigned, with their signatures; empty if there is none. */
    public Optional<String> witnessed() {
        return Optional.ofNullable(witnessed);
    }

    /** Keeps a checkpoint that witnesses have cosigned. Durable on return. */
    void keepWitnessed(String note) throws StorageFailure {
        folder.publish(WITNESSED, note.getBytes(StandardCharsets.UTF_8));
        witnessed = note;
        publishSoon();
    }

    private String cosigned(String note) {
        String kept = witnessed;
        return kept != null && kept.startsWith(note) ? kept : note;
    }

    @Override
    public void close() {
        listening.close();
        publisher.close();
    }
}
