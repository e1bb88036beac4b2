package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.SegmentPlan.Segment;

/** Makes one segment of a plan, see {@link Planning}: reads from a place before it, takes or encodes exactly its span. */
final class SegmentMaker {
    static final Path PIECE = Path.of("piece.m4s");

    /** How far reading goes on behind the end for a stream that has nothing to say there. */
    private static final long PATIENCE_TICKS = 10 * SegmentPlan.TICKS_PER_SECOND;

    private static final double SAME_SECONDS = 1;

    private final Path original;
    private final SegmentPlan plan;
    private final int number;
    private Segment from;
    private boolean picturesFound;
    private boolean soundFound;

    /** @param number from 0 */
    SegmentMaker(Path original, SegmentPlan plan, int number) {
        this.original = original;
        this.plan = plan;
        this.number = number;
        this.from = plan.segments().get(number);
    }

    /** @return {@code made}, or {@code unplayable} and why */
    Answer run() throws FfmpegFailure, IOException {
        try {
            if (!make()) {
                // it cannot be searched after all
                from = plan.segments().get(0);
                if (!make()) {
                    return Answer.outcome("unplayable").with("detail", "its beginning was not found again");
                }
            }
            return Answer.outcome("made");
        } catch (StreamFailed failure) {
            return Answer.outcome("unplayable").with("detail", String.valueOf(failure.getMessage()));
        }
    }

    private boolean make() throws FfmpegFailure, StreamFailed, IOException {
        picturesFound = false;
        soundFound = false;
        try (SegmentInput input = SegmentInput.open(original, plan.pictures(), plan.sound());
                SampleStore store = SampleStore.open();
                SegmentParts parts = SegmentParts.open(input, plan, number, store)) {
            if (from.offsetBytes() != SegmentPlan.NONE && !seek(input)) {
                return false;
            }
            read(input, parts);
            if (input.pictures() == null ? !soundFound : !picturesFound) {
                return false;
            }
            parts.finish();
            store.write(LooseTrack.segment(parts.tracks(), number), PIECE);
            return true;
        }
    }

    private boolean seek(SegmentInput input) {
        AVStream pictures = input.pictures();
        AVStream sound = input.sound();
        if (pictures != null) {
            return input.file().seekBack(pictures, from.rawPicture(), from.offsetBytes());
        }
        return sound != null && input.file().seekBack(sound, from.rawSound(), from.offsetBytes());
    }

    private void read(SegmentInput input, SegmentParts parts) throws FfmpegFailure, StreamFailed {
        long limit = number + 1 == plan.segments().size() ? Long.MAX_VALUE : plan.endOf(number) + PATIENCE_TICKS;
        AVPacket packet = av_packet_alloc();
        try {
            boolean more = true;
            while (more && !parts.isDone() && input.read(packet)) {
                more = give(input, parts, packet) <= limit;
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
    }

    /** @return when it is shown or heard; 0 if it is passed over */
    private long give(SegmentInput input, SegmentParts parts, AVPacket packet) throws FfmpegFailure, StreamFailed {
        if (input.isPicture(packet)) {
            if (!picturesFound) {
                if (!isPictureWanted(input, packet)) {
                    return 0;
                }
                picturesFound = true;
                input.pictureLine()
                        .resume(isThePlace(packet) ? input.rawPicture(packet) : from.rawPicture(), from.pictureTicks());
            }
            long ticks = input.nextPicture(packet);
            parts.takePicture(packet, ticks);
            return ticks;
        }
        if (input.isSound(packet)) {
            if (!soundFound) {
                if (!isSoundWanted(input, packet)) {
                    return 0;
                }
                soundFound = true;
                input.soundLine().goOn(from.soundTicks(), from.soundShiftTicks());
            }
            long ticks = input.nextSound(packet);
            parts.takeSound(packet, ticks);
            return input.asPictureTicks(ticks);
        }
        return 0;
    }

    /** Whether it is the very packet where reading was to begin. Some formats give it another time after a search. */
    private boolean isThePlace(AVPacket packet) {
        return from.offsetBytes() > 0 && packet.pos() == from.offsetBytes();
    }

    private boolean isPictureWanted(SegmentInput input, AVPacket packet) {
        AVStream pictures = input.pictures();
        if (isThePlace(packet) && !input.file().isTimeless()) {
            return true;
        }
        long raw = input.rawPicture(packet);
        if (from.rawPicture() == SegmentPlan.NONE || raw == PacketTimes.NONE || pictures == null) {
            return SegmentInput.isKey(packet)
                    || (plan.pictures() == SegmentPlan.Treatment.ENCODE && from.offsetBytes() == SegmentPlan.NONE);
        }
        return raw == from.rawPicture()
                || (SegmentInput.isKey(packet) && isSoonAfter(raw, from.rawPicture(), pictures));
    }

    private boolean isSoundWanted(SegmentInput input, AVPacket packet) {
        AVStream sound = input.sound();
        long raw = SegmentInput.rawSound(packet);
        if (from.rawSound() == SegmentPlan.NONE || raw == PacketTimes.NONE || sound == null) {
            return from.offsetBytes() == SegmentPlan.NONE;
        }
        return raw == from.rawSound() || isSoonAfter(raw, from.rawSound(), sound);
    }

    private static boolean isSoonAfter(long raw, long wanted, AVStream stream) {
        double seconds = (double) (raw - wanted)
                * stream.time_base().num()
                / stream.time_base().den();
        return seconds > 0 && seconds < SAME_SECONDS;
    }
}
