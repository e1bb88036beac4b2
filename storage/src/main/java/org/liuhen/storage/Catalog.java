package org.liuhen.storage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The index of recordings and the only door for changes. One recording is the only atomic unit, changed by
 * compare-and-set on its version; indexes are hints and every list reads the recording again. Safe for many threads.
 */
public interface Catalog extends AutoCloseable {
    /** The most items one page holds. */
    int MAX_PAGE = 500;

    /**
     * Commits a change. The future completes when it is durable, or was found to conflict; or exceptionally with a
     * {@link StorageFailure}, whose kind {@code OUTCOME_UNKNOWN} says: repeat the very same change, that decides it.
     * It completes on the committer's thread: hand longer work to another. Changes of one thread are applied in their
     * order.
     */
    CompletableFuture<CommitOutcome> commit(Change change);

    /** The recording as it is now; empty if there never was one. */
    Optional<Recording> recording(RecordingId id, ReadLevel level) throws StorageFailure;

    /**
     * Recordings by start, oldest first, nothing twice, nothing missed that was there throughout.
     *
     * @param limit 1 to {@link #MAX_PAGE}
     * @param cursor from the page before, null to begin
     * @throws InvalidField {@code cursor}, if it was not made for this query by this store
     */
    Page<Recording> recordings(RecordingQuery query, int limit, @Nullable String cursor) throws StorageFailure;

    /**
     * Recordings whose keep-until day is {@code through} or earlier, by that day. Neither permanent nor held ones are
     * among them.
     */
    Page<Recording> due(LocalDate through, int limit, @Nullable String cursor) throws StorageFailure;

    /** Every event about a recording, in order. */
    List<CustodyEvent> custody(RecordingId id) throws StorageFailure;

    /** Events from {@code sequence} on, at most {@code limit}. */
    List<CustodyEvent> events(long sequence, int limit) throws StorageFailure;

    /** The upload of this id, under way or lately finished; empty if unknown or forgotten. */
    Optional<Upload> upload(UploadId id) throws StorageFailure;

    /** All uploads, in no order. */
    List<Upload> uploads() throws StorageFailure;

    /** Jobs of a kind that are due at {@code now}, the longest due first, at most {@code limit}. */
    List<Job> jobs(String kind, Instant now, int limit) throws StorageFailure;

    /**
     * Calls {@code listener} with each commit's numbered events, in order, after they are durable, on the committer's
     * thread. Closing the result ends that.
     */
    Listening listen(Consumer<List<CustodyEvent>> listener);

    /** That somebody is told of every commit, until this is closed. */
    @FunctionalInterface
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    Register register();

    Ledger ledger();

    /** How much is in here, by name: {@code recordings}, {@code events}, {@code uploads}, {@code jobs}; estimates. */
    java.util.Map<String, Long> sizes() throws StorageFailure;

    /** Whether the disk has room for changes. Without it they are refused, until there is some again. */
    default boolean hasRoom() throws StorageFailure {
        return true;
    }

    /** Why nothing is committed here any more; empty while in service. */
    default Optional<String> outOfService() {
        return Optional.empty();
    }

    @Override
    void close();
}
