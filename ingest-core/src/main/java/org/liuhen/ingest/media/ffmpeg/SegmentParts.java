package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.SegmentPlan.Segment;
import org.liuhen.ingest.media.playback.SegmentPlan.Treatment;

/** Pictures and sound of one segment. */
final class SegmentParts implements AutoCloseable {
    private final @Nullable SegmentPart pictures;
    private final @Nullable SegmentPart sound;

    private SegmentParts(@Nullable SegmentPart pictures, @Nullable SegmentPart sound) {
        this.pictures = pictures;
        this.sound = sound;
    }

    /** Prepares the making of a segment. */
    static SegmentParts open(SegmentInput input, SegmentPlan plan, int number, SampleStore store)
            throws FfmpegFailure, StreamFailed {
        Segment segment = plan.segments().get(number);
        boolean last = number + 1 == plan.segments().size();
        long start = number == 0 ? Long.MIN_VALUE : segment.startTicks();
        long end = last ? Long.MAX_VALUE : plan.endOf(number);
        SegmentPart pictures = null;
        AVStream video = input.pictures();
        if (video != null && input.pictureTreatment() == Treatment.COPY) {
            long next =
                    last ? PacketTimes.NONE : plan.segments().get(number + 1).keyTicks();
            pictures = new CopiedPictures(input, video, store, segment.keyTicks(), next, plan.endOf(number));
        } else if (video != null) {
            try {
                pictures = new EncodedPictures(input, video, store, segment.keyTicks(), start, end);
            } catch (FfmpegFailure failure) {
                throw blame(true, failure);
            }
        }
        SegmentPart sound = null;
        AVStream audio = input.sound();
        if (audio != null && input.soundTreatment() == Treatment.COPY) {
            sound = new CopiedSound(input, audio, store, Math.max(0, start), end);
        } else if (audio != null) {
            try {
                sound = new EncodedSound(input, audio, store, Math.max(0, start), end);
            } catch (FfmpegFailure failure) {
                if (pictures != null) {
                    pictures.close();
                }
                throw blame(false, failure);
            }
        }
        return new SegmentParts(pictures, sound);
    }

    private static StreamFailed blame(boolean ofPictures, Exception failure) throws FfmpegFailure {
        if (failure instanceof FfmpegFailure shortage && shortage.isShortage()) {
            throw shortage;
        }
        return new StreamFailed(ofPictures, failure);
    }

    void takePicture(AVPacket packet, long ticks) throws FfmpegFailure, StreamFailed {
        take(true, pictures, packet, ticks);
    }

    void takeSound(AVPacket packet, long ticks) throws FfmpegFailure, StreamFailed {
        take(false, sound, packet, ticks);
    }

    private static void take(boolean ofPictures, @Nullable SegmentPart part, AVPacket packet, long ticks)
            throws FfmpegFailure, StreamFailed {
        if (part == null) {
            return;
        }
        try {
            part.take(packet, ticks);
        } catch (NotCopyable | FfmpegFailure failure) {
            throw blame(ofPictures, failure);
        }
    }

    boolean isDone() {
        return (pictures == null || pictures.isDone()) && (sound == null || sound.isDone());
    }

    void finish() throws FfmpegFailure, IOException {
        if (pictures != null) {
            pictures.finish();
        }
        if (sound != null) {
            sound.finish();
        }
    }

    /** Pictures first. */
    List<LooseTrack> tracks() throws StreamFailed {
        List<LooseTrack> tracks = new ArrayList<>();
        try {
            if (pictures != null) {
                tracks.add(pictures.track());
            }
        } catch (NotCopyable e) {
            throw new StreamFailed(true, e);
        }
        try {
            if (sound != null) {
                tracks.add(sound.track());
            }
        } catch (NotCopyable e) {
            throw new StreamFailed(false, e);
        }
        return tracks;
    }

    @Override
    public void close() {
        if (sound != null) {
            sound.close();
        }
        if (pictures != null) {
            pictures.close();
        }
    }
}
