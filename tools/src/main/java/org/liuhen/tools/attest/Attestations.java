package org.liuhen.tools.attest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Uninterrupted;
import org.liuhen.storage.ledger.Checkpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that has others testify about the log: witnesses cosign its checkpoints, an authority stamps one of them
 * now and then. Nobody waits for it. What cannot be reached is tried again, less and less often, and said by {@link
 * #troubles}.
 */
public final class Attestations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attestations.class);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int MOST_DOUBLINGS = 12;

    /** One of those who are asked, and how it went. */
    private static final class Attempts {
        private Instant next = Instant.MIN;
        private int failures;
        private @Nullable String trouble;
    }

    private final PublicLog log;
    private final List<WitnessClient> witnesses = new ArrayList<>();
    private final @Nullable Timestamps timestamps;
    private final InstantSource clock;
    private final Duration interval;
    private final Map<String, Attempts> attempts = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Attestations(PublicLog log, AttestSettings settings, @Nullable Timestamps timestamps, InstantSource clock) {
        this.log = log;
        this.timestamps = timestamps;
        this.clock = clock;
        this.interval = settings.interval();
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
        for (AttestSettings.Witness witness : settings.witnesses()) {
            witnesses.add(new WitnessClient(witness.url(), witness.key(), http));
        }
        this.thread = new Thread(this::run, "liuhen-attestations");
        this.thread.setDaemon(true);
    }

    /** @param timestamps null if no authority is configured */
    public static Attestations start(
            PublicLog log, AttestSettings settings, @Nullable Timestamps timestamps, InstantSource clock) {
        Attestations started = new Attestations(log, settings, timestamps, clock);
        log.attestedBy(started::troubles);
        started.thread.start();
        return started;
    }

    /** What keeps whom from testifying, by name. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        synchronized (attempts) {
            attempts.forEach((name, how) -> {
                if (how.trouble != null) {
                    troubles.put(name, how.trouble);
                }
            });
        }
        return troubles;
    }

    private void run() {
        try {
            do {
                askWitnesses();
                Timestamps stamping = timestamps;
                if (stamping != null && mayAsk(stamping.name())) {
                    attempt(stamping.name(), () -> {
                        stamping.stampIfDue();
                        return Optional.empty();
                    });
                }
            } while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Nobody interrupts it but the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    /** All sign the same checkpoint, so that it carries all their signatures. */
    private void askWitnesses() throws InterruptedException {
        String note = log.ledger().checkpoint();
        long size = Checkpoint.parse(note).size();
        if (size == 0) {
            return;
        }
        String kept =
                log.witnessed().filter(cosigned -> cosigned.startsWith(note)).orElse(note);
        StringBuilder cosigned = new StringBuilder(kept);
        for (WitnessClient witness : witnesses) {
            if (!kept.contains("\n— " + witness.name() + " ") && mayAsk(witness.name())) {
                attempt(witness.name(), () -> Optional.of(witness.cosign(log.ledger(), note, size)))
                        .ifPresent(line -> cosigned.append(line).append('\n'));
            }
        }
        if (cosigned.length() > kept.length()) {
            attempt(PublicLog.WITNESSED, () -> {
                log.keepWitnessed(cosigned.toString());
                return Optional.empty();
            });
        }
    }

    private boolean mayAsk(String name) {
        synchronized (attempts) {
            return !clock.instant().isBefore(attempts.computeIfAbsent(name, any -> new Attempts()).next);
        }
    }

    private interface Attempt {
        Optional<String> run() throws IOException, InterruptedException, StorageFailure;
    }

    private Optional<String> attempt(String name, Attempt attempt) throws InterruptedException {
        try {
            Optional<String> answer = attempt.run();
            synchronized (attempts) {
                Attempts how = attempts.computeIfAbsent(name, any -> new Attempts());
                how.failures = 0;
                how.trouble = null;
            }
            return answer;
        } catch (IOException | StorageFailure e) {
            failed(name, e);
            return Optional.empty();
        }
    }

    private void failed(String name, Exception why) {
        synchronized (attempts) {
            Attempts how = attempts.computeIfAbsent(name, any -> new Attempts());
            if (how.trouble == null) {
                LOG.warn("attestation: {} does not testify, tried again from now on: {}", name, why.toString());
            }
            how.trouble = String.valueOf(why.getMessage() == null ? why.toString() : why.getMessage());
            Duration pause = interval.multipliedBy(1L << Math.min(how.failures, MOST_DOUBLINGS));
            how.failures++;
            how.next = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
        }
    }

    /** Lets what is under way end, which its timeouts bound. */
    @Override
    public void close() {
        closing.countDown();
        Uninterrupted.join(thread);
    }
}
