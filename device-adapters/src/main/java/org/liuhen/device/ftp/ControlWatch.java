package org.liuhen.device.ftp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ftpserver.impl.FtpIoSession;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.filterchain.IoFilterAdapter;
import org.apache.mina.core.session.IoSession;

/**
 * Watches a control connection while a transfer is under way and no command is taken: on the I/O thread, before what
 * comes is queued behind the transfer. A dock that is killed closes both its connections; one that has finished closes
 * the data connection only and listens for the answer.
 */
final class ControlWatch extends IoFilterAdapter {
    static final String NAME = "liuhen-watch";
    /** Behind decryption, in front of the queue for worker threads. */
    private static final String QUEUE = "threadPool";

    /** What a dock has done on its control connection since a transfer began. */
    enum Sign {
        SILENT,
        SPOKE,
        ABORTED,
        GONE
    }

    private final FtpIoSession session;
    private Sign sign = Sign.SILENT;
    private CountDownLatch news = new CountDownLatch(1);
    private boolean transferring;
    private boolean gone;

    private ControlWatch(FtpIoSession session) {
        this.session = session;
    }

    static ControlWatch of(FtpIoSession session) {
        if (session.getFilterChain().get(NAME) instanceof ControlWatch watch) {
            return watch;
        }
        ControlWatch watch = new ControlWatch(session);
        session.getFilterChain().addBefore(QUEUE, NAME, watch);
        return watch;
    }

    synchronized void transferBegins() {
        sign = Sign.SILENT;
        news = new CountDownLatch(1);
        transferring = true;
    }

    synchronized void transferEnds() {
        transferring = false;
    }

    /** What has been seen since the transfer began, or is seen before {@code atMost} has passed. */
    Sign await(Duration atMost) {
        CountDownLatch awaited;
        synchronized (this) {
            awaited = news;
        }
        try {
            boolean seen = awaited.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            synchronized (this) {
                return gone || !session.isConnected() ? Sign.GONE : seen ? sign : Sign.SILENT;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Sign.GONE;
        }
    }

    private synchronized void saw(Sign seen) {
        gone |= seen == Sign.GONE;
        if (transferring && seen.compareTo(sign) > 0) {
            sign = seen;
            news.countDown();
        }
    }

    @Override
    public void messageReceived(NextFilter next, IoSession io, Object message) {
        if (message instanceof IoBuffer buffer) {
            byte[] bytes = new byte[Math.min(64, buffer.remaining())];
            buffer.duplicate().get(bytes);
            boolean abort = new String(bytes, StandardCharsets.ISO_8859_1)
                    .toUpperCase(Locale.ROOT)
                    .contains("ABOR");
            saw(abort ? Sign.ABORTED : Sign.SPOKE);
        }
        next.messageReceived(io, message);
    }

    @Override
    public void sessionClosed(NextFilter next, IoSession io) {
        saw(Sign.GONE);
        next.sessionClosed(io);
    }
}
