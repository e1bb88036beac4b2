package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.retention.Disposals;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Progress;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.CatalogRebuild;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.FileCalls;

/**
 * Rebuilds what is derived, from events and manifests: recordings, indexes, ledger nodes, jobs. Runs while no server has
 * the data folder. The new catalog is made beside the old one and takes its place by a rename, see {@link
 * CatalogFolders}; originals, renditions and keys are not touched.
 *
 * <p>Originals that no event knows are taken in by their manifests, with an event {@code received} marked {@code
 * recovered} and a hold: what was decided about them before is not known, so people decide. Renditions that are missing
 * are queued to be made again. Nothing becomes disposable earlier by a rebuild.
 */
public final class Reindex {
    static final Actor ACTOR = Actor.system("reindex");
    /**
     * What a rebuild made.
     *
     * @param adopted originals that no event knew
     * @param troubles what could not be rebuilt, for people
     * @param replaced where the catalog is that was replaced
     */
    public record Report(
            long events,
            long recordings,
            long jobs,
            List<RecordingId> adopted,
            List<String> troubles,
            Optional<Path> replaced) {}

    private final CatalogFolders folders;
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
     * @throws StorageFailure {@code CORRUPT} or {@code MISSING} if the events cannot be read from the old one, which is
     *     then as it was
     */
    public Report run(Progress progress) throws StorageFailure, IOException {
        folders.settle(clock.instant());
        if (!Files.isDirectory(folders.catalog())) {
            throw new StorageFailure(StorageFailure.Kind.MISSING, "catalog: is not there, folder=" + folders.catalog());
        }
        List<String> troubles = new ArrayList<>();
        CatalogRebuild.Outcome outcome;
        try (CatalogRebuild rebuild = CatalogRebuild.into(folders.making(), progress)) {
            rebuild.takeAll(folders.catalog());
            outcome = rebuild.finish(this::openWork);
        }
        List<RecordingId> adopted = complete(outcome, troubles);
        folders.publish(clock.instant());
        List<Path> replaced = folders.replaced();
        return new Report(
                outcome.events(),
                outcome.recordings() + adopted.size(),
                outcome.jobs() + adopted.size(),
                adopted,
                troubles,
                replaced.isEmpty() ? Optional.empty() : Optional.of(replaced.get(replaced.size() - 1)));
    }

    /** What is still to be done about a recording, as its events and its renditions tell. */
    private List<Job> openWork(Recording recording, List<CustodyEvent> custody) {
        List<Job> jobs = new ArrayList<>();
        Disposals.unfinished(recording.id(), custody).ifPresent(jobs::add);
        OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
        boolean playable = recording.playable() != null
                && (!recording.playable()
                        || renditions.file(key, Renditions.PLAYLIST).isPresent());
        if (recording.state() != RecordingState.DISPOSED && !playable) {
            jobs.add(new Job(MediaJobs.KIND, recording.receivedAt(), recording.id(), 0));
        }
        return jobs;
    }

    private List<RecordingId> complete(CatalogRebuild.Outcome outcome, List<String> troubles) throws StorageFailure {
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
            commit(
                    fresh,
                    Change.builder()
                            .event(CustodyEvent.of(clock.instant(), ACTOR, EventKind.STORE_REPAIRED, null, details))
                            .build());
            return adopted;
        }
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
