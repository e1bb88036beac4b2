package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A walk through media data of which nobody has written down what lies where. Units say how long they are and are known
 * by their heads, see {@link UnitHeads}; what lies between them belongs to something else, sound as a rule. Each byte is read a few
 * times at most, and nothing is kept but what was found.
 */
final class UnitWalk {
    /** Told what was found, in the file's order. */
    interface Finder {
        /** A unit, its length included. */
        void unit(long at, int bytes, UnitHeads.Kind kind, boolean beginsPicture) throws NotIndexed;

        /** Something else. */
        void other(long at, long bytes) throws NotIndexed;
    }

    private static final int MOST_LENGTH_BYTES = 4;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int MOST_UNIT_BYTES = 16 << 20;
    private static final int USUAL_BYTES = 1 << 16;

    private final SeekableByteChannel file;
    private final long end;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);
    private long blockAt;
    private int largest;
    private final UnitHeads heads;
    private final int lengthBytes;

    /** @param lengthBytes of the length before each unit, 1 to 4 */
    UnitWalk(SeekableByteChannel file, UnitHeads heads, int lengthBytes) throws IOException {
        this.file = file;
        this.end = file.size();
        this.heads = heads;
        this.lengthBytes = lengthBytes;
    }

    void run(long from, Finder finder) throws IOException, NotIndexed {
        long at = from;
        while (at < end) {
            int bytes = unitAt(at, MOST_UNIT_BYTES);
            if (bytes > 0) {
                largest = Math.max(largest, bytes);
                UnitHeads.Head head = heads.read(head(at + lengthBytes, bytes), bytes);
                finder.unit(at, lengthBytes + bytes, head.kind(), head.beginsPicture());
                at += lengthBytes + bytes;
            } else {
                long next = nextUnit(at + 1);
                finder.other(at, next - at);
                at = next;
            }
        }
    }

    /** Where the next unit may begin that is no larger than those before give reason to expect; the end if nowhere. */
    private long nextUnit(long from) throws IOException {
        int most = Math.min(MOST_UNIT_BYTES, Math.max(USUAL_BYTES, 4 * largest));
        for (long at = from; at < end; at++) {
            if ((lengthBytes < MOST_LENGTH_BYTES || u8(at) == 0) && unitAt(at, most) > 0) {
                return at;
            }
        }
        return end;
    }

    /** How long the unit is that may begin here; 0 if none can. */
    private int unitAt(long at, int most) throws IOException {
        if (end - at <= lengthBytes + 1) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < lengthBytes; i++) {
            bytes = (bytes << 8) | u8(at + i);
        }
        if (bytes < 2 || bytes > most || bytes > end - at - lengthBytes) {
            return 0;
        }
        boolean known = heads.read(head(at + lengthBytes, bytes), bytes).kind() != UnitHeads.Kind.NONE;
        return known ? (int) bytes : 0;
    }

    private byte[] head(long at, long bytes) throws IOException {
        byte[] head = new byte[(int) Math.min(UnitHeads.MOST_BYTES, bytes)];
        for (int i = 0; i < head.length; i++) {
            head[i] = (byte) u8(at + i);
        }
        return head;
    }

    private int u8(long at) throws IOException {
        if (at < blockAt || at >= blockAt + block.limit()) {
            block.clear();
            file.position(at);
            int read;
            do {
                read = file.read(block);
            } while (read >= 0 && block.hasRemaining());
            block.flip();
            blockAt = at;
        }
        return at < blockAt + block.limit() ? block.get((int) (at - blockAt)) & 0xff : 0;
    }

    /** The unit there, without its length. */
    byte @Nullable [] copy(long at, int bytes) throws IOException {
        if (bytes - lengthBytes > UnitHeads.MOST_PARAMETER_BYTES) {
            return null;
        }
        byte[] copy = new byte[bytes - lengthBytes];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (byte) u8(at + lengthBytes + i);
        }
        return copy;
    }
}
