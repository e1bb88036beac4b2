package org.liuhen.ingest.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.sandbox.Conversation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures cameras in child processes, one each, apart from those of media work. What a child says is {@link
 * CaptureMessages}.
 */
public final class CaptureChildren implements CaptureSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureChildren.class);
    private static final int PATIENCE_SECONDS = 10;

    private final ChildLauncher launcher;
    private final Set<Conversation> running = new HashSet<>();
    private boolean closed;

    public CaptureChildren(MediaSettings settings) {
        this.launcher = new ChildLauncher(settings);
    }

    @Override
    public CaptureStream open(CaptureOrder order) throws IOException {
        Conversation conversation;
        synchronized (running) {
            if (closed) {
                throw new IOException("capture child: this program is closing");
            }
            conversation = launcher.converse("capture");
            running.add(conversation);
        }
        Child child = new Child(conversation, order);
        child.begin(order);
        return child;
    }

    /** Ends all children. */
    @Override
    public void close() {
        synchronized (running) {
            closed = true;
            running.forEach(conversation -> conversation.process().destroyForcibly());
        }
        launcher.close();
    }

    private final class Child implements CaptureStream {
        private final Conversation conversation;
        private final Process process;
        private final OutputStream orders;
        private final CaptureMessages answers;
        private boolean ended;
        private boolean closed;

        Child(Conversation conversation, CaptureOrder order) {
            this.conversation = conversation;
            this.process = conversation.process();
            this.orders = process.getOutputStream();
            this.answers =
                    new CaptureMessages(new BufferedInputStream(process.getInputStream(), 1 << 16), order.password());
        }

        void begin(CaptureOrder order) {
            StringBuilder said = new StringBuilder();
            say(said, "url", order.url().toString());
            say(said, "user", order.user());
            say(said, "password", order.password());
            say(said, "pieceMillis", Long.toString(order.piece().toMillis()));
            say(said, "pieceBytes", Integer.toString(CaptureOrder.LARGEST_PIECE_BYTES));
            say(said, "silenceMillis", Long.toString(order.silence().toMillis()));
            said.append('\n');
            tell(said.toString());
        }

        private static void say(StringBuilder to, String name, @Nullable String value) {
            if (value != null) {
                if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
                    throw new IllegalArgumentException("capture order: " + name + " has a line break");
                }
                to.append(name).append('=').append(value).append('\n');
            }
        }

        private synchronized void tell(String text) {
            try {
                orders.write(text.getBytes(StandardCharsets.UTF_8));
                orders.flush();
            } catch (IOException e) {
                LOG.debug("capture child: hears nothing any more", e);
            }
        }

        @Override
        public Optional<Captured> next() throws IOException {
            if (ended) {
                return Optional.empty();
            }
            Captured next = answers.next().orElse(null);
            if (next == null) {
                next = new Captured.Ended(death());
            }
            ended = next instanceof Captured.Ended;
            return Optional.of(next);
        }

        private String death() throws IOException {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    return "the capture process says nothing any more";
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("capture child: interrupted", e);
            }
            String complaints = answers.clean(conversation.complaints());
            return "the capture process ended with code " + process.exitValue()
                    + (complaints.isEmpty() ? "" : ": " + complaints);
        }

        @Override
        public void finish() {
            tell("finish\n");
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            process.destroyForcibly();
            try {
                orders.close();
            } catch (IOException e) {
                LOG.debug("capture child: is gone", e);
            }
            try {
                process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            conversation.close();
            synchronized (running) {
                running.remove(conversation);
            }
        }
    }
}
