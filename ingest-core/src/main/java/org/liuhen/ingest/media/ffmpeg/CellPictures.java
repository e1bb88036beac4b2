package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipPart;

/** The pictures of one recording in its place among others, each from when it is shown until the next. */
final class CellPictures implements AutoCloseable {
    private static final int BLACK = 16;
    private static final int GREY = 90;
    private static final int NEUTRAL = 128;
    private static final int MILLION = 1_000_000;

    private final ClipPart part;
    private final MediaFile file;
    private final AVStream stream;
    private final Decoder decoder;
    private final PacketTimes times;
    private final AVPacket packet = av_packet_alloc();
    private final Deque<AVFrame> waiting = new ArrayDeque<>();
    private final Deque<Boolean> hidden = new ArrayDeque<>();
    private final PictureTrack.Size cell;
    private final PictureTrack.Size inner;
    private final Reshaping reshaping;
    private @Nullable AVFrame current;
    private boolean currentHidden;
    private boolean ended;

    /**
     * @param cell how much room there is for it
     * @param colours of what it is drawn on
     */
    CellPictures(ClipPart part, Path input, PictureTrack.Size cell, Colours colours) throws FfmpegFailure {
        this.part = part;
        this.cell = cell;
        this.file = MediaFile.open(input, MediaFile.RECORDINGS);
        AVStream video = file.video();
        if (video == null) {
            file.close();
            throw new FfmpegFailure(0, "a part has no pictures");
        }
        this.stream = video;
        this.inner = ClipPictureCoder.within(PictureTrack.Size.of(video, Cell.Shown.MAX_SIDE), cell);
        String filters = PictureTrack.turn(video) + colours.fit(inner);
        this.reshaping = Reshaping.pictures(video, filters, av_make_q(1, MILLION), this::keep);
        try {
            this.decoder = Decoder.open(video);
        } catch (FfmpegFailure failure) {
            reshaping.close();
            file.close();
            throw failure;
        }
        this.times = file.times(video, file.frameRate(video));
        ExactClip.seek(file, part.span().fromSeconds());
    }

    private void keep(AVFrame ready) throws FfmpegFailure {
        AVFrame kept = av_frame_clone(ready);
        if (kept == null) {
            throw new FfmpegFailure(0, "keep picture: out of memory");
        }
        waiting.add(kept);
        FfmpegFailure.check(av_frame_make_writable(kept), "take picture");
        hidden.add(MaskPainter.paint(part.masks(), kept, (double) kept.pts() / MILLION, 1 / file.frameRate(stream)));
    }

    /**
     * Draws what is shown at a moment of the clip.
     *
     * @return whether anything in it is hidden
     */
    boolean draw(AVFrame canvas, int left, int top, double clipSeconds) throws FfmpegFailure {
        double now = clipSeconds - part.atSeconds() + part.span().fromSeconds();
        advance(now);
        AVFrame shown = current;
        if (shown == null || (ended && waiting.isEmpty() && isOver(shown, now))) {
            plate(canvas, left, top, cell);
            return false;
        }
        fill(canvas, left, top, cell.width(), cell.height(), BLACK);
        copy(
                shown,
                canvas,
                left + (cell.width() - inner.width()) / 4 * 2,
                top + (cell.height() - inner.height()) / 4 * 2);
        return currentHidden;
    }

    /** Draws what stands where nothing is shown. */
    static void plate(AVFrame canvas, int left, int top, PictureTrack.Size cell) {
        fill(canvas, left, top, cell.width(), cell.height(), BLACK);
        fill(
                canvas,
                left + cell.width() / 8 * 2,
                top + cell.height() / 4 * 2,
                cell.width() / 4 * 2,
                Math.max(2, cell.height() / 32 * 2),
                GREY);
    }

    private boolean isOver(AVFrame last, double now) {
        return now > (double) last.pts() / MILLION + Math.max(1 / file.frameRate(stream), 1);
    }

    private void advance(double now) throws FfmpegFailure {
        while (true) {
            AVFrame next = waiting.peek();
            while (next == null && !ended) {
                read();
                next = waiting.peek();
            }
            if (next == null || (double) next.pts() / MILLION > now + PictureGroups.ROUNDING_SECONDS) {
                return;
            }
            if (current != null) {
                av_frame_free(current);
            }
            current = waiting.poll();
            currentHidden = Boolean.TRUE.equals(hidden.poll());
        }
    }

    private void read() throws FfmpegFailure {
        ended = !ExactClip.reads(file, packet);
        if (ended) {
            decoder.decode(null, this::decoded);
            reshaping.finish();
        } else if (file.holds(stream, packet)) {
            decoder.decode(packet, this::decoded);
        }
        av_packet_unref(packet);
    }

    private void decoded(AVFrame frame) throws FfmpegFailure {
        times.next(frame.best_effort_timestamp(), PacketTimes.NONE, frame.duration());
        frame.pts(times.pts());
        reshaping.take(frame);
    }

    private static ByteBuffer plane(AVFrame frame, int number) {
        int rows = number == 0 ? frame.height() : (frame.height() + 1) / 2;
        return frame.data(number).capacity((long) frame.linesize(number) * rows).asByteBuffer();
    }

    private static void fill(AVFrame canvas, int left, int top, int width, int height, int brightness) {
        for (int number = 0; number < 3; number++) {
            int shift = number == 0 ? 0 : 1;
            ByteBuffer plane = plane(canvas, number);
            byte value = (byte) (number == 0 ? brightness : NEUTRAL);
            for (int y = top >> shift; y < (top + height) >> shift; y++) {
                int row = y * canvas.linesize(number);
                for (int x = left >> shift; x < (left + width) >> shift; x++) {
                    plane.put(row + x, value);
                }
            }
        }
    }

    private static void copy(AVFrame from, AVFrame to, int left, int top) {
        byte[] row = new byte[from.width()];
        for (int number = 0; number < 3; number++) {
            int shift = number == 0 ? 0 : 1;
            ByteBuffer source = plane(from, number);
            ByteBuffer target = plane(to, number);
            int width = from.width() >> shift;
            for (int y = 0; y < from.height() >> shift; y++) {
                source.get(y * from.linesize(number), row, 0, width);
                target.put(((top >> shift) + y) * to.linesize(number) + (left >> shift), row, 0, width);
            }
        }
    }

    @Override
    public void close() {
        if (current != null) {
            av_frame_free(current);
            current = null;
        }
        waiting.forEach(frame -> av_frame_free(frame));
        waiting.clear();
        reshaping.close();
        av_packet_free(packet);
        decoder.close();
        file.close();
    }
}
