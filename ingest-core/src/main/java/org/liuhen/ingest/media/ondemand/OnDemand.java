package org.liuhen.ingest.media.ondemand;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.PieceOutcome;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.storage.RecordingId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of recordings that no browser plays as they are, made by child processes when somebody asks for them. A
 * recording keeps one child busy at most; the segment after the one that was asked for is made ahead. Whoever would
 * have to wait too long is told so. Safe for many threads.
 */
public final class OnDemand implements AutoCloseable {
    /** The playlist's name. */
    public static final String PLAYLIST = "index.m3u8";

    /** The picture of a still, as browsers show it. */
    public static final String PICTURE = MediaTools.PICTURE;

    private static final Logger LOG = LoggerFactory.getLogger(OnDemand.class);
    private static final String HEAD = "demand-head.mp4";
    private static final Pattern PIECE = Pattern.compile("demand-([0-9]{1,7})\\.m4s");
    private static final String PIECES = "demand-%d.m4s";
    private static final int MOST_REMEMBERED = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Requests that wait keep threads busy that others need. */
    private static final int MOST_WAITING = 4;

    private static final String CLOSING = "the server is closing";

    /** A recording that is being watched. */
    private static final class Watched {
        private final ReentrantLock lock = new ReentrantLock();
        /** Guarded by the lock, like all below. */
        private @Nullable SegmentPlan plan;

        private @Nullable String hopeless;
        private @Nullable String pictureless;
    }

    private final MediaTools tools;
    private final PieceCache cache;
    private final Semaphore working;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final ThreadPoolExecutor ahead;
    private final Map<RecordingId, Watched> watched = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param tools with children of their own, so that nobody waits behind work in the background
     * @param folder for what was lately made; emptied here
     * @param mostBytes how much of that is kept
     * @param atOnce how many children may work at the same time
     */
    public OnDemand(MediaTools tools, Path folder, long mostBytes, int atOnce) throws IOException {
        this.tools = tools;
        this.cache = new PieceCache(folder, mostBytes);
        this.working = new Semaphore(atOnce, true);
        this.ahead = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(2),
                task -> {
                    Thread thread = new Thread(task, "liuhen-media-ahead");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardOldestPolicy());
        ahead.allowCoreThreadTimeOut(true);
    }

    /**
     * The playlist of a recording, or what it names, or {@link #PICTURE}; made now if need be.
     *
     * @throws IOException if no child could work
     */
    public Piece file(RecordingId id, Path original, String name) throws IOException {
        Matcher matcher = PIECE.matcher(name);
        int number = matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
        boolean picture = name.equals(PICTURE);
        if (number < 0 && !name.equals(PLAYLIST) && !name.equals(HEAD) && !picture) {
            return new Piece.Unknown();
        }
        Optional<Path> there = cache.find(id, name);
        Piece piece = there.isPresent() ? new Piece.Made(there.get()) : makeInTurn(id, original, name, number);
        if (piece instanceof Piece.Made && !name.equals(HEAD) && !picture) {
            makeAhead(id, original, number + 1);
        }
        return piece;
    }

    /** Somebody may soon ask: a child is started ahead of need, if none waits. Returns at once. */
    public void expect() {
        ahead.execute(tools::prepare);
    }

    private Piece makeInTurn(RecordingId id, Path original, String name, int number) throws IOException {
        if (!waiting.tryAcquire()) {
            return new Piece.Busy("others are waiting for theirs to be made");
        }
        try {
            return make(id, original, name, number, PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Piece.Busy(CLOSING);
        } finally {
            waiting.release();
        }
    }

    private Piece make(RecordingId id, Path original, String name, int number, Duration patience)
            throws IOException, InterruptedException {
        Watched recording = watched(id);
        if (!recording.lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return new Piece.Busy("another part of it is being made");
        }
        try {
            Optional<Path> there = cache.find(id, name);
            if (there.isPresent()) {
                return new Piece.Made(there.get());
            }
            String hopeless = name.equals(PICTURE) ? recording.pictureless : recording.hopeless;
            if (hopeless != null) {
                return new Piece.NotMade(hopeless);
            }
            if (!working.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Piece.Busy("other recordings are being made playable");
            }
            try {
                return name.equals(PICTURE)
                        ? makePicture(id, original, recording)
                        : makeNow(id, original, name, number, recording);
            } finally {
                working.release();
            }
        } finally {
            recording.lock.unlock();
        }
    }

    private Piece makeNow(RecordingId id, Path original, String name, int number, Watched recording)
            throws IOException {
        SegmentPlan plan = recording.plan;
        if (plan == null || number < 0 || cache.find(id, MediaTools.PLAN).isEmpty()) {
            Piece planned = plan(id, original, recording);
            plan = recording.plan;
            if (plan == null) {
                return planned;
            }
        }
        if (number < 0) {
            return cache.find(id, name).<Piece>map(Piece.Made::new).orElseGet(Piece.Unknown::new);
        }
        if (number >= plan.segments().size()) {
            return new Piece.Unknown();
        }
        Path planFile = cache.find(id, MediaTools.PLAN).orElseThrow(() -> new IOException("plan: went away"));
        Path folder = cache.begin();
        try {
            PieceOutcome outcome =
                    tried(name, id, strictly -> tools.segment(original, planFile, number, folder, strictly));
            return outcome instanceof PieceOutcome.Made
                    ? new Piece.Made(cache.keep(id, name, folder.resolve(MediaTools.PIECE)))
                    : failed(outcome);
        } finally {
            cache.end(folder);
        }
    }

    private Piece makePicture(RecordingId id, Path original, Watched recording) throws IOException {
        Path folder = cache.begin();
        try {
            PieceOutcome outcome = tried(PICTURE, id, strictly -> tools.picture(original, folder, strictly));
            if (outcome instanceof PieceOutcome.Made) {
                return new Piece.Made(cache.keep(id, PICTURE, folder.resolve(MediaTools.PICTURE)));
            }
            recording.pictureless = outcome instanceof PieceOutcome.NotMade not ? not.why() : null;
            return failed(outcome);
        } finally {
            cache.end(folder);
        }
    }

    private interface Attempt {
        PieceOutcome make(boolean strictly) throws IOException;
    }

    /** What comes of an attempt, or of a second, strict one if a child dies on the first. */
    private static PieceOutcome tried(String what, RecordingId id, Attempt attempt) throws IOException {
        PieceOutcome outcome = attempt.make(false);
        if (outcome instanceof PieceOutcome.Died died) {
            LOG.warn("{}: once more, strictly, {}, recording={}", what, died.how(), id);
            return attempt.make(true);
        }
        return outcome;
    }

    private static Piece failed(PieceOutcome outcome) {
        if (outcome instanceof PieceOutcome.NotMade not) {
            return new Piece.NotMade(not.why());
        }
        return new Piece.Busy(outcome instanceof PieceOutcome.Died died ? died.how() : CLOSING);
    }

    /** Plans anew, with what the playlist and the head are made of. */
    private Piece plan(RecordingId id, Path original, Watched recording) throws IOException {
        Path folder = cache.begin();
        try {
            PieceOutcome outcome = tried(MediaTools.PLAN, id, strictly -> tools.plan(original, folder, strictly));
            if (!(outcome instanceof PieceOutcome.Made)) {
                recording.hopeless = outcome instanceof PieceOutcome.NotMade not ? not.why() : null;
                return failed(outcome);
            }
            SegmentPlan plan = SegmentPlan.read(folder.resolve(MediaTools.PLAN));
            Path playlist =
                    Files.writeString(folder.resolve("playlist"), plan.playlist(HEAD, PIECES), StandardCharsets.UTF_8);
            cache.keep(id, MediaTools.PLAN, folder.resolve(MediaTools.PLAN));
            cache.keep(id, HEAD, folder.resolve(MediaTools.HEAD));
            Path kept = cache.keep(id, PLAYLIST, playlist);
            recording.plan = plan;
            return new Piece.Made(kept);
        } finally {
            cache.end(folder);
        }
    }

    private Watched watched(RecordingId id) {
        synchronized (watched) {
            Watched found = watched.computeIfAbsent(id, any -> new Watched());
            var eldest = watched.values().iterator();
            while (watched.size() > MOST_REMEMBERED) {
                eldest.next();
                eldest.remove();
            }
            return found;
        }
    }

    private void makeAhead(RecordingId id, Path original, int number) {
        String name = "demand-" + number + ".m4s";
        if (ahead.isShutdown() || cache.find(id, name).isPresent()) {
            return;
        }
        ahead.execute(() -> {
            try {
                make(id, original, name, number, Duration.ZERO);
            } catch (IOException | RuntimeException e) {
                LOG.debug("segment: not made ahead, recording={}", id, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Lets go of all that was made of a recording. */
    public void forget(RecordingId id) {
        synchronized (watched) {
            watched.remove(id);
        }
        cache.forget(id);
    }

    /** How much was lately made and is kept. */
    public long keptBytes() {
        return cache.bytes();
    }

    /** Makes nothing ahead any more. The tools are closed by whoever opened them. */
    @Override
    public void close() {
        ahead.shutdown();
    }
}
