package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way of a streamed answer from the thread that makes it to the connection. The thread waits while the connection
 * has enough to send. Nothing is sent before the first flush or the first full buffer, so a short answer gets its
 * length, and a failure before that gets an answer of its own.
 */
final class ResponsePipe extends OutputStream {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int MOST_UNSENT_BYTES = 256 << 10;

    private final Outlet outlet;
    private final ByteBufAllocator allocator;
    private final long declaredBytes;
    private long flushedBytes;
    private @Nullable ByteBuf gathered;
    private boolean begun;
    private boolean over;
    private long unsentBytes;
    private @Nullable Throwable gone;

    /** The connection's end of the pipe. Called on the writer's thread. */
    interface Outlet {
        /** Sends the head of an answer that will go on. */
        void begin();

        /** Sends bytes and reports when they have left. Takes ownership. */
        void send(ByteBuf bytes, int sizeBytes);

        /** Ends an answer that was begun. */
        void end();

        /** Sends an answer that was not begun, whole. */
        void whole(byte[] bytes);
    }

    /** @param declaredBytes what the head promises; negative if nothing */
    ResponsePipe(Outlet outlet, ByteBufAllocator allocator, long declaredBytes) {
        this.outlet = outlet;
        this.declaredBytes = declaredBytes;
        this.allocator = allocator;
    }

    /** Whether anything has been sent, so that another answer is no longer possible. */
    boolean isBegun() {
        return begun;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (over) {
            throw new IOException("answer: already ended");
        }
        int at = offset;
        int left = length;
        while (left > 0) {
            ByteBuf buffer = gathered;
            if (buffer == null) {
                check();
                buffer = allocator.directBuffer(BUFFER_BYTES);
                gathered = buffer;
            }
            int more = Math.min(left, BUFFER_BYTES - buffer.readableBytes());
            buffer.writeBytes(bytes, at, more);
            at += more;
            left -= more;
            if (buffer.readableBytes() == BUFFER_BYTES) {
                flush();
            }
        }
    }

    /** Sends what was written so far, and the head if that was not sent yet. */
    @Override
    public void flush() throws IOException {
        check();
        if (over) {
            return;
        }
        if (!begun) {
            begun = true;
            outlet.begin();
        }
        ByteBuf buffer = gathered;
        if (buffer == null) {
            return;
        }
        int size = buffer.readableBytes();
        flushedBytes += size;
        if (declaredBytes >= 0 && flushedBytes > declaredBytes) {
            throw wrongLength(flushedBytes);
        }
        awaitRoom(size);
        gathered = null;
        outlet.send(buffer, size);
    }

    /** The answer is complete. */
    @Override
    public void close() throws IOException {
        if (over) {
            return;
        }
        if (begun) {
            flush();
            over = true;
            if (declaredBytes >= 0 && flushedBytes != declaredBytes) {
                throw wrongLength(flushedBytes);
            }
            outlet.end();
            return;
        }
        check();
        over = true;
        ByteBuf buffer = gathered;
        byte[] bytes = new byte[buffer == null ? 0 : buffer.readableBytes()];
        if (declaredBytes >= 0 && bytes.length != declaredBytes) {
            throw wrongLength(bytes.length);
        }
        if (buffer != null) {
            buffer.readBytes(bytes);
        }
        drop();
        outlet.whole(bytes);
    }

    /** Forgets what was not sent. Called by the writer's thread, last. */
    void drop() {
        over = true;
        ByteBuf buffer = gathered;
        gathered = null;
        if (buffer != null) {
            buffer.release();
        }
    }

    /** Bytes have left for the network. */
    synchronized void sent(int sizeBytes) {
        unsentBytes -= sizeBytes;
        notifyAll();
    }

    /** Nobody will read any more: the writer's next call fails, a waiting one at once. */
    synchronized void abort(Throwable cause) {
        gone = cause;
        notifyAll();
    }

    private IOException wrongLength(long bytes) {
        return new IOException("answer: " + bytes + " bytes (expected: " + declaredBytes + ", as its head says)");
    }

    private synchronized void check() throws IOException {
        if (gone != null) {
            throw new IOException("answer: nobody reads it any more", gone);
        }
    }

    private synchronized void awaitRoom(int sizeBytes) throws IOException {
        while (gone == null && unsentBytes > 0 && unsentBytes + sizeBytes > MOST_UNSENT_BYTES) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("answer: interrupted", e);
            }
        }
        check();
        unsentBytes += sizeBytes;
    }
}
