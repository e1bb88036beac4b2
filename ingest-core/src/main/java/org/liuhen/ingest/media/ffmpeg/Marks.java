package org.liuhen.ingest.media.ffmpeg;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.SegmentPlan.Segment;
import org.liuhen.ingest.media.playback.SegmentPlan.Treatment;

/**
 * Where segments can begin, and from where each can be read: gathered while the packets of an original pass. Copied
 * pictures are divided at key pictures, encoded ones at any.
 */
final class Marks {
    private static final long TICKS = SegmentPlan.TICKS_PER_SECOND;
    private static final long NONE = PacketTimes.NONE;
    /** How far before a segment reading begins, so that decoders are warm and sound that lies ahead is met. */
    private static final double LEAD_SECONDS = 1;

    private static final double MARK_SECONDS = 1;
    /** Where pictures are reordered and carry no times, some after a key picture are shown before it. */
    private static final long REORDERED_TICKS = TICKS / 2;

    private static final long KEPT_SECONDS = 10;
    /** So that no recording has more segments than a plan may. */
    private static final double MOST_SEGMENTS = 20_000;

    /** A place from which can be read. The sound is the first that follows. */
    private static final class Mark {
        private final long offset;
        private final long rawPicture;
        private final long pictureTicks;
        private long rawSound = NONE;
        private long soundTicks;
        private long soundShift;

        Mark(long offset, long rawPicture, long pictureTicks) {
            this.offset = offset;
            this.rawPicture = rawPicture;
            this.pictureTicks = pictureTicks;
        }
    }

    private static final class Start {
        private final long keyTicks;
        private long ticks;

        Start(long keyTicks, long ticks) {
            this.keyTicks = keyTicks;
            this.ticks = ticks;
        }
    }

    private final SegmentInput input;
    private final long leastTicks;
    private final List<Mark> marks = new ArrayList<>();
    private final List<Start> starts = new ArrayList<>();
    private long firstRawPicture = NONE;
    private long firstPicture = NONE;
    private long firstRawSound = NONE;
    private long firstSound = NONE;
    private long firstShift;
    /** When the last key pictures are shown. */
    private final Deque<Long> keys = new ArrayDeque<>();

    private boolean reordered;

    /** @param declaredSeconds what the file says of its length, 0 if nothing */
    Marks(SegmentInput input, double declaredSeconds) {
        this.input = input;
        this.leastTicks =
                Math.round(TICKS * Math.max(SegmentPlan.LEAST_SEGMENT_SECONDS, declaredSeconds / MOST_SEGMENTS));
    }

    void see(AVPacket packet) throws StreamFailed {
        if (input.isPicture(packet)) {
            seePicture(packet);
        } else if (input.isSound(packet)) {
            seeSound(packet);
        }
    }

    private void seePicture(AVPacket packet) throws StreamFailed {
        boolean copied = input.pictureTreatment() == Treatment.COPY;
        AVStream pictures = input.pictures();
        try {
            if (copied && pictures != null) {
                CopiedPictures.check(pictures, packet);
            }
        } catch (NotCopyable e) {
            throw new StreamFailed(true, e);
        }
        boolean key = SegmentInput.isKey(packet) || (!copied && firstPicture == NONE);
        if (firstPicture == NONE && !key) {
            return;
        }
        reordered |= packet.pts() == NONE
                && pictures != null
                && pictures.codecpar().video_delay() > 0
                && !input.file().isTimeless();
        long raw = input.rawPicture(packet);
        long ticks = input.nextPicture(packet);
        if (firstPicture == NONE) {
            firstPicture = ticks;
            firstRawPicture = raw;
            starts.add(new Start(ticks, ticks));
        }
        if (key) {
            keys.add(ticks);
            keyBefore(ticks - KEPT_SECONDS * TICKS);
            mark(packet, raw, ticks);
        }
        Start latest = starts.get(starts.size() - 1);
        if (ticks - latest.keyTicks >= leastTicks && (key || !copied) && ticks - latest.ticks >= leastTicks) {
            starts.add(new Start(copied ? ticks : keyBefore(reordered ? ticks - REORDERED_TICKS : ticks), ticks));
        } else if (copied) {
            latest.ticks = Math.min(latest.ticks, ticks);
        }
    }

    /** When the last key picture at or before a time is shown; of those before it none is kept. */
    private long keyBefore(long ticks) {
        long first = keys.remove();
        while (!keys.isEmpty() && keys.element() <= ticks) {
            first = keys.remove();
        }
        keys.addFirst(first);
        return first;
    }

    private void mark(AVPacket packet, long raw, long ticks) {
        boolean byOffset = input.file().isSearchedByOffset();
        boolean near =
                !marks.isEmpty() && ticks - marks.get(marks.size() - 1).pictureTicks < Math.round(MARK_SECONDS * TICKS);
        if (near || (byOffset ? packet.pos() <= 0 : raw == NONE)) {
            return;
        }
        marks.add(new Mark(Math.max(0, packet.pos()), raw, ticks));
    }

    private void seeSound(AVPacket packet) throws StreamFailed {
        try {
            input.learn(packet);
        } catch (NotCopyable e) {
            throw new StreamFailed(false, e);
        }
        long raw = SegmentInput.rawSound(packet);
        long ticks = input.nextSound(packet);
        if (firstSound == NONE) {
            firstSound = ticks;
            firstRawSound = raw;
            firstShift = input.soundLine().shift();
        }
        if (input.pictures() == null) {
            long at = input.asPictureTicks(ticks);
            if (raw != NONE && !input.file().isSearchedByOffset()) {
                mark(packet, raw, at);
            }
            Start latest = starts.isEmpty() ? null : starts.get(starts.size() - 1);
            if (latest == null || at - latest.ticks >= leastTicks) {
                starts.add(new Start(at, at));
            }
        }
        if (!marks.isEmpty() && marks.get(marks.size() - 1).rawSound == NONE) {
            Mark latest = marks.get(marks.size() - 1);
            latest.rawSound = raw;
            latest.soundTicks = ticks;
            latest.soundShift = input.soundLine().shift();
        }
    }

    /** @throws StreamFailed if there is nothing that could be played */
    SegmentPlan plan() throws StreamFailed {
        if (starts.isEmpty()) {
            throw new StreamFailed(input.pictures() != null, "no key picture");
        }
        long base = starts.get(0).ticks;
        if (input.pictures() != null && firstSound != NONE) {
            // sound before the start of the file only warms up the decoder
            base = Math.min(base, Math.max(input.originTicks(), input.asPictureTicks(firstSound)));
        }
        long soundBase = Math.round((double) base * input.soundTicksPerSecond() / TICKS);
        List<Segment> segments = new ArrayList<>();
        int at = 0;
        for (Start start : starts) {
            while (at < marks.size() && isBefore(marks.get(at), start)) {
                at++;
            }
            Mark mark = at == 0 || segments.isEmpty() ? beginning() : marks.get(at - 1);
            boolean heard = mark.rawSound != NONE;
            segments.add(new Segment(
                    segments.isEmpty() ? 0 : start.ticks - base,
                    start.keyTicks - base,
                    mark.offset,
                    mark.rawPicture,
                    mark.pictureTicks - base,
                    mark.rawSound,
                    heard ? mark.soundTicks - soundBase : 0,
                    heard ? mark.soundShift - soundBase : 0));
        }
        long end = Math.max(
                input.pictures() == null ? 0 : input.pictureLine().end(),
                firstSound == NONE ? 0 : input.asPictureTicks(input.soundLine().end()));
        return new SegmentPlan(
                input.pictureTreatment(),
                firstSound == NONE ? Treatment.LEAVE_OUT : input.soundTreatment(),
                input.soundTicksPerSecond(),
                end - base,
                segments);
    }

    private boolean isBefore(Mark mark, Start start) {
        long lead = Math.round(LEAD_SECONDS * TICKS);
        boolean pictureBefore = mark.pictureTicks <= Math.min(start.ticks, start.keyTicks) - lead
                || (input.file().isTimeless() && mark.pictureTicks <= start.keyTicks);
        boolean soundBefore = firstSound == NONE
                || (mark.rawSound != NONE && input.asPictureTicks(mark.soundTicks) <= start.ticks - lead / 2);
        return pictureBefore && soundBefore;
    }

    private Mark beginning() {
        Mark mark = new Mark(NONE, firstRawPicture, firstPicture == NONE ? 0 : firstPicture);
        mark.rawSound = firstRawSound;
        mark.soundTicks = firstSound == NONE ? 0 : firstSound;
        mark.soundShift = firstShift;
        return mark;
    }
}
