package org.liuhen.storage.catalog;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Job;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.KeyRing;
import org.liuhen.storage.ledger.StoredLedger;

/**
 * A catalog that lives in memory and forgets everything when closed. Otherwise complete: one committer thread,
 * compare-and-set, authenticated cursors, a signed ledger. Safe for many threads.
 */
public final class MemoryCatalog implements Catalog {
    private static final int QUEUE_CAPACITY = 1024;
    private static final int SCANNED_PER_PAGE = 10_000;

    private final InstantSource clock;
    private final MemoryRows rows;
    private final int scannedPerPage;
    private final Cursors cursors;
    private final CommitQueue queue;
    private final StoredLedger ledger;

    public MemoryCatalog(InstantSource clock, SecureRandom random) {
        this(clock, random, SCANNED_PER_PAGE);
    }

    /** @param scannedPerPage after so many looked at, a page ends even if it is short */
    MemoryCatalog(InstantSource clock, SecureRandom random, int scannedPerPage) {
        this.clock = clock;
        this.scannedPerPage = scannedPerPage;
        this.rows = new MemoryRows(random);
        this.cursors = Cursors.fresh(random);
        this.ledger = new StoredLedger(rows, KeyRing.fresh(rows, random));
        this.queue = new CommitQueue("liuhen-memory-committer", QUEUE_CAPACITY, rows);
        queue.start();
    }

    @Override
    public CompletableFuture<CommitOutcome> commit(Change change) {
        return queue.commit(change);
    }

    @Override
    public Page<Recording> recordings(RecordingQuery query, int limit, @Nullable String cursor) {
        return page(
                "recordings", query, limit, cursor, after -> rows.byTime(after, limit, scannedPerPage, query::matches));
    }

    @Override
    public Page<Recording> due(LocalDate through, int limit, @Nullable String cursor) {
        Instant now = clock.instant();
        return page(
                "due",
                through,
                limit,
                cursor,
                after -> rows.byDue(after, limit, scannedPerPage, recording -> DueRule.isDue(recording, through, now)));
    }

    private Page<Recording> page(
            String kind,
            Object list,
            int limit,
            @Nullable String cursor,
            Function<byte @Nullable [], MemoryRows.Slice> slices) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new InvalidField("limit", "is " + limit + " (expected: 1 to " + MAX_PAGE + ")");
        }
        MemoryRows.Slice slice = slices.apply(cursors.open(kind, list, cursor));
        byte[] last = slice.last();
        return new Page<>(slice.items(), last == null ? null : cursors.seal(kind, list, last));
    }

    @Override
    public Optional<Recording> recording(RecordingId id, ReadLevel level) {
        return rows.recording(id);
    }

    @Override
    public List<CustodyEvent> custody(RecordingId id) {
        return rows.custody(id);
    }

    @Override
    public List<CustodyEvent> events(long sequence, int limit) {
        return rows.events(sequence, limit);
    }

    @Override
    public Optional<Upload> upload(UploadId id) {
        return rows.upload(id);
    }

    @Override
    public List<Upload> uploads() {
        return rows.uploads();
    }

    @Override
    public List<Job> jobs(String kind, Instant now, int limit) {
        return rows.jobs(kind, now, limit);
    }

    @Override
    public Map<String, Long> sizes() {
        return rows.sizes();
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
    public void close() {
        queue.close();
    }
}
