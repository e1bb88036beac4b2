package org.liuhen.ingest.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Footage to test with: the sample recordings where they are, and in any case footage of every usual kind, made here. */
final class SampleMedia {
    /** Where all tests of this module have FFmpeg's libraries unpacked. */
    static final Path NATIVES = Path.of("target", "natives").toAbsolutePath();

    static final MediaSettings SETTINGS = MediaSettings.standard(NATIVES).withNiceness(0);

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    static final Path SHARED = Path.of(System.getProperty("basedir", "")).resolve("../../shared/media");

    private SampleMedia() {}

    /**
     * A recording and what is known of it.
     *
     * @param pictures how many it holds; 0 if sound only
     * @param repackaged whether a browser plays what is in it
     */
    record Sample(Path file, double seconds, long pictures, boolean sound, boolean repackaged) {
        @Override
        public String toString() {
            return String.valueOf(file.getFileName());
        }
    }

    /** The recordings of the shared folder that are there; empty where there is none. */
    static List<Sample> shared() {
        return List.of(
                        new Sample(SHARED.resolve("camera-1080p-elementary.h264"), 1.667, 50, false, true),
                        new Sample(SHARED.resolve("corridor-people.mp4"), 139.4, 1394, false, true),
                        new Sample(SHARED.resolve("plain-h264.mp4"), 10, 256, false, true),
                        new Sample(SHARED.resolve("plain-h265.mp4"), 10.05, 302, false, false),
                        new Sample(SHARED.resolve("room-signing.mkv"), 1.93, 58, false, true),
                        new Sample(SHARED.resolve("signed-h264.mp4"), 10, 256, false, true),
                        new Sample(SHARED.resolve("signed-h264-frame-137-altered.mp4"), 10, 256, false, true),
                        new Sample(SHARED.resolve("signed-h265.mp4"), 10.05, 302, false, false),
                        new Sample(SHARED.resolve("street-cars.mp4"), 30.165, 377, true, true))
                .stream()
                .filter(sample -> Files.exists(sample.file()))
                .toList();
    }

    /** Footage of every usual kind, made in {@code folder}. */
    static List<Sample> made(Path folder) throws IOException {
        List<Sample> samples = new ArrayList<>();
        samples.add(made(folder, "street.mp4", spec(FootageSpec.Scene.STREET)));
        samples.add(made(
                folder,
                "room.mkv",
                spec(FootageSpec.Scene.ROOM)
                        .withFormat(
                                FootageSpec.Container.MATROSKA, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE)));
        samples.add(made(
                folder,
                "scuffle.ts",
                spec(FootageSpec.Scene.SCUFFLE)
                        .withFormat(FootageSpec.Container.MPEGTS, FootageSpec.Pictures.H264, FootageSpec.Sound.AAC)));
        samples.add(made(
                folder,
                "face.h264",
                spec(FootageSpec.Scene.FACE)
                        .withSize(320, 180, 25)
                        .withFormat(FootageSpec.Container.H264, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE)));
        samples.add(made(
                folder,
                "old-camera.avi",
                spec(FootageSpec.Scene.STREET)
                        .withFormat(FootageSpec.Container.AVI, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.PCM)));
        samples.add(made(
                folder,
                "old-recorder.mkv",
                spec(FootageSpec.Scene.ROOM)
                        .withSize(174, 98, 12)
                        .withFormat(
                                FootageSpec.Container.MATROSKA, FootageSpec.Pictures.MPEG4, FootageSpec.Sound.ALAW)));
        samples.add(made(
                folder,
                "mixed.mkv",
                spec(FootageSpec.Scene.FACE)
                        .withFormat(
                                FootageSpec.Container.MATROSKA, FootageSpec.Pictures.H264, FootageSpec.Sound.ALAW)));
        samples.add(made(
                folder,
                "voice.wav",
                spec(FootageSpec.Scene.FACE)
                        .withFormat(FootageSpec.Container.WAV, FootageSpec.Pictures.NONE, FootageSpec.Sound.PCM)));
        return samples;
    }

    /** Six seconds of a scene, as a browser plays it. */
    static FootageSpec spec(FootageSpec.Scene scene) {
        return FootageSpec.of("BWC-0001", START, ZONE, Duration.ofSeconds(6), scene)
                .withSize(320, 180, 15);
    }

    /** With pictures and sound as cameras put them into a container. */
    static FootageSpec usual(FootageSpec spec, FootageSpec.Container container) {
        return switch (container) {
            case WAV -> spec.withFormat(container, FootageSpec.Pictures.NONE, FootageSpec.Sound.PCM);
            case MP3 -> spec.withFormat(container, FootageSpec.Pictures.NONE, FootageSpec.Sound.MP3);
            case ADTS -> spec.withFormat(container, FootageSpec.Pictures.NONE, FootageSpec.Sound.AAC);
            case AVI -> spec.withFormat(container, FootageSpec.Pictures.MJPEG, FootageSpec.Sound.PCM);
            case H264 -> spec.withFormat(container, FootageSpec.Pictures.H264, FootageSpec.Sound.NONE);
            case THREE_GP -> spec.withFormat(container, FootageSpec.Pictures.H264, FootageSpec.Sound.AMR);
            default -> spec.withFormat(container, FootageSpec.Pictures.H264, FootageSpec.Sound.AAC);
        };
    }

    static Sample made(Path folder, String name, FootageSpec spec) throws IOException {
        Path file = folder.resolve(name);
        try (FootageMaker maker = new FootageMaker(SETTINGS)) {
            maker.make(spec, file);
        }
        boolean pictures = spec.pictures() != FootageSpec.Pictures.NONE;
        boolean repackaged = (spec.pictures() == FootageSpec.Pictures.H264 || !pictures)
                && (spec.sound() == FootageSpec.Sound.AAC || spec.sound() == FootageSpec.Sound.NONE);
        double seconds = spec.duration().toMillis() / 1000.0;
        return new Sample(
                file,
                seconds,
                pictures ? Math.round(seconds * spec.framesPerSecond()) : 0,
                spec.sound() != FootageSpec.Sound.NONE,
                repackaged);
    }

    /** An MP4 file as if its index had never been written. */
    static byte[] withoutIndex(Path mp4) throws IOException {
        byte[] bytes = Files.readAllBytes(mp4);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov")] = 'x';
        return bytes;
    }

    /** Everything. */
    static List<Sample> all(Path folder) {
        try {
            List<Sample> samples = new ArrayList<>(made(folder));
            samples.addAll(shared());
            return samples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
