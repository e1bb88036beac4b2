package org.liuhen.tools.clips;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where ordered clips are made, one or two at a time, and wait until whoever ordered them has fetched them: an hour at
 * most. What is here is lost with the program, and ordered anew. Safe for many threads.
 */
public final class ClipShelf implements AutoCloseable {
    static final Duration KEPT = Duration.ofHours(1);
    static final int MOST = 32;
    private static final int AT_ONCE = 2;
    private static final int ID_BYTES = 16;
    private static final long SWEEP_SECONDS = 60;
    private static final long CLOSING_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(ClipShelf.class);

    /** How far it is. */
    public enum State {
        WAITING,
        WORKING,
        READY,
        FAILED
    }

    /**
     * A clip that was ordered, as it is now.
     *
     * @param doneSeconds how much of the clip is made
     * @param detail why there is none, if it failed
     * @param clip what was made, if it is ready
     */
    public record Ordered(
            String id,
            State state,
            double doneSeconds,
            double ofSeconds,
            @Nullable String detail,
            @Nullable MadeClip clip,
            Instant until) {}

    private record Place(Principal who, WantedClip wanted, Path file, Ordered now) {
        Place with(Ordered now) {
            return new Place(who, wanted, file, now);
        }
    }

    private final ClipMaker maker;
    private final Path folder;
    private final InstantSource clock;
    private final SecureRandom random;
    private final ExecutorService workers;
    private final ScheduledExecutorService sweeper;
    /** Guarded by this. */
    private final Map<String, Place> places = new LinkedHashMap<>();

    /** @param folder where clips wait; emptied here of what a crash left */
    public ClipShelf(ClipMaker maker, Path folder, InstantSource clock, SecureRandom random) throws IOException {
        this.maker = maker;
        this.folder = emptied(folder);
        this.clock = clock;
        this.random = random;
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(AT_ONCE, work -> daemon(work, "clip-" + number.incrementAndGet()));
        this.sweeper = Executors.newSingleThreadScheduledExecutor(work -> daemon(work, "clip-sweeper"));
        ScheduledFuture<?> unused =
                sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** A folder in which nothing is: what a crash left there, excerpts and folders of such that were being cut, goes. */
    public static Path emptied(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
            for (Path one : left) {
                if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
                    emptied(one);
                }
                Files.delete(one);
            }
        }
        return folder;
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Orders a clip.
     *
     * @throws Problem 401, 403, 404, 410 as for looking at the recordings; 503 if too many wait to be fetched
     */
    public Ordered order(Principal who, WantedClip wanted) throws StorageFailure, Problem {
        WantedClip placed = maker.placed(who, wanted);
        sweep();
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        Ordered ordered = new Ordered(
                id,
                State.WAITING,
                0,
                placed.order().seconds(),
                null,
                null,
                clock.instant().plus(KEPT));
        synchronized (this) {
            if (places.size() >= MOST) {
                throw new Problem(503, "busy", "clips: " + MOST + " wait to be fetched; fetch or delete some")
                        .header("retry-after", "60");
            }
            places.put(id, new Place(who, placed, folder.resolve(id + ".mp4"), ordered));
        }
        workers.execute(() -> make(id));
        return ordered;
    }

    private void make(String id) {
        Place place = change(id, State.WORKING, 0, null, null);
        if (place == null) {
            return;
        }
        try {
            MadeClip clip = maker.make(
                    place.who(),
                    place.wanted(),
                    place.file(),
                    seconds -> change(id, State.WORKING, seconds, null, null));
            if (change(id, State.READY, 0, null, clip) == null) {
                Files.deleteIfExists(place.file());
            }
        } catch (Exception | Error failure) {
            LOG.warn("clip: {} was not made", id, failure);
            String detail = failure instanceof Problem problem
                    ? problem.getMessage()
                    : "clip: could not be made; the server's log says why";
            change(id, State.FAILED, 0, detail, null);
            forget(place.file());
        }
    }

    /** @return null if it was given up meanwhile */
    private synchronized @Nullable Place change(
            String id, State state, double seconds, @Nullable String detail, @Nullable MadeClip clip) {
        Place place = places.get(id);
        if (place == null) {
            return null;
        }
        Instant until = clip == null ? place.now().until() : clock.instant().plus(KEPT);
        Place changed = place.with(new Ordered(id, state, seconds, place.now().ofSeconds(), detail, clip, until));
        places.put(id, changed);
        notifyAll();
        return changed;
    }

    /** What somebody ordered, as it is now; empty for what was fetched, given up, or ordered by somebody else. */
    public synchronized Optional<Ordered> find(Principal who, String id) {
        Place place = places.get(id);
        return place != null && place.who().actor().equals(who.actor()) ? Optional.of(place.now()) : Optional.empty();
    }

    /** As {@link #find}, but waits until it is ready or has failed, so long at most. */
    public synchronized Optional<Ordered> await(Principal who, String id, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Ordered> now = find(who, id);
        while (now.isPresent() && !isFinished(now.get())) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return now;
            }
            wait(left);
            now = find(who, id);
        }
        return now;
    }

    private static boolean isFinished(Ordered ordered) {
        return ordered.state() == State.READY || ordered.state() == State.FAILED;
    }

    /** Gives a clip up, made or not. Idempotent. */
    public void drop(Principal who, String id) {
        Place place;
        synchronized (this) {
            if (find(who, id).isEmpty()) {
                return;
            }
            place = places.remove(id);
        }
        if (place != null) {
            forget(place.file());
        }
    }

    /** Gives up all clips in which a recording is shown, because it is disposed of. */
    public void forget(RecordingId recording) {
        List<Place> gone = new ArrayList<>();
        synchronized (this) {
            places.values().removeIf(place -> {
                boolean goes = place.wanted().recordings().contains(recording);
                if (goes) {
                    gone.add(place);
                }
                return goes;
            });
            notifyAll();
        }
        gone.forEach(place -> forget(place.file()));
    }

    private void sweep() {
        List<Place> old = new ArrayList<>();
        Instant now = clock.instant();
        synchronized (this) {
            places.values().removeIf(place -> {
                boolean finished =
                        place.now().state() == State.READY || place.now().state() == State.FAILED;
                boolean goes = finished && now.isAfter(place.now().until());
                if (goes) {
                    old.add(place);
                }
                return goes;
            });
        }
        old.forEach(place -> forget(place.file()));
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("clips: cannot be removed (removed when the server starts), file={}", file, e);
        }
    }

    /** Takes no more orders, ends what is being made, and removes everything. Idempotent. */
    @Override
    public void close() {
        sweeper.shutdown();
        workers.shutdown();
        maker.end();
        try {
            if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("clips: one is still being written down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Place> left;
        synchronized (this) {
            left = List.copyOf(places.values());
            places.clear();
            notifyAll();
        }
        left.forEach(place -> forget(place.file()));
    }
}
