package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.liuhen.ingest.media.looks.Look;

/**
 * Some of what {@link Rendering} makes for looking at a recording, in the current folder and nothing else. What is not
 * wanted costs nothing: neither a stream that nothing is made of nor pictures between those that are wanted are decoded.
 */
final class Glance {
    private final Path input;
    private final Set<Look> wanted;
    private final PrintStream progress;

    /** @param wanted at least one */
    Glance(Path input, Set<Look> wanted, PrintStream progress) {
        this.input = input;
        this.wanted = wanted;
        this.progress = progress;
    }

    /** @return {@code made} and the findings, if they are wanted, or {@code unplayable} with the reason */
    Answer run() throws FfmpegFailure, IOException {
        long sizeBytes = Files.size(input);
        Ways ways = new Ways();
        try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS)) {
            ways.choose(file);
            try (Output output = Output.nothing();
                    Looks looks = new Looks(file, ways, sizeBytes, wanted);
                    Pass pass = new Pass(file, output, ways, progress, looks)) {
                if (wanted.equals(Set.of(Look.POSTER))) {
                    file.seek(looks.posterSeconds());
                }
                pass.run(Double.MAX_VALUE);
                looks.finish(pass.durationSeconds(), sizeBytes);
                if (wanted.contains(Look.POSTER) && !looks.writePoster()) {
                    Poster.write(input, pass.durationSeconds());
                }
                return Answer.outcome("made").with("findings", looks.findings(pass.durationSeconds()));
            }
        } catch (StreamFailed failure) {
            return Answer.outcome("unplayable").with("detail", String.valueOf(failure.getMessage()));
        }
    }
}
