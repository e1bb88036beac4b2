package org.liuhen.storage.catalog;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.file.FileStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Change;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.ledger.CompactRange;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns changes into one batch: checks each against what is stored and what the batch holds already, numbers its
 * events, adds their leaves and every node they complete, moves the hints. Used by the committer thread only.
 */
final class RocksCommitter implements CommitQueue.Applier {
    /** Makes a batch durable. */
    @FunctionalInterface
    interface BatchWriter {
        void write(WriteBatch batch) throws StorageFailure;
    }

    private static final Logger LOG = LoggerFactory.getLogger(RocksCommitter.class);

    private final RocksStore store;
    private final RocksRows rows;
    private final BatchWriter writer;
    private final SecureRandom random;
    private final FileStore disk;
    private final long reserveBytes;
    private final Timer syncTimer;
    private final DistributionSummary batchChanges;

    private CompactRange edge;
    private volatile @Nullable String outOfService;

    /** What the batch under way holds and the store does not yet. */
    private final Map<RecordingId, Recording> recordings = new HashMap<>();

    private final Set<String> names = new HashSet<>();

    RocksCommitter(
            RocksStore store,
            RocksRows rows,
            BatchWriter writer,
            SecureRandom random,
            FileStore disk,
            long reserveBytes,
            MeterRegistry meters)
            throws StorageFailure {
        this.store = store;
        this.rows = rows;
        this.writer = writer;
        this.random = random;
        this.disk = disk;
        this.reserveBytes = reserveBytes;
        this.edge = CompactRange.load(rows, rows.head().size());
        this.syncTimer = Timer.builder("liuhen.catalog.sync")
                .description("writing and syncing one batch of changes")
                .publishPercentileHistogram()
                .register(meters);
        this.batchChanges = DistributionSummary.builder("liuhen.catalog.batch.changes")
                .description("changes that shared one sync")
                .register(meters);
    }

    Optional<String> outOfService() {
        return Optional.ofNullable(outOfService);
    }

    @Override
    public List<Verdict> apply(List<Change> changes) {
        List<Verdict> verdicts = new ArrayList<>(changes.size());
        while (verdicts.size() < changes.size()) {
            applyTogether(changes.subList(verdicts.size(), changes.size()), verdicts);
        }
        return verdicts;
    }

    /**
     * Applies as many changes as can go into one batch. One that conflicts with another of the same batch ends it, so
     * that every conflict is judged on what is durable.
     */
    private void applyTogether(List<Change> changes, List<Verdict> verdicts) {
        recordings.clear();
        names.clear();
        List<Verdict> pending = new ArrayList<>();
        CompactRange draft = edge.copy();
        int applied = 0;
        try (WriteBatch batch = new WriteBatch()) {
            for (Change change : changes) {
                Verdict verdict = judge(change, batch, draft, applied > 0);
                if (verdict == null) {
                    break;
                }
                pending.add(verdict);
                applied += verdict.fresh() ? 1 : 0;
            }
            if (applied > 0) {
                write(batch, applied);
                edge = draft;
                rows.publish(edge);
            }
            verdicts.addAll(pending);
        } catch (StorageFailure e) {
            for (Verdict verdict : pending) {
                verdicts.add(verdict.fresh() ? Verdict.failed(e) : verdict);
            }
        }
    }

    /** Decides about a change and adds it to the batch; null if it can only be judged after this batch. */
    private @Nullable Verdict judge(Change change, WriteBatch batch, CompactRange draft, boolean batchIsBegun) {
        ChangeRows changed;
        try {
            String reason = outOfService;
            if (reason != null) {
                return Verdict.failed(new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, reason));
            }
            Recording next = change.recording();
            Recording former = next == null ? null : current(next.id());
            String conflict = conflict(change, former);
            if (conflict != null) {
                return batchIsBegun
                        ? null
                        : Repeats.find(change, rows).map(Verdict::repeated).orElseGet(() -> Verdict.conflict(conflict));
            }
            byte[] salts = new byte[Rows.SALT_BYTES * change.events().size()];
            random.nextBytes(salts);
            changed = ChangeRows.of(change, former, draft.size(), salts);
        } catch (StorageFailure | RuntimeException e) {
            return Verdict.failed(e);
        }
        try {
            changed.addTo(batch, store, draft);
        } catch (RocksDBException e) {
            throw new IllegalStateException("batch: a row cannot be added", e);
        }
        remember(change);
        return Verdict.applied(changed.events());
    }

    private @Nullable Recording current(RecordingId id) throws StorageFailure {
        Recording inBatch = recordings.get(id);
        return inBatch == null ? rows.recording(id).orElse(null) : inBatch;
    }

    private @Nullable String conflict(Change change, @Nullable Recording former) throws StorageFailure {
        Recording next = change.recording();
        long version = former == null ? 0 : former.version();
        if (next != null && version != next.version() - 1) {
            return "version: " + version + " (expected: " + (next.version() - 1) + "), recording=" + next.id();
        }
        for (Change.Entry<?> entry : change.entries()) {
            boolean taken =
                    entry.onlyIfAbsent() && (names.contains(name(entry)) || rows.hasEntry(entry.kind(), entry.name()));
            if (taken) {
                return entry.kind().label() + ": " + entry.name() + " is taken (expected: a new name)";
            }
        }
        return null;
    }

    private void remember(Change change) {
        Recording next = change.recording();
        if (next != null) {
            recordings.put(next.id(), next);
        }
        change.entries().forEach(entry -> names.add(name(entry)));
    }

    private static String name(Change.Entry<?> entry) {
        return entry.kind().label() + '\0' + entry.name();
    }

    private void write(WriteBatch batch, int changes) throws StorageFailure {
        requireRoom();
        long begun = System.nanoTime();
        try {
            writer.write(batch);
        } catch (StorageFailure e) {
            outOfService =
                    "catalog: a write failed, nothing more is written until it is opened again: " + e.getMessage();
            LOG.error("catalog: out of service", e);
            throw e.kind() == StorageFailure.Kind.NO_SPACE
                    ? e
                    : new StorageFailure(
                            StorageFailure.Kind.OUTCOME_UNKNOWN,
                            "commit: not known to be durable (expected: repeat it): " + e.getMessage(),
                            e);
        }
        syncTimer.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        batchChanges.record(changes);
    }

    boolean hasRoom() throws StorageFailure {
        return roomBytes() >= reserveBytes;
    }

    private long roomBytes() throws StorageFailure {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: room cannot be told: " + e, e);
        }
    }

    private void requireRoom() throws StorageFailure {
        long room = roomBytes();
        if (room < reserveBytes) {
            throw new StorageFailure(
                    StorageFailure.Kind.NO_SPACE,
                    "catalog: room for " + room + " bytes (expected: at least " + reserveBytes + ")");
        }
    }
}
