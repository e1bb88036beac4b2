package org.liuhen.ingest.media.ffmpeg;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Cuts an excerpt of a recording into an MP4 file. It begins at the last key picture at or before the wanted start, so
 * that nothing has to be encoded again; what no browser plays is.
 */
final class Clip {
    private final Path input;
    private final double fromSeconds;
    private final double toSeconds;
    private final Path target;
    private final PrintStream progress;
    private final Ways ways = new Ways();

    /** Seconds from the recording's start, the end above the beginning. */
    Clip(Path input, double fromSeconds, double toSeconds, Path target, PrintStream progress) {
        this.input = input;
        this.fromSeconds = fromSeconds;
        this.toSeconds = toSeconds;
        this.target = target;
        this.progress = progress;
    }

    /** @return {@code cut} with what the excerpt really spans, or {@code unplayable} and why */
    Answer run() throws FfmpegFailure {
        while (true) {
            try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS)) {
                ways.choose(file);
                if (ways.isExhausted()) {
                    return unplayable("nothing that could be cut " + ways.problems());
                }
                return cut(file);
            } catch (StreamFailed failure) {
                ways.retreat(failure);
            } catch (FfmpegFailure failure) {
                if (failure.isShortage()) {
                    throw failure;
                }
                return unplayable(String.valueOf(failure.getMessage()));
            }
        }
    }

    private Answer cut(MediaFile file) throws FfmpegFailure, StreamFailed {
        if (fromSeconds > 0) {
            file.seek(fromSeconds);
        }
        try (Output output = Output.file("mp4", target);
                Pass pass = new Pass(file, output, ways, progress, null)) {
            pass.run(toSeconds);
            return Answer.outcome("cut")
                    .with("fromSeconds", pass.beginSeconds())
                    .with("toSeconds", pass.endSeconds())
                    .with("picturesCopied", ways.pictures() != Way.ENCODE)
                    .with("soundCopied", ways.sound() != Way.ENCODE);
        }
    }

    private static Answer unplayable(String detail) {
        return Answer.outcome("unplayable").with("detail", detail);
    }
}
