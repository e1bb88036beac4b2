package org.liuhen.ingest.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * How long one conversation has been waiting, and for what. A link that is merely slow is never given up: only one on
 * which nothing at all moves, whose request does not even get through its head, or that is slower than somebody has
 * configured as abuse.
 */
final class Patience {
    enum Verdict {
        FINE,
        CLOSE,
        HEAD_TOO_SLOW,
        BODY_TOO_SLOW
    }

    private final HttpSettings.Timeouts timeouts;
    private final HttpSettings.Slowest slowest;
    private long sinceNanos = System.nanoTime();
    private long headSinceNanos;
    private boolean inHead;
    private boolean lingers;
    private long lingerSinceNanos;
    private long unsentBytes;
    private long progress;
    private long answerSinceNanos;

    private long windowSinceNanos;
    private long windowBytes;

    Patience(HttpSettings settings) {
        this.timeouts = settings.timeouts();
        this.slowest = settings.slowest();
    }

    /** Bytes of a body have come. */
    void received(long bytes) {
        windowBytes += bytes;
    }

    /** @param betweenRequests whether these are the bytes of a new request's head */
    void arrived(boolean betweenRequests) {
        sinceNanos = System.nanoTime();
        if (betweenRequests && !inHead) {
            inHead = true;
            headSinceNanos = sinceNanos;
        }
    }

    void headTaken() {
        inHead = false;
        sinceNanos = System.nanoTime();
        windowSinceNanos = sinceNanos;
        windowBytes = 0;
    }

    void idle() {
        inHead = false;
        sinceNanos = System.nanoTime();
    }

    void answering() {
        inHead = false;
        answerSinceNanos = System.nanoTime();
    }

    void lingering() {
        lingers = true;
        lingerSinceNanos = System.nanoTime();
    }

    Verdict judge(boolean busy, boolean receiving, boolean replying, Channel channel) {
        long now = System.nanoTime();
        if (lingers) {
            return now - lingerSinceNanos > timeouts.linger().toNanos() ? Verdict.CLOSE : Verdict.FINE;
        }
        if (inHead && !busy) {
            return now - headSinceNanos > timeouts.head().toNanos() ? Verdict.HEAD_TOO_SLOW : Verdict.FINE;
        }
        if (!busy) {
            return now - sinceNanos > timeouts.keepAlive().toNanos() ? Verdict.CLOSE : Verdict.FINE;
        }
        if (replying && stalled(now, channel)) {
            return Verdict.CLOSE;
        }
        boolean silent = now - sinceNanos > timeouts.body().toNanos();
        boolean trickles = trickles(now, receiving);
        return receiving && (silent || trickles) ? Verdict.BODY_TOO_SLOW : Verdict.FINE;
    }

    /** Whether a body has come slower than is allowed for a whole window in which the server was ready for it. */
    private boolean trickles(long now, boolean receiving) {
        long allowed = slowest.bodyBytesPerSecond();
        boolean over = now - windowSinceNanos > slowest.window().toNanos();
        boolean tooSlow =
                allowed > 0 && over && windowBytes < allowed * slowest.window().toMillis() / 1000;
        if (!receiving || over) {
            windowSinceNanos = now;
            windowBytes = 0;
        }
        return receiving && tooSlow;
    }

    private boolean stalled(long now, Channel channel) {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        long bytes = unsent == null ? 0 : unsent.totalPendingWriteBytes();
        long current = unsent == null ? 0 : unsent.currentProgress();
        if (bytes == 0 || bytes != unsentBytes || current != progress) {
            answerSinceNanos = now;
        }
        unsentBytes = bytes;
        progress = current;
        return now - answerSinceNanos > timeouts.reader().toNanos();
    }
}
