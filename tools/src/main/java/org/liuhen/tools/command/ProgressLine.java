package org.liuhen.tools.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.liuhen.tools.client.Push;

/** How long work goes: a bar that moves on a terminal, plain lines otherwise. */
final class ProgressLine implements Push.Progress {
    private static final int BAR = 30;
    /** What a bar may take of a terminal's line. */
    private static final int WIDTH = 79;
    /** How far something must have come for a plain line of its own. */
    private static final int PLAIN_PERCENT = 10;

    private final PrintWriter out;
    private final boolean terminal = isTerminal();
    private int shown = -1;

    ProgressLine(PrintWriter out) {
        this.out = out;
    }

    static boolean isTerminal() {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/2"));
            return target.startsWith("/dev/pts") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException ignored) {
            // no such place on this system: plain lines are right everywhere
            return false;
        }
    }

    @Override
    public void sent(Path file, long offsetBytes, long sizeBytes) {
        int percent = percent(offsetBytes, sizeBytes);
        if (terminal && percent != shown) {
            bar(percent, String.valueOf(file.getFileName()));
        }
    }

    /** Says that {@code done} of {@code all} are done. */
    void reached(long done, long all, String what) {
        int percent = percent(done, all);
        if (terminal) {
            bar(percent, what);
        } else if (shown < 0 || percent / PLAIN_PERCENT > shown / PLAIN_PERCENT) {
            shown = percent;
            out.println(percent + " % " + what);
            out.flush();
        }
    }

    /** Makes room for a line of somebody else's. */
    void clear() {
        if (terminal && shown >= 0 && shown < 100) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
    }

    private static int percent(long done, long all) {
        return all == 0 ? 100 : (int) (100 * done / all);
    }

    private void bar(int percent, String what) {
        shown = percent;
        int full = BAR * percent / 100;
        out.print("\r[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + percent + " % " + what
                + (percent == 100 ? "\n" : ""));
        out.flush();
    }

    @Override
    public void trouble(Path file, String what, Duration pause) {
        out.println((terminal ? "\r" : "") + file + ": " + what + "; again in " + pause.toMillis() + " ms");
        out.flush();
    }
}
