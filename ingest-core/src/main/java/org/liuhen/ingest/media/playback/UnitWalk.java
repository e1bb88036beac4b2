package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A walk through media data of which nobody has written down what lies where. Units of H.264 say how long they are and
 * are known by their heads; what lies between them belongs to something else, sound as a rule. Each byte is read a few
 * times at most, and nothing is kept but what was found.
 */
final class UnitWalk {
    /** Told what was found, in the file's order. */
    interface Finder {
        /** A unit of H.264, its length of four bytes included. */
        void unit(long at, int bytes, int kind, boolean beginsPicture) throws NotIndexed;

        /** Something else. */
        void other(long at, long bytes) throws NotIndexed;
    }

    static final int SLICE = 1;
    static final int KEY_SLICE = 5;
    static final int SEQUENCE = 7;
    static final int PICTURE = 8;

    private static final int INFORMATION = 6;
    private static final int DELIMITER = 9;
    private static final int LENGTH_BYTES = 4;
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int MOST_UNIT_BYTES = 16 << 20;
    private static final int MOST_PARAMETER_BYTES = 1024;
    private static final int MOST_INFORMATION_BYTES = 1 << 18;
    private static final int USUAL_BYTES = 1 << 16;
    private static final int MOST_SLICES = 139_264;
    private static final int MOST_PARAMETER_SETS = 16;

    private final SeekableByteChannel file;
    private final long end;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).limit(0);
    private long blockAt;
    private int largest;
    private boolean beginsPicture;

    UnitWalk(SeekableByteChannel file) throws IOException {
        this.file = file;
        this.end = file.size();
    }

    void run(long from, Finder finder) throws IOException, NotIndexed {
        long at = from;
        while (at < end) {
            int bytes = unitAt(at, MOST_UNIT_BYTES);
            if (bytes > 0) {
                largest = Math.max(largest, bytes);
                finder.unit(at, LENGTH_BYTES + bytes, u8(at + LENGTH_BYTES) & 0x1f, beginsPicture);
                at += LENGTH_BYTES + bytes;
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
            if (u8(at) == 0 && unitAt(at, most) > 0) {
                return at;
            }
        }
        return end;
    }

    /** How long the unit is that may begin here; 0 if none can. */
    private int unitAt(long at, int most) throws IOException {
        if (end - at <= LENGTH_BYTES + 1) {
            return 0;
        }
        long bytes = (long) u8(at) << 24 | u8(at + 1) << 16 | u8(at + 2) << 8 | u8(at + 3);
        if (bytes < 2 || bytes > most || bytes > end - at - LENGTH_BYTES) {
            return 0;
        }
        long head = at + LENGTH_BYTES;
        int first = u8(head);
        int weight = first >> 5;
        boolean known = first < 0x80
                && switch (first & 0x1f) {
                    case SLICE -> isSlice(head + 1, bytes - 1);
                    case KEY_SLICE -> weight > 0 && isSlice(head + 1, bytes - 1);
                    case INFORMATION -> weight == 0 && bytes <= MOST_INFORMATION_BYTES && u8(head + 1) < 0xff;
                    case SEQUENCE -> weight > 0 && bytes >= 5 && bytes <= MOST_PARAMETER_BYTES;
                    case PICTURE -> weight > 0 && bytes <= MOST_PARAMETER_BYTES;
                    case DELIMITER -> weight == 0 && bytes == 2 && (u8(head + 1) & 0x1f) == 0x10;
                    default -> false;
                };
        return known ? (int) bytes : 0;
    }

    /** Whether this reads as the head of a slice: its place, its kind and the parameters that it goes by. */
    private boolean isSlice(long at, long bytes) throws IOException {
        byte[] head = new byte[(int) Math.min(8, bytes)];
        for (int i = 0; i < head.length; i++) {
            head[i] = (byte) u8(at + i);
        }
        SequenceParameters.Bits bits = new SequenceParameters.Bits(head);
        try {
            int place = bits.number();
            beginsPicture = place == 0;
            return place < MOST_SLICES && bits.number() < 10 && bits.number() < MOST_PARAMETER_SETS;
        } catch (NotIndexed ignored) {
            return false; // not the head of a slice
        }
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
        if (bytes - LENGTH_BYTES > MOST_PARAMETER_BYTES) {
            return null;
        }
        byte[] copy = new byte[bytes - LENGTH_BYTES];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (byte) u8(at + LENGTH_BYTES + i);
        }
        return copy;
    }
}
