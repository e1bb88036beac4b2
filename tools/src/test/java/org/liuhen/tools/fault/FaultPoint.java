package org.liuhen.tools.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One instant of a station's day: just before the {@code number}-th {@code call} on {@code path}, counted as strace counts
 * them, for each thread by itself.
 *
 * @param path relative to the data folder; empty for the folder itself
 */
record FaultPoint(String call, Path path, int number) {
    /**
     * Every instant at which something in {@code data} changes. Between two of them nothing changes, so nothing is
     * missed, however the threads take turns.
     *
     * @throws IllegalStateException if two threads make the same call on the same path, so that one of them would hide the
     *     other. Only a force of a folder may be hidden: a force leaves nothing behind that a kill could show
     */
    static List<FaultPoint> all(List<SystemCall> calls, Path data) {
        Map<String, Integer> counts = new HashMap<>();
        Map<FaultPoint, String> threads = new HashMap<>();
        List<FaultPoint> points = new ArrayList<>();
        for (SystemCall call : calls) {
            if (call.paths().isEmpty()) {
                continue;
            }
            int number = counts.merge(call.thread() + ' ' + call.name() + ' ' + call.path(), 1, Integer::sum);
            if (call.changing() && isStored(data, call.path())) {
                FaultPoint point = new FaultPoint(call.name(), data.relativize(call.path()), number);
                String other = threads.putIfAbsent(point, call.thread());
                if (other != null && !(call.name().equals("fsync") && Files.isDirectory(call.path()))) {
                    throw new IllegalStateException("fault point: " + point + " is reached by two threads, " + other
                            + " and " + call.thread() + " (expected: one)");
                }
                if (other == null) {
                    points.add(point);
                }
            }
        }
        return points;
    }

    /** What RocksDB tells people about itself, and unpacked libraries, are not part of the store. */
    private static boolean isStored(Path data, Path path) {
        return path.startsWith(data)
                && !path.startsWith(data.resolve("natives"))
                && !path.getFileName().toString().startsWith("LOG");
    }

    /** The part of the store: {@code vault}, {@code catalog}, {@code keys}; {@code data} for the folder of all. */
    String room() {
        String first = path.getName(0).toString();
        return first.isEmpty() ? "data" : first;
    }

    @Override
    public String toString() {
        return call + " " + path + " #" + number;
    }
}
