package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;
import org.liuhen.ingest.media.playback.SegmentPlan.Treatment;

/**
 * Plans how an original is played in segments that are made on demand: goes through its packets once, decodes nothing,
 * and writes the plan and what comes before the first segment into the current folder.
 */
final class Planning {
    static final Path PLAN = Path.of("plan.txt");
    static final Path HEAD = Path.of("head.mp4");

    private final Path input;
    private Way pictures = Way.COPY;
    private Way sound = Way.COPY;
    private String problem = "";

    Planning(Path input) {
        this.input = input;
    }

    /** @return {@code planned}, or {@code unplayable} and why */
    Answer run() throws FfmpegFailure, IOException {
        if (Files.size(input) == 0) {
            return unplayable("the file is empty");
        }
        while (true) {
            try (MediaFile file = MediaFile.open(input, MediaFile.RECORDINGS)) {
                choose(file);
                if (pictures == Way.LEAVE_OUT && sound == Way.LEAVE_OUT) {
                    return unplayable("nothing that could be played; " + problem);
                }
                plan(file);
                return Answer.outcome("planned");
            } catch (StreamFailed failure) {
                problem = String.valueOf(failure.getMessage());
                pictures = failure.ofPictures() ? pictures.next() : pictures;
                sound = failure.ofPictures() ? sound : sound.next();
            } catch (FfmpegFailure failure) {
                if (failure.isShortage()) {
                    throw failure;
                }
                return unplayable(String.valueOf(failure.getMessage()));
            } catch (IllegalArgumentException e) {
                return unplayable("its times make no sense, " + e.getMessage());
            }
        }
    }

    private void choose(MediaFile file) {
        Ways ways = new Ways();
        ways.choose(file);
        pictures = pictures.compareTo(ways.pictures()) >= 0 ? pictures : ways.pictures();
        sound = sound.compareTo(ways.sound()) >= 0 ? sound : ways.sound();
    }

    private static Answer unplayable(String detail) {
        return Answer.outcome("unplayable").with("detail", detail);
    }

    private void plan(MediaFile file) throws FfmpegFailure, StreamFailed, IOException {
        AVStream video = file.video();
        if (pictures == Way.COPY && video != null && !PictureTrack.turn(video).isEmpty()) {
            throw new StreamFailed(true, "pictures have to be turned");
        }
        // closed by whoever opened the file
        SegmentInput segments = SegmentInput.of(file, treatment(pictures), treatment(sound));
        Marks marks = new Marks(segments, file.declaredSeconds());
        AVPacket packet = av_packet_alloc();
        try {
            while (segments.read(packet)) {
                marks.see(packet);
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
        SegmentPlan plan = marks.plan();
        boolean silent = plan.sound() != segments.soundTreatment();
        head(silent ? SegmentInput.of(file, plan.pictures(), plan.sound()) : segments, plan);
        plan.write(PLAN);
    }

    private static Treatment treatment(Way way) {
        return switch (way) {
            case COPY -> Treatment.COPY;
            case ENCODE -> Treatment.ENCODE;
            case LEAVE_OUT -> Treatment.LEAVE_OUT;
        };
    }

    private static void head(SegmentInput input, SegmentPlan plan) throws FfmpegFailure, StreamFailed, IOException {
        try (SampleStore store = SampleStore.open();
                SegmentParts parts = SegmentParts.open(input, plan, 0, store)) {
            Files.write(HEAD, LooseTrack.head(parts.tracks()));
        }
    }
}
