package org.liuhen.ingest.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.ingest.media.signed.SignatureCheck;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.vault.DurableFiles;

/** What can be done with media files, each piece of work by a child process that sees nothing else. Safe for many threads. */
public final class MediaTools implements AutoCloseable {
    /** What {@link #plan} writes. */
    public static final String PLAN = "plan.txt";

    /** What comes before the first segment, likewise. */
    public static final String HEAD = "head.mp4";

    /** What {@link #segment} writes. */
    public static final String PIECE = "piece.m4s";

    /** What {@link #picture} writes. */
    public static final String PICTURE = "picture.jpg";

    private static final String CLIP = "clip.mp4";
    private static final long LEAST_FILE_BYTES = 512L << 20;
    /** Encoding takes as long as it takes, however small a file is. */
    private static final Duration TIME_TO_ENCODE = Duration.ofMinutes(10);

    private static final long EXACT_GROWTH = 2;
    private static final Set<String> SIGNABLE = Set.of("h264", "hevc");

    private final MediaSettings settings;
    private final ChildLauncher launcher;

    public MediaTools(MediaSettings settings) {
        this.settings = settings;
        this.launcher = new ChildLauncher(settings);
    }

    /**
     * Makes an original playable.
     *
     * @param folder empty; the playlist, its pieces and the poster are written into it. What is there after any other
     *     outcome than {@link RenderOutcome.Playable} is worth nothing
     */
    public RenderOutcome render(Path original, Path folder) {
        return render("render", original, folder, false, seconds -> {});
    }

    /**
     * As {@link #render(Path, Path)}.
     *
     * @param strictly whether a child has died on it before: by one of its own, with one thread and tighter limits
     * @param progress told how far it is, seconds of the recording
     */
    RenderOutcome render(Path original, Path folder, boolean strictly, DoubleConsumer progress) {
        return render("render", original, folder, strictly, progress);
    }

    /**
     * The same where what browsers play is served from the original (see {@link org.liuhen.ingest.media.playback} and
     * {@link #plan}): it is measured and gets its poster, but no playlist and pieces unless it has to be encoded again.
     */
    public RenderOutcome look(Path original, Path folder) {
        return render("look", original, folder, false, seconds -> {});
    }

    /** As {@link #look(Path, Path)}; the rest as in {@link #render(Path, Path, boolean, DoubleConsumer)}. */
    RenderOutcome look(Path original, Path folder, boolean strictly, DoubleConsumer progress) {
        return render("look", original, folder, strictly, progress);
    }

    /**
     * As {@link #look(Path, Path)}, for an original that may have lost its index.
     *
     * @param likeness of the camera that it comes from
     */
    RenderOutcome repair(Path original, Path folder, Likeness likeness, boolean strictly, DoubleConsumer progress) {
        List<String> arguments = List.of("look", original.toAbsolutePath().toString(), likeness.text());
        return render(arguments, original, folder, strictly, progress);
    }

    private RenderOutcome render(String verb, Path original, Path folder, boolean strictly, DoubleConsumer progress) {
        List<String> arguments = List.of(verb, original.toAbsolutePath().toString());
        return render(arguments, original, folder, strictly, progress);
    }

    private RenderOutcome render(
            List<String> arguments, Path original, Path folder, boolean strictly, DoubleConsumer progress) {
        try {
            long sizeBytes = Files.size(original);
            Duration time = settings.timeFor(sizeBytes);
            ChildOutcome outcome = strictly
                    ? launcher.runStrictly(arguments, folder, time, fileBytes(sizeBytes), progress)
                    : launcher.run(arguments, folder, time, fileBytes(sizeBytes), progress);
            return outcome.match(
                    answered -> ChildAnswer.rendered(answered.json()),
                    died -> new RenderOutcome.Crashed(died.how()),
                    stopped -> new RenderOutcome.Stopped());
        } catch (IOException e) {
            return new RenderOutcome.Hindered("no child could work: " + e);
        }
    }

    /**
     * Makes only some of what {@link #look(Path, Path)} makes for looking at an original, for the price of that.
     *
     * @param wanted at least one
     * @param folder empty; what was made is written into it
     * @return what was found, if that is wanted
     * @throws IOException if it could not be made
     */
    public List<Finding> make(Set<Look> wanted, Path original, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("make", absolute(original)));
        wanted.forEach(look -> arguments.add(look.name()));
        long sizeBytes = Files.size(original);
        ChildOutcome outcome = launcher.run(arguments, folder, settings.timeFor(sizeBytes), fileBytes(sizeBytes));
        return ChildAnswer.made(answer(outcome), original);
    }

    /** What a child has answered; empty braces if it has not come to that. */
    private static String answer(ChildOutcome outcome) {
        return outcome.match(
                ChildOutcome.Answered::json, died -> "{\"detail\":\"" + died.how() + "\"}", stopped -> "{}");
    }

    /** What the children that live have used of the processor so far. */
    public Duration processorTime() {
        return launcher.pool().processorTime();
    }

    /**
     * Checks the signatures that a camera put into its pictures, and adds what was found.
     *
     * @param played what came of making the original playable
     */
    RenderOutcome withSignatures(RenderOutcome played, Path original, @Nullable Likeness likeness) {
        if (!(played instanceof RenderOutcome.Playable playable) || !isSignable(playable.media())) {
            return played;
        }
        List<String> arguments = new ArrayList<>(
                List.of("signatures", original.toAbsolutePath().toString(), likeness == null ? "" : likeness.text()));
        arguments.addAll(settings.signatureRoots().encoded());
        try {
            return inFolder(arguments, original)
                    .match(
                            answered -> playable.with(ChildAnswer.checked(answered.json())),
                            died -> playable.with(List.of(Finding.of(
                                    SignatureCheck.UNCHECKED, Said.of(Sentence.CHECK_BROKE_OFF, "text", died.how())))),
                            stopped -> new RenderOutcome.Stopped());
        } catch (IOException e) {
            return new RenderOutcome.Hindered("no child could work: " + e);
        }
    }

    private static boolean isSignable(Media media) {
        return media.video() != null && SIGNABLE.contains(media.video().codec());
    }

    /**
     * Cuts an excerpt into an MP4 file that plays while it loads. It begins at the last key picture at or before {@code
     * fromSeconds}; only what no browser plays is encoded again. Of a file without times (a bare H.264 stream) it
     * begins at the start.
     *
     * @param fromSeconds from the recording's start, 0 or more
     * @param toSeconds more than {@code fromSeconds}
     * @param out written anew
     * @throws IOException if no child could work
     */
    public ClipOutcome clip(Path original, double fromSeconds, double toSeconds, Path out) throws IOException {
        if (!(fromSeconds >= 0 && toSeconds > fromSeconds && toSeconds < Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "clip: " + fromSeconds + " to " + toSeconds + " (expected: 0 <= from < to, seconds)");
        }
        List<String> arguments = List.of(
                "clip",
                original.toAbsolutePath().toString(),
                Double.toString(fromSeconds),
                Double.toString(toSeconds),
                CLIP);
        long sizeBytes = Files.size(original);
        return intoFile(
                arguments, settings.timeFor(sizeBytes), fileBytes(sizeBytes), out, seconds -> {}, ChildAnswer::cut);
    }

    /**
     * Cuts a clip to the very picture, of one recording or of several, and hides in it what is to be hidden. What is
     * wanted as it is and hangs together is copied where that is possible; the rest is encoded again.
     *
     * @param originals one for each part of the order
     * @param out written anew
     * @param progress told how far it is, seconds of the clip
     * @return {@link ClipOutcome.Made} or {@link ClipOutcome.NotCut}
     * @throws IOException if no child could work
     */
    public ClipOutcome cut(ClipOrder order, List<Path> originals, Path out, DoubleConsumer progress)
            throws IOException {
        long sizeBytes = 0;
        for (Path original : originals) {
            sizeBytes += Files.size(original);
        }
        List<String> arguments = new ArrayList<>(List.of("exact", CLIP));
        arguments.addAll(order.words(
                originals.stream().map(path -> path.toAbsolutePath().toString()).toList()));
        int parts = order.parts().size();
        return intoFile(
                arguments,
                settings.timeFor(sizeBytes).plus(TIME_TO_ENCODE.multipliedBy(parts)),
                EXACT_GROWTH * fileBytes(sizeBytes),
                out,
                progress,
                json -> ClipReport.parsed(json, parts));
    }

    private ClipOutcome intoFile(
            List<String> arguments,
            Duration time,
            long fileBytes,
            Path out,
            DoubleConsumer progress,
            Function<String, ClipOutcome> reading)
            throws IOException {
        Path folder = Files.createTempDirectory(
                Objects.requireNonNull(out.toAbsolutePath().getParent()), "cutting-");
        try {
            ClipOutcome outcome = launcher.run(arguments, folder, time, fileBytes, progress)
                    .match(
                            answered -> reading.apply(answered.json()),
                            died -> new ClipOutcome.NotCut(died.how()),
                            stopped -> new ClipOutcome.NotCut("the server is closing"));
            if (!(outcome instanceof ClipOutcome.NotCut)) {
                DurableFiles.LOCAL.replaceFile(folder.resolve(CLIP), out.toAbsolutePath());
            }
            return outcome;
        } finally {
            Files.deleteIfExists(folder.resolve(CLIP));
            Files.deleteIfExists(folder);
        }
    }

    /**
     * Plans how an original is played in segments that are made on demand, see {@link
     * org.liuhen.ingest.media.playback.SegmentPlan}.
     *
     * @param folder empty; {@value #PLAN} and {@value #HEAD} are written into it
     * @param strictly whether a child has died on it before
     * @throws IOException if no child could work
     */
    public PieceOutcome plan(Path original, Path folder, boolean strictly) throws IOException {
        return piece(List.of("plan", absolute(original)), original, folder, strictly);
    }

    /**
     * Makes a segment of an original.
     *
     * @param plan a file that {@link #plan} has made
     * @param number from 0
     * @param folder empty; {@value #PIECE} is written into it
     * @param strictly whether a child has died on it before
     * @throws IOException if no child could work
     */
    public PieceOutcome segment(Path original, Path plan, int number, Path folder, boolean strictly)
            throws IOException {
        List<String> arguments = List.of("segment", absolute(original), absolute(plan), Integer.toString(number));
        return piece(arguments, original, folder, strictly);
    }

    /**
     * Makes the picture of a JPEG file ready for browsers: at its full size, upright, encoded anew.
     *
     * @param folder empty; {@value #PICTURE} is written into it
     * @param strictly whether a child has died on it before
     * @throws IOException if no child could work
     */
    public PieceOutcome picture(Path original, Path folder, boolean strictly) throws IOException {
        return piece(List.of("picture", absolute(original)), original, folder, strictly);
    }

    private PieceOutcome piece(List<String> arguments, Path original, Path folder, boolean strictly)
            throws IOException {
        long sizeBytes = Files.size(original);
        Duration time = settings.timeFor(sizeBytes);
        ChildOutcome outcome = strictly
                ? launcher.runStrictly(arguments, folder, time, fileBytes(0), seconds -> {})
                : launcher.run(arguments, folder, time, fileBytes(0));
        return outcome.match(
                answered -> ChildAnswer.piece(answered.json()),
                died -> new PieceOutcome.Died(died.how()),
                stopped -> new PieceOutcome.Stopped());
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }

    /**
     * Decodes a whole file, or the pieces of a playlist, to see that it can be played. Only for files of our own making:
     * a playlist names other files.
     *
     * @throws IOException if it cannot be decoded
     */
    public Decoded decode(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        boolean playlist = absolute.toString().endsWith(".m3u8");
        ChildOutcome outcome = inFolder(
                playlist
                        ? List.of(
                                "decode", String.valueOf(absolute.getParent()), String.valueOf(absolute.getFileName()))
                        : List.of("decode", absolute.toString()),
                file);
        String json = answer(outcome);
        if (!json.contains("\"outcome\":\"decoded\"")) {
            throw new IOException("decode: " + json + ", file=" + file);
        }
        return StoredJson.MAPPER.readValue(json, Decoded.class);
    }

    /**
     * Reads what a file says of itself.
     *
     * @return empty if it is no media file that can be read, or the child could not say
     * @throws IOException if no child could work
     */
    public Optional<Probed> probe(Path file) throws IOException {
        return inFolder(List.of("probe", file.toAbsolutePath().toString()), file)
                .match(answered -> Probed.of(answered.json()), died -> Optional.empty(), stopped -> Optional.empty());
    }

    private ChildOutcome inFolder(List<String> arguments, Path original) throws IOException {
        long sizeBytes = Files.size(original);
        Path folder = Files.createTempDirectory("liuhen-media");
        try {
            return launcher.run(arguments, folder, settings.timeFor(sizeBytes), fileBytes(sizeBytes));
        } finally {
            Files.deleteIfExists(folder);
        }
    }

    private static long fileBytes(long sizeBytes) {
        return Math.max(LEAST_FILE_BYTES, 2 * sizeBytes);
    }

    /** Starts a child ahead of need, so that the first who asks does not wait for it. */
    public void prepare() {
        launcher.prepare();
    }

    /** The children that do it. */
    ChildPool pool() {
        return launcher.pool();
    }

    /** Why children are in no sandbox; empty if they are. */
    public Optional<String> sandboxMissing() {
        return launcher.sandboxMissing();
    }

    /** Ends all children under way. */
    @Override
    public void close() {
        launcher.close();
    }
}
