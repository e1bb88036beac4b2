package org.liuhen.ingest.media;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.liuhen.ingest.media.sandbox.ChildLimits;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.ingest.media.sandbox.ChildProgram;
import org.liuhen.ingest.media.sandbox.Conversation;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.Reply;
import org.liuhen.ingest.media.sandbox.WorkLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has media work done by child processes, which are kept warm, see {@link ChildPool}, and can touch nothing but what they
 * are given. A child ends when this program does, because its standard input closes. Safe for many threads.
 */
final class ChildLauncher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChildLauncher.class);
    /** Work that may write a larger file than this gets a child of its own. */
    private static final long POOLED_FILE_BYTES = 4L << 30;

    private final ChildProgram program;
    private final ChildPool pool;
    private final GraphicsHardware hardware;

    /** Starts nothing yet. */
    ChildLauncher(MediaSettings settings) {
        this.program = new ChildProgram(
                settings.sandbox(),
                settings.nativesFolder(),
                ChildClassPath.find(),
                ChildClassPath.platform(),
                ChildClassPath.MAIN_CLASS,
                new ChildLimits(settings.niceness(), settings.heapMiB(), settings.addressSpaceMiB(), POOLED_FILE_BYTES),
                settings.hardware());
        this.hardware = settings.hardware();
        this.pool = new ChildPool(program, settings.children());
    }

    /** As {@link #run(List, Path, Duration, long, DoubleConsumer)}, without being told how far it is. */
    ChildOutcome run(List<String> arguments, Path folder, Duration time, long fileBytes) throws IOException {
        return run(arguments, folder, time, fileBytes, seconds -> {});
    }

    /**
     * Has a child do a piece of work.
     *
     * @param arguments a verb of the child's program and what belongs to it. An absolute path is an input: a file, or a
     *     folder of files, that the child may read meanwhile, perhaps by another name. What it writes has names without
     *     a path
     * @param folder empty; what it writes is put there if it answers
     * @param time how long it may take
     * @param fileBytes how much it may write
     * @param progress told how far it is, seconds of the recording
     * @throws IOException if no child can be started, which is not the fault of what it was to do
     */
    ChildOutcome run(List<String> arguments, Path folder, Duration time, long fileBytes, DoubleConsumer progress)
            throws IOException {
        return outcome(pool.ask(arguments, WorkLimits.of(time, fileBytes), fileBytes, folder, progress));
    }

    /**
     * As {@link #run(List, Path, Duration, long, DoubleConsumer)}, once more for what a child has died on: by a child that
     * does nothing else before or after, with one thread and less memory, in half the time.
     */
    ChildOutcome runStrictly(
            List<String> arguments, Path folder, Duration time, long fileBytes, DoubleConsumer progress)
            throws IOException {
        List<String> strictly = new ArrayList<>(List.of("strictly"));
        strictly.addAll(arguments);
        Duration half = time.dividedBy(2);
        return outcome(pool.askAlone(strictly, new WorkLimits(half, half, fileBytes), fileBytes, folder, progress));
    }

    private ChildOutcome outcome(Optional<Reply> reply) {
        if (reply.isEmpty()) {
            return new ChildOutcome.Stopped();
        }
        String answer = reply.get().answer();
        if (answer != null) {
            hardware.heard(answer);
            return new ChildOutcome.Answered(answer);
        }
        LOG.warn("media child: {}; it said: {}", reply.get().how(), reply.get().complaints());
        return new ChildOutcome.Died(reply.get().how());
    }

    /**
     * Starts a child that lives until it is told to end, is spoken with, and reaches the network. Whoever starts it closes
     * it.
     *
     * @throws IOException if none can be started
     */
    Conversation converse(String verb) throws IOException {
        return program.converse(verb);
    }

    /** Starts a child ahead of need. */
    void prepare() {
        pool.prepare();
    }

    /** Why children are in no sandbox; empty if they are. */
    Optional<String> sandboxMissing() {
        return program.sandbox().missing();
    }

    /** The children. */
    ChildPool pool() {
        return pool;
    }

    /** Ends all children that do pieces of work, and starts no more. */
    @Override
    public void close() {
        pool.close();
    }
}
