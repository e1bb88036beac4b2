package org.liuhen.ingest.media.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that takes one order after another. It reads what strangers sent, so it is not trusted: what it says is
 * bounded and has to be one of three things, and where anything about it is odd it is ended and not asked again. One
 * thread at a time, apart from {@link #end} and {@link #hold}.
 *
 * <table>
 *   <caption>How it is spoken with</caption>
 *   <tr><td>we</td><td>4 bytes: how many arguments, big-endian; for each: 4 bytes length, UTF-8</td></tr>
 *   <tr><td>it</td><td>lines of UTF-8: {@code ready} once; then, for each order, any number of {@code progress SECONDS}
 *       and one {@code result JSON}</td></tr>
 * </table>
 */
public final class Child implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    private static final Duration START_UP = Duration.ofMinutes(2);
    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int SIGNAL_BASE = 128;
    private static final int PATIENCE_SECONDS = 10;
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final String PROGRESS = "progress ";
    private static final String RESULT = "result ";

    private final Process process;
    private final Exchange exchange;
    private final ChildWatch watch;
    private final BufferedInputStream says;
    private final DataOutputStream hears;
    private final long bornNanos = System.nanoTime();
    private volatile @Nullable String endedFor;
    private volatile boolean held;
    private volatile List<ProcessHandle> processes;
    private volatile boolean greeted;
    private boolean odd;
    private final AtomicInteger orders = new AtomicInteger();

    Child(Process process, Exchange exchange, ChildWatch watch) {
        this.process = process;
        this.exchange = exchange;
        this.watch = watch;
        this.says = new BufferedInputStream(process.getInputStream());
        this.hears = new DataOutputStream(process.getOutputStream());
        this.processes = List.of(process.toHandle());
    }

    /**
     * Waits until it can take orders.
     *
     * @throws IOException if it cannot be started, which is not the fault of what it was to do
     */
    public void greet() throws IOException {
        if (greeted) {
            return;
        }
        String said;
        ChildWatch.Guard guard = watch.over(this, WorkLimits.of(START_UP, Long.MAX_VALUE));
        try {
            said = line().orElse("nothing");
        } catch (Oddity oddity) {
            said = String.valueOf(oddity.getMessage());
        } finally {
            guard.close();
        }
        if (!said.equals("ready")) {
            odd = true;
            throw new IOException("media child: cannot be started, it said " + said + "; " + death() + ": "
                    + exchange.complaintsSince());
        }
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        process.descendants().forEach(all::add);
        processes = List.copyOf(all);
        exchange.clear();
        greeted = true;
    }

    /**
     * Has it do something, and waits.
     *
     * @param arguments a verb and what belongs to it; an absolute path is a file, or a folder of files, that is lent to
     *     it for the time
     * @param target empty; what it writes is put there if it answers
     * @param progress told how far it is, seconds
     * @throws CannotLend if a file can only be bound to a child that is yet to be started
     * @throws IOException if it cannot be asked, which is not the fault of what it was to do
     */
    public Reply ask(List<String> arguments, WorkLimits limits, Path target, DoubleConsumer progress)
            throws IOException, CannotLend {
        greet();
        orders.incrementAndGet();
        try {
            List<String> order = new ArrayList<>();
            for (String argument : arguments) {
                order.add(argument.startsWith("/") ? exchange.lend(Path.of(argument)) : argument);
            }
            Optional<String> answer;
            ChildWatch.Guard guard = watch.over(this, limits);
            try {
                tell(order);
                answer = answer(progress);
            } finally {
                guard.close();
            }
            if (answer.isEmpty()) {
                return new Reply(null, death(), exchange.complaintsSince());
            }
            if (says.available() > 0) {
                throw new Oddity("it went on speaking");
            }
            if (holdsFiles()) {
                // so that nothing is written any more into what we take
                end("it kept files open");
                death();
            }
            exchange.collect(target);
            return new Reply(answer.get(), "", exchange.complaintsSince());
        } catch (Oddity oddity) {
            end(String.valueOf(oddity.getMessage()));
            return new Reply(null, death(), exchange.complaintsSince());
        } finally {
            exchange.clear();
        }
    }

    /** Writing to one that is dead fails, but then reading says how it died. */
    private void tell(List<String> order) {
        try {
            hears.writeInt(order.size());
            for (String argument : order) {
                byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
                hears.writeInt(bytes.length);
                hears.write(bytes);
            }
            hears.flush();
        } catch (IOException e) {
            LOG.debug("media child: hears nothing any more", e);
        }
    }

    private Optional<String> answer(DoubleConsumer progress) throws IOException, Oddity {
        while (true) {
            Optional<String> line = line();
            if (line.isEmpty()) {
                return line;
            }
            String said = line.get();
            if (said.startsWith(RESULT)) {
                return Optional.of(said.substring(RESULT.length()));
            }
            if (!said.matches("progress [0-9]{1,12}(\\.[0-9]{1,3})?")) {
                throw new Oddity("it said what is no answer");
            }
            progress.accept(Double.parseDouble(said.substring(PROGRESS.length())));
        }
    }

    /** The next line; empty if it has ended. */
    private Optional<String> line() throws IOException, Oddity {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = says.read(); b >= 0; b = says.read()) {
                if (b == '\n') {
                    return Optional.of(line.toString(StandardCharsets.UTF_8));
                }
                if (line.size() == MAX_LINE_BYTES) {
                    throw new Oddity("it said more than " + MAX_LINE_BYTES + " bytes on one line");
                }
                line.write(b);
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw e;
            }
            LOG.debug("media child: its pipe broke", e);
        }
        return Optional.empty();
    }

    /** How it ended; waits for it. */
    private String death() {
        odd = true;
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return "it says nothing any more";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String reason = endedFor;
        if (reason != null) {
            return reason;
        }
        int exit = process.isAlive() ? 0 : process.exitValue();
        return exit > SIGNAL_BASE ? "it was ended by signal " + (exit - SIGNAL_BASE) : "it ended with code " + exit;
    }

    /** Whether it still has a file open or mapped that it was lent or has written. */
    private boolean holdsFiles() {
        List<String> folders = exchange.folders().map(folder -> folder + "/").toList();
        for (ProcessHandle handle : processes) {
            Path folder = Path.of("/proc", Long.toString(handle.pid()));
            try (DirectoryStream<Path> open = Files.newDirectoryStream(folder.resolve("fd"));
                    Stream<String> maps = Files.lines(folder.resolve("maps"), StandardCharsets.UTF_8)) {
                for (Path one : open) {
                    String name = Files.readSymbolicLink(one).toString();
                    if (folders.stream().anyMatch(name::startsWith)) {
                        return true;
                    }
                }
                if (maps.anyMatch(line -> folders.stream().anyMatch(line::contains))) {
                    return true;
                }
            } catch (IOException | java.io.UncheckedIOException e) {
                // a process that cannot be looked at may hold anything, and one that is gone holds nothing
                if (handle.isAlive()) {
                    LOG.debug("media child: cannot be looked at", e);
                    return true;
                }
            }
        }
        return false;
    }

    /** What its processes have used of the processor so far; 0 where the system does not say. */
    long processorNanos() {
        long ticks = 0;
        for (ProcessHandle handle : processes) {
            try {
                String stat = Files.readString(
                        Path.of("/proc", Long.toString(handle.pid()), "stat"), StandardCharsets.ISO_8859_1);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                // user and system time, of its own and of its children that have ended
                for (int i = 11; i < 15; i++) {
                    ticks += Long.parseLong(fields[i]);
                }
            } catch (IOException | IndexOutOfBoundsException | NumberFormatException ignored) {
                // it has ended meanwhile
            }
        }
        return ticks * NANOS_PER_TICK;
    }

    long writtenBytes() {
        return exchange.writtenBytes();
    }

    boolean isHeld() {
        return held;
    }

    /** Stops it where it is, until {@link #resume}. Time that it is held does not count as its own. One
     * thread, but any. */
    public void hold() {
        if (!held) {
            held = true;
            signal("STOP");
        }
    }

    /** Lets it go on. Any thread. */
    public void resume() {
        if (held) {
            signal("CONT");
            held = false;
        }
    }

    private void signal(String name) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s " + name + " \"$@\"", "kill"));
        processes.stream().filter(ProcessHandle::isAlive).forEach(one -> command.add(Long.toString(one.pid())));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.warn("media child: cannot be told {}", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it at once. Any thread. */
    public void end(String why) {
        if (endedFor == null) {
            endedFor = why;
        }
        process.destroyForcibly();
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether it waits for an order, or will as soon as it is greeted. Any thread. */
    boolean isReady() {
        try {
            return greeted || says.available() > 0;
        } catch (IOException ignored) {
            // its end is found out by whoever asks it
            return false;
        }
    }

    /** Whether it can be asked again. */
    public boolean isFit() throws IOException {
        return !odd && endedFor == null && process.isAlive() && (!greeted || says.available() == 0);
    }

    /** How many orders it was given. */
    public int orders() {
        return orders.get();
    }

    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - bornNanos);
    }

    /** Its first process, whose descendants the others are. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Ends it, waits for that, and removes its folder. Idempotent. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            hears.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("media child: is gone", e);
        }
        try {
            says.close();
            exchange.close();
        } catch (IOException e) {
            LOG.warn("media child: its folder cannot be removed", e);
        }
    }
}
