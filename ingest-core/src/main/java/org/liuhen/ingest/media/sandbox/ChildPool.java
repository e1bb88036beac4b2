package org.liuhen.ingest.media.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Children that wait for work: each does one piece after another, is let go after so many or at such an age, and is
 * replaced ahead of need. One that crashed or did anything odd is never asked again. Safe for many threads; as many
 * children work at once as threads ask.
 */
public final class ChildPool implements AutoCloseable {
    /** What one child does at most: a hostile file that captured it can spoil no more than that. */
    public static final int MOST_ORDERS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ChildPool.class);
    private static final Duration OLDEST = Duration.ofMinutes(30);

    private final ChildProgram program;
    private final int kept;
    private final ChildWatch watch = new ChildWatch();
    private final Object lock = new Object();
    /** Guarded by {@link #lock}, like all below. */
    private final Deque<Child> idle = new ArrayDeque<>();

    private final Set<Child> all = new HashSet<>();
    private long started;
    private boolean closed;

    /** @param kept how many wait for work at most */
    public ChildPool(ChildProgram program, int kept) {
        this.program = program;
        this.kept = kept;
    }

    /** Starts a child ahead of need, if none waits. */
    public void prepare() {
        synchronized (lock) {
            if (closed || !idle.isEmpty() || all.size() >= kept) {
                return;
            }
            try {
                idle.add(begin(List.of(), program.fileBytes()));
            } catch (IOException e) {
                LOG.warn("media child: cannot be prepared", e);
            }
        }
    }

    /**
     * Has a child do something, see {@link Child#ask}.
     *
     * @return empty if this pool is closing
     * @throws IOException if no child could be started
     */
    public Optional<Reply> ask(
            List<String> arguments, WorkLimits limits, long fileBytes, Path target, DoubleConsumer progress)
            throws IOException {
        boolean pooled = fileBytes <= program.fileBytes();
        Optional<Child> child = pooled ? take() : fresh(List.of(), fileBytes);
        if (child.isEmpty()) {
            return Optional.empty();
        }
        Child given = child.get();
        Reply reply;
        try {
            reply = given.ask(arguments, limits, target, progress);
        } catch (CannotLend e) {
            LOG.debug("media child: one is started for this alone", e);
            return askAlone(arguments, limits, fileBytes, target, progress);
        } catch (IOException e) {
            if (isClosed()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            release(given, pooled);
        }
        return reply.answer() == null && isClosed() ? Optional.empty() : Optional.of(reply);
    }

    /** As {@link #ask}, but by a child that is started for this and does nothing else. */
    public Optional<Reply> askAlone(
            List<String> arguments, WorkLimits limits, long fileBytes, Path target, DoubleConsumer progress)
            throws IOException {
        List<Path> bound = new ArrayList<>();
        arguments.stream()
                .filter(argument -> argument.startsWith("/"))
                .map(Path::of)
                .forEach(bound::add);
        Optional<Child> child = fresh(bound, fileBytes);
        if (child.isEmpty()) {
            return Optional.empty();
        }
        try {
            Reply reply = child.get().ask(arguments, limits, target, progress);
            return reply.answer() == null && isClosed() ? Optional.empty() : Optional.of(reply);
        } catch (CannotLend e) {
            throw new IOException(e);
        } finally {
            release(child.get(), false);
        }
    }

    private Optional<Child> take() throws IOException {
        List<Child> unfit = new ArrayList<>();
        try {
            synchronized (lock) {
                while (!closed) {
                    Child child = idle.pollFirst();
                    if (child == null) {
                        return Optional.of(begin(List.of(), program.fileBytes()));
                    }
                    if (child.isFit()) {
                        return Optional.of(child);
                    }
                    all.remove(child);
                    unfit.add(child);
                }
                return Optional.empty();
            }
        } finally {
            unfit.forEach(Child::close);
        }
    }

    private Optional<Child> fresh(List<Path> bound, long fileBytes) throws IOException {
        synchronized (lock) {
            return closed ? Optional.empty() : Optional.of(begin(bound, fileBytes));
        }
    }

    /** To be called with the lock. */
    private Child begin(List<Path> bound, long fileBytes) throws IOException {
        Child child = program.start(watch, bound, fileBytes);
        all.add(child);
        started++;
        return child;
    }

    private void release(Child child, boolean pooled) throws IOException {
        boolean again = pooled
                && child.isFit()
                && child.orders() < MOST_ORDERS
                && child.age().compareTo(OLDEST) < 0;
        synchronized (lock) {
            if (again && !closed && idle.size() < kept) {
                idle.addFirst(child);
                return;
            }
            all.remove(child);
        }
        child.close();
        if (pooled && !again) {
            prepare();
        }
    }

    /**
     * Stops those at work where they are, until {@link #resume}. Only children in a sandbox, which die with us even so.
     * Idempotent.
     */
    public void hold() {
        if (program.sandbox().isThere()) {
            atWork().forEach(Child::hold);
        }
    }

    private List<Child> atWork() {
        synchronized (lock) {
            return all.stream()
                    .filter(child -> child.orders() > 0 && !idle.contains(child))
                    .toList();
        }
    }

    /** Lets those that are held go on. */
    public void resume() {
        List<Child> every;
        synchronized (lock) {
            every = List.copyOf(all);
        }
        every.forEach(Child::resume);
    }

    /** What the children that live have used of the processor so far. */
    public Duration processorTime() {
        synchronized (lock) {
            return Duration.ofNanos(
                    all.stream().mapToLong(Child::processorNanos).sum());
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /** How many children were ever started. */
    public long started() {
        synchronized (lock) {
            return started;
        }
    }

    /** Those that are ready and wait for work; only their first processes, see {@link Child#handle}. */
    public List<ProcessHandle> waiting() {
        synchronized (lock) {
            return idle.stream().filter(Child::isReady).map(Child::handle).toList();
        }
    }

    /** Those that have something to do; only their first processes. */
    public List<ProcessHandle> working() {
        return atWork().stream().map(Child::handle).toList();
    }

    /** Ends all children; those who ask are told nothing. Idempotent. */
    @Override
    public void close() {
        List<Child> last;
        synchronized (lock) {
            closed = true;
            last = List.copyOf(idle);
            idle.clear();
            all.forEach(child -> child.end("this program is closing"));
            last.forEach(all::remove);
        }
        last.forEach(Child::close);
        watch.close();
    }
}
