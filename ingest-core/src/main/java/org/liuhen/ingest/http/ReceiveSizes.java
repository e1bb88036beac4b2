package org.liuhen.ingest.http;

import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * How much is read from one connection's socket at once. Large reads make uploads cheap, but a buffer stays allocated
 * while anything in it is unread, so a connection gets large ones only while a body of known length flows, and only as
 * far as the {@link BodyBudget} reaches. One instance for each connection, used on its event loop only.
 */
final class ReceiveSizes extends DefaultMaxMessagesRecvByteBufAllocator {
    /** For heads, and for bodies nobody has accepted yet. */
    static final int HEAD_BYTES = 8 << 10;

    /** For chunked bodies: the rest of a chunk's head keeps its whole buffer until more comes. */
    static final int CHUNKED_BYTES = 64 << 10;

    /** For connections of HTTP/2 that carry a body: what is read is decrypted or cut into frames at once. */
    static final int FRAMED_BYTES = 256 << 10;

    private static final int READS_AT_ONCE = 4;

    private final BodyBudget budget;
    private int mostBytes = HEAD_BYTES;
    private int nextBytes = HEAD_BYTES;
    private boolean wasSmall;

    ReceiveSizes(BodyBudget budget) {
        super(READS_AT_ONCE);
        this.budget = budget;
    }

    /** Those of {@code connection}, a channel of this server that is a connection. */
    static ReceiveSizes of(Channel connection) {
        return connection.config().getRecvByteBufAllocator();
    }

    /** Sets the largest read from now on. */
    void most(int bytes) {
        mostBytes = bytes;
        nextBytes = Math.min(bytes, Math.max(nextBytes, CHUNKED_BYTES));
        wasSmall = false;
    }

    @Override
    @SuppressWarnings("deprecation")
    public RecvByteBufAllocator.Handle newHandle() {
        return new Sizing();
    }

    private final class Sizing extends MaxMessageHandle {
        @Override
        public int guess() {
            int most = Math.min(nextBytes, mostBytes);
            return most <= HEAD_BYTES ? most : Integer.highestOneBit(Math.min(most, budget.receiveShareBytes()));
        }

        @Override
        public void lastBytesRead(int bytes) {
            if (bytes > 0 && bytes == attemptedBytesRead()) {
                nextBytes = (int) Math.min(mostBytes, 4L * nextBytes);
            }
            super.lastBytesRead(bytes);
        }

        @Override
        public void readComplete() {
            boolean small = totalBytesRead() < nextBytes / 4;
            if (small && wasSmall && nextBytes > HEAD_BYTES) {
                nextBytes /= 2;
            }
            wasSmall = small;
        }
    }
}
