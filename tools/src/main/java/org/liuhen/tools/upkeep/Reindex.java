package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.retention.Disposals;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.Progress;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.CatalogRebuild;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.ledger.SalvagedEvents;
import org.liuhen.storage.vault.FileCalls;

/**
 * Rebuilds what is derived, from events and manifests: recordings, indexes, ledger nodes, jobs. Runs while no server has
 * the data folder. The new catalog is made beside the old one and takes its place by a rename, see {@link
 * CatalogFolders}; originals, renditions and keys are not touched.
 *
 * <p>Where the catalog is lost, cannot be read or knows less than was published, the events come from the ledger folder,
 * see {@link Salvage}.
 *
 * <p>Originals that no event knows are taken in by their manifests, with an event {@code received} marked {@code
 * recovered} and a hold: what was decided about them before is not known, so people decide. Renditions that are missing
 * are queued to be made again. Nothing becomes disposable earlier by a rebuild.
 */
public final class Reindex {
    static final Actor ACTOR = Actor.system("reindex");
    private static final int PAGE = 500;
    private static final String LOST_EVENTS =
            "events of the log are lost: what was decided in them is not known; release after checking";

    /**
     * What a rebuild made.
     *
     * @param adopted originals that no event knew
     * @param notes where it came from and what became of the log, for people
     * @param troubles what could not be rebuilt, for people
     * @param replaced where the catalog is that was replaced
     */
    public record Report(
            long events,
            long recordings,
            long jobs,
            List<RecordingId> adopted,
            List<String> notes,
            List<String> troubles,
            Optional<Path> replaced) {}

    private final CatalogFolders folders;
    private final Salvage salvage;
    private final Path keys;
    private final Vault vault;
    private final Renditions renditions;
    private final Schedule schedule;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param root the data folder, held by this process */
    public Reindex(
            Path root,
            FileCalls files,
            Vault vault,
            Renditions renditions,
            Schedule schedule,
            InstantSource clock,
            SecureRandom random) {
        this.folders = new CatalogFolders(root, files);
        this.salvage = new Salvage(root, files);
        this.keys = root.resolve("keys");
        this.vault = vault;
        this.renditions = renditions;
        this.schedule = schedule;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Rebuilds the catalog; the new one is in its place on return.
     *
     * @throws StorageFailure {@code CORRUPT} or {@code MISSING} if there is nothing to rebuild it from; the old one is
     *     then as it was
     */
    public Report run(Progress progress) throws StorageFailure, IOException {
        folders.settle(clock.instant());
        SalvagedEvents events = salvage.look();
        List<String> troubles = new ArrayList<>();
        Salvage.Source source = new Salvage.Source(events);
        Optional<CatalogRebuild.Outcome> taken =
                CatalogRebuild.isThere(folders.catalog()) ? fromCatalog(source, troubles, progress) : Optional.empty();
        CatalogRebuild.Outcome outcome = taken.isPresent() ? taken.get() : fromBundles(source, troubles, progress);
        if (!source.goesOn) {
            salvage.setKeyAside(clock.instant());
        }
        List<RecordingId> adopted = complete(outcome, source, troubles);
        if (source.uploadsLost) {
            salvage.setIncomingAside(clock.instant())
                    .ifPresent(aside -> troubles.add("unfinished uploads: what was received of them is kept in " + aside
                            + ", nothing can be resumed; the devices send them again"));
        }
        folders.publish(clock.instant());
        if (!source.goesOn) {
            salvage.setLedgerAside(clock.instant())
                    .ifPresent(aside -> source.notes.add("the log that was published before is kept in " + aside));
        }
        List<Path> replaced = folders.replaced();
        return new Report(
                outcome.events(),
                outcome.recordings() + adopted.size(),
                outcome.jobs() + adopted.size(),
                adopted,
                source.notes,
                troubles,
                replaced.isEmpty() ? Optional.empty() : Optional.of(replaced.get(replaced.size() - 1)));
    }

    /** Empty if the catalog cannot be read, or knows less than what was published, or something else. */
    private Optional<CatalogRebuild.Outcome> fromCatalog(
            Salvage.Source source, List<String> troubles, Progress progress) throws StorageFailure, IOException {
        SalvagedEvents events = source.events;
        try (CatalogRebuild rebuild = CatalogRebuild.into(folders.making(), progress)) {
            try {
                rebuild.takeAll(folders.catalog());
            } catch (StorageFailure e) {
                if (events.head().size() == 0 || !Salvage.isDamage(e)) {
                    throw e;
                }
                source.catalogDamaged = true;
                troubles.add("catalog: cannot be read: " + e.getMessage());
                return Optional.empty();
            }
            if (!Salvage.holds(rebuild, events.head())) {
                troubles.add("catalog: its events are fewer than or other than the "
                        + events.head().size() + " in the ledger folder, which count");
                return Optional.empty();
            }
            source.goesOn = salvage.goesOn(rebuild, events);
            if (!source.goesOn) {
                rebuild.dropEntries(Register.LEDGER_KEYS);
            }
            return Optional.of(rebuild.finish(this::openWork));
        }
    }

    private CatalogRebuild.Outcome fromBundles(Salvage.Source source, List<String> troubles, Progress progress)
            throws StorageFailure, IOException {
        if (source.events.head().size() == 0 && vaultIsEmpty()) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "catalog: is not there, nor events in a ledger folder, nor originals, folder=" + folders.catalog());
        }
        folders.settle(clock.instant());
        try (CatalogRebuild rebuild = CatalogRebuild.into(folders.making(), progress)) {
            salvage.fill(rebuild, source, troubles);
            return rebuild.finish(this::openWork);
        }
    }

    private boolean vaultIsEmpty() throws StorageFailure {
        try (Stream<OriginalKey> originals = vault.originals()) {
            return originals.findAny().isEmpty();
        }
    }

    /** What is still to be done about a recording, as its events and its renditions tell. */
    private List<Job> openWork(Recording recording, List<CustodyEvent> custody) {
        List<Job> jobs = new ArrayList<>();
        Disposals.unfinished(recording.id(), custody).ifPresent(jobs::add);
        OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
        boolean playable = recording.playable() != null && (!recording.playable() || renditions.isMade(key));
        if (recording.state() != RecordingState.DISPOSED && recording.attachment() == null && !playable) {
            jobs.add(new Job(MediaJobs.KIND, recording.receivedAt(), recording.id(), 0));
        }
        return jobs;
    }

    private List<RecordingId> complete(CatalogRebuild.Outcome outcome, Salvage.Source source, List<String> troubles)
            throws StorageFailure {
        try (RocksCatalog fresh = RocksCatalog.open(folders.making(), keys, clock, random)) {
            List<RecordingId> adopted = new Strays(fresh, vault, schedule, clock).adopt(troubles);
            for (RecordingId id : outcome.withoutBeginning()) {
                if (fresh.recording(id, ReadLevel.CURRENT).isEmpty()) {
                    troubles.add("recording " + id + ": has events that do not say what it was, and no original");
                }
            }
            Map<String, String> details = new TreeMap<>();
            details.put("what", "reindex");
            details.put("events", Long.toString(outcome.events()));
            details.put("recordings", Long.toString(outcome.recordings()));
            details.put("adopted", Integer.toString(adopted.size()));
            if (!source.goesOn) {
                details.put("log", "begun anew with another key");
                details.put("missing", Long.toString(source.events.missing()));
                details.put("checkpoint", source.events.note());
                holdAll(fresh);
            }
            commit(
                    fresh,
                    Change.builder()
                            .event(CustodyEvent.of(clock.instant(), ACTOR, EventKind.STORE_REPAIRED, null, details))
                            .build());
            return adopted;
        }
    }

    /** What was decided in the events that are lost is not known, so nothing goes before people have looked. */
    private void holdAll(Catalog fresh) throws StorageFailure {
        RecordsDesk desk = new RecordsDesk(fresh, schedule, clock);
        String cursor = null;
        do {
            Page<Recording> page = fresh.recordings(RecordingQuery.ALL, PAGE, cursor);
            for (Recording recording : page.items()) {
                boolean held = recording.retention().holds().stream()
                        .anyMatch(hold -> hold.by().equals(ACTOR));
                if (recording.state() != RecordingState.DISPOSED && !held) {
                    desk.hold(recording.id(), LOST_EVENTS, null, ACTOR);
                }
            }
            cursor = page.next();
        } while (cursor != null);
    }

    static void commit(Catalog catalog, Change change) throws StorageFailure {
        try {
            if (!(catalog.commit(change).join() instanceof org.liuhen.storage.CommitOutcome.Applied)) {
                throw new IllegalStateException("reindex: its own event conflicts");
            }
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw failure;
            }
            throw e;
        }
    }
}
