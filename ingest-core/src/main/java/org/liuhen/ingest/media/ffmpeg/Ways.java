package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/** What is done with the two streams of a file, given what has been tried: copy, else encode again, else leave out. */
final class Ways {
    private Way pictures = Way.COPY;
    private Way sound = Way.COPY;
    private final List<String> problems = new ArrayList<>();

    /** Sound of which only a decoder can tell where one packet ends and the next begins is never copied. */
    void encodeSound() {
        sound = sound == Way.COPY ? Way.ENCODE : sound;
    }

    /** Chooses for a file. */
    void choose(MediaFile file) {
        pictures = choose(pictures, file.video());
        sound = choose(sound, file.audio());
    }

    private static Way choose(Way soFar, @Nullable AVStream stream) {
        if (stream == null || !isDescribed(stream.codecpar())) {
            return Way.LEAVE_OUT;
        }
        return soFar == Way.COPY && !CopyTrack.suits(stream) ? Way.ENCODE : soFar;
    }

    private static boolean isDescribed(AVCodecParameters parameters) {
        return parameters.codec_type() == AVMEDIA_TYPE_VIDEO
                ? parameters.width() > 0 && parameters.height() > 0
                : parameters.sample_rate() > 0 && parameters.ch_layout().nb_channels() > 0;
    }

    /**
     * Gives up a way that has failed. An output takes packets of both streams in turns, so unless it is certain which
     * one failed it may be the copied one whose packet was refused: that is encoded before anything is left out.
     */
    void retreat(StreamFailed failure) {
        Way failed = failure.ofPictures() ? pictures : sound;
        Way other = failure.ofPictures() ? sound : pictures;
        boolean otherFirst = !failure.isCertain() && failed == Way.ENCODE && other == Way.COPY;
        boolean ofPictures = otherFirst != failure.ofPictures();
        Way given = ofPictures ? pictures : sound;
        if (given == Way.ENCODE) {
            problems.add((ofPictures ? "pictures: " : "sound: ") + failure.getMessage());
        }
        if (ofPictures) {
            pictures = pictures.next();
        } else {
            sound = sound.next();
        }
    }

    Way pictures() {
        return pictures;
    }

    Way sound() {
        return sound;
    }

    /** Whether everything there is is taken over as it is. */
    boolean copyAll() {
        return pictures != Way.ENCODE && sound != Way.ENCODE && problems.isEmpty();
    }

    /** Whether nothing is left to be tried. */
    boolean isExhausted() {
        return pictures == Way.LEAVE_OUT && sound == Way.LEAVE_OUT;
    }

    /** Why streams were left out; empty if none was, or none was there. */
    String problems() {
        return String.join("; ", problems);
    }
}
