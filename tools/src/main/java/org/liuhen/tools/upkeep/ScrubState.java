package org.liuhen.tools.upkeep;

import com.fasterxml.jackson.databind.DeserializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.vault.DurableFiles;

/**
 * How far the scrubber is, so that a restart does not begin anew. Recordings are gone through by their start, so one
 * position says which were checked in this round, however many there are.
 *
 * <table>
 *   <caption>{@code scrub.json}, format 1; losing it costs one round</caption>
 *   <tr><td>format</td><td>1</td></tr>
 *   <tr><td>since</td><td>when scrubbing began in this store</td></tr>
 *   <tr><td>mirror</td><td>the second vault, as configured; null if there was none</td></tr>
 *   <tr><td>roundBegan</td><td>when the round under way began; null between rounds</td></tr>
 *   <tr><td>position</td><td>the start of the recording that was checked last in this round</td></tr>
 *   <tr><td>recordings, bytes</td><td>checked in this round so far, or in the last one</td></tr>
 *   <tr><td>lastBegan, lastEnded</td><td>of the last round that was finished; null before the first</td></tr>
 * </table>
 */
public record ScrubState(
        int format,
        Instant since,
        @Nullable String mirror,
        @Nullable Instant roundBegan,
        @Nullable Instant position,
        long recordings,
        long bytes,
        @Nullable Instant lastBegan,
        @Nullable Instant lastEnded) {
    public static final int FORMAT = 1;

    /** Before the first round. */
    static ScrubState fresh(Instant now, @Nullable String mirror) {
        return new ScrubState(FORMAT, now, mirror, null, null, 0, 0, null, null);
    }

    /**
     * What was written last; null if nothing was, or it cannot be understood.
     *
     * @throws StorageFailure {@code FORMAT_TOO_NEW}
     */
    public static @Nullable ScrubState read(Path file) throws StorageFailure {
        try {
            ScrubState state = StoredJson.MAPPER
                    .readerFor(ScrubState.class)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(Files.readAllBytes(file));
            if (state != null && state.format() > FORMAT) {
                throw new StorageFailure(
                        StorageFailure.Kind.FORMAT_TOO_NEW,
                        "format of " + file.getFileName() + ": " + state.format() + " (expected: at most " + FORMAT
                                + "; a newer version of this program wrote it)");
            }
            return isWhole(state) ? state : null;
        } catch (NoSuchFileException ignored) {
            // the first start
            return null;
        } catch (IOException ignored) {
            // losing it costs one round
            return null;
        }
    }

    // Jackson leaves null what is absent, also where the record says it cannot be.
    @SuppressWarnings("ConstantValue")
    private static boolean isWhole(@Nullable ScrubState state) {
        return state != null && state.format() == FORMAT && state.since() != null;
    }

    void write(Path file) throws IOException {
        DurableFiles.replaceDurably(
                file, StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this), "rw-r-----");
    }

    ScrubState beginning(Instant now) {
        return new ScrubState(format, since, mirror, now, null, 0, 0, lastBegan, lastEnded);
    }

    ScrubState at(Instant start, long moreBytes) {
        return new ScrubState(
                format, since, mirror, roundBegan, start, recordings + 1, bytes + moreBytes, lastBegan, lastEnded);
    }

    ScrubState ended(Instant now) {
        return new ScrubState(format, since, mirror, null, null, recordings, bytes, roundBegan, now);
    }

    /** The same store with another mirror, or none any more: everything is gone through again. */
    ScrubState with(@Nullable String other) {
        return new ScrubState(format, since, other, null, null, 0, 0, null, null);
    }

    /** Everything was received or checked after this. */
    Instant checkedSince() {
        return lastBegan == null ? since : lastBegan;
    }
}
