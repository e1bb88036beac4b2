package org.liuhen.storage.catalog;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CopyableCatalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Job;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.KeyRing;
import org.liuhen.storage.ledger.StoredLedger;

/**
 * A catalog in one RocksDB database. Every batch of changes is written with its events, their ledger leaves and nodes,
 * and all hints, and synced once; then its callers are told. What can be read is durable: rows become visible after the
 * sync. Safe for many threads; one process at a time.
 *
 * <p>After a write or a sync that failed nothing more is committed until the store is opened again: a second sync that
 * succeeds would prove nothing about the first. Reading goes on.
 */
public final class RocksCatalog implements CopyableCatalog {
    /** Up to so many uploads or jobs are counted; their rows are written over too often for an estimate. */
    private static final int COUNTED = 10_000;
    /** Recordings are written over, too, but their rows are large. */
    private static final int RECORDINGS_COUNTED = 1_000;

    private final InstantSource clock;
    private final RocksStore store;
    private final RocksRows rows;
    private final RocksLists lists;
    private final RocksCommitter committer;
    private final CommitQueue queue;
    private final StoredLedger ledger;
    private final MeterRegistry meters;
    private final Gauge queueDepth;

    private RocksCatalog(
            RocksStore store,
            FileStore disk,
            Path keysFolder,
            CatalogSettings settings,
            InstantSource clock,
            SecureRandom random,
            MeterRegistry meters,
            UnaryOperator<RocksCommitter.BatchWriter> writing)
            throws StorageFailure {
        this.clock = clock;
        this.store = store;
        this.meters = meters;
        this.rows = RocksRows.open(store);
        this.lists = new RocksLists(store, rows, Cursors.open(keysFolder, random), settings.scannedPerPage());
        this.ledger = new StoredLedger(rows, KeyRing.open(keysFolder, rows, random));
        this.committer = new RocksCommitter(
                store, rows, writing.apply(store::write), random, disk, settings.reserveBytes(), meters);
        this.queue = new CommitQueue("liuhen-committer", settings.queueCapacity(), committer);
        this.queueDepth = Gauge.builder("liuhen.catalog.queue.depth", queue, CommitQueue::depth)
                .description("changes that wait for the committer")
                .register(meters);
    }

    /**
     * Opens the catalog in {@code folder}, made if there is none, without metrics.
     *
     * @throws StorageFailure {@code LOCKED}, {@code FORMAT_TOO_NEW}, {@code FORMAT_TOO_OLD}, {@code CORRUPT}
     */
    public static RocksCatalog open(Path folder, Path keysFolder, InstantSource clock, SecureRandom random)
            throws StorageFailure {
        return open(folder, keysFolder, CatalogSettings.DEFAULT, clock, random, new CompositeMeterRegistry());
    }

    /**
     * Opens the catalog in {@code folder}, made if there is none.
     *
     * @param keysFolder holds {@code ledger-key} and {@code cursor-key}, made if there are none
     * @param meters gets {@code liuhen.catalog.sync}, {@code liuhen.catalog.batch.changes} and {@code
     *     liuhen.catalog.queue.depth}
     * @throws StorageFailure {@code LOCKED}, {@code FORMAT_TOO_NEW}, {@code FORMAT_TOO_OLD}, {@code CORRUPT}
     */
    public static RocksCatalog open(
            Path folder,
            Path keysFolder,
            CatalogSettings settings,
            InstantSource clock,
            SecureRandom random,
            MeterRegistry meters)
            throws StorageFailure {
        return open(folder, keysFolder, settings, clock, random, meters, writer -> writer);
    }

    /** @param writing wraps what makes a batch durable, so that tests can make it fail */
    static RocksCatalog open(
            Path folder,
            Path keysFolder,
            CatalogSettings settings,
            InstantSource clock,
            SecureRandom random,
            MeterRegistry meters,
            UnaryOperator<RocksCommitter.BatchWriter> writing)
            throws StorageFailure {
        RocksStore store = RocksStore.open(folder, settings);
        try {
            FormatStep.takeAll(store, clock.instant(), random);
            FileStore disk = Files.getFileStore(folder);
            RocksCatalog catalog = new RocksCatalog(store, disk, keysFolder, settings, clock, random, meters, writing);
            catalog.queue.start();
            return catalog;
        } catch (IOException e) {
            store.close();
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: " + e + ", folder=" + folder, e);
        } catch (StorageFailure | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public CompletableFuture<CommitOutcome> commit(Change change) {
        return queue.commit(change);
    }

    @Override
    public Optional<Recording> recording(RecordingId id, ReadLevel level) throws StorageFailure {
        return rows.recording(id);
    }

    @Override
    public Page<Recording> recordings(RecordingQuery query, int limit, @Nullable String cursor) throws StorageFailure {
        return lists.recordings(query, limit, cursor);
    }

    @Override
    public Page<Recording> due(LocalDate through, int limit, @Nullable String cursor) throws StorageFailure {
        return lists.due(through, clock.instant(), limit, cursor);
    }

    @Override
    public List<CustodyEvent> custody(RecordingId id) throws StorageFailure {
        return rows.custody(id);
    }

    @Override
    public List<CustodyEvent> events(long sequence, int limit) throws StorageFailure {
        return rows.events(sequence, limit);
    }

    @Override
    public Optional<Upload> upload(UploadId id) throws StorageFailure {
        return rows.upload(id);
    }

    @Override
    public List<Upload> uploads() throws StorageFailure {
        return rows.uploads();
    }

    @Override
    public List<Job> jobs(String kind, Instant now, int limit) throws StorageFailure {
        return rows.jobs(kind, now, limit);
    }

    @Override
    public Listening listen(Consumer<List<CustodyEvent>> listener) {
        return queue.listen(listener);
    }

    @Override
    public Register register() {
        return rows;
    }

    @Override
    public StoredLedger ledger() {
        return ledger;
    }

    @Override
    public Map<String, Long> sizes() throws StorageFailure {
        return Map.of(
                "recordings", store.count(Family.RECORDING, RECORDINGS_COUNTED),
                "events", rows.eventCount(),
                "uploads", store.count(Family.UPLOAD, COUNTED),
                "jobs", store.count(Family.JOB, COUNTED));
    }

    @Override
    public boolean hasRoom() throws StorageFailure {
        return committer.hasRoom();
    }

    @Override
    public Optional<String> outOfService() {
        return committer.outOfService();
    }

    @Override
    public long copyTo(Path folder) throws StorageFailure {
        byte[] last = store.copyTo(folder);
        return last.length == 0 ? 0 : Keys.number(last) + 1;
    }

    /** For tests: the database beneath. */
    RocksStore store() {
        return store;
    }

    @Override
    public void close() {
        queue.close();
        meters.remove(queueDepth);
        store.close();
    }
}
