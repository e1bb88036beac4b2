package org.liuhen.ingest.media;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Uninterrupted;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes media jobs from the catalog, has each done by a child process, and commits what came of it together with the
 * job's end. A job is in the catalog until then, so a restart loses none; doing one twice does no harm. What somebody looks
 * at comes first, then what came first; all of it waits while uploads need the machine, see {@link Pace}.
 *
 * <p>{@link #start} begins, {@link #close} ends children under way and waits for the workers.
 */
public final class MediaJobs implements AutoCloseable {
    /** The kind of the jobs in the catalog. */
    public static final String KIND = "media";

    private static final Logger LOG = LoggerFactory.getLogger(MediaJobs.class);
    private static final int MOST_COUNTED = 1000;
    private static final int LOOKED_AT = 64;
    private static final int MOST_WANTED = 100;

    private final Catalog catalog;
    private final MediaSettings settings;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final MediaTools tools;
    private final Renditions renditions;
    private final MediaJob work;
    private final Pace pace;
    private final List<Thread> workers = new ArrayList<>();

    private final Object lock = new Object();
    /** Guarded by {@link #lock}. */
    private final Map<RecordingId, Double> underWay = new LinkedHashMap<>();
    /** Recordings that somebody looks at, who wants them next; the last is the most wanted. Guarded by {@link #lock}. */
    private final Set<RecordingId> wanted = new LinkedHashSet<>();

    private final Setbacks setbacks;

    private long calls;
    private boolean closing;
    private Catalog.@Nullable Listening listening;

    /** @param renditions used by nobody else for making */
    public MediaJobs(
            Catalog catalog,
            Vault vault,
            Renditions renditions,
            MediaSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        this.catalog = catalog;
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        this.renditions = renditions;
        this.tools = new MediaTools(settings);
        this.work = new MediaJob(catalog, vault, renditions, tools, settings, clock);
        this.setbacks = new Setbacks(clock);
        this.pace = new Pace(meters, tools.pool());
        meters.gauge("liuhen.media.paused", pace, paced -> paced.isHeld() ? 1 : 0);
        meters.gauge("liuhen.media.queue", this, MediaJobs::queued);
        meters.gauge("liuhen.media.running", this, MediaJobs::running);
        meters.gauge("liuhen.media.setbacks", setbacks, Setbacks::count);
    }

    /** Begins to work, with the jobs that are there already. */
    public void start() throws IOException {
        renditions.sweep();
        listening = catalog.listen(this::heard);
        pace.start();
        for (int i = 1; i <= settings.children(); i++) {
            Thread worker = new Thread(this::work, "liuhen-media-" + i);
            worker.setUncaughtExceptionHandler((thread, failure) -> LOG.error("{} ended", thread.getName(), failure));
            workers.add(worker);
            worker.start();
        }
    }

    private void heard(List<CustodyEvent> events) {
        for (CustodyEvent event : events) {
            if (event.kind() == EventKind.VIEWED && event.recording() != null) {
                want(event.recording());
            }
        }
        if (events.stream().anyMatch(event -> event.kind() == EventKind.RECEIVED)) {
            call();
        }
    }

    /** Has a recording's job done before others, should there be one: somebody waits for it. */
    private void want(RecordingId recording) {
        synchronized (lock) {
            wanted.remove(recording);
            wanted.add(recording);
            if (wanted.size() > MOST_WANTED) {
                wanted.remove(wanted.iterator().next());
            }
        }
    }

    /** Says that there may be a job. */
    private void call() {
        synchronized (lock) {
            calls++;
            lock.notifyAll();
        }
    }

    private void work() {
        while (true) {
            long heardBefore;
            synchronized (lock) {
                if (closing) {
                    return;
                }
                heardBefore = calls;
            }
            if (!awaitFree()) {
                return;
            }
            Optional<Job> job = claim();
            if (job.isEmpty()) {
                await(heardBefore);
                continue;
            }
            try {
                timed(job.get());
            } finally {
                synchronized (lock) {
                    underWay.remove(job.get().recording());
                }
            }
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private Optional<Job> claim() {
        synchronized (lock) {
            try {
                Optional<Job> next = next();
                next.ifPresent(job -> {
                    underWay.put(job.recording(), 0.0);
                    wanted.remove(job.recording());
                });
                return next;
            } catch (StorageFailure | RuntimeException failure) {
                // a worker that ended here would be missed until the next start
                LOG.warn("media jobs: cannot be read now, trying again later", failure);
                return Optional.empty();
            }
        }
    }

    /** What somebody waits for; otherwise what came first, so that nothing is left lying. To be called with the lock. */
    private Optional<Job> next() throws StorageFailure {
        // those that are left alone stay in front, and must not hide the others
        int looked = (wanted.isEmpty() ? LOOKED_AT : MOST_COUNTED) + setbacks.count();
        List<Job> due = catalog.jobs(KIND, clock.instant(), looked);
        Map<RecordingId, Job> free = new LinkedHashMap<>();
        for (Job job : due) {
            if (!underWay.containsKey(job.recording()) && !setbacks.isLeftAlone(job.recording())) {
                free.putIfAbsent(job.recording(), job);
            }
        }
        Job next = null;
        for (RecordingId recording : wanted) {
            Job job = free.get(recording);
            next = job == null ? next : job;
        }
        return next == null ? free.values().stream().findFirst() : Optional.of(next);
    }

    private boolean awaitFree() {
        try {
            pace.awaitFree();
            return true;
        } catch (InterruptedException e) {
            LOG.warn(
                    "{} was interrupted (expected: to be closed)",
                    Thread.currentThread().getName());
            return false;
        }
    }

    /** Waits until somebody calls or it is time to look again. */
    private void await(long heardBefore) {
        long nanos = settings.pollEvery().toNanos();
        long end = System.nanoTime() + nanos;
        synchronized (lock) {
            try {
                while (!closing && calls == heardBefore && nanos > 0) {
                    TimeUnit.NANOSECONDS.timedWait(lock, nanos);
                    nanos = end - System.nanoTime();
                }
            } catch (InterruptedException e) {
                LOG.warn(
                        "{} was interrupted (expected: to be closed)",
                        Thread.currentThread().getName());
            }
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private void timed(Job job) {
        Instant began = clock.instant();
        MediaJob.Ending ending;
        try {
            ending = work.run(job, seconds -> reached(job.recording(), seconds));
            setbacks.over(job.recording());
        } catch (StorageFailure | IOException | RuntimeException failure) {
            // whatever it is, the next jobs can do nothing for it
            ending = MediaJob.Ending.PUT_OFF;
            setbacks.failed(job.recording(), failure);
        }
        Timer.builder("liuhen.media.time")
                .tag("outcome", ending.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .publishPercentileHistogram()
                .register(meters)
                .record(Duration.between(began, clock.instant()));
    }

    private void reached(RecordingId recording, double seconds) {
        synchronized (lock) {
            underWay.replace(recording, seconds);
        }
    }

    /** What is being worked on, and how far it is, seconds of the recording. */
    public Map<RecordingId, Double> underWay() {
        synchronized (lock) {
            return Map.copyOf(underWay);
        }
    }

    /** Whether work waits because uploads need the machine. */
    public boolean isHeld() {
        return pace.isHeld();
    }

    /** Recordings whose job this program could not do, and why. They are tried again, ever more rarely. */
    public Map<RecordingId, String> setbacks() {
        return setbacks.all();
    }

    private double queued() {
        try {
            int due = catalog.jobs(KIND, clock.instant(), MOST_COUNTED).size();
            return Math.max(0, due - running());
        } catch (StorageFailure failure) {
            LOG.debug("media jobs: cannot be counted now", failure);
            return Double.NaN;
        }
    }

    private double running() {
        synchronized (lock) {
            return underWay.size();
        }
    }

    /** The children that do the work. */
    ChildPool pool() {
        return tools.pool();
    }

    /** Ends children under way and waits for the workers. Their jobs stay in the catalog. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        stopListening();
        pace.close();
        tools.close();
        for (Thread worker : workers) {
            Uninterrupted.join(worker);
        }
    }

    private void stopListening() {
        Catalog.Listening ends = listening;
        listening = null;
        if (ends != null) {
            ends.close();
        }
    }
}
