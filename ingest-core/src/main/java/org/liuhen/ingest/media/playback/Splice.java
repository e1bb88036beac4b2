package org.liuhen.ingest.media.playback;

import java.util.ArrayList;
import java.util.List;

/**
 * A file that is put together when it is sent: bytes written here, and stretches of the original between them.
 *
 * @param parts in order
 */
public record Splice(List<Part> parts) {
    /** A piece of it. */
    public sealed interface Part {}

    /** @param bytes not copied */
    public record Written(byte[] bytes) implements Part {}

    /** A stretch of the original. */
    public record Taken(long offsetBytes, long sizeBytes) implements Part {}

    public Splice {
        parts = List.copyOf(parts);
    }

    static Splice written(byte[] bytes) {
        return new Splice(List.of(new Written(bytes)));
    }

    public long sizeBytes() {
        long size = 0;
        for (Part part : parts) {
            size += part instanceof Written written ? written.bytes().length : ((Taken) part).sizeBytes();
        }
        return size;
    }

    /** Gathers stretches of an original; those that touch become one. */
    static final class Gathering {
        private final List<Part> parts = new ArrayList<>();
        private long start;
        private long size;
        private long total;

        void take(long offset, int bytes) {
            total += bytes;
            if (size > 0 && offset == start + size) {
                size += bytes;
                return;
            }
            flush();
            start = offset;
            size = bytes;
        }

        private void flush() {
            if (size > 0) {
                parts.add(new Taken(start, size));
            }
            size = 0;
        }

        long totalBytes() {
            return total;
        }

        Splice after(byte[] head) {
            flush();
            parts.add(0, new Written(head));
            return new Splice(parts);
        }
    }
}
