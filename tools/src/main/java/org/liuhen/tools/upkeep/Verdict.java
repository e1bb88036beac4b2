package org.liuhen.tools.upkeep;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.UploadId;

/**
 * What was found about one recording, or about bytes that belong to none.
 *
 * @param recording null for an unfinished upload
 * @param upload the unfinished upload; null for a recording
 * @param differences what is wrong; empty if it is intact
 * @param rottenMiB where in the file, counted from 0
 * @param repaired what was mended since, for people; empty if nothing was
 */
public record Verdict(
        @Nullable RecordingId recording,
        @Nullable UploadId upload,
        List<Difference> differences,
        List<Long> rottenMiB,
        List<String> repaired) {
    public Verdict {
        differences = List.copyOf(differences);
        rottenMiB = List.copyOf(rottenMiB);
        repaired = List.copyOf(repaired);
    }

    static Verdict of(RecordingId recording, String where, String what) {
        return new Verdict(recording, null, List.of(new Difference(null, where, what)), List.of(), List.of());
    }

    static Verdict of(UploadId upload, String where, String what) {
        return new Verdict(null, upload, List.of(new Difference(null, where, what)), List.of(), List.of());
    }

    public boolean intact() {
        return differences.isEmpty();
    }

    /** What is wrong, for people; empty if it is intact. */
    public Optional<String> damage() {
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(differences.stream().map(Difference::toString).collect(Collectors.joining("; ")));
    }
}
