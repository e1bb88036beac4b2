package org.liuhen.tools.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@code bench media} found. Figures are the medians of the rounds.
 *
 * @param seconds of all recordings together
 * @param startCpuSeconds what starting a child cost that then did all of it
 * @param rows the whole set first
 */
record MediaReport(
        List<String> recordings,
        double seconds,
        int rounds,
        String ffmpeg,
        double startCpuSeconds,
        List<Row> rows,
        String machine) {
    /**
     * One output, or all.
     *
     * @param timesAsFast their processor time over ours, of the same round
     * @param spread of that, the least and the most
     */
    record Row(String output, double cpuSeconds, double ffmpegCpuSeconds, double timesAsFast, List<Double> spread) {
        private String line() {
            return String.format(
                    Locale.ROOT,
                    "  %-12s %9.3f %9.3f %9.2f    (%.2f to %.2f)%n",
                    output,
                    cpuSeconds,
                    ffmpegCpuSeconds,
                    timesAsFast,
                    spread.get(0),
                    spread.get(1));
        }
    }

    /** The table for people. */
    String table() {
        return String.format(
                        Locale.ROOT,
                        """
                media: %s, %.0f s in all, median of %d rounds
                machine: %s
                beside: %s, a command for each
                a child's start: %.3f CPU-s, once for many orders, not counted below
                  CPU-s             ours    ffmpeg   times as fast
                """,
                        String.join(", ", recordings),
                        seconds,
                        rounds,
                        machine,
                        ffmpeg,
                        startCpuSeconds)
                + rows.stream().map(Row::line).collect(Collectors.joining());
    }
}
