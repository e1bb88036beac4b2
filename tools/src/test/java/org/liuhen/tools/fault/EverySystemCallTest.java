package org.liuhen.tools.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a station at its system calls that change the store, and lets each of them fail; nothing promised is ever lost.
 *
 * <p>What is covered: one day is traced without a fault. Its randomness is fixed, so another day makes the same calls on
 * the same names. Each changing call of each thread is one {@link FaultPoint}, addressed by its name, its path and its
 * number among the thread's calls of that name on that path; the day is such that no two threads share a point (that is
 * asserted). A run whose fault was not met is an error, so the points covered are the points of the trace.
 *
 * <p>{@code -Dliuhen.faults.every=1} takes every point; by default every 13th is taken, beginning at {@code
 * -Dliuhen.faults.first} (0), with one effect each in turn. The table goes to {@code target/faults.md}.
 */
@Tag("world")
class EverySystemCallTest {
    private static final int EVERY = Integer.getInteger("liuhen.faults.every", 13);
    private static final int FIRST = Integer.getInteger("liuhen.faults.first", 0);
    private static final int KILLED = 137;
    private static final int GAVE_UP = 3;

    @TempDir
    private Path folder;

    private record Result(FaultPoint point, Effect effect, FaultTable.End end, String trouble) {
        @Override
        public String toString() {
            return effect + " at " + point + ": " + trouble;
        }
    }

    @Test
    void nothing_promised_is_lost_at_any_system_call() throws Exception {
        Laboratory laboratory = new Laboratory(folder);
        List<FaultPoint> points = points(laboratory);
        List<Effect> effects = List.of(Effect.values());
        List<Callable<Result>> runs = new ArrayList<>();
        for (int i = FIRST; i < points.size(); i += EVERY) {
            FaultPoint point = points.get(i);
            Effect inTurn = effects.get(i / EVERY % effects.size());
            for (Effect effect : EVERY == 1 ? effects : List.of(inTurn)) {
                runs.add(() -> run(laboratory, point, effect));
            }
        }
        FaultTable table = new FaultTable();
        List<Result> troubles = new ArrayList<>();
        for (Result result : together(runs)) {
            table.add(result.point(), result.effect(), result.end());
            if (result.end() == FaultTable.End.LOST) {
                troubles.add(result);
            }
        }
        Files.writeString(Path.of("target", "faults.md"), table.toString());
        assertThat(troubles)
                .as(troubles.stream().map(Result::toString).collect(Collectors.joining("\n\n")))
                .isEmpty();
    }

    private static List<FaultPoint> points(Laboratory laboratory) throws Exception {
        // The first day unpacks what all others only load.
        laboratory.observed("warm-up", 0);
        Laboratory.Day day = laboratory.observed("baseline", 0);
        assertThat(day.exit()).as(day.log()).isZero();
        new Aftermath(day.data(), day.promises()).check();
        List<FaultPoint> points = FaultPoint.all(SystemCall.read(day.data().resolveSibling("trace")), day.data());
        assertThat(points.stream().map(FaultPoint::room)).contains("vault", "catalog", "keys");
        assertThat(points.stream().map(FaultPoint::call))
                .contains("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "link", "unlink", "mkdir");
        return points;
    }

    private static List<Result> together(List<Callable<Result>> runs) throws Exception {
        ExecutorService workers =
                Executors.newFixedThreadPool(Math.max(1, Runtime.getRuntime().availableProcessors()));
        try {
            List<Result> results = new ArrayList<>();
            for (Future<Result> result : workers.invokeAll(runs)) {
                results.add(result.get());
            }
            return results;
        } finally {
            workers.shutdown();
            assertThat(workers.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static Result run(Laboratory laboratory, FaultPoint point, Effect effect) {
        String name = (effect + "-" + point).replaceAll("[^A-Za-z0-9#-]", "_");
        FaultTable.End end = FaultTable.End.RESTARTED;
        try {
            Laboratory.Day day = laboratory.faulted(name, point, effect);
            if (effect == Effect.KILL) {
                assertThat(day.exit()).as("killed, or never there").isEqualTo(KILLED);
            } else {
                assertThat(day.trace()).as("met").contains("(INJECTED)");
                assertThat(day.exit()).as(day.log()).isIn(0, GAVE_UP);
                end = day.exit() == 0 ? FaultTable.End.WENT_ON : end;
            }
            new Aftermath(day.data(), day.promises()).check();
            Laboratory.remove(day.data().resolveSibling("data"));
            return new Result(point, effect, end, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(point, effect, FaultTable.End.LOST, "interrupted");
        } catch (Exception | AssertionError e) {
            return new Result(point, effect, FaultTable.End.LOST, trouble(e));
        }
    }

    private static String trouble(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
