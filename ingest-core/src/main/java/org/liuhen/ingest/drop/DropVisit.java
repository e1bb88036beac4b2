package org.liuhen.ingest.drop;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Standing;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/**
 * A device at its folder, from log-in to log-out: everything old protocols can ask for. Before each thing the device's
 * pass is looked at. Safe for many threads.
 *
 * <p>A file is an upload until its device has said that it is done: by ending it (see {@link DropBody#declaredFinished}),
 * or, where its name says that it is not done, by renaming it. An empty file is a name and never a recording.
 */
public final class DropVisit {
    private static final int RECEIPTS_KEPT = 64;

    private final DevicePass pass;
    private final DropFolder folder;
    private final DropFolders folders;
    private final Uploads uploads;
    private final InstantSource clock;
    private final String protocol;
    /** A receipt has one size and one content for as long as the device may be reading it. */
    private final Map<RecordingId, byte[]> receipts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordingId, byte[]> eldest) {
            return size() > RECEIPTS_KEPT;
        }
    };

    DropVisit(
            DevicePass pass,
            DropFolder folder,
            DropFolders folders,
            Uploads uploads,
            InstantSource clock,
            String protocol) {
        this.pass = pass;
        this.folder = folder;
        this.folders = folders;
        this.uploads = uploads;
        this.clock = clock;
        this.protocol = protocol;
    }

    /** Whose folder it is. */
    public DeviceId device() {
        return pass.principal().device();
    }

    private Principal.OfDevice principal() {
        return pass.principal();
    }

    void requireWelcome() throws StorageFailure, DropRefusal {
        if (!pass.isValid()) {
            throw new DropRefusal(DropRefusal.Kind.REVOKED, "device: revoked");
        }
    }

    private static DropRefusal sealed(DropPath path) {
        return new DropRefusal(
                DropRefusal.Kind.SEALED, "file: " + path + " is a recording already; only retention ends recordings");
    }

    /** What lies in a folder, receipts included. */
    public List<DropEntry> list(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        if (!folder.isFolder(path)) {
            throw DropRefusal.unknown(path);
        }
        List<DropEntry> all = new ArrayList<>();
        for (DropEntry entry : folder.list(path, clock.instant())) {
            all.add(entry);
            if (entry.kind() == DropEntry.Kind.SEALED) {
                all.add(new DropEntry(
                        entry.path().withEnding(DropPath.RECEIPT),
                        DropEntry.Kind.RECEIPT,
                        DropEntry.RECEIPT_BYTES,
                        entry.modified(),
                        null));
            }
        }
        return all;
    }

    /** What is at a path, as durable now; whoever writes to it is not disturbed. Empty if nothing is there. */
    public Optional<DropEntry> entry(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        Optional<Upload> upload = folder.at(path);
        if (upload.isPresent()) {
            return upload.map(found -> DropFolder.entry(path, found));
        }
        if (folder.isFolder(path)) {
            return Optional.of(DropFolder.folder(path, clock.instant()));
        }
        Optional<Upload> of = sealedOf(path);
        if (of.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DropEntry(
                path, DropEntry.Kind.RECEIPT, receipt(path).length, of.get().began(), null));
    }

    /**
     * What is at a path, after whoever writes to it has been stopped and parked: its size stays what it is until the next
     * {@link #resume}.
     */
    public Optional<DropEntry> settled(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        Optional<Upload> upload = folder.at(path);
        if (upload.isPresent() && upload.get().recording() == null) {
            return uploads.standing(upload.get().id(), principal()) instanceof Standing.Found found
                    ? Optional.of(DropFolder.entry(path, found.upload()))
                    : Optional.empty();
        }
        return entry(path);
    }

    private Optional<Upload> sealedOf(DropPath receipt) throws StorageFailure {
        return receipt.isReceipt()
                ? folder.at(receipt.withoutEnding(DropPath.RECEIPT.length()))
                        .filter(upload -> upload.recording() != null)
                : Optional.empty();
    }

    /** The receipt at a path that ends in {@link DropPath#RECEIPT}. */
    public byte[] receipt(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        RecordingId recording = sealedOf(path).map(Upload::recording).orElse(null);
        if (recording == null) {
            throw folder.at(path).isPresent()
                    ? new DropRefusal(DropRefusal.Kind.NOT_ALLOWED, "file: devices add footage, they do not read it")
                    : DropRefusal.unknown(path);
        }
        synchronized (receipts) {
            byte[] known = receipts.get(recording);
            if (known == null) {
                known = folders.receipt(pass, recording);
                receipts.put(recording, known);
            }
            return known.clone();
        }
    }

    /**
     * Begins a file. What is under way at its path is given up by {@link DropBody#takePlace}, and shows again if this one
     * is removed before; a recording that lies there stays one.
     *
     * @param lengthBytes empty if the device did not say
     */
    public DropBody create(DropPath path, OptionalLong lengthBytes) throws StorageFailure, DropRefusal {
        requireWelcome();
        requireFileName(path);
        OptionalLong length = lengthBytes.orElse(0) == 0 ? OptionalLong.empty() : lengthBytes;
        Optional<Upload> before = folder.at(path);
        // a file that is held is whole when it is renamed, and not before
        Map<String, String> notes = new TreeMap<>(Map.of(DropFolder.PATH, path.toString()));
        if (path.isHeld() && length.isPresent()) {
            notes.put(DropFolder.LENGTH, Long.toString(length.getAsLong()));
        }
        UploadWriter writer = uploads.begin(
                        principal(),
                        folders.metadata(path, pass),
                        protocol,
                        notes,
                        path.isHeld() ? OptionalLong.empty() : length,
                        true)
                .match(
                        ready -> ready.writer(),
                        foreign -> {
                            throw new DropRefusal(DropRefusal.Kind.NOT_ALLOWED, "file: of another device");
                        },
                        notAllowed -> {
                            throw new DropRefusal(DropRefusal.Kind.NOT_ALLOWED, notAllowed.why());
                        },
                        tooLong -> {
                            throw new DropRefusal(
                                    DropRefusal.Kind.TOO_LONG,
                                    "file: longer than " + tooLong.largestBytes() + " bytes");
                        });
        // its row is durable before anybody can look for it
        writer.park();
        UploadId id = writer.upload().id();
        folder.put(path, id);
        return new DropBody(
                this,
                path,
                append(path, id, 0),
                before.filter(upload -> upload.recording() == null)
                        .map(Upload::id)
                        .orElse(null));
    }

    void giveUp(UploadId replaced) throws StorageFailure {
        uploads.giveUp(replaced, principal());
    }

    private void requireFileName(DropPath path) throws StorageFailure, DropRefusal {
        if (path.isReceipt()) {
            throw new DropRefusal(DropRefusal.Kind.NOT_A_NAME, "name: " + DropPath.RECEIPT + " is for receipts");
        }
        if (folder.isFolder(path)) {
            throw new DropRefusal(DropRefusal.Kind.IN_THE_WAY, "name: " + path + " is a folder");
        }
        if (!path.parent().isRoot() && folder.at(path.parent()).isPresent()) {
            throw new DropRefusal(DropRefusal.Kind.IN_THE_WAY, "name: " + path.parent() + " is a file");
        }
    }

    /**
     * Goes on with a file. Whoever writes to it is stopped, and what they brought is kept.
     *
     * @param offsetBytes where the device thinks it goes on; empty for wherever it ends
     */
    public DropBody resume(DropPath path, OptionalLong offsetBytes) throws StorageFailure, DropRefusal {
        requireWelcome();
        Upload upload = folder.at(path).orElseThrow(() -> DropRefusal.unknown(path));
        if (upload.recording() != null) {
            throw sealed(path);
        }
        Upload stands = unfinished(path, upload.id());
        long offset = offsetBytes.orElse(stands.offsetBytes());
        return new DropBody(this, path, append(path, upload.id(), offset), null);
    }

    /** The upload after whoever writes to it has been stopped. */
    private Upload unfinished(DropPath path, UploadId id) throws StorageFailure, DropRefusal {
        Upload stands = uploads.standing(id, principal())
                .match(
                        found -> found.upload(),
                        notFound -> {
                            throw DropRefusal.unknown(path);
                        },
                        forbidden -> {
                            throw DropRefusal.unknown(path);
                        },
                        refused -> {
                            throw DropRefusal.unknown(path);
                        });
        if (stands.recording() != null) {
            throw sealed(path);
        }
        return stands;
    }

    private UploadWriter append(DropPath path, UploadId id, long offset) throws StorageFailure, DropRefusal {
        return uploads.append(id, principal(), offset, OptionalLong.empty())
                .match(
                        ready -> ready.writer(),
                        mismatch -> {
                            throw new DropRefusal(
                                    DropRefusal.Kind.WRONG_OFFSET,
                                    "offset: " + offset + " (expected: " + mismatch.offsetBytes() + "), file " + path);
                        },
                        tooLong -> {
                            throw new DropRefusal(
                                    DropRefusal.Kind.TOO_LONG, "file: longer than " + tooLong.lengthBytes() + " bytes");
                        },
                        finished -> {
                            throw sealed(path);
                        },
                        notFound -> {
                            throw DropRefusal.unknown(path);
                        },
                        forbidden -> {
                            throw DropRefusal.unknown(path);
                        });
    }

    /**
     * Renames. A file that was held and now is not is finished by that: it becomes a recording, durable on return. A
     * recording keeps the name it came with; only this folder shows the new one.
     *
     * @throws DropRefusal {@code INCOMPLETE} for a held file that is shorter than was announced
     */
    public DropEntry rename(DropPath from, DropPath to) throws StorageFailure, DropRefusal {
        requireWelcome();
        Upload upload = folder.at(from).orElseThrow(() -> DropRefusal.unknown(from));
        requireFileName(to);
        boolean finishes = upload.recording() == null && from.isHeld() && !to.isHeld();
        if (upload.recording() == null) {
            upload = unfinished(from, upload.id());
        }
        String announced = upload.notes().get(DropFolder.LENGTH);
        if (finishes && announced != null && Long.parseLong(announced) != upload.offsetBytes()) {
            throw new DropRefusal(
                    DropRefusal.Kind.INCOMPLETE,
                    "file: " + upload.offsetBytes() + " bytes (expected: " + announced + " as announced)");
        }
        Optional<Upload> inTheWay = from.equals(to) ? Optional.empty() : folder.at(to);
        Upload moved =
                declared(from, upload.id(), folders.metadata(to, pass), notes(upload, DropFolder.PATH, to.toString()));
        folder.moved(from, to, moved.id());
        if (inTheWay.isPresent() && inTheWay.get().recording() == null) {
            uploads.giveUp(inTheWay.get().id(), principal());
        }
        if (!finishes || moved.offsetBytes() == 0) {
            return DropFolder.entry(to, moved);
        }
        UploadWriter writer = append(to, moved.id(), moved.offsetBytes());
        return DropFolder.entry(to, DropBody.upload(writer.finishWhole()));
    }

    private static Map<String, String> notes(Upload upload, String key, String value) {
        Map<String, String> notes = new TreeMap<>(upload.notes());
        notes.put(key, value);
        return notes;
    }

    private Upload declared(DropPath path, UploadId id, @Nullable UploadMetadata metadata, Map<String, String> notes)
            throws StorageFailure, DropRefusal {
        UploadMetadata all = metadata == null ? folders.metadata(path, pass) : metadata;
        return uploads.declare(id, principal(), all, notes)
                .match(
                        found -> found.upload(),
                        notFound -> {
                            throw DropRefusal.unknown(path);
                        },
                        forbidden -> {
                            throw DropRefusal.unknown(path);
                        },
                        refused -> {
                            throw DropRefusal.unknown(path);
                        });
    }

    /** Remembers what the device says about a file's time, for this folder only. */
    public void modified(DropPath path, Instant at) throws StorageFailure, DropRefusal {
        requireWelcome();
        Upload upload = folder.at(path).orElseThrow(() -> DropRefusal.unknown(path));
        declared(path, upload.id(), null, notes(upload, DropFolder.MODIFIED, at.toString()));
    }

    /**
     * Gives a file up that is under way; it and its bytes are gone.
     *
     * @throws DropRefusal {@code SEALED}
     */
    public void remove(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        if (sealedOf(path).isPresent()) {
            throw sealed(path);
        }
        Upload upload = folder.at(path).orElseThrow(() -> DropRefusal.unknown(path));
        switch (uploads.giveUp(upload.id(), principal())) {
            case GONE, NOT_FOUND -> folder.remove(path, upload.id());
            case SEALED, FORBIDDEN -> throw sealed(path);
        }
    }

    public void makeFolder(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        if (folder.at(path).isPresent()) {
            throw new DropRefusal(DropRefusal.Kind.IN_THE_WAY, "name: " + path + " is a file");
        }
        folder.make(path);
    }

    public void removeFolder(DropPath path) throws StorageFailure, DropRefusal {
        requireWelcome();
        if (path.isRoot() || !folder.isFolder(path)) {
            throw DropRefusal.unknown(path);
        }
        folder.unmake(path);
    }
}
