package org.liuhen.ingest.media.ondemand;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.RecordingId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that were lately made on demand, up to so many bytes: what was not asked for longest goes first. Empty when the
 * program starts. Safe for many threads.
 */
final class PieceCache {
    private static final Logger LOG = LoggerFactory.getLogger(PieceCache.class);

    private record Key(RecordingId recording, String name) {}

    private final Path folder;
    private final long mostBytes;
    /** Guarded by this, like all below; the value is the size. */
    private final Map<Key, Long> files = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long number;

    /** @param folder made if missing, emptied of what was there */
    PieceCache(Path folder, long mostBytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.mostBytes = mostBytes;
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path one : left) {
                drop(one);
            }
        }
    }

    /** An empty folder on the same disk. */
    Path begin() throws IOException {
        long mine;
        synchronized (this) {
            mine = number++;
        }
        return Files.createDirectory(folder.resolve("making-" + mine));
    }

    /** Removes such a folder with what is left in it. */
    void end(Path made) throws IOException {
        drop(made);
    }

    private static void drop(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (DirectoryStream<Path> inside = Files.newDirectoryStream(path)) {
                for (Path one : inside) {
                    Files.deleteIfExists(one);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private Path file(Key key) {
        return folder.resolve(key.recording().hex() + "-" + key.name());
    }

    /** A file, if it is still there. */
    synchronized Optional<Path> find(RecordingId recording, String name) {
        Key key = new Key(recording, name);
        return files.get(key) == null ? Optional.empty() : Optional.of(file(key));
    }

    /** Keeps a file that was made, and lets others go for it. */
    synchronized Path keep(RecordingId recording, String name, Path made) throws IOException {
        Key key = new Key(recording, name);
        Path target = file(key);
        forget(key);
        Files.createLink(target, made);
        long size = Files.size(target);
        files.put(key, size);
        bytes += size;
        Iterator<Map.Entry<Key, Long>> eldest = files.entrySet().iterator();
        while (bytes > mostBytes && files.size() > 1) {
            Map.Entry<Key, Long> oldest = eldest.next();
            if (!oldest.getKey().equals(key)) {
                bytes -= oldest.getValue();
                eldest.remove();
                delete(oldest.getKey());
            }
        }
        return target;
    }

    /** Lets go of all that belongs to a recording. */
    synchronized void forget(RecordingId recording) {
        for (Key key : files.keySet().stream()
                .filter(key -> key.recording().equals(recording))
                .toList()) {
            forget(key);
        }
    }

    private void forget(Key key) {
        Long size = files.remove(key);
        if (size != null) {
            bytes -= size;
            delete(key);
        }
    }

    private void delete(Key key) {
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            LOG.warn("piece: cannot be removed, the next start does it, recording={}", key.recording(), e);
        }
    }

    /** How much there is. */
    synchronized long bytes() {
        return bytes;
    }
}
