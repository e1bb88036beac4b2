package org.liuhen.tools.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.liuhen.ingest.media.Decoded;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.storage.Finding;
import org.liuhen.storage.StoredJson;

/** Sees to it that two programs have made the same thing, so that neither is fast because it does less. */
final class MediaLikeness {
    /** How many orders it gives for one recording. */
    static final int ORDERS = 6;

    private static final double NEARLY = 0.3;
    private static final int NEARLY_PICTURES = 2;
    private static final Map<String, String> WORDS =
            Map.of("black", "black_start", "frozen", "freeze_start", "silent", "silence_start");

    private final MediaTools tools;
    private final Path ours;
    private final Path theirs;

    /** @param ours and {@code theirs} the folders that they have written into */
    MediaLikeness(MediaTools tools, Path ours, Path theirs) {
        this.tools = tools;
        this.ours = ours;
        this.theirs = theirs;
    }

    /**
     * Compares.
     *
     * @param found by us
     * @param said by them
     * @throws IllegalStateException if they differ in what counts
     */
    void check(Look look, List<Finding> found, String said) throws IOException {
        switch (look) {
            case LOW_COPY -> movies();
            case STORYBOARD -> {
                equal("sheets", sheets(ours), sheets(theirs));
                stills("storyboard-000.jpg", "storyboard-001.jpg");
            }
            case POSTER -> stills(MediaCommands.POSTER, MediaCommands.POSTER);
            case WAVEFORM -> {
                JsonNode waveform = StoredJson.MAPPER.readTree(Files.readString(ours.resolve("waveform.json")));
                long samples = Files.size(theirs.resolve(MediaCommands.SOUND)) / Float.BYTES;
                near(
                        "seconds heard",
                        waveform.path("secondsPerPeak").asDouble()
                                * waveform.path("peaks").size(),
                        (double) samples / MediaCommands.SAMPLE_RATE,
                        Math.max(NEARLY, waveform.path("secondsPerPeak").asDouble()));
            }
            case FINDINGS -> {
                Set<String> kinds = found.stream().map(Finding::kind).collect(Collectors.toCollection(TreeSet::new));
                Set<String> words = new TreeSet<>(WORDS.keySet());
                words.removeIf(kind -> !said.contains(WORDS.getOrDefault(kind, kind)));
                equal("findings", kinds, words);
            }
            case CLOCK -> throw new IllegalArgumentException("clock: there is nothing to compare with");
        }
    }

    private void movies() throws IOException {
        Decoded our = tools.decode(ours.resolve(MediaCommands.LOW));
        Decoded their = tools.decode(theirs.resolve(MediaCommands.LOW));
        near("pictures of the low copy", (double) our.pictures(), (double) their.pictures(), NEARLY_PICTURES);
        near("seconds of the low copy", our.endSeconds(), their.endSeconds(), NEARLY);
        near(
                "samples of the low copy",
                (double) our.samples(),
                (double) their.samples(),
                NEARLY * MediaCommands.SAMPLE_RATE);
        equal("width of the low copy", our.width(), their.width());
        equal("errors in the low copies", 0L, our.errors() + their.errors());
    }

    /** Stills may differ by a pair of rows, because sizes have to be even. */
    private void stills(String our, String their) throws IOException {
        Decoded mine = tools.decode(ours.resolve(our));
        Decoded other = tools.decode(theirs.resolve(their));
        near("width of " + our, mine.width(), other.width(), 2);
        near("height of " + our, mine.height(), other.height(), 2 * 5);
    }

    private static long sheets(Path folder) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> sheets = Files.newDirectoryStream(folder, "storyboard-*.jpg")) {
            for (Path ignored : sheets) {
                count++;
            }
        }
        return count;
    }

    private static void near(String what, double ours, double theirs, double tolerance) {
        if (!(Math.abs(ours - theirs) <= tolerance)) {
            differs(what, ours, theirs);
        }
    }

    private static void equal(String what, Object ours, Object theirs) {
        if (!ours.equals(theirs)) {
            differs(what, ours, theirs);
        }
    }

    private static void differs(String what, Object ours, Object theirs) {
        throw new IllegalStateException(what + ": " + ours + " (expected: as ffmpeg has it, " + theirs + ")");
    }
}
