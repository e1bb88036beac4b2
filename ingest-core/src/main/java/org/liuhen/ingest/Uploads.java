package org.liuhen.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.Principal;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upload sessions of all protocols: who may write where, what is durable, and what becomes of a complete one. All
 * calls block; make them on worker threads. Safe for many threads.
 *
 * <p>One request at a time writes to an upload, and the newest wins: a device notices a dead link before the server
 * does, and must not be refused by its own ghost. {@link #peek} never takes an upload's lock.
 */
public final class Uploads implements AutoCloseable {
    /**
     * The protocol of a recording pushed in one request, whose sender learns its address only with the final answer: if
     * that request breaks, nothing of it is kept.
     */
    public static final String WHOLE_FILE = "post";

    /** The protocol of an object that is put in one request and otherwise not at all, so likewise. */
    public static final String WHOLE_OBJECT = "axis";

    /** The protocol of a part of a later upload: kept and resumed as any, but never a recording by itself. */
    public static final String PART = "tus-part";

    /** The protocol of an upload that ends when its sender says so, even if all bytes of its length are there before. */
    public static final String ENDED_BY_WORD = "rufh";

    /**
     * The note of an upload that says when its first picture came, by our own clock. With it no device's word for the
     * time counts.
     */
    public static final String MEASURED_FROM = "measured-from";

    /** The note that says when the last picture came so far. */
    public static final String MEASURED_TO = "measured-to";

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final int FORGET_AT_ONCE = 500;

    private final SessionParts parts;
    private final Dockings dockings;
    private final SecureRandom random;
    private final Repairs repairs;
    private final Map<UploadId, UploadSession> sessions = new ConcurrentHashMap<>();
    private final ExecutorService checkpoints;
    private final Concatenations concatenations;
    private final ScheduledExecutorService sweeper;
    private final List<ScheduledFuture<?>> sweeps;
    private volatile boolean stopping;

    private Uploads(SessionParts given, Dockings dockings, SecureRandom random, ExecutorService checkpoints)
            throws StorageFailure {
        this.parts = given.with(this::partComplete);
        this.dockings = dockings;
        this.random = random;
        this.checkpoints = checkpoints;
        this.repairs = new Recovery(parts.catalog(), parts.vault(), parts.sealer()).run();
        this.concatenations =
                new Concatenations(this, parts, Executors.newFixedThreadPool(2, named("upload-concatenation")));
        concatenations.resume();
        this.sweeper = Executors.newSingleThreadScheduledExecutor(named("upload-sweeper"));
        long idleMillis = Math.max(1000, parts.settings().idleFor().toMillis() / 2);
        this.sweeps = List.of(
                sweeper.scheduleWithFixedDelay(
                        logged(parts.idle()::sweep), idleMillis, idleMillis, TimeUnit.MILLISECONDS),
                sweeper.scheduleWithFixedDelay(logged(this::forgetExpired), 1, 60, TimeUnit.MINUTES));
    }

    /**
     * Puts in order what a stop or a crash left behind, and takes uploads from then on. Catalog and vault stay the
     * caller's to close, after this.
     *
     * @throws StorageFailure if what was left behind cannot be put in order; nothing is lost by that
     */
    public static Uploads open(
            Catalog catalog,
            Vault vault,
            Schedule schedule,
            UploadSettings settings,
            InstantSource clock,
            SecureRandom random,
            MeterRegistry meters)
            throws StorageFailure {
        Dockings dockings = new Dockings(catalog, clock, meters);
        UploadMeters uploadMeters = new UploadMeters(meters);
        Sealer sealer = new Sealer(catalog, vault, new Reception(schedule, dockings), settings, clock, uploadMeters);
        ExecutorService checkpoints = Executors.newFixedThreadPool(2, named("upload-checkpoint"));
        SessionParts parts = new SessionParts(
                catalog,
                vault,
                new Commits(catalog),
                sealer,
                settings,
                clock,
                uploadMeters,
                checkpoints,
                new IdleUploads(settings.openWhenIdle(), settings.idleFor(), clock),
                ignored -> {});
        try {
            return new Uploads(parts, dockings, random, checkpoints);
        } catch (StorageFailure | RuntimeException e) {
            dockings.close();
            checkpoints.shutdown();
            throw e;
        }
    }

    private static java.util.concurrent.ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** What {@link #open} found and did. */
    public Repairs repairs() {
        return repairs;
    }

    public UploadSettings settings() {
        return parts.settings();
    }

    /** When devices were here, and what their clocks said. */
    public Dockings dockings() {
        return dockings;
    }

    /**
     * Begins an upload for whoever asks. Its row is durable when its writer is ended. Devices add their own; an
     * administrator, a records officer and the console may add for a registered device that they name. Those who look
     * at footage do not add any.
     *
     * @param notes what the protocol has to remember beside
     * @param lengthBytes empty if it is not known yet
     * @param addressKnown whether the sender learns the upload's address before its body ends
     * @throws InvalidField {@code device}, if it is missing or not registered
     * @throws StorageFailure {@code NO_SPACE} before anything breaks, {@code OUT_OF_SERVICE}
     */
    public Begun begin(
            Principal principal,
            UploadMetadata metadata,
            String protocol,
            Map<String, String> notes,
            OptionalLong lengthBytes,
            boolean addressKnown)
            throws StorageFailure {
        requireRunning();
        Begun refusal = UploadRights.refusal(parts, principal, metadata);
        if (refusal != null) {
            return refusal;
        }
        if (lengthBytes.orElse(0) > parts.settings().largestBytes()) {
            parts.meters().refused("too-long");
            return new Begun.TooLong(parts.settings().largestBytes());
        }
        parts.requireInService();
        parts.requireRoom(lengthBytes.orElse(0), "a new upload");
        Instant now = parts.clock().instant();
        Upload row = new Upload(
                UploadId.random(random),
                UploadRights.owner(principal, metadata),
                principal.actor(),
                protocol,
                metadata.declared(),
                notes,
                lengthBytes.isPresent() ? lengthBytes.getAsLong() : null,
                0,
                now,
                now.plus(parts.settings().unfinishedFor()),
                null,
                null);
        UploadSession session = session(row.id());
        Begun.Ready ready = new Begun.Ready(session.begin(row, metadata, addressKnown));
        Instant deviceTime = metadata.deviceTime();
        if (deviceTime != null) {
            dockings.uploading(row.device(), principal.actor(), deviceTime);
        }
        return ready;
    }

    /** Whether an upload is sealed as soon as all bytes of its length are there. */
    static boolean endsAtLength(Upload upload) {
        return !upload.protocol().equals(PART) && !upload.protocol().equals(ENDED_BY_WORD);
    }

    /** Whether an upload is made of parts. */
    public static boolean isConcatenation(Upload upload) {
        return Concatenations.isWhole(upload);
    }

    /**
     * Makes one upload of parts, in this order, and the recording when they are all there; the bytes are copied before
     * this returns. Asked for the same parts again, finds the same upload. Durable on return.
     *
     * @param parts not empty; uploads of the protocol {@link #PART}, complete or not; used up by this
     * @throws StorageFailure {@code NO_SPACE}, {@code OUT_OF_SERVICE}; what was begun stands and is asked for again
     */
    public Concatenated concatenate(
            Principal principal,
            UploadMetadata metadata,
            String protocol,
            Map<String, String> notes,
            List<UploadId> parts)
            throws StorageFailure {
        return concatenations.begin(parts, upload -> UploadRights.mayWrite(principal, upload), more -> {
            Map<String, String> all = new HashMap<>(notes);
            all.putAll(more);
            return begin(principal, metadata, protocol, all, OptionalLong.empty(), true);
        });
    }

    private void partComplete(UploadId part) {
        concatenations.complete(part);
    }

    /** Changes an upload's row, durably. Does nothing if it is gone. */
    void change(UploadId id, UnaryOperator<Upload> step) throws StorageFailure {
        held(id, session -> {
            session.change(step);
            return left(session, id);
        });
    }

    /** The pen of an upload that is not finished, for the server itself. */
    Optional<UploadWriter> take(UploadId id) throws StorageFailure {
        Appending appending = held(id, session -> {
            session.settle();
            return left(session, session.append(session.row().offsetBytes(), OptionalLong.empty()));
        });
        return appending instanceof Appending.Ready ready ? Optional.of(ready.writer()) : Optional.empty();
    }

    /** Runs {@code work} while nobody else touches the upload; null if there is no such upload. */
    @Nullable
    Boolean exclusively(UploadId id, Work<Boolean> work) throws StorageFailure {
        return held(id, work);
    }

    /** Whether nothing of it is kept if its only request breaks. */
    static boolean isWhole(Upload upload) {
        return upload.protocol().equals(WHOLE_FILE) || upload.protocol().equals(WHOLE_OBJECT);
    }

    private void requireRunning() throws StorageFailure {
        if (stopping) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "uploads: the server is stopping (expected: running)");
        }
    }

    /** Something that needs an upload's session, held. */
    interface Work<T> {
        T with(UploadSession session) throws StorageFailure;
    }

    /** Runs {@code work} while nobody else touches the upload; null if there is no such upload. */
    private <T> @Nullable T held(UploadId id, Work<T> work) throws StorageFailure {
        for (; ; ) {
            requireRunning();
            UploadSession session = session(id);
            session.lock();
            try {
                if (!session.isRetired()) {
                    return session.load() ? work.with(session) : null;
                }
            } catch (StorageFailure failure) {
                session.abandon();
                throw failure;
            } finally {
                session.unlock();
            }
        }
    }

    private UploadSession session(UploadId id) {
        return sessions.computeIfAbsent(
                id, key -> new UploadSession(key, parts, session -> sessions.remove(key, session)));
    }

    /** The upload as it is durable now, for whoever may write to it; whoever writes is not disturbed. */
    public Standing peek(UploadId id, Principal principal) throws StorageFailure {
        Optional<Upload> row = parts.catalog()
                .upload(id)
                .filter(upload -> upload.expires().isAfter(parts.clock().instant()));
        if (row.isEmpty()) {
            return new Standing.NotFound();
        }
        return UploadRights.mayWrite(principal, row.get()) ? new Standing.Found(row.get()) : new Standing.Forbidden();
    }

    /**
     * The upload as it is durable now, after whoever writes has been stopped and parked: the offset stays what it is
     * until the next {@link #append}. An upload that is complete but not sealed is sealed first.
     */
    public Standing standing(UploadId id, Principal principal) throws StorageFailure {
        Standing standing = held(id, session -> {
            if (!UploadRights.mayWrite(principal, session.row())) {
                return left(session, new Standing.Forbidden());
            }
            if (isConcatenation(session.row()) && session.row().recording() == null) {
                concatenations.wake(id);
                return left(session, new Standing.Found(session.row()));
            }
            Written.FingerprintMismatch mismatch = session.settle();
            return mismatch != null ? new Standing.Refused(mismatch) : left(session, new Standing.Found(session.row()));
        });
        return standing == null ? new Standing.NotFound() : standing;
    }

    /** Hands a result on, and lets a session go that was only looked at. */
    private static <T> T left(UploadSession session, T result) {
        session.retireIfClosed();
        return result;
    }

    /**
     * Takes the pen to go on with an upload. Whoever had it is stopped, and what they brought is kept.
     *
     * @param offsetBytes where the sender thinks it goes on
     * @param bodyBytes how many bytes it announces
     * @throws StorageFailure {@code NO_SPACE}, {@code OUT_OF_SERVICE}; {@code MISSING} or {@code CORRUPT} if the
     *     acknowledged bytes are damaged
     */
    public Appending append(UploadId id, Principal principal, long offsetBytes, OptionalLong bodyBytes)
            throws StorageFailure {
        Appending appending = held(id, session -> {
            if (!UploadRights.mayWrite(principal, session.row()) || isConcatenation(session.row())) {
                parts.meters().refused("foreign-upload");
                return left(session, new Appending.Forbidden());
            }
            if (session.settle() != null) {
                return new Appending.NotFound();
            }
            return left(session, session.append(offsetBytes, bodyBytes));
        });
        return appending == null ? new Appending.NotFound() : appending;
    }

    /**
     * Declares an unfinished upload anew, for protocols whose senders name a file only when they are done. Of a finished
     * one only the notes change. Whoever writes is stopped and parked. Durable on return.
     */
    public Standing declare(UploadId id, Principal principal, UploadMetadata metadata, Map<String, String> notes)
            throws StorageFailure {
        Standing standing = held(id, session -> {
            if (!UploadRights.mayWrite(principal, session.row())) {
                return left(session, new Standing.Forbidden());
            }
            Written.FingerprintMismatch mismatch = session.settle();
            if (mismatch != null) {
                return new Standing.Refused(mismatch);
            }
            boolean sealed = session.row().recording() != null;
            session.change(row -> row.withDeclared(sealed ? row.metadata() : metadata.declared(), notes));
            return left(session, new Standing.Found(session.row()));
        });
        return standing == null ? new Standing.NotFound() : standing;
    }

    /** Every upload of a device that is under way or lately finished, in no order. */
    public List<Upload> of(DeviceId device) throws StorageFailure {
        Instant now = parts.clock().instant();
        return parts.catalog().uploads().stream()
                .filter(upload ->
                        upload.device().equals(device) && upload.expires().isAfter(now))
                .toList();
    }

    /** Gives an unfinished upload up: its row and its bytes are gone, and whoever writes is stopped. */
    public GivenUp giveUp(UploadId id, Principal principal) throws StorageFailure {
        Optional<Upload> before = parts.catalog().upload(id);
        GivenUp end = held(id, session -> {
            if (!UploadRights.mayWrite(principal, session.row())) {
                return left(session, GivenUp.FORBIDDEN);
            }
            if (session.row().recording() != null) {
                return left(session, GivenUp.SEALED);
            }
            session.forget();
            return GivenUp.GONE;
        });
        if (end == GivenUp.GONE && before.isPresent() && isConcatenation(before.get())) {
            concatenations.givenUp(before.get());
        }
        return end == null ? GivenUp.NOT_FOUND : end;
    }

    /** Forgets finished uploads after their time, and drops unfinished ones nobody came back for. */
    void forgetExpired() throws StorageFailure {
        concatenations.sweep();
        Instant now = parts.clock().instant();
        List<UploadId> finished = new ArrayList<>();
        for (Upload upload : parts.catalog().uploads()) {
            if (upload.expires().isAfter(now)) {
                continue;
            }
            if (upload.recording() != null) {
                finished.add(upload.id());
            } else {
                dropExpired(upload.id());
            }
        }
        for (int from = 0; from < finished.size(); from += FORGET_AT_ONCE) {
            Change.Builder change = Change.builder();
            finished.subList(from, Math.min(finished.size(), from + FORGET_AT_ONCE))
                    .forEach(change::forgetUpload);
            parts.commits().apply(change.build());
        }
    }

    private void dropExpired(UploadId id) throws StorageFailure {
        UploadSession session = session(id);
        session.lock();
        try {
            if (!session.isRetired()) {
                if (session.forgetIfExpired()) {
                    LOG.info("upload: {} expired unfinished, dropped", id);
                } else {
                    session.retireIfClosed();
                }
            }
        } finally {
            session.unlock();
        }
    }

    private interface Task {
        void run() throws StorageFailure;
    }

    private static Runnable logged(Task task) {
        return () -> {
            try {
                task.run();
            } catch (StorageFailure | RuntimeException e) {
                LOG.warn("uploads: sweeping failed, it is tried again later", e);
            }
        };
    }

    /** Stops whoever writes for a device, which is refused from now on; what they brought stays to be resumed. */
    public void stop(DeviceId device) {
        List.copyOf(sessions.values()).stream()
                .filter(session -> session.isOf(device))
                .forEach(UploadSession::stop);
    }

    /** Parks every upload under way, so that it can be resumed by the next start. Idempotent. */
    @Override
    public void close() {
        stopping = true;
        sweeps.forEach(sweep -> sweep.cancel(false));
        sweeper.shutdown();
        List.copyOf(sessions.values()).forEach(UploadSession::stop);
        concatenations.close();
        checkpoints.shutdown();
        dockings.close();
        parts.meters().close();
    }
}
