package org.liuhen.tools.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.access.Commits;
import org.liuhen.tools.evidence.Transmittal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One export, in this order: take the originals so that none is erased; read which are there; commit an event for each
 * that they leave; write them; take a checkpoint of the log; write the papers. Each original is recomputed while it is
 * written. One that is damaged stops the export, and what was sent has no end; or, if so ordered and found before its
 * turn, it is left out and named. Belongs to one thread.
 */
final class ExportRun {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRun.class);
    /** A list of more would be no list for people, and is kept in memory. */
    private static final int MOST_RECORDINGS = 10_000;

    private static final int COMMITS_AT_ONCE = 200;
    /** Originals up to so many bytes in all are looked at before anything is sent, so that damage is an answer. */
    private static final long LOOKED_AT_FIRST_BYTES = 256L << 20;

    private static final Actor EXPORT = Actor.system("export");

    private final EvidenceDesk desk;
    private final Catalog catalog;
    private final ExportOrder order;
    private final BagNames names;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Piece> leftOut = new ArrayList<>();

    /** A recording in an export. */
    static final class Piece {
        final Recording recording;
        /** The name of every file about it. */
        final String stem;

        @Nullable
        CheckValues values;
        /** Why its original is not in the bag, as {@link Transmittal.LeftOut}; null if it is. */
        @Nullable
        String why;

        String detail = "";

        Piece(Recording recording, String stem) {
            this.recording = recording;
            this.stem = stem;
        }

        RecordingId id() {
            return recording.id();
        }

        OriginalKey key() {
            return new OriginalKey(recording.receivedDay(), recording.id());
        }

        String path() {
            return (recording.attachment() == null ? "data/originals/" : "data/attachments/")
                    + stem
                    + BagNames.ending(recording.filename());
        }
    }

    ExportRun(EvidenceDesk desk, ExportOrder order) {
        this.desk = desk;
        this.catalog = desk.catalog();
        this.order = order;
        this.names = new BagNames(desk.schedule().zone());
    }

    void writeTo(OutputStream out) throws IOException, Problem, StorageFailure {
        List<Recording> listed = recordings(catalog, order.number(), MOST_RECORDINGS + 1);
        if (listed.isEmpty()) {
            throw new Problem(404, "not-found", "case: has no recordings: " + order.number());
        }
        if (listed.size() > MOST_RECORDINGS) {
            throw new Problem(
                    409,
                    "too-many",
                    "case: more than " + MOST_RECORDINGS + " recordings (expected: fewer in one export)");
        }
        List<OriginalKey> keys = listed.stream()
                .map(recording -> new OriginalKey(recording.receivedDay(), recording.id()))
                .toList();
        Outgoing.Lease lease = desk.outgoing().take(keys);
        try {
            sort(keys);
            lookAtFirst();
            commitExported();
            write(out);
        } finally {
            lease.release();
        }
    }

    /**
     * The recordings of a case as they are now, by start, and after them the attachments of their sessions and those
     * that are linked to the case themselves; at most {@code limit}.
     */
    static List<Recording> recordings(Catalog catalog, CaseNumber number, int limit) throws StorageFailure {
        RecordingQuery ofCase = RecordingQuery.ofCase(number);
        Map<RecordingId, Recording> found = new LinkedHashMap<>();
        gather(catalog, ofCase, limit, found);
        Set<SessionId> sessions = new LinkedHashSet<>();
        found.values().stream().map(Recording::session).filter(Objects::nonNull).forEach(sessions::add);
        for (SessionId session : sessions) {
            gather(catalog, RecordingQuery.ofSession(session).withAttachment(true), limit, found);
        }
        gather(catalog, ofCase.withAttachment(true), limit, found);
        return found.values().stream().limit(limit).toList();
    }

    private static void gather(Catalog catalog, RecordingQuery query, int limit, Map<RecordingId, Recording> found)
            throws StorageFailure {
        String cursor = null;
        do {
            Page<Recording> page = catalog.recordings(query, Catalog.MAX_PAGE, cursor);
            page.items().forEach(recording -> found.putIfAbsent(recording.id(), recording));
            cursor = page.next();
        } while (cursor != null && found.size() < limit);
    }

    /** Decides about each recording on what is true now that it can no longer be erased. */
    private void sort(List<OriginalKey> keys) throws StorageFailure, Problem {
        List<RecordingId> damaged = new ArrayList<>();
        for (OriginalKey key : keys) {
            Optional<Recording> now = catalog.recording(key.id(), ReadLevel.CURRENT)
                    .filter(recording ->
                            recording.attachment() != null || recording.cases().contains(order.number()));
            if (now.isEmpty()) {
                continue;
            }
            Piece piece = new Piece(now.get(), names.stem(now.get()));
            if (piece.recording.state() == RecordingState.DISPOSED
                    || !piece.key().equals(key)) {
                leaveOut(piece, Transmittal.LeftOut.DISPOSED, "disposed of; its custody remains");
                continue;
            }
            List<CustodyEvent> custody = catalog.custody(key.id());
            piece.values = CheckValues.known(custody, piece.recording).orElse(null);
            Optional<String> damage = damage(custody);
            if (damage.isPresent()) {
                damaged.add(key.id());
                leaveOut(piece, Transmittal.LeftOut.DAMAGED, damage.get());
            } else {
                pieces.add(piece);
            }
        }
        if (!damaged.isEmpty() && !order.leavesOutDamaged()) {
            throw damaged(damaged.get(0), damaged.size() + " originals are known to be damaged");
        }
        if (pieces.isEmpty() && leftOut.isEmpty()) {
            throw new Problem(404, "not-found", "case: has no recordings: " + order.number());
        }
    }

    private Problem damaged(RecordingId id, String what) {
        return new Problem(409, "damaged", "export: " + what + "; verify them, or export without them, recording=" + id)
                .member("recording", id.hex());
    }

    private void leaveOut(Piece piece, String why, String detail) {
        piece.why = why;
        piece.detail = detail;
        leftOut.add(piece);
    }

    /** What was found last, unless it was found intact since. */
    private static Optional<String> damage(List<CustodyEvent> custody) {
        Optional<String> damage = Optional.empty();
        for (CustodyEvent event : custody) {
            if (event.kind() == EventKind.ROT_FOUND) {
                damage = Optional.of(event.details().getOrDefault("damage", "damaged"));
            } else if (event.kind() == EventKind.VERIFIED) {
                damage = Optional.empty();
            }
        }
        return damage;
    }

    private void lookAtFirst() throws IOException, StorageFailure, Problem {
        long bytes = 0;
        for (Piece piece : List.copyOf(pieces)) {
            bytes += piece.values == null ? piece.recording.sizeBytes() : 0;
            if (bytes > LOOKED_AT_FIRST_BYTES) {
                return;
            }
            try {
                lookAt(piece);
            } catch (Damaged e) {
                rotFound(piece, e);
                if (!order.leavesOutDamaged()) {
                    throw damaged(piece.id(), String.valueOf(e.getMessage()));
                }
                pieces.remove(piece);
                leaveOut(piece, Transmittal.LeftOut.DAMAGED, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Computes what is not known yet, and keeps it. */
    private CheckValues lookAt(Piece piece) throws IOException, StorageFailure, Damaged {
        CheckValues known = piece.values;
        if (known != null) {
            return known;
        }
        CheckValues found;
        try (SeekableByteChannel in = open(piece)) {
            found = CheckValues.of(in, desk::isStopping);
        } catch (IOException e) {
            if (desk.isStopping()) {
                throw e;
            }
            throw new Damaged("original: cannot be read: " + e.getMessage(), e);
        }
        if (!found.isOf(piece.recording)) {
            throw new Damaged("original: SHA-256 " + found.fingerprint() + ", " + found.sizeBytes()
                    + " bytes (expected: " + piece.recording.fingerprint() + ", " + piece.recording.sizeBytes()
                    + " bytes)");
        }
        Commits.outcome(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(
                                desk.clock().instant(), EXPORT, EventKind.FINGERPRINTED, piece.id(), found.details()))
                        .build());
        piece.values = found;
        return found;
    }

    private SeekableByteChannel open(Piece piece) throws StorageFailure, Damaged {
        try {
            Manifest manifest =
                    desk.vault().manifest(piece.key()).orElseThrow(() -> new Damaged("original: not in the vault"));
            if (!manifest.fingerprint().equals(piece.recording.fingerprint())) {
                throw new Damaged("manifest: says " + manifest.fingerprint() + " (expected: "
                        + piece.recording.fingerprint() + ", as the catalog says)");
            }
            return desk.vault().open(piece.key());
        } catch (StorageFailure e) {
            if (e.kind() == StorageFailure.Kind.MISSING || e.kind() == StorageFailure.Kind.CORRUPT) {
                throw new Damaged(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private void rotFound(Piece piece, Damaged damage) throws StorageFailure {
        LOG.error("export: an original is damaged, recording={}", piece.id(), damage);
        Commits.outcome(
                catalog,
                Change.builder()
                        .event(CustodyEvent.of(
                                desk.clock().instant(),
                                EXPORT,
                                EventKind.ROT_FOUND,
                                piece.id(),
                                Map.of("damage", String.valueOf(damage.getMessage()), "export", order.export())))
                        .build());
    }

    private void commitExported() throws StorageFailure {
        for (int from = 0; from < pieces.size(); from += COMMITS_AT_ONCE) {
            List<Change> changes = pieces.subList(from, Math.min(pieces.size(), from + COMMITS_AT_ONCE)).stream()
                    .map(this::exported)
                    .toList();
            List<CompletableFuture<CommitOutcome>> underWay =
                    changes.stream().map(catalog::commit).toList();
            for (int i = 0; i < changes.size(); i++) {
                try {
                    underWay.get(i).get();
                } catch (ExecutionException e) {
                    LOG.debug("export: an event is committed again", e);
                    Commits.outcome(catalog, changes.get(i));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new StorageFailure(
                            StorageFailure.Kind.OUTCOME_UNKNOWN, "export: interrupted while committing", e);
                }
            }
        }
    }

    private Change exported(Piece piece) {
        return Change.builder()
                .event(CustodyEvent.of(
                        order.at(),
                        order.who().actor(),
                        EventKind.EXPORTED,
                        piece.id(),
                        Map.of(
                                "case", order.number().value(),
                                "reason", order.reason(),
                                "export", order.export(),
                                "sha256", piece.recording.fingerprint().hex(),
                                "size", Long.toString(piece.recording.sizeBytes()))))
                .build();
    }

    private void write(OutputStream out) throws IOException, StorageFailure {
        BagPapers papers = new BagPapers(desk, order);
        BagWriter bag = new BagWriter(
                out,
                order.folder(),
                LocalDateTime.ofInstant(order.at(), desk.schedule().zone()));
        bag.document("README.txt", papers.readme());
        bag.flush();
        for (Piece piece : List.copyOf(pieces)) {
            original(piece, bag);
        }
        papers.write(bag, pieces, leftOut);
    }

    private void original(Piece piece, BagWriter bag) throws IOException, StorageFailure {
        CheckValues values;
        try {
            values = lookAt(piece);
        } catch (Damaged e) {
            rotFound(piece, e);
            if (!order.leavesOutDamaged()) {
                throw new IOException("export: broken off at a damaged original, recording=" + piece.id(), e);
            }
            pieces.remove(piece);
            leaveOut(piece, Transmittal.LeftOut.DAMAGED, String.valueOf(e.getMessage()));
            return;
        }
        try (SeekableByteChannel in = open(piece)) {
            bag.original(piece.path(), values, in, desk::isStopping);
        } catch (Damaged e) {
            rotFound(piece, e);
            throw new IOException("export: broken off at a damaged original, recording=" + piece.id(), e);
        }
    }
}
