package org.liuhen.ingest.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;

/**
 * Makes believable footage where there are no cameras, for demonstrations and tests: a scene in which something moves,
 * the device and a running clock burnt in, sound. Each piece is made in a child process. Safe for many threads.
 */
public final class FootageMaker implements AutoCloseable {
    private static final String FILE = "footage";
    private static final long MOST_BYTES = 4L << 30;

    private final ChildLauncher launcher;

    public FootageMaker(MediaSettings settings) {
        this.launcher = new ChildLauncher(settings);
    }

    /**
     * Makes a piece of footage.
     *
     * @param output written anew
     * @throws IOException if it could not be made
     */
    public void make(FootageSpec spec, Path output) throws IOException {
        Path folder = Files.createTempDirectory("liuhen-footage");
        try {
            ChildOutcome outcome =
                    launcher.run(arguments(spec), folder, Duration.ofMinutes(1).plus(spec.duration()), MOST_BYTES);
            String problem = outcome.match(
                    answered -> answered.json().contains("\"outcome\":\"made\"") ? "" : answered.json(),
                    ChildOutcome.Died::how,
                    stopped -> "closing");
            if (!problem.isEmpty()) {
                throw new IOException("footage: " + problem);
            }
            Files.copy(folder.resolve(FILE), output, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(folder.resolve(FILE));
            Files.deleteIfExists(folder);
        }
    }

    private static List<String> arguments(FootageSpec spec) {
        return List.of(
                "footage",
                "output=" + FILE,
                "container=" + spec.container().muxer(),
                "pictures=" + spec.pictures(),
                "sound=" + spec.sound(),
                "label=" + spec.deviceLabel(),
                "start=" + LocalDateTime.ofInstant(spec.start(), spec.zone()),
                "seconds=" + String.format(Locale.ROOT, "%.3f", spec.duration().toMillis() / 1000.0),
                "width=" + spec.width(),
                "height=" + spec.height(),
                "rate=" + spec.framesPerSecond(),
                "scene=" + spec.scene(),
                "seed=" + spec.seed());
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        launcher.close();
    }
}
