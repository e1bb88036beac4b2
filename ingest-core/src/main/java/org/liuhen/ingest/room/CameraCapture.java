package org.liuhen.ingest.room;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.CaptureOrder;
import org.liuhen.ingest.media.CaptureSource;
import org.liuhen.ingest.media.Captured;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One camera being recorded for one open session, by a thread of its own: connect, record run after run, and when the
 * camera or the recorder is lost, seal what is durable, wait a little and connect again. Safe for many threads.
 */
final class CameraCapture implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CameraCapture.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    /** Enough for the last piece to be handed out and sealed. */
    private static final Duration FINISHING = Duration.ofSeconds(8);

    private static final int MOST_PASSWORD_CHARS = 500;

    /** Hears of interruptions, on the camera's thread. */
    @FunctionalInterface
    interface Listener {
        void broken(CameraCapture capture, String why);
    }

    private final InterrogationSession session;
    private final RoomSettings.Camera camera;
    private final RoomSettings settings;
    private final CaptureSource source;
    private final CaptureRecorder recorder;
    private final InstantSource clock;
    private final Listener listener;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean stopping;
    private CaptureSource.@Nullable CaptureStream stream;
    private volatile String trouble = "connecting";

    CameraCapture(
            InterrogationSession session,
            RoomSettings.Camera camera,
            RoomSettings settings,
            CaptureSource source,
            CaptureRecorder recorder,
            InstantSource clock,
            Listener listener) {
        this.session = session;
        this.camera = camera;
        this.settings = settings;
        this.source = source;
        this.recorder = recorder;
        this.clock = clock;
        this.listener = listener;
        this.thread = new Thread(this::run, "liuhen-camera-" + camera.device());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    InterrogationSession session() {
        return session;
    }

    RoomSettings.Camera camera() {
        return camera;
    }

    /** What is being recorded right now, as far as it is durable. */
    Optional<TimeLine.Stretch> live() {
        return recorder.live();
    }

    /** Why nothing is being recorded; empty while something is. */
    Optional<String> trouble() {
        return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
    }

    private void run() {
        Duration wait = FIRST_WAIT;
        while (!isStopping()) {
            boolean recorded = connect();
            wait = recorded ? FIRST_WAIT : shorter(wait.multipliedBy(2), settings.retryAtMost());
            await(wait);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private void await(Duration wait) {
        lock.lock();
        try {
            long nanos = wait.toNanos();
            while (!stopping && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Connects once and records until that ends. Returns whether anything was recorded. */
    private boolean connect() {
        String why;
        long pieces = 0;
        try {
            recorder.settle();
            recorder.connecting(clock.instant());
            CaptureSource.CaptureStream opened = source.open(order());
            try (opened) {
                pieces = record(opened);
                why = trouble;
            } finally {
                forget();
            }
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        } catch (StorageFailure e) {
            why = "what came cannot be kept: " + e.getMessage();
        } catch (RuntimeException e) {
            LOG.error("camera: {} in session {}: a mistake of ours", camera.device(), session.id(), e);
            why = "a mistake of ours: " + e;
        }
        boolean told = recorder.recordedAnything();
        if (!isStopping()) {
            LOG.warn("camera: {} in session {}: {}", camera.device(), session.id(), why);
            trouble = why;
            if (told) {
                listener.broken(this, why);
            }
        }
        return told || pieces > 0;
    }

    private CaptureOrder order() throws IOException {
        java.net.URI url = camera.url();
        if (url == null) {
            throw new IllegalStateException("camera: " + camera.device() + " has no address");
        }
        return new CaptureOrder(url, camera.user(), password(), settings.piece(), settings.silence());
    }

    private @Nullable String password() throws IOException {
        Path file = camera.passwordFile();
        if (file == null) {
            return null;
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new IOException(
                    "password file: " + file + " cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
        if (text.isEmpty()
                || text.length() > MOST_PASSWORD_CHARS
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new IOException("password file: " + file + " (expected: one line of at most " + MOST_PASSWORD_CHARS
                    + " characters)");
        }
        return text;
    }

    private long record(CaptureSource.CaptureStream opened) throws IOException, StorageFailure {
        lock.lock();
        try {
            if (stopping) {
                return 0;
            }
            stream = opened;
        } finally {
            lock.unlock();
        }
        trouble = "connecting";
        long pieces = 0;
        try {
            for (Optional<Captured> said = opened.next(); said.isPresent(); said = opened.next()) {
                if (said.get() instanceof Captured.RunBegun begun) {
                    recorder.begin(begun);
                    LOG.info("camera: {} in session {}: {}", camera.device(), session.id(), begun.streams());
                } else if (said.get() instanceof Captured.Piece piece) {
                    recorder.append(ByteBuffer.wrap(piece.bytes()), piece.to());
                    trouble = "";
                    pieces++;
                } else if (said.get() instanceof Captured.Ended end) {
                    trouble = end.why();
                }
            }
        } finally {
            recorder.end();
        }
        return pieces;
    }

    private void forget() {
        lock.lock();
        try {
            stream = null;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for the end; {@link #close} waits for it. */
    void finish() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
            if (stream != null) {
                stream.finish();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends with the last piece sealed, or without it if that takes too long. Idempotent. */
    @Override
    public void close() {
        finish();
        try {
            thread.join(FINISHING.toMillis());
            if (thread.isAlive()) {
                LOG.warn("camera: {} does not finish, its last piece may be lost", camera.device());
            }
            lock.lock();
            try {
                if (stream != null) {
                    stream.close();
                }
            } finally {
                lock.unlock();
            }
            thread.join(FINISHING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
