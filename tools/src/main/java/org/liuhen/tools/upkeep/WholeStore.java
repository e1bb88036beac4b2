package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Pace;
import org.liuhen.storage.vault.StoredManifest;
import org.liuhen.tools.access.Commits;

/**
 * One verification of everything: each recording by several readers at once, then what is in the vault without a row, what
 * the ledger received without a row, unfinished uploads that nobody knows, and the ledger itself. Its memory follows the
 * number of readers. Uploads, seals and disposals may go on meanwhile; what is merely under way is not told as damage.
 */
final class WholeStore {
    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int TELL_EVERY_MILLIS = 1_000;

    private final Catalog catalog;
    private final Vault vault;
    private final Caretaker caretaker;
    private final Actor actor;
    private final int readers;
    private final Verifications.Listener listener;
    private final AtomicLong bytesRead = new AtomicLong();
    private volatile boolean stopped;
    private long ofRecordings;
    private long lastToldNanos = System.nanoTime();
    private long verified;
    private long bytes;
    private long damaged;
    private long repaired;

    WholeStore(
            Catalog catalog,
            Vault vault,
            Caretaker caretaker,
            Actor actor,
            int readers,
            Verifications.Listener listener) {
        this.catalog = catalog;
        this.vault = vault;
        this.caretaker = caretaker;
        this.actor = actor;
        this.readers = readers;
        this.listener = listener;
    }

    Verifications.Summary verify() throws StorageFailure, IOException {
        ofRecordings = catalog.sizes().getOrDefault("recordings", 0L);
        List<UploadId> strangers = unknownUploads(vault.unfinished());
        recompute();
        compareReceipts();
        for (int copy = 0; copy < vault.copies().size(); copy++) {
            findOrphans(vault.copies().get(copy), vault.copies().size() > 1 ? Examiner.nameOf(copy) + ": " : "");
        }
        Optional<String> ledger = catalog.ledger().audit();
        Set<UploadId> still = new HashSet<>(vault.unfinished());
        strangers.retainAll(still);
        for (UploadId stranger : unknownUploads(strangers)) {
            tell(Verdict.of(stranger, "vault", "unfinished upload " + stranger + " that the catalog does not know"));
        }
        tellProgress();
        return new Verifications.Summary(verified, bytes, damaged, repaired, ledger);
    }

    /** An upload's row is submitted before its first byte is kept; so what a commit after the look does not bring is unknown. */
    private List<UploadId> unknownUploads(List<UploadId> unfinished) throws StorageFailure {
        List<UploadId> unknown = new ArrayList<>();
        if (!unfinished.isEmpty()) {
            Commits.outcome(catalog, Change.builder().build());
            for (UploadId upload : unfinished) {
                if (catalog.upload(upload).isEmpty()) {
                    unknown.add(upload);
                }
            }
        }
        return unknown;
    }

    private void recompute() throws StorageFailure, IOException {
        AtomicInteger count = new AtomicInteger();
        ExecutorService threads =
                Executors.newFixedThreadPool(readers, work -> new Thread(work, "verify-" + count.incrementAndGet()));
        CompletionService<Done> reading = new ExecutorCompletionService<>(threads);
        int underWay = 0;
        try {
            String cursor = null;
            do {
                Page<Recording> page = catalog.recordings(RecordingQuery.ALL, Catalog.MAX_PAGE, cursor);
                for (Recording recording : page.items()) {
                    if (recording.state() == RecordingState.DISPOSED) {
                        continue;
                    }
                    if (underWay == 2 * readers) {
                        take(reading);
                        underWay--;
                    }
                    reading.submit(() -> read(recording));
                    underWay++;
                }
                cursor = page.next();
            } while (cursor != null);
            for (; underWay > 0; underWay--) {
                take(reading);
            }
        } finally {
            // Readers are asked to end, not interrupted: an interrupt closes what they read.
            stopped = true;
            threads.shutdown();
        }
    }

    private record Done(Recording recording, Verdict verdict) {}

    private Done read(Recording recording) throws StorageFailure {
        Pace counting = read -> {
            bytesRead.addAndGet(read);
            if (stopped) {
                throw new CancellationException("verification: ended before it was complete");
            }
        };
        return new Done(recording, caretaker.attend(recording, actor, counting).verdict());
    }

    private void take(CompletionService<Done> reading) throws StorageFailure, IOException {
        try {
            Future<Done> done = reading.poll(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            while (done == null) {
                tellProgress();
                done = reading.poll(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
            verified++;
            bytes += done.get().recording().sizeBytes();
            if (!done.get().verdict().intact()) {
                tell(done.get().verdict());
            }
            tellProgressNowAndThen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("verification: interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StorageFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("verification: a reader failed", e.getCause());
        }
    }

    private void tell(Verdict verdict) throws IOException {
        damaged++;
        if (!verdict.repaired().isEmpty()) {
            repaired++;
        }
        listener.damaged(verdict);
    }

    private void tellProgressNowAndThen() throws IOException {
        if (System.nanoTime() - lastToldNanos > TimeUnit.MILLISECONDS.toNanos(TELL_EVERY_MILLIS)) {
            tellProgress();
        }
    }

    private void tellProgress() throws IOException {
        lastToldNanos = System.nanoTime();
        listener.progressed(
                new Verifications.Progress(verified, Math.max(ofRecordings, verified), bytesRead.get(), damaged));
    }

    /** What the ledger says was received must have a row, also after its disposal. */
    private void compareReceipts() throws StorageFailure, IOException {
        long end = catalog.ledger().head().size();
        for (long from = 0; from < end; ) {
            List<CustodyEvent> events = catalog.events(from, (int) Math.min(EVENTS_AT_ONCE, end - from));
            if (events.isEmpty()) {
                return; // the audit says which event is missing
            }
            for (CustodyEvent event : events) {
                from = event.sequence() + 1;
                if (event.kind() == EventKind.RECEIVED
                        && event.recording() != null
                        && catalog.recording(event.recording(), ReadLevel.CURRENT)
                                .isEmpty()) {
                    tell(Verdict.of(
                            event.recording(),
                            "catalog",
                            "no row (expected: one, as event " + event.sequence() + " received it)"));
                }
            }
            tellProgressNowAndThen();
        }
    }

    private void findOrphans(Vault copy, String name) throws StorageFailure, IOException {
        try (Stream<OriginalKey> keys = copy.originals()) {
            for (OriginalKey key : (Iterable<OriginalKey>) keys::iterator) {
                Optional<String> what = whyOrphan(key);
                if (what.isPresent() && !isUnderWay(copy, key) && whyOrphan(key).isPresent()) {
                    tell(Verdict.of(key.id(), "catalog", what.get() + ", " + name + key.day()));
                }
                tellProgressNowAndThen();
            }
        }
    }

    private Optional<String> whyOrphan(OriginalKey key) throws StorageFailure {
        Optional<Recording> row = catalog.recording(key.id(), ReadLevel.CURRENT);
        if (row.isEmpty()) {
            return Optional.of("knows nothing of this original in the vault");
        }
        if (row.get().state() != RecordingState.DISPOSED) {
            return row.get().receivedDay().equals(key.day())
                    ? Optional.empty()
                    : Optional.of("has this original under " + row.get().receivedDay() + ", not where it is");
        }
        boolean certified = catalog.custody(key.id()).stream()
                .anyMatch(event -> event.kind() == EventKind.DISPOSED
                        && key.day().toString().equals(event.details().get("receivedDay")));
        return certified
                ? Optional.of("says that this original was disposed of, and its bytes are still there")
                : Optional.empty();
    }

    /** Whether an original is just being sealed or erased: published, and the commit that makes it a recording still to come. */
    private boolean isUnderWay(Vault copy, OriginalKey key) throws StorageFailure {
        try {
            Optional<byte[]> bytes = copy.manifestBytes(key);
            if (bytes.isEmpty()) {
                return true;
            }
            Optional<Upload> upload =
                    catalog.upload(StoredManifest.read(bytes.get(), key.id()).upload());
            return upload.isPresent() && upload.get().recording() == null;
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.CORRUPT || e.kind() == StorageFailure.Kind.FORMAT_TOO_NEW) {
                return false;
            }
            throw e;
        }
    }
}
