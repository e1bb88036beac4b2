package org.liuhen.tools.fault;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.UploadId;

/**
 * What a station has acknowledged, one line each, in the order in which it did.
 *
 * <pre>
 *   clock INSTANT                    it is now
 *   offset FILE UPLOAD BYTES         so many bytes of this file are durable
 *   sealed FILE RECORDING            all of it is, and its source may be wiped
 *   classified FILE                  somebody's classification stands
 *   announced FILE, disposed FILE    its disposal is announced, is certified
 *   head SIZE ROOT                   the log had so many events and this root
 *   refused STEP WHY                 a step failed; nothing is promised about it
 * </pre>
 */
final class Promises {
    /** How far an upload was acknowledged. */
    record Offset(UploadId upload, long bytes) {}

    /** A head of the log that somebody may have seen. */
    record Head(long size, byte[] root) {}

    private final Map<String, Offset> offsets = new HashMap<>();
    private final Map<String, RecordingId> sealed = new HashMap<>();
    private final List<String> marks = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private Optional<Instant> clock = Optional.empty();

    /** Reads what was printed; a last line without its end was told to nobody. */
    static Promises of(String printed) {
        Promises promises = new Promises();
        String whole = printed.substring(0, printed.lastIndexOf('\n') + 1);
        whole.lines().forEach(promises::add);
        return promises;
    }

    private void add(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case "clock" -> clock = Optional.of(Instant.parse(words[1]));
            case "offset" -> offsets.put(words[1], new Offset(new UploadId(words[2]), Long.parseLong(words[3])));
            case "sealed" -> sealed.put(words[1], new RecordingId(words[2]));
            case "classified", "announced", "disposed" -> marks.add(line);
            case "head" ->
                heads.add(new Head(Long.parseLong(words[1]), HexFormat.of().parseHex(words[2])));
            case "refused" -> refusals.add(line);
            default ->
                throw new IllegalArgumentException(
                        "promise: " + line + " (expected: one of " + Arrays.asList("clock", "offset", "sealed") + "…)");
        }
    }

    Optional<Instant> clock() {
        return clock;
    }

    Optional<Offset> offset(String file) {
        return Optional.ofNullable(offsets.get(file));
    }

    Optional<RecordingId> sealed(String file) {
        return Optional.ofNullable(sealed.get(file));
    }

    /** Whether {@code mark}, such as {@code classified A}, was promised. */
    boolean holds(String mark) {
        return marks.contains(mark);
    }

    List<Head> heads() {
        return List.copyOf(heads);
    }

    List<String> refusals() {
        return List.copyOf(refusals);
    }
}
