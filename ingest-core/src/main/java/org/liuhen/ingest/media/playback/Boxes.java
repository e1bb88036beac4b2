package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finding boxes inside others, in memory. Nothing inside a box can reach out of it. */
final class Boxes {
    private static final int HEAD_BYTES = 8;

    private Boxes() {}

    /** The four bytes of a box's type as a number. */
    static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)).getInt();
    }

    /** What the first box of a type holds. The position of {@code in} is left alone. */
    static Optional<ByteBuffer> first(ByteBuffer in, String name) throws NotIndexed {
        List<ByteBuffer> found = all(in, name, 1);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    /** @throws NotIndexed if there is none */
    static ByteBuffer required(ByteBuffer in, String name) throws NotIndexed {
        return first(in, name).orElseThrow(() -> new NotIndexed("box: " + name + " is missing"));
    }

    /** What the boxes of a type hold, the first {@code most} of them. */
    static List<ByteBuffer> all(ByteBuffer in, String name, int most) throws NotIndexed {
        int type = type(name);
        List<ByteBuffer> found = new ArrayList<>();
        int at = in.position();
        while (found.size() < most && in.limit() - at >= HEAD_BYTES) {
            long size = Integer.toUnsignedLong(in.getInt(at));
            int head = HEAD_BYTES;
            if (size == 1 && in.limit() - at >= 2 * HEAD_BYTES) {
                size = in.getLong(at + HEAD_BYTES);
                head = 2 * HEAD_BYTES;
            } else if (size == 0 && in.getInt(at + 4) == 0) {
                break; // QuickTime ends a list of boxes with four or more zeros
            }
            if (size < head || size > in.limit() - at) {
                throw new NotIndexed(
                        "box: says " + size + " bytes (expected: " + head + " to " + (in.limit() - at) + ")");
            }
            if (in.getInt(at + 4) == type) {
                found.add(in.slice(at + head, (int) size - head));
            }
            at += (int) size;
        }
        return found;
    }

    /** Takes the version and the flags off the beginning of a box. */
    static int versionAndFlags(ByteBuffer box) throws NotIndexed {
        return need(box, 4).getInt();
    }

    /** @return {@code box}, which has at least so many bytes left */
    static ByteBuffer need(ByteBuffer box, int bytes) throws NotIndexed {
        if (box.remaining() < bytes) {
            throw new NotIndexed("box: ends " + (bytes - box.remaining()) + " bytes too early");
        }
        return box;
    }

    /** Takes the number of rows of a table, all of which are there. */
    static int rows(ByteBuffer box, int rowBytes) throws NotIndexed {
        long rows = Integer.toUnsignedLong(need(box, 4).getInt());
        if (rows * rowBytes > box.remaining()) {
            throw new NotIndexed("table: " + rows + " rows (expected: at most " + box.remaining() / rowBytes + ")");
        }
        return (int) rows;
    }

    static byte[] bytes(ByteBuffer box) {
        byte[] bytes = new byte[box.remaining()];
        box.duplicate().get(bytes);
        return bytes;
    }
}
