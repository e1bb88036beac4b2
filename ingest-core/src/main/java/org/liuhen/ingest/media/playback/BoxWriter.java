package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Boxes being written, one inside another. */
final class BoxWriter {
    private ByteBuffer out = ByteBuffer.allocate(4096);
    private final Deque<Integer> open = new ArrayDeque<>();

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            byte[] more = Arrays.copyOf(out.array(), Math.max(out.capacity() * 2, out.position() + bytes));
            out = ByteBuffer.wrap(more).position(out.position());
        }
        return out;
    }

    /** Begins a box. */
    BoxWriter begin(String type) {
        open.push(out.position());
        room(8).putInt(0).putInt(Boxes.type(type));
        return this;
    }

    /** Begins a box that has a version and flags. */
    BoxWriter begin(String type, int version, int flags) {
        return begin(type).u32(version << 24 | flags);
    }

    /** Ends the box that was begun last. */
    BoxWriter end() {
        int start = open.pop();
        out.putInt(start, out.position() - start);
        return this;
    }

    BoxWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    BoxWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    BoxWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    BoxWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    BoxWriter zeros(int bytes) {
        ByteBuffer to = room(bytes);
        to.put(new byte[bytes]);
        return this;
    }

    BoxWriter bytes(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    BoxWriter text(String text) {
        return bytes(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    int position() {
        return out.position();
    }

    /** Writes over what was written before. */
    void u32At(int position, int value) {
        out.putInt(position, value);
    }

    /** Likewise. */
    void u64At(int position, long value) {
        out.putLong(position, value);
    }

    byte[] toBytes() {
        return Arrays.copyOf(out.array(), out.position());
    }
}
