package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** A recording once more for slow networks: about 500 kbit/s, {@code low.m3u8} and its pieces in the current folder. */
final class LowCopy implements AutoCloseable {
    /** What it takes in all, bits per second. */
    static final long BIT_RATE = 520_000;

    private static final long PICTURE_BIT_RATE = 430_000;
    private static final double WORTHWHILE_BIT_RATE = 700_000;
    private static final int WORTHWHILE_SIDE = 640;
    private static final long KEY_TICKS = 4L * Encoder.PICTURE_TICKS_PER_SECOND;

    private final Output output;
    private final Encoder pictures;
    private final @Nullable Encoder sound;
    private long lastKeyTicks = Long.MIN_VALUE;

    private LowCopy(Output output, Encoder pictures, @Nullable Encoder sound) {
        this.output = output;
        this.pictures = pictures;
        this.sound = sound;
    }

    /** Whether a recording is so large that a copy of it is worth its space. */
    static boolean isWorthwhile(AVStream video, long sizeBytes, double seconds) {
        int side = Math.max(video.codecpar().width(), video.codecpar().height());
        return side > WORTHWHILE_SIDE || seconds <= 0 || sizeBytes * 8 / seconds > WORTHWHILE_BIT_RATE;
    }

    /** @param sampleRate of the sound, one channel; 0 if there is none */
    static LowCopy open(PictureTrack.Size size, double rate, Colours colours, int sampleRate) throws FfmpegFailure {
        Output output = Output.lowPlaylist();
        Encoder pictures = null;
        Encoder sound = null;
        try {
            pictures = Encoder.h264(output, size, rate, colours, PICTURE_BIT_RATE);
            sound = sampleRate == 0 ? null : Encoder.aac(output, sampleRate, 1);
            output.begin();
            return new LowCopy(output, pictures, sound);
        } catch (FfmpegFailure failure) {
            close(output, pictures, sound);
            throw failure;
        }
    }

    /** @param picture as small as it was said to be; its time counts ticks of pictures */
    void picture(AVFrame picture) throws FfmpegFailure {
        boolean key = lastKeyTicks == Long.MIN_VALUE || picture.pts() >= lastKeyTicks + KEY_TICKS;
        lastKeyTicks = key ? picture.pts() : lastKeyTicks;
        picture.pict_type(key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        pictures.encode(picture);
    }

    /** @param piece whose time counts samples */
    void sound(AVFrame piece) throws FfmpegFailure {
        if (sound != null) {
            sound.encode(piece);
        }
    }

    /** Writes what is still held back, and the playlist. */
    void finish() throws FfmpegFailure {
        pictures.encode(null);
        if (sound != null) {
            sound.encode(null);
        }
        if (pictures.written() == 0 || (sound != null && sound.written() == 0)) {
            throw new FfmpegFailure(0, "low copy: a stream is empty");
        }
        output.finish();
    }

    /** Ends without a copy: what was written is removed. */
    void drop() {
        close();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(""), "low*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException ignored) {
            // what is not named by a playlist is never asked for
        }
    }

    @Override
    public void close() {
        close(output, pictures, sound);
    }

    private static void close(Output output, @Nullable Encoder pictures, @Nullable Encoder sound) {
        if (sound != null) {
            sound.close();
        }
        if (pictures != null) {
            pictures.close();
        }
        output.close();
    }
}
