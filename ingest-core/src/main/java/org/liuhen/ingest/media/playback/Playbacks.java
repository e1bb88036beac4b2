package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.RecordingId;

/**
 * The indexes of the originals that are being watched. What was not asked for lately is read again when it is. Safe for
 * many threads; one index is read at a time, so that many players cost no more memory than the cache.
 */
public final class Playbacks {
    private static final long MOST_BYTES = 32L << 20;
    private static final int MOST_REMEMBERED = 1024;
    private static final long WEIGHT_OF_NONE = 1024;

    /** @param index empty if the original cannot be played as it is */
    private record Entry(Optional<PlaybackIndex> index) {
        long weight() {
            return index.map(PlaybackIndex::weightBytes).orElse(WEIGHT_OF_NONE);
        }
    }

    private final Map<RecordingId, Entry> known = new LinkedHashMap<>(16, 0.75f, true);
    private final Object reading = new Object();
    private long bytes;

    /**
     * The index of an original.
     *
     * @return empty if it cannot be played as it is
     */
    public Optional<PlaybackIndex> of(RecordingId id, Path original) throws IOException {
        Entry found = known(id);
        if (found == null) {
            synchronized (reading) {
                found = known(id);
                if (found == null) {
                    found = new Entry(Files.size(original) == 0 ? Optional.empty() : PlaybackIndex.of(original));
                    remember(id, found);
                }
            }
        }
        return found.index;
    }

    private @Nullable Entry known(RecordingId id) {
        synchronized (known) {
            return known.get(id);
        }
    }

    private void remember(RecordingId id, Entry entry) {
        synchronized (known) {
            known.put(id, entry);
            bytes += entry.weight();
            var eldest = known.values().iterator();
            while (known.size() > 1 && (bytes > MOST_BYTES || known.size() > MOST_REMEMBERED)) {
                bytes -= eldest.next().weight();
                eldest.remove();
            }
        }
    }
}
