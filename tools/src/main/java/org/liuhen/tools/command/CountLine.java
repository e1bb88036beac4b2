package org.liuhen.tools.command;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import org.liuhen.storage.Progress;

/** How far long work is, at most a line each second: in place on a terminal, one below the other otherwise. */
final class CountLine implements Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter out;
    private final boolean terminal = ProgressLine.isTerminal();
    private long shownAt = System.nanoTime();

    CountLine(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void at(String what, long done) {
        long now = System.nanoTime();
        if (now - shownAt < EVERY_NANOS) {
            return;
        }
        shownAt = now;
        out.print((terminal ? "\r" : "") + done + " " + what + (terminal ? "   " : System.lineSeparator()));
        out.flush();
    }
}
