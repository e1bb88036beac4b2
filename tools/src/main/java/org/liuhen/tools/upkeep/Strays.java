package org.liuhen.tools.upkeep;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.liuhen.ingest.Adoption;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;

/**
 * Originals in the vault that no recording knows. Each is taken in by its manifest and held, because what was decided
 * about it before is not known: people decide.
 */
final class Strays {
    private static final String HOLD_REASON =
            "taken in from its manifest alone: what was decided about it before is not known; release after checking";

    private final Catalog catalog;
    private final Vault vault;
    private final Schedule schedule;
    private final InstantSource clock;

    Strays(Catalog catalog, Vault vault, Schedule schedule, InstantSource clock) {
        this.catalog = catalog;
        this.vault = vault;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * Takes them in.
     *
     * @param troubles gets those whose manifests cannot be believed, for people
     */
    List<RecordingId> adopt(List<String> troubles) throws StorageFailure {
        Adoption adoption = new Adoption(catalog, vault, schedule, clock);
        RecordsDesk desk = new RecordsDesk(catalog, schedule, clock);
        Set<UploadId> awaited = new HashSet<>();
        for (Upload upload : catalog.uploads()) {
            if (upload.recording() == null) {
                awaited.add(upload.id());
            }
        }
        List<RecordingId> adopted = new ArrayList<>();
        try (Stream<OriginalKey> keysOfAll = vault.originals()) {
            for (OriginalKey key : (Iterable<OriginalKey>) keysOfAll::iterator) {
                Optional<Manifest> stray = isKnown(key) ? Optional.empty() : manifest(key, troubles);
                // start-up finishes what an upload has left
                if (stray.isPresent()
                        && !awaited.contains(stray.get().upload())
                        && adoption.adopt(stray.get(), Reindex.ACTOR)) {
                    desk.hold(key.id(), HOLD_REASON, null, Reindex.ACTOR);
                    adopted.add(key.id());
                }
            }
        }
        return adopted;
    }

    private boolean isKnown(OriginalKey key) throws StorageFailure {
        Optional<Recording> known = catalog.recording(key.id(), ReadLevel.CURRENT);
        return known.isPresent()
                && (known.get().state() != RecordingState.DISPOSED
                        || known.get().receivedDay().equals(key.day()));
    }

    private Optional<Manifest> manifest(OriginalKey key, List<String> troubles) {
        try {
            Optional<Manifest> manifest = vault.manifest(key);
            if (manifest.isPresent() && !manifest.get().madeId().equals(key.id())) {
                troubles.add("original " + key.id() + ": its manifest is of another device or fingerprint");
                return Optional.empty();
            }
            return manifest;
        } catch (StorageFailure e) {
            troubles.add("original " + key.id() + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
