package org.liuhen.tools.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Page;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Uninterrupted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks every recording again and again in the background, slowly: one thread, at most so many bytes a second. What it
 * finds is announced and mended by the {@link Caretaker}. A round begins half a period after the one before began, or as
 * soon as that one ends, so that a round may take half a period without any recording waiting longer than a whole one.
 */
public final class Scrubber implements AutoCloseable {
    static final Actor ACTOR = Actor.system("scrub");

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int MIB = 1 << 20;
    /** What looking at a recording counts for besides its bytes, so that small ones do not come in a flood. */
    private static final int BYTES_FOR_LOOKING = 32 << 10;

    private static final Duration SAVE_EVERY = Duration.ofSeconds(10);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final Catalog catalog;
    private final Caretaker caretaker;
    private final Path file;
    private final ScrubSettings settings;
    private final boolean mirrorIsNew;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "scrub");
    private final Counter bytesMeter;
    private final Counter recordingsMeter;
    private final Counter rotMeter;
    private final Counter repairedMeter;
    private volatile ScrubState state;
    /** Of the scrubbing thread. */
    private long goOnNanos = System.nanoTime();

    private long savedNanos = System.nanoTime();

    /**
     * Takes up where it was.
     *
     * @param file where it remembers how far it is
     * @param mirror the second vault, as configured; null if there is none
     */
    public Scrubber(
            Catalog catalog,
            Caretaker caretaker,
            Path file,
            @Nullable Path mirror,
            ScrubSettings settings,
            InstantSource clock,
            MeterRegistry meters)
            throws StorageFailure {
        this.catalog = catalog;
        this.caretaker = caretaker;
        this.file = file;
        this.settings = settings;
        this.clock = clock;
        ScrubState before = ScrubState.read(file);
        String second = mirror == null ? null : mirror.toString();
        this.mirrorIsNew = !java.util.Objects.equals(before == null ? null : before.mirror(), second);
        if (before == null) {
            this.state = ScrubState.fresh(clock.instant(), second);
        } else {
            this.state = mirrorIsNew ? before.with(second) : before;
        }
        this.bytesMeter = Counter.builder("liuhen.scrub.bytes")
                .description("Read to check what is stored")
                .register(meters);
        this.recordingsMeter = Counter.builder("liuhen.scrub.recordings")
                .description("Recordings checked")
                .register(meters);
        this.rotMeter = Counter.builder("liuhen.scrub.rot")
                .description("Recordings found damaged that were not known to be")
                .register(meters);
        this.repairedMeter = Counter.builder("liuhen.scrub.repaired")
                .description("Copies mended from another")
                .register(meters);
        Gauge.builder("liuhen.scrub.oldest.unchecked.seconds", () ->
                        (double) oldestUnchecked().toSeconds())
                .description("No recording was received or last checked longer ago than this")
                .register(meters);
        Gauge.builder("liuhen.scrub.behind", () -> troubles().isEmpty() ? 0 : 1)
                .description("1 if the rate cannot check everything in its period")
                .register(meters);
        thread.setDaemon(true);
    }

    /** @throws StorageFailure {@code OUT_OF_SERVICE} if another mirror than before cannot be remembered */
    public Scrubber start() throws StorageFailure {
        if (mirrorIsNew) {
            save();
        }
        if (settings.mibPerSecond() > 0) {
            thread.start();
        }
        return this;
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try {
                Duration until = untilNextRound();
                if (until.isZero()) {
                    round();
                } else {
                    await(until.compareTo(LONGEST_WAIT) < 0 ? until : LONGEST_WAIT);
                }
            } catch (CancellationException ignored) {
                // asked to stop; what was reached is saved when closing
                return;
            } catch (StorageFailure | RuntimeException e) {
                LOG.warn("scrub: interrupted at {}, goes on in {}", state.position(), AFTER_FAILURE, e);
                await(AFTER_FAILURE);
            }
        }
    }

    /** How long until the next round is to begin; zero while one is under way. */
    private Duration untilNextRound() {
        ScrubState now = state;
        if (now.roundBegan() != null || now.lastBegan() == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(
                clock.instant(), now.lastBegan().plus(settings.every().dividedBy(2)));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Goes on with the round under way, or a new one, to its end. */
    void round() throws StorageFailure {
        if (state.roundBegan() == null) {
            state = state.beginning(clock.instant());
            save();
        }
        String cursor = null;
        RecordingQuery rest = new RecordingQuery(null, null, null, null, null, null, state.position(), null, null);
        do {
            Page<Recording> page = catalog.recordings(rest, Catalog.MAX_PAGE, cursor);
            for (Recording listed : page.items()) {
                check(listed);
            }
            cursor = page.next();
        } while (cursor != null);
        state = state.ended(clock.instant());
        save();
        LOG.info("scrub: round ended, recordings={}, bytes={}", state.recordings(), state.bytes());
        troubles().forEach(trouble -> LOG.warn("{}", trouble));
    }

    private void check(Recording listed) throws StorageFailure {
        Optional<Recording> now = catalog.recording(listed.id(), ReadLevel.CURRENT);
        if (now.isEmpty() || now.get().state() == RecordingState.DISPOSED) {
            return;
        }
        long[] read = new long[1];
        Caretaker.Attention attention = caretaker.attend(now.get(), ACTOR, bytes -> {
            read[0] += bytes;
            bytesMeter.increment(bytes);
            spend(bytes);
        });
        recordingsMeter.increment();
        repairedMeter.increment(attention.verdict().repaired().size());
        if (attention.announced()) {
            rotMeter.increment();
            LOG.error(
                    "rot: {}, repaired={}, recording={}",
                    attention.verdict().damage().orElse(""),
                    attention.verdict().repaired(),
                    listed.id());
        }
        state = state.at(listed.from(), read[0]);
        if (System.nanoTime() - savedNanos > SAVE_EVERY.toNanos()) {
            save();
        }
        spend(BYTES_FOR_LOOKING);
    }

    /** Waits as long as reading so much may take. */
    private void spend(int bytes) {
        long now = System.nanoTime();
        long rate = Math.max(1, settings.mibPerSecond()) * MIB;
        goOnNanos = Math.max(goOnNanos, now) + TimeUnit.SECONDS.toNanos(1) * bytes / rate;
        if (await(Duration.ofNanos(goOnNanos - now))) {
            throw new CancellationException("scrub: stopping");
        }
    }

    /** Whether it is to stop. */
    private boolean await(Duration atMost) {
        try {
            return stopping.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void save() throws StorageFailure {
        try {
            state.write(file);
            savedNanos = System.nanoTime();
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "scrub: cannot remember how far it is: " + e.getMessage(), e);
        }
    }

    ScrubState state() {
        return state;
    }

    /** No recording was received or last checked longer ago than this. */
    public Duration oldestUnchecked() {
        return Duration.between(state.checkedSince(), clock.instant());
    }

    /** Why not every recording is checked in its period, for people; empty if all is well. */
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        if (settings.mibPerSecond() == 0) {
            troubles.add("scrub: is off (expected: scrub.mibPerSecond above 0)");
            return troubles;
        }
        Duration oldest = oldestUnchecked();
        if (oldest.compareTo(settings.every()) > 0) {
            troubles.add("scrub: what was checked longest ago waits since " + days(oldest) + " days (expected: at most "
                    + days(settings.every()) + "; raise scrub.mibPerSecond)");
        }
        Duration round = expectedRound();
        if (round.compareTo(settings.every()) > 0) {
            troubles.add("scrub: a round takes about " + days(round) + " days at " + settings.mibPerSecond()
                    + " MiB/s (expected: at most " + days(settings.every()) + "; raise scrub.mibPerSecond)");
        }
        return troubles;
    }

    private static String days(Duration duration) {
        return String.format(java.util.Locale.ROOT, "%.1f", duration.toSeconds() / 86_400.0);
    }

    /** By the mean of what was checked and the number of recordings. */
    private Duration expectedRound() {
        ScrubState now = state;
        if (now.recordings() == 0) {
            return Duration.ZERO;
        }
        try {
            double all = catalog.sizes().getOrDefault("recordings", 0L);
            double bytes = all * ((double) now.bytes() / now.recordings() + BYTES_FOR_LOOKING);
            return Duration.ofSeconds((long) (bytes / MIB / settings.mibPerSecond()));
        } catch (StorageFailure ignored) {
            // health tells that the catalog cannot be read
            return Duration.ZERO;
        }
    }

    /** Stops after the piece that is being read, and remembers how far it came. Idempotent. */
    @Override
    public void close() {
        stopping.countDown();
        Uninterrupted.join(thread);
        try {
            save();
        } catch (StorageFailure e) {
            LOG.warn("scrub: a part of this round will be done again", e);
        }
    }
}
