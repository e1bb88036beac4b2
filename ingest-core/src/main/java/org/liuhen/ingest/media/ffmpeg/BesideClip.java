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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;

/**
 * Shows up to four recordings side by side, each when it was, with the sound of one. Where one of them shows nothing, a
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
        int columns = inputs.size() == 1 ? 1 : 2;
        int rows = inputs.size() > 2 ? 2 : 1;
        List<CellPictures> cells = new ArrayList<>();
        try {
            PictureTrack.Size cell = null;
            double rate = 0;
            for (int i = 0; i < inputs.size(); i++) {
                CellPictures opened = new CellPictures(order.parts().get(i), inputs.get(i));
                cells.add(opened);
                cell = cell == null ? ClipPictureCoder.within(opened.size(), LARGEST_CELL) : cell;
                opened.fit(cell);
                rate = Math.max(rate, opened.rate());
            }
            if (cell == null) {
                throw new IllegalArgumentException("beside: no parts");
            }
            PictureTrack.Size whole = new PictureTrack.Size(columns * cell.width(), rows * cell.height());
            return write(cells, cell, whole, Math.min(rate, MOST_RATE), columns);
        } finally {
            cells.forEach(CellPictures::close);
        }
    }

    private Answer write(
            List<CellPictures> cells, PictureTrack.Size cell, PictureTrack.Size whole, double rate, int columns)
            throws FfmpegFailure {
        double seconds = order.besideSeconds();
        try (Output output = Output.clip(target);
                Encoder pictures = Encoder.h264(output, whole.width(), whole.height(), rate);
                @Nullable Heard sound = Heard.open(order, inputs, output)) {
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
                        CellPictures shown = cells.get(k);
                        hidden |= shown.draw(canvas, k % columns * cell.width(), k / columns * cell.height(), now);
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

    /** The sound of the one part that is heard, written as time goes on. */
    private static final class Heard implements AutoCloseable {
        private final MediaFile file;
        private final AVStream stream;
        private final ClipSoundCoder sound;
        private final ClipPart part;
        private final AVPacket packet = av_packet_alloc();
        private double reached;
        private boolean ended;

        private Heard(MediaFile file, AVStream stream, ClipSoundCoder sound, ClipPart part) {
            this.file = file;
            this.stream = stream;
            this.sound = sound;
            this.part = part;
        }

        static @Nullable Heard open(ClipOrder order, List<Path> inputs, Output output) throws FfmpegFailure {
            MediaFile file = MediaFile.open(inputs.get(order.soundOf()), MediaFile.RECORDINGS);
            AVStream stream = file.audio();
            if (stream == null) {
                file.close();
                return null;
            }
            ClipPart part = order.parts().get(order.soundOf());
            ClipSoundCoder sound = new ClipSoundCoder(output);
            Heard heard = new Heard(file, stream, sound, part);
            ExactClip.seek(file, part.span().fromSeconds());
            heard.reached = Double.NEGATIVE_INFINITY;
            return heard;
        }

        /** Writes what is heard until then, seconds of the clip. */
        void advance(double clipSeconds) throws FfmpegFailure {
            if (reached == Double.NEGATIVE_INFINITY) {
                double from = part.span().fromSeconds();
                double to = part.span().toSeconds();
                sound.begin(new PartPlan(part, null, from, to, part.atSeconds()), file, stream);
                reached = 0;
            }
            while (!ended && !sound.isDone() && reached <= clipSeconds) {
                ended = !ExactClip.reads(file, packet);
                if (!ended && file.holds(stream, packet)) {
                    double at = ExactClip.seconds(file, packet);
                    reached = at - part.span().fromSeconds() + part.atSeconds();
                    sound.take(packet);
                }
                av_packet_unref(packet);
            }
        }

        void finish() throws FfmpegFailure {
            advance(Double.MAX_VALUE);
            sound.end();
            sound.finish();
        }

        @Override
        public void close() {
            av_packet_free(packet);
            sound.close();
            file.close();
        }
    }
}
