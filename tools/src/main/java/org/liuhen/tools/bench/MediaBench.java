package org.liuhen.tools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.FootageMaker;
import org.liuhen.ingest.media.FootageSpec;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.RenderOutcome;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.ingest.media.sandbox.ChildPool;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Media;

/**
 * Measures what it costs to make what people look at, beside the program {@code ffmpeg} that makes the same at the same
 * settings with a command for each: in every round one after the other, so that a noisy machine is noisy to both.
 */
final class MediaBench {
    private static final String WHOLE = "full set";
    private static final Duration FOOTAGE = Duration.ofSeconds(40);

    private final Path home;
    private final List<Path> files;
    private final @Nullable Path program;
    private final int rounds;

    /**
     * Prepares nothing yet.
     *
     * @param home where the bench works in a folder of its own; nothing else in it is touched
     * @param files recordings with pictures; none for footage that is made here
     * @param program null for the {@code ffmpeg} of the libraries that children use
     */
    MediaBench(Path home, List<Path> files, @Nullable Path program, int rounds) {
        int orders = Math.max(1, files.size()) * ((rounds + 1) * (Look.ALL.size() + 1) + MediaLikeness.ORDERS);
        if (rounds < 1 || orders >= ChildPool.MOST_ORDERS) {
            throw new IllegalArgumentException("rounds: " + rounds + " of " + files.size()
                    + " recordings (expected: at least one round, and not more than one child does in its life)");
        }
        this.home = home;
        this.files = List.copyOf(files);
        this.program = program;
        this.rounds = rounds;
    }

    /** A recording and what it is. */
    private record Source(Path file, Media media) {
        Set<Look> looks() {
            Set<Look> looks = EnumSet.allOf(Look.class);
            looks.remove(Look.CLOCK); // for which ffmpeg has nothing; the full set looks for clocks nevertheless
            if (media.audio() == null) {
                looks.remove(Look.WAVEFORM);
            }
            return looks;
        }
    }

    /** Processor seconds of each output, of all recordings together. */
    private record Round(Map<String, Double> ours, Map<String, Double> theirs) {
        Round() {
            this(new LinkedHashMap<>(), new LinkedHashMap<>());
        }

        double timesAsFast(String output) {
            return theirs.getOrDefault(output, 0.0) / Math.max(0.001, ours.getOrDefault(output, 0.0));
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    MediaReport run() throws IOException {
        Files.createDirectories(home);
        Path folder = Files.createTempDirectory(home, "bench-").toAbsolutePath();
        MediaSettings settings = MediaSettings.standard(folder.resolve("natives"))
                .withNiceness(0)
                .withChildren(1);
        try {
            List<Path> originals = files.isEmpty() ? List.of(footage(settings, folder)) : files;
            return measure(settings, originals, folder);
        } finally {
            UploadBench.deleteTree(folder);
        }
    }

    private static Path footage(MediaSettings settings, Path folder) throws IOException {
        Path file = folder.resolve("footage.mp4");
        FootageSpec spec = FootageSpec.of("BENCH", Instant.EPOCH, ZoneOffset.UTC, FOOTAGE, FootageSpec.Scene.STREET)
                .withSize(1280, 720, 30);
        try (FootageMaker maker = new FootageMaker(settings)) {
            maker.make(spec, file);
        }
        return file;
    }

    private MediaReport measure(MediaSettings settings, List<Path> originals, Path folder) throws IOException {
        try (MediaTools tools = new MediaTools(settings)) {
            tools.probe(originals.get(0));
            double start = seconds(tools.processorTime());
            FfmpegProgram ffmpeg = program == null
                    ? FfmpegProgram.ofLibraries(settings.nativesFolder(), folder)
                    : FfmpegProgram.at(program);
            List<Source> sources = new ArrayList<>();
            List<Round> measured = new ArrayList<>();
            for (int i = 0; i <= rounds; i++) {
                Round round = new Round();
                for (Path original : originals) {
                    Path work = Files.createTempDirectory(folder, "round-");
                    Media media = look(tools, original, work, round);
                    Source source = new Source(original, media);
                    make(tools, ffmpeg, source, work, round, i == 0);
                    UploadBench.deleteTree(work);
                    if (i == 0) {
                        sources.add(source);
                    }
                }
                if (i > 0) {
                    measured.add(round); // the one before was to warm up
                }
            }
            return report(sources, measured, ffmpeg, start);
        }
    }

    /** The full set, by one order. */
    private static Media look(MediaTools tools, Path original, Path work, Round round) throws IOException {
        Path made = Files.createDirectory(work.resolve("set"));
        List<RenderOutcome> outcome = new ArrayList<>();
        round.ours().merge(WHOLE, cost(tools, () -> outcome.add(tools.look(original, made))), Double::sum);
        if (outcome.get(0) instanceof RenderOutcome.Playable playable
                && playable.media().video() != null
                && Files.exists(made.resolve(MediaCommands.LOW))) {
            return playable.media();
        }
        throw new IllegalArgumentException(original + ": " + outcome.get(0)
                + " (expected: pictures so large that a low-bandwidth copy is made of them)");
    }

    /** Each output alone, ours and theirs. */
    private static void make(
            MediaTools tools, FfmpegProgram ffmpeg, Source source, Path work, Round round, boolean compared)
            throws IOException {
        for (Look look : source.looks()) {
            String output = look.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            Path made = Files.createDirectory(work.resolve("made-" + look));
            Path beside = Files.createDirectory(work.resolve("beside-" + look));
            List<Finding> found = new ArrayList<>();
            double our = cost(tools, () -> found.addAll(tools.make(Set.of(look), source.file(), made)));
            FfmpegProgram.Ended ended =
                    ffmpeg.run(MediaCommands.of(look, source.file(), source.media(), ffmpeg.encoder()), beside);
            round.ours().merge(output, our, Double::sum);
            round.theirs().merge(output, seconds(ended.cpu()), Double::sum);
            round.theirs().merge(WHOLE, seconds(ended.cpu()), Double::sum);
            if (compared) {
                new MediaLikeness(tools, made, beside).check(look, found, ended.said());
            }
        }
    }

    private static double cost(MediaTools tools, Work work) throws IOException {
        Duration before = tools.processorTime();
        work.run();
        double cost = seconds(tools.processorTime().minus(before));
        if (cost < 0) {
            throw new IOException("media child: another one has taken over (expected: one for the whole bench)");
        }
        return cost;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private MediaReport report(List<Source> sources, List<Round> measured, FfmpegProgram ffmpeg, double start) {
        List<MediaReport.Row> rows = new ArrayList<>();
        for (String output : measured.get(0).ours().keySet()) {
            List<Double> ratios = sorted(
                    measured.stream().map(round -> round.timesAsFast(output)).toList());
            rows.add(new MediaReport.Row(
                    output,
                    median(measured.stream()
                            .map(round -> round.ours().getOrDefault(output, 0.0))
                            .toList()),
                    median(measured.stream()
                            .map(round -> round.theirs().getOrDefault(output, 0.0))
                            .toList()),
                    median(ratios),
                    List.of(ratios.get(0), ratios.get(ratios.size() - 1))));
        }
        return new MediaReport(
                sources.stream()
                        .map(source -> String.valueOf(source.file().getFileName()))
                        .toList(),
                sources.stream()
                        .mapToDouble(source -> source.media().durationSeconds())
                        .sum(),
                rounds,
                ffmpeg.description(),
                start,
                rows,
                UploadBench.machine());
    }

    private static double median(List<Double> values) {
        return sorted(values).get(values.size() / 2);
    }

    private static List<Double> sorted(List<Double> values) {
        return values.stream().sorted().toList();
    }
}
