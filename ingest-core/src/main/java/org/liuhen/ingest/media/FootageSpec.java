package org.liuhen.ingest.media;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What a piece of made footage shows.
 *
 * @param deviceLabel burnt in at the top; capital letters, digits and {@code - . : /}, others become a box
 * @param start what the burnt-in clock shows at the beginning, in {@code zone}
 * @param duration at most an hour
 * @param width even, 64 to 1920
 * @param height even, 64 to 1920
 * @param framesPerSecond 1 to 60
 * @param seed makes footage of the same scene differ
 */
public record FootageSpec(
        String deviceLabel,
        Instant start,
        ZoneId zone,
        Duration duration,
        int width,
        int height,
        int framesPerSecond,
        Scene scene,
        Container container,
        Pictures pictures,
        Sound sound,
        long seed) {
    private static final int MIN_SIDE = 64;
    private static final int MAX_SIDE = 1920;
    private static final int MAX_RATE = 60;

    /** What is to be seen. */
    public enum Scene {
        /** A road with cars, a person walking; the camera sways a little. */
        STREET,
        /** An interview room from its corner: two people at a table. */
        ROOM,
        /** The same room, one face. */
        FACE,
        /** Somebody comes close, again and again; the camera shakes. */
        SCUFFLE
    }

    /** What pictures and sound are put into. */
    public enum Container {
        MP4("mp4"),
        THREE_GP("3gp"),
        MATROSKA("matroska"),
        MPEGTS("mpegts"),
        AVI("avi"),
        /** Pictures alone, without a container. */
        H264("h264"),
        /** Sound alone. */
        WAV("wav"),
        /** Sound alone. */
        MP3("mp3"),
        /** AAC alone, each packet with a head of its own. */
        ADTS("adts");

        private final String muxer;

        Container(String muxer) {
            this.muxer = muxer;
        }

        /** FFmpeg's name. */
        String muxer() {
            return muxer;
        }
    }

    /** How pictures are encoded. */
    public enum Pictures {
        H264,
        MPEG4,
        MJPEG,
        NONE
    }

    /** How sound is encoded. */
    public enum Sound {
        AAC,
        /** G.711, one channel of 8 kHz. */
        ALAW,
        /** Uncompressed, two channels of 44.1 kHz. */
        PCM,
        /** As telephones do, one channel of 8 kHz. */
        AMR,
        MP3,
        NONE
    }

    public FootageSpec {
        checkSide("width", width);
        checkSide("height", height);
        if (framesPerSecond < 1 || framesPerSecond > MAX_RATE) {
            throw new IllegalArgumentException("framesPerSecond: " + framesPerSecond + " (expected: 1 to 60)");
        }
        if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("duration: " + duration + " (expected: above zero, at most an hour)");
        }
        if (pictures == Pictures.NONE && sound == Sound.NONE) {
            throw new IllegalArgumentException("footage: neither pictures nor sound");
        }
    }

    private static void checkSide(String name, int value) {
        if (value < MIN_SIDE || value > MAX_SIDE || value % 2 != 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: even, 64 to 1920)");
        }
    }

    /** Footage that a browser plays as it is: H.264 and AAC in MP4, 640 by 360, 15 pictures a second. */
    public static FootageSpec of(String deviceLabel, Instant start, ZoneId zone, Duration duration, Scene scene) {
        return new FootageSpec(
                deviceLabel,
                start,
                zone,
                duration,
                640,
                360,
                15,
                scene,
                Container.MP4,
                Pictures.H264,
                Sound.AAC,
                deviceLabel.hashCode());
    }

    /** The same as an old recorder writes it: large and silent, played by no browser, slow to encode again. */
    public FootageSpec byOldRecorder() {
        return withSize(1280, 720, 25).withFormat(Container.AVI, Pictures.MJPEG, Sound.NONE);
    }

    public FootageSpec withFormat(Container container, Pictures pictures, Sound sound) {
        return new FootageSpec(
                deviceLabel,
                start,
                zone,
                duration,
                width,
                height,
                framesPerSecond,
                scene,
                container,
                pictures,
                sound,
                seed);
    }

    public FootageSpec withSize(int width, int height, int framesPerSecond) {
        return new FootageSpec(
                deviceLabel,
                start,
                zone,
                duration,
                width,
                height,
                framesPerSecond,
                scene,
                container,
                pictures,
                sound,
                seed);
    }
}
