package org.liuhen.ingest.media;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.liuhen.ingest.media.sandbox.ChildPool;

/** What tests do to the processes of a pool. */
final class Children {
    private Children() {}

    /** A child that waits for work, stopped, so that whatever it is given stays under way. */
    static ProcessHandle stopOne(ChildPool pool) throws Exception {
        pool.prepare();
        ProcessHandle child = first(pool::waiting);
        Signals.stop(child);
        return child;
    }

    /** Kills the child that is at work, as soon as there is one. */
    static void killAtWork(ChildPool pool) throws Exception {
        ProcessHandle child = first(pool::working);
        child.destroyForcibly();
        child.onExit().join();
    }

    private static ProcessHandle first(Supplier<List<ProcessHandle>> children) throws InterruptedException {
        for (int i = 0; i < 120_000; i++) {
            Optional<ProcessHandle> child =
                    children.get().stream().filter(ProcessHandle::isAlive).findFirst();
            if (child.isPresent()) {
                return child.get();
            }
            TimeUnit.NANOSECONDS.timedJoin(Thread.currentThread(), 1_000_000);
        }
        throw new AssertionError("no such child in two minutes");
    }
}
