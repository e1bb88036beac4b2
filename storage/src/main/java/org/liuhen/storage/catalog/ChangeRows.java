package org.liuhen.storage.catalog;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Job;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.ledger.CompactRange;
import org.liuhen.storage.ledger.TreeHash;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What one change does to the rows, worked out before any of it goes into a batch. */
final class ChangeRows {
    /** @param value null to remove the row */
    record Row(Family family, byte[] key, byte @Nullable [] value) {
        byte[] present() {
            return value == null ? Rows.NOTHING : value;
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final List<CustodyEvent> events = new ArrayList<>();
    private final List<byte[]> leafHashes = new ArrayList<>();

    private ChangeRows() {}

    /**
     * @param former the recording as it was; null if it is new or does not change
     * @param sequence the number of the change's first event
     * @param salts {@link Rows#SALT_BYTES} random bytes for each event
     */
    static ChangeRows of(Change change, @Nullable Recording former, long sequence, byte[] salts) {
        ChangeRows rows = new ChangeRows();
        Recording next = change.recording();
        byte[] nextJson = next == null ? Rows.NOTHING : Rows.json(next);
        int carrier = next == null ? -1 : carrier(change.events(), next.id());
        for (CustodyEvent event : change.events()) {
            int i = rows.events.size();
            byte[] salt = java.util.Arrays.copyOfRange(salts, i * Rows.SALT_BYTES, (i + 1) * Rows.SALT_BYTES);
            byte[] patch = next == null || i != carrier ? Rows.NOTHING : RowPatch.between(former, next, nextJson);
            rows.addEvent(event.numbered(sequence + i), patch, salt);
        }
        if (next != null) {
            if (former != null) {
                rows.removeHints(former);
            }
            rows.addHints(next);
            rows.put(Family.RECORDING, next.id().bytes(), Rows.row(nextJson));
        }
        for (Change.Entry<?> entry : change.entries()) {
            rows.put(Family.REGISTER, Keys.register(entry.kind().label(), entry.name()), Rows.row(entry.value()));
        }
        for (Upload upload : change.uploads()) {
            rows.put(Family.UPLOAD, Keys.upload(upload.id()), Rows.row(upload));
        }
        for (UploadId upload : change.forgottenUploads()) {
            rows.remove(Family.UPLOAD, Keys.upload(upload));
        }
        for (Job job : change.finishedJobs()) {
            rows.remove(Family.JOB, Keys.job(job));
        }
        for (Job job : change.jobs()) {
            rows.put(Family.JOB, Keys.job(job), Rows.row(job));
        }
        return rows;
    }

    /** An event that holds a recording's whole row and changes nothing. */
    static ChangeRows wholeRow(CustodyEvent event, Recording recording, byte[] salt) {
        ChangeRows rows = new ChangeRows();
        rows.addEvent(event, Rows.json(recording), salt);
        return rows;
    }

    /** Which event says how the row changed: the last about this recording, or the last. */
    private static int carrier(List<CustodyEvent> events, RecordingId id) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (id.equals(events.get(i).recording())) {
                return i;
            }
        }
        return events.size() - 1;
    }

    /** A recording's own row and its hints. */
    static List<Row> of(Recording recording) {
        List<Row> rows = hints(recording);
        rows.add(new Row(Family.RECORDING, recording.id().bytes(), Rows.row(recording)));
        return rows;
    }

    /** Every hint of a recording and nothing else, as a crash between hints and recording would leave them. */
    static ChangeRows hintsOnly(Recording recording) {
        ChangeRows rows = new ChangeRows();
        rows.addHints(recording);
        return rows;
    }

    private void addEvent(CustodyEvent event, byte[] patch, byte[] salt) {
        byte[] json = Rows.eventJson(event, patch);
        events.add(event);
        leafHashes.add(TreeHash.leaf(TreeHash.entry(salt, json)));
        put(Family.EVENT, Keys.sequence(event.sequence()), Rows.eventRow(salt, json));
        RecordingId about = event.recording();
        if (about != null) {
            put(Family.BY_RECORDING, Keys.custody(about, event.sequence()), Rows.NOTHING);
        }
    }

    private void removeHints(Recording former) {
        hints(former).forEach(hint -> remove(hint.family(), hint.key()));
    }

    private void addHints(Recording next) {
        rows.addAll(hints(next));
    }

    private static List<Row> hints(Recording recording) {
        List<Row> hints = new ArrayList<>();
        byte[] place = Keys.place(recording.from(), recording.id());
        hints.add(new Row(Family.BY_TIME, place, Rows.NOTHING));
        hints.add(named(Family.BY_DEVICE, recording.device().value(), place));
        for (CaseNumber caseNumber : recording.cases()) {
            hints.add(named(Family.BY_CASE, caseNumber.value(), place));
        }
        OfficerId officer = recording.officer();
        if (officer != null) {
            hints.add(named(Family.BY_OFFICER, officer.value(), place));
        }
        SessionId session = recording.session();
        if (session != null) {
            hints.add(named(Family.BY_SESSION, session.value(), place));
        }
        LocalDate day = DueRule.day(recording);
        if (day != null) {
            hints.add(new Row(Family.DUE, Keys.due(day, recording.id(), recording.version()), Rows.NOTHING));
        }
        return hints;
    }

    private static Row named(Family family, String name, byte[] place) {
        return new Row(family, Keys.join(Keys.prefix(name), place), Rows.NOTHING);
    }

    private void put(Family family, byte[] key, byte[] value) {
        rows.add(new Row(family, key, value));
    }

    private void remove(Family family, byte[] key) {
        rows.add(new Row(family, key, null));
    }

    /** The change's events, numbered. */
    List<CustodyEvent> events() {
        return events;
    }

    /** Adds everything to {@code batch}, and the leaves to {@code edge} with the nodes they complete. */
    void addTo(WriteBatch batch, RocksStore store, CompactRange edge) throws RocksDBException {
        List<Row> nodes = new ArrayList<>();
        for (byte[] leafHash : leafHashes) {
            edge.append(
                    leafHash,
                    (level, index, hash) -> nodes.add(new Row(Family.LEDGER_NODE, Keys.node(level, index), hash)));
        }
        addTo(batch, store, rows);
        addTo(batch, store, nodes);
    }

    private static void addTo(WriteBatch batch, RocksStore store, List<Row> rows) throws RocksDBException {
        for (Row row : rows) {
            byte[] value = row.value();
            if (value == null) {
                batch.delete(store.handle(row.family()), row.key());
            } else {
                batch.put(store.handle(row.family()), row.key(), value);
            }
        }
    }
}
