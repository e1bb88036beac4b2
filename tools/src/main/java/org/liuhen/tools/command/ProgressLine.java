package org.liuhen.tools.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.liuhen.tools.client.Push;

/** How a push goes: a bar that moves on a terminal, a line for each trouble otherwise. */
final class ProgressLine implements Push.Progress {
    private static final int BAR = 30;

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
        int percent = sizeBytes == 0 ? 100 : (int) (100 * offsetBytes / sizeBytes);
        if (terminal && percent != shown) {
            shown = percent;
            int full = BAR * percent / 100;
            out.print("\r[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + percent + " % " + file.getFileName()
                    + (percent == 100 ? "\n" : ""));
            out.flush();
        }
    }

    @Override
    public void trouble(Path file, String what, Duration pause) {
        out.println((terminal ? "\r" : "") + file + ": " + what + "; again in " + pause.toMillis() + " ms");
        out.flush();
    }
}
