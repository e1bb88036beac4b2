package org.liuhen.ingest.drop;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Standing;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/**
 * Which upload lies at which path of one device: an index over the rows of the catalog, read when first needed. A row
 * that has gone is noticed when it is looked at. Folders are parts of paths, or were asked for and hold nothing yet; the
 * latter are forgotten when the server stops. Safe for many threads.
 */
final class DropFolder {
    static final String PATH = "path";
    static final String LENGTH = "length";
    static final String MODIFIED = "modified";

    private static final int MAX_EMPTY_FOLDERS = 10_000;
    /** After every character that a path can hold. */
    private static final char LAST = '\uffff';

    private final Uploads uploads;
    private final Principal.OfDevice device;
    private final NavigableSet<String> made = new TreeSet<>();
    private @Nullable NavigableMap<String, UploadId> files;

    DropFolder(Uploads uploads, Principal.OfDevice device) {
        this.uploads = uploads;
        this.device = device;
    }

    private NavigableMap<String, UploadId> files() throws StorageFailure {
        NavigableMap<String, UploadId> known = files;
        if (known == null) {
            Map<String, Upload> newest = new HashMap<>();
            for (Upload upload : uploads.of(device.device())) {
                String path = upload.notes().get(PATH);
                if (path != null) {
                    newest.merge(path, upload, (a, b) -> a.began().isBefore(b.began()) ? b : a);
                }
            }
            known = new TreeMap<>();
            for (var file : newest.entrySet()) {
                known.put(file.getKey(), file.getValue().id());
            }
            files = known;
        }
        return known;
    }

    /** The upload at a path as it is durable; whoever writes to it is not disturbed. */
    synchronized Optional<Upload> at(DropPath path) throws StorageFailure {
        return at(path.toString());
    }

    private Optional<Upload> at(String path) throws StorageFailure {
        UploadId id = files().get(path);
        if (id == null) {
            return Optional.empty();
        }
        if (uploads.peek(id, device) instanceof Standing.Found found) {
            return Optional.of(found.upload());
        }
        files().remove(path, id);
        return Optional.empty();
    }

    synchronized void put(DropPath path, UploadId id) throws StorageFailure {
        files().put(path.toString(), id);
    }

    /** Forgets a path, unless another upload lies there by now; what lay there before it shows again. */
    synchronized void remove(DropPath path, UploadId id) throws StorageFailure {
        if (files().remove(path.toString(), id)) {
            Optional<Upload> before = uploads.of(device.device()).stream()
                    .filter(upload -> path.toString().equals(upload.notes().get(PATH)))
                    .max(Comparator.comparing(Upload::began));
            if (before.isPresent()) {
                put(path, before.get().id());
            }
        }
    }

    synchronized void moved(DropPath from, DropPath to, UploadId id) throws StorageFailure {
        files().remove(from.toString(), id);
        put(to, id);
    }

    synchronized boolean isFolder(DropPath path) throws StorageFailure {
        return path.isRoot() || made.contains(path.toString()) || holdsSomething(path);
    }

    private boolean holdsSomething(DropPath path) throws StorageFailure {
        String inside = path + "/";
        String file = files().ceilingKey(inside);
        String folder = made.ceiling(inside);
        return (file != null && file.startsWith(inside)) || (folder != null && folder.startsWith(inside));
    }

    synchronized void make(DropPath path) throws DropRefusal {
        if (made.size() >= MAX_EMPTY_FOLDERS) {
            throw new DropRefusal(
                    DropRefusal.Kind.NOT_ALLOWED, "folder: more than " + MAX_EMPTY_FOLDERS + " were made; fill some");
        }
        made.add(path.toString());
    }

    /** @throws DropRefusal {@code IN_THE_WAY} if something lies in it */
    synchronized void unmake(DropPath path) throws DropRefusal, StorageFailure {
        if (holdsSomething(path)) {
            throw new DropRefusal(DropRefusal.Kind.IN_THE_WAY, "folder: " + path + " is not empty");
        }
        made.remove(path.toString());
    }

    /** What lies in {@code folder}, by name. */
    synchronized List<DropEntry> list(DropPath folder, Instant now) throws StorageFailure, DropRefusal {
        NavigableMap<String, DropEntry> all = new TreeMap<>();
        String inside = folder.isRoot() ? "/" : folder + "/";
        for (String path : made.subSet(inside, false, inside + LAST, false)) {
            subfolder(all, folder, path, inside, now);
        }
        for (String path :
                List.copyOf(files().subMap(inside, false, inside + LAST, false).keySet())) {
            if (path.indexOf('/', inside.length()) >= 0) {
                subfolder(all, folder, path, inside, now);
            } else {
                Optional<Upload> upload = at(path);
                if (upload.isPresent()) {
                    all.put(path, entry(DropPath.ROOT.resolve(path), upload.get()));
                }
            }
        }
        return List.copyOf(all.values());
    }

    private static void subfolder(Map<String, DropEntry> all, DropPath folder, String path, String inside, Instant now)
            throws DropRefusal {
        int end = path.indexOf('/', inside.length());
        String child = end < 0 ? path : path.substring(0, end);
        if (!all.containsKey(child)) {
            all.put(child, folder(folder.resolve(child), now));
        }
    }

    static DropEntry folder(DropPath path, Instant now) {
        return new DropEntry(path, DropEntry.Kind.FOLDER, 0, now, null);
    }

    static DropEntry entry(DropPath path, Upload upload) {
        String modified = upload.notes().get(MODIFIED);
        return new DropEntry(
                path,
                upload.recording() == null ? DropEntry.Kind.UNFINISHED : DropEntry.Kind.SEALED,
                upload.offsetBytes(),
                modified == null ? upload.began() : Instant.parse(modified),
                upload);
    }
}
