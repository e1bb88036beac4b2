package org.liuhen.device.sftp;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A conversation on a thread of its own, in the words of Apache MINA SSHD. */
final class SftpSubsystem implements Command, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SftpSubsystem.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final SftpConversation conversation;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable ExitCallback exit;

    SftpSubsystem(SftpConversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream ignored) {
        // everything is said in the protocol
    }

    @Override
    public void setExitCallback(ExitCallback exit) {
        this.exit = exit;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        Thread thread = new Thread(this, "sftp-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            if (in == null || out == null) {
                throw new IllegalStateException("sftp: started without streams");
            }
            conversation.run(in, new BufferedOutputStream(out));
        } catch (IOException e) {
            LOG.debug("sftp: the conversation broke", e);
        } catch (RuntimeException e) {
            LOG.error("sftp: the conversation failed", e);
        } finally {
            ended.countDown();
            if (exit != null) {
                exit.onExit(0);
            }
        }
    }

    /** Called when the channel closes, which ends what {@link #run} reads. */
    @Override
    public void destroy(ChannelSession channel) {
        // the thread ends by itself and parks what is open
    }

    /** Whether what was open has been parked; waits for it. */
    boolean awaitEnd(long millis) {
        try {
            return ended.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
