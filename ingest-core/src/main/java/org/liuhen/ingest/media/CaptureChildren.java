package org.liuhen.ingest.media;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.sandbox.Conversation;
import org.liuhen.storage.StoredJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures cameras in child processes, one each, apart from those of media work. What a child says is bounded and
 * checked: it reads what strangers send.
 *
 * <table>
 *   <caption>What a child says: messages of</caption>
 *   <tr><td>1 byte</td><td>{@code B} a run begins, {@code P} piece, {@code E} end</td></tr>
 *   <tr><td>8 bytes</td><td>when, milliseconds since 1970 UTC, big-endian</td></tr>
 *   <tr><td>4 bytes</td><td>how many bytes follow, big-endian</td></tr>
 *   <tr><td>those</td><td>the piece; otherwise UTF-8, JSON for {@code B}</td></tr>
 * </table>
 */
public final class CaptureChildren implements CaptureSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureChildren.class);
    private static final int MAX_TEXT_BYTES = 4096;
    /** What one packet and the tables of a fragment may add. */
    private static final int MAX_PIECE_BYTES = 2 * CaptureOrder.LARGEST_PIECE_BYTES + (8 << 20);

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
        private final DataInputStream answers;
        private final List<String> secrets;
        private boolean ended;
        private boolean closed;

        Child(Conversation conversation, CaptureOrder order) {
            this.conversation = conversation;
            this.process = conversation.process();
            this.orders = process.getOutputStream();
            this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
            this.secrets = order.password() == null ? List.of() : List.of(order.password(), encoded(order.password()));
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
            int type = answers.read();
            if (type < 0) {
                ended = true;
                return Optional.of(new Captured.Ended(death()));
            }
            try {
                Instant at = Instant.ofEpochMilli(answers.readLong());
                int length = answers.readInt();
                int most = type == 'P' ? MAX_PIECE_BYTES : MAX_TEXT_BYTES;
                if (length < 0 || length > most) {
                    throw new IOException(
                            "capture child: a message of " + length + " bytes (expected: at most " + most + ")");
                }
                byte[] bytes = answers.readNBytes(length);
                if (bytes.length < length) {
                    throw new EOFException();
                }
                return Optional.of(understood(type, at, bytes));
            } catch (EOFException ignored) {
                // it died while it spoke: the last piece is not whole and does not count
                ended = true;
                return Optional.of(new Captured.Ended(death()));
            }
        }

        private Captured understood(int type, Instant at, byte[] bytes) throws IOException {
            if (type == 'P') {
                return new Captured.Piece(at, bytes);
            }
            if (type == 'B') {
                JsonNode said = StoredJson.MAPPER.readTree(bytes);
                String container = said.path("container").asText();
                if (!container.equals("mp4") && !container.equals("mov")) {
                    throw new IOException("capture child: a container that is none (expected: mp4 or mov)");
                }
                return new Captured.RunBegun(
                        at, container, clean(said.path("streams").asText()));
            }
            if (type == 'E') {
                ended = true;
                return new Captured.Ended(clean(new String(bytes, StandardCharsets.UTF_8)));
            }
            throw new IOException("capture child: a message of type " + type + " (expected: B, P or E)");
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
            String complaints = clean(conversation.complaints());
            return "the capture process ended with code " + process.exitValue()
                    + (complaints.isEmpty() ? "" : ": " + complaints);
        }

        /** Words that went through strangers' hands: on one line, without the password that may be quoted there. */
        private String clean(String words) {
            String clean = words.replaceAll("\\p{Cntrl}+", " ").strip();
            for (String secret : secrets) {
                clean = secret.isEmpty() ? clean : clean.replace(secret, "***");
            }
            clean = clean.replaceAll("://[^/@\\s]*@", "://***@");
            return clean.length() > 300 ? clean.substring(0, 300) + "…" : clean;
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
