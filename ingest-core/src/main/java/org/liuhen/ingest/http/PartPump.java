package org.liuhen.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the parts of a {@link Reply}. On plain connections the kernel copies files to the socket by itself. Where bytes
 * must be encrypted or framed, a worker reads a piece whenever the connection can take one, so a slow client holds no
 * thread. Used on the event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in closeFuture, which is listened to
final class PartPump {
    private static final Logger LOG = LoggerFactory.getLogger(PartPump.class);
    private static final int PIECE_BYTES = 128 << 10;

    private final ChannelHandlerContext context;
    private final ArrayDeque<Reply.Part> parts;
    private final Reply reply;
    private final boolean zeroCopy;
    private final Executor workers;
    private final Consumer<Boolean> done;
    private long sentOfSegmentBytes;
    private boolean reading;
    private boolean over;

    /** @param done called once, with whether all was sent */
    PartPump(ChannelHandlerContext context, Reply reply, boolean zeroCopy, Executor workers, Consumer<Boolean> done) {
        this.context = context;
        this.reply = reply;
        this.parts = new ArrayDeque<>(reply.parts());
        this.zeroCopy = zeroCopy;
        this.workers = workers;
        this.done = done;
    }

    /** Sends what can be sent now. To be called again whenever the connection becomes writable. */
    void pump() {
        while (!reading && !over) {
            Reply.Part part = parts.peek();
            if (part == null) {
                over = true;
                context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                        .addListener(future -> done.accept(future.isSuccess()));
            } else if (part instanceof Reply.Literal literal) {
                parts.poll();
                context.write(new DefaultHttpContent(Unpooled.wrappedBuffer(literal.bytes())));
            } else if (part instanceof Reply.Segment segment && zeroCopy) {
                parts.poll();
                context.write(new SharedRegion(file(), segment.startByte(), segment.sizeBytes()));
            } else if (context.channel().isWritable()) {
                read((Reply.Segment) part);
            } else {
                context.flush();
                if (!context.channel().isWritable()) {
                    return;
                }
            }
        }
    }

    /** Gives up. Does nothing if all was handed to the connection already. */
    void abort() {
        if (!over) {
            over = true;
            done.accept(false);
        }
    }

    private FileChannel file() {
        FileChannel file = reply.file();
        if (file == null) {
            throw new IllegalStateException("reply: a segment of no file");
        }
        return file;
    }

    private void read(Reply.Segment segment) {
        reading = true;
        context.flush();
        long at = segment.startByte() + sentOfSegmentBytes;
        int size = (int) Math.min(PIECE_BYTES, segment.sizeBytes() - sentOfSegmentBytes);
        FileChannel file = file();
        workers.execute(() -> {
            ByteBuf piece = context.alloc().directBuffer(size);
            boolean whole = fill(piece, file, at, size);
            try {
                context.executor().execute(() -> arrived(piece, whole, segment));
            } catch (RejectedExecutionException e) {
                LOG.debug("connection: its event loop has ended", e);
                piece.release();
            }
        });
    }

    private static boolean fill(ByteBuf piece, FileChannel file, long at, int size) {
        try {
            while (piece.readableBytes() < size) {
                int read = piece.writeBytes(file, at + piece.readableBytes(), size - piece.readableBytes());
                if (read < 0) {
                    LOG.error("file: ends at byte {} (expected: {} more)", at, size - piece.readableBytes());
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LOG.warn("file: cannot be read at byte {}, so the answer is cut off", at, e);
            return false;
        }
    }

    private void arrived(ByteBuf piece, boolean whole, Reply.Segment segment) {
        reading = false;
        if (over || !whole) {
            piece.release();
            abort();
            return;
        }
        sentOfSegmentBytes += piece.readableBytes();
        if (sentOfSegmentBytes == segment.sizeBytes()) {
            sentOfSegmentBytes = 0;
            parts.poll();
        }
        context.write(new DefaultHttpContent(piece));
        pump();
    }

    /** A region of a file that other regions share: whoever opened the file closes it. */
    private static final class SharedRegion extends DefaultFileRegion {
        SharedRegion(FileChannel file, long startByte, long sizeBytes) {
            super(file, startByte, sizeBytes);
        }

        @Override
        protected void deallocate() {
            // the reply owns the file
        }
    }
}
