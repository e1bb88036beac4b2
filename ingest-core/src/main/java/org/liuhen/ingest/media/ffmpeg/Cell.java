package org.liuhen.ingest.media.ffmpeg;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipPart;

/** A place in the picture, in which recordings follow each other, each when it was. Only one of them is open at a time. */
final class Cell implements AutoCloseable {
    /**
     * A recording in its cell.
     *
     * @param untilSeconds when the clip shows or hears no more of it: at its end, or where the next begins
     * @param size of its pictures, upright
     * @param colours as they are told
     * @param rate pictures a second
     * @param heard whether it has sound
     */
    record Shown(
            ClipPart part,
            Path input,
            double untilSeconds,
            PictureTrack.Size size,
            Colours colours,
            double rate,
            boolean heard) {
        static final int MAX_SIDE = 1920;

        static Shown of(ClipPart part, Path input, double nextSeconds) throws FfmpegFailure {
            try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS)) {
                AVStream video = file.video();
                if (video == null) {
                    throw new FfmpegFailure(0, "a part has no pictures");
                }
                double end =
                        part.atSeconds() + part.span().toSeconds() - part.span().fromSeconds();
                return new Shown(
                        part,
                        input,
                        Math.min(end, nextSeconds),
                        PictureTrack.Size.of(video, MAX_SIDE),
                        Colours.of(video),
                        file.frameRate(video),
                        file.audio() != null);
            }
        }
    }

    private final Deque<Shown> next;
    private final PictureTrack.Size size;
    private final Colours colours;
    private @Nullable CellPictures current;
    private double untilSeconds;

    /**
     * @param shown by when they begin
     * @param colours of what they are drawn on
     */
    Cell(List<Shown> shown, PictureTrack.Size size, Colours colours) {
        this.next = new ArrayDeque<>(shown);
        this.size = size;
        this.colours = colours;
    }

    /**
     * Draws what is shown at a moment of the clip, later than the one before.
     *
     * @return whether anything in it is hidden
     */
    boolean draw(AVFrame canvas, int left, int top, double clipSeconds) throws FfmpegFailure {
        Shown due = next.peek();
        while (due != null && due.part().atSeconds() <= clipSeconds + PictureGroups.ROUNDING_SECONDS) {
            close();
            current = new CellPictures(due.part(), due.input(), size, colours);
            untilSeconds = due.untilSeconds();
            next.remove();
            due = next.peek();
        }
        CellPictures shown = current;
        if (shown == null || clipSeconds >= untilSeconds - PictureGroups.ROUNDING_SECONDS) {
            close();
            CellPictures.plate(canvas, left, top, size);
            return false;
        }
        return shown.draw(canvas, left, top, clipSeconds);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
