package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;

/**
 * Shows recordings in up to four cells side by side, each when it was, with the sound of one cell. Where one of them shows nothing, a
 * plate stands: black with a grey bar. Everything is encoded.
 */
final class BesideClip {
    private static final PictureTrack.Size LARGEST_CELL = new PictureTrack.Size(960, 540);
    private static final double MOST_RATE = 30;
    private static final double KEY_SECONDS = 4;
    private static final double PROGRESS_SECONDS = 10;

    private final ClipOrder order;
    private final List<Path> inputs;
    private final Path target;
    private final PrintStream progress;
    private final ClipTally tally = new ClipTally();

    BesideClip(ClipOrder order, List<Path> inputs, Path target, PrintStream progress) {
        this.order = order;
        this.inputs = inputs;
        this.target = target;
        this.progress = progress;
    }

    Answer run() throws FfmpegFailure {
        List<List<Cell.Shown>> shown = new ArrayList<>();
        for (int number = 0; number < order.cells(); number++) {
            shown.add(inCell(number));
        }
        List<Cell.Shown> all = shown.stream().flatMap(List::stream).toList();
        int widest = all.stream().mapToInt(one -> one.size().width()).max().orElse(0);
        int highest = all.stream().mapToInt(one -> one.size().height()).max().orElse(0);
        PictureTrack.Size room =
                new PictureTrack.Size(Math.min(widest, LARGEST_CELL.width()), Math.min(highest, LARGEST_CELL.height()));
        Colours colours = shown.get(0).get(0).colours();
        PictureTrack.Size size = ClipPictureCoder.within(shown.get(0).get(0).size(), room);
        double rate = all.stream().mapToDouble(Cell.Shown::rate).max().orElse(MOST_RATE);
        List<Cell.Shown> heard = shown.get(order.parts().get(order.soundOf()).cell());
        List<Cell> cells =
                shown.stream().map(some -> new Cell(some, size, colours)).toList();
        try {
            return write(cells, size, Math.min(rate, MOST_RATE), colours, heard);
        } finally {
            cells.forEach(Cell::close);
        }
    }

    private List<Cell.Shown> inCell(int number) throws FfmpegFailure {
        List<Integer> parts = IntStream.range(0, inputs.size())
                .filter(i -> order.parts().get(i).cell() == number)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> order.parts().get(i).atSeconds()))
                .toList();
        List<Cell.Shown> shown = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int part = parts.get(i);
            double next =
                    i + 1 < parts.size() ? order.parts().get(parts.get(i + 1)).atSeconds() : Double.MAX_VALUE;
            shown.add(Cell.Shown.of(order.parts().get(part), inputs.get(part), next));
        }
        return shown;
    }

    private Answer write(List<Cell> cells, PictureTrack.Size cell, double rate, Colours colours, List<Cell.Shown> heard)
            throws FfmpegFailure {
        int columns = cells.size() == 1 ? 1 : 2;
        int rows = cells.size() > 2 ? 2 : 1;
        PictureTrack.Size whole = new PictureTrack.Size(columns * cell.width(), rows * cell.height());
        double seconds = order.seconds();
        try (Output output = Output.clip(target);
                Encoder pictures = Encoder.h264(output, whole, rate, colours);
                @Nullable Heard sound = Heard.of(heard, output)) {
            output.begin();
            AVFrame canvas = canvas(whole);
            try {
                tally.beginPart();
                long count = Math.max(1, Math.round(seconds * rate));
                double told = 0;
                for (long i = 0; i < count; i++) {
                    double now = i / rate;
                    FfmpegFailure.check(av_frame_make_writable(canvas), "take picture");
                    boolean hidden = false;
                    for (int k = 0; k < cells.size(); k++) {
                        hidden |=
                                cells.get(k).draw(canvas, k % columns * cell.width(), k / columns * cell.height(), now);
                    }
                    tally.encoded(now, hidden);
                    canvas.pts(Math.round(now * Encoder.PICTURE_TICKS_PER_SECOND));
                    boolean key = i % Math.max(1, Math.round(KEY_SECONDS * rate)) == 0;
                    canvas.pict_type(key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
                    pictures.encode(canvas);
                    if (sound != null) {
                        sound.advance(now);
                    }
                    if (now > told + PROGRESS_SECONDS) {
                        told = now;
                        progress.printf(Locale.ROOT, "progress %.1f%n", told);
                        progress.flush();
                    }
                }
                pictures.encode(null);
            } finally {
                av_frame_free(canvas);
            }
            if (sound != null) {
                sound.finish();
            }
            output.finish();
            return answer(sound != null);
        }
    }

    private static AVFrame canvas(PictureTrack.Size whole) throws FfmpegFailure {
        AVFrame canvas = av_frame_alloc();
        canvas.width(whole.width());
        canvas.height(whole.height());
        canvas.format(AV_PIX_FMT_YUV420P);
        FfmpegFailure.check(av_frame_get_buffer(canvas, 0), "make picture");
        return canvas;
    }

    private Answer answer(boolean heard) {
        List<Answer> parts = new ArrayList<>();
        for (ClipPart part : order.parts()) {
            parts.add(new Answer()
                    .with("fromSeconds", part.span().fromSeconds())
                    .with("toSeconds", part.span().toSeconds()));
        }
        return tally.into(Answer.outcome("cut")
                .with("sound", heard ? "encoded" : "none")
                .with("notJoined", "recordings are shown side by side")
                .with("parts", parts));
    }

    /** The sound of one cell, written as time goes on. */
    private static final class Heard implements AutoCloseable {
        private final Deque<Cell.Shown> next;
        private final ClipSoundCoder sound;
        private final AVPacket packet = av_packet_alloc();
        private @Nullable MediaFile file;
        private double offsetSeconds;
        private double reached;

        private Heard(List<Cell.Shown> heard, ClipSoundCoder sound) {
            this.next = new ArrayDeque<>(heard);
            this.sound = sound;
        }

        /** @return null if none of them has sound */
        static @Nullable Heard of(List<Cell.Shown> heard, Output output) throws FfmpegFailure {
            return heard.stream().anyMatch(Cell.Shown::heard) ? new Heard(heard, new ClipSoundCoder(output)) : null;
        }

        /** Writes what is heard until then, seconds of the clip. */
        void advance(double clipSeconds) throws FfmpegFailure {
            while (true) {
                MediaFile open = file;
                if (open == null) {
                    Cell.Shown due = next.peek();
                    if (due == null || due.part().atSeconds() > clipSeconds) {
                        return;
                    }
                    open = begin(next.remove());
                }
                boolean ended = false;
                while (!ended && !sound.isDone() && reached <= clipSeconds) {
                    ended = !read(open);
                }
                if (!ended && !sound.isDone()) {
                    return;
                }
                sound.end();
                open.close();
                file = null;
            }
        }

        private MediaFile begin(Cell.Shown due) throws FfmpegFailure {
            MediaFile opened = MediaFile.open(due.input(), MediaFile.RECORDINGS);
            file = opened;
            double from = due.part().span().fromSeconds();
            double at = due.part().atSeconds();
            ExactClip.seek(opened, from);
            sound.begin(
                    new PartPlan(due.part(), null, from, from + due.untilSeconds() - at, at), opened, opened.audio());
            offsetSeconds = at - from;
            reached = Double.NEGATIVE_INFINITY;
            return opened;
        }

        private boolean read(MediaFile open) throws FfmpegFailure {
            boolean more = ExactClip.reads(open, packet);
            if (more && open.holds(open.audio(), packet)) {
                reached = ExactClip.seconds(open, packet) + offsetSeconds;
                sound.take(packet);
            }
            av_packet_unref(packet);
            return more;
        }

        void finish() throws FfmpegFailure {
            advance(Double.MAX_VALUE);
            sound.finish();
        }

        @Override
        public void close() {
            av_packet_free(packet);
            sound.close();
            if (file != null) {
                file.close();
            }
        }
    }
}
