package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request's body from the event loop to a worker: a bounded queue that is also a serial task. The event
 * loop puts buffers in and stops reading the socket while the lane is full; whichever worker has time takes them out,
 * in order, one worker at a time. Every buffer that is offered is released by the lane, exactly once.
 */
final class Lane implements Runnable {
    /** What one turn on a worker may take before the other lanes get theirs. */
    private static final long TURN_BYTES = 4 << 20;

    /** Before anybody has accepted the body. */
    private static final int UNACCEPTED_BYTES = 64 << 10;

    private final Course course;
    private final BodyBudget budget;
    private final Executor workers;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long queuedBytes;
    private boolean begun;
    private boolean accepted;
    private boolean full;
    private boolean scheduled;
    private boolean over;
    private @Nullable Headers trailers;
    private @Nullable Throwable broken;
    private @Nullable ByteBuf lastRoot;

    Lane(Course course, BodyBudget budget, Executor workers) {
        this.course = course;
        this.budget = budget;
        this.workers = workers;
    }

    /** Where a lane leads. Called on workers, one call at a time. After {@code begin} exactly one ending is called. */
    interface Course {
        /** Returns whether the body is wanted. If not, that was the last call. */
        boolean begin();

        void take(ByteBuffer bytes) throws Exception;

        void end(Headers trailers);

        /**
         * An ending; also the only call, if it comes before the beginning.
         *
         * @param cause what broke the body off, or what {@link #take} threw
         */
        void broken(Throwable cause);

        /** The lane was full and no longer is. */
        void roomAgain();
    }

    private record Piece(ByteBuf bytes, long chargedBytes) {}

    /** Makes the first call due. */
    synchronized void start() {
        budget.enter();
        schedule();
    }

    /** Queues the next bytes of the body. Takes ownership of {@code bytes}. */
    synchronized void offer(ByteBuf bytes) {
        if (over || trailers != null || broken != null || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        long charged = charge(bytes);
        pieces.add(new Piece(bytes, charged));
        queuedBytes += charged;
        budget.take(charged);
        full = full || queuedBytes >= mostBytes() || budget.isSpent();
        if (begun) {
            schedule();
        }
    }

    /** The body is whole. */
    synchronized void end(Headers fields) {
        if (trailers == null && broken == null) {
            trailers = fields;
            schedule();
        }
    }

    /** No more will come; what is queued is still delivered. Does nothing after the end. */
    synchronized void breakOff(Throwable cause) {
        if (trailers == null && broken == null) {
            broken = cause;
            schedule();
        }
    }

    /** Whether the socket should not be read for the time being. */
    synchronized boolean isFull() {
        return full && !over;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        long turn = TURN_BYTES;
        while (turn > 0) {
            Piece piece = next();
            if (piece == null) {
                return;
            }
            turn -= piece.bytes.readableBytes();
            Throwable failure = deliver(piece);
            if (failure != null) {
                finish();
                course.broken(failure);
                return;
            }
        }
        workers.execute(this);
    }

    private boolean begin() {
        Throwable early;
        synchronized (this) {
            if (begun) {
                return true;
            }
            begun = true;
            early = pieces.isEmpty() ? broken : null;
        }
        if (early != null) {
            finish();
            course.broken(early);
            return false;
        }
        if (!course.begin()) {
            finish();
            return false;
        }
        boolean room;
        synchronized (this) {
            accepted = true;
            room = makeRoom();
        }
        if (room) {
            course.roomAgain();
        }
        return true;
    }

    /** The next piece, or null after an ending was called or when there is nothing to do for now. */
    private @Nullable Piece next() {
        Headers fields;
        Throwable cause;
        synchronized (this) {
            Piece piece = pieces.poll();
            if (piece != null) {
                return piece;
            }
            fields = trailers;
            cause = broken;
            if (fields == null && cause == null) {
                scheduled = false;
                return null;
            }
            finish();
        }
        if (fields != null) {
            course.end(fields);
        } else if (cause != null) {
            course.broken(cause);
        }
        return null;
    }

    @SuppressWarnings("CatchingUnchecked")
    private @Nullable Throwable deliver(Piece piece) {
        Throwable failure = null;
        try {
            if (piece.bytes.nioBufferCount() == 1) {
                course.take(piece.bytes.nioBuffer());
            } else {
                for (ByteBuffer part : piece.bytes.nioBuffers()) {
                    course.take(part);
                }
            }
        } catch (Throwable e) {
            failure = e;
        }
        piece.bytes.release();
        budget.give(piece.chargedBytes);
        boolean room;
        synchronized (this) {
            queuedBytes -= piece.chargedBytes;
            room = makeRoom();
        }
        if (room) {
            course.roomAgain();
        }
        return failure;
    }

    private boolean makeRoom() {
        boolean room = full && (queuedBytes == 0 || (queuedBytes <= mostBytes() / 2 && !budget.isSpent()));
        full = full && !room;
        return room;
    }

    private synchronized void finish() {
        over = true;
        budget.leave();
        for (Piece piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            piece.bytes.release();
            budget.give(piece.chargedBytes);
        }
        queuedBytes = 0;
        lastRoot = null;
    }

    private void schedule() {
        if (!scheduled && !over) {
            scheduled = true;
            workers.execute(this);
        }
    }

    private int mostBytes() {
        return accepted ? budget.laneShareBytes() : Math.min(UNACCEPTED_BYTES, budget.laneShareBytes());
    }

    /** What these bytes keep from being freed. Pieces of one buffer count it once. */
    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not equal bytes
    private long charge(ByteBuf bytes) {
        ByteBuf root = bytes;
        for (ByteBuf under = root.unwrap(); under != null; under = root.unwrap()) {
            root = under;
        }
        boolean shared = root == lastRoot && !pieces.isEmpty();
        lastRoot = root;
        return shared ? bytes.readableBytes() : Math.max(root.capacity(), bytes.readableBytes());
    }
}
