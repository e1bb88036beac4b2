package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Makes footage for demonstrations and tests: a drawn scene with the device and a running clock burnt in, and sound. */
final class Footage {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final double BITS_PER_PIXEL = 0.12;
    private static final int POINT_ROWS = 180;

    private final Map<String, String> spec;
    private final double seconds;
    private final int width;
    private final int height;
    private final int rate;

    /** @param spec {@code output, container, pictures, sound, label, start, seconds, width, height, rate, scene, seed} */
    Footage(Map<String, String> spec) {
        this.spec = spec;
        this.seconds = Double.parseDouble(get("seconds"));
        this.width = Integer.parseInt(get("width"));
        this.height = Integer.parseInt(get("height"));
        this.rate = Integer.parseInt(get("rate"));
    }

    private String get(String name) {
        String value = spec.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": is missing");
        }
        return value;
    }

    Answer make() throws FfmpegFailure {
        try (Output output = Output.file(get("container"), Path.of(get("output")));
                @Nullable Encoder pictures = pictures(output);
                @Nullable Encoder sound = sound(output);
                @Nullable FilterChain tone = sound == null ? null : tone(sound)) {
            output.begin();
            long[] samplesTicks = {0};
            long count = Math.round(seconds * rate);
            AVFrame frame = picture();
            Canvas canvas = new Canvas(width, height, Long.parseLong(get("seed")));
            Scenery scenery = new Scenery(canvas, Long.parseLong(get("seed")));
            for (long i = 0; i < count; i++) {
                double now = (double) i / rate;
                if (pictures != null) {
                    draw(canvas, scenery, now);
                    FfmpegFailure.check(av_frame_make_writable(frame), "draw");
                    canvas.copyTo(frame);
                    frame.pts(Math.round(now
                            * pictures.timeBase().den()
                            / pictures.timeBase().num()));
                    pictures.encode(frame);
                }
                if (sound != null && tone != null) {
                    hum(sound, tone, samplesTicks, now);
                }
            }
            if (sound != null && tone != null) {
                hum(sound, tone, samplesTicks, Double.MAX_VALUE);
                sound.encode(null);
            }
            if (pictures != null) {
                pictures.encode(null);
            }
            av_frame_free(frame);
            output.finish();
            return Answer.outcome("made").with("pictures", count);
        }
    }

    private void draw(Canvas canvas, Scenery scenery, double now) {
        scenery.draw(get("scene"), now);
        int size = Math.max(1, height / POINT_ROWS);
        LocalDateTime clock = LocalDateTime.parse(get("start")).plusNanos(Math.round(now * 1e9));
        canvas.text(4 * size, 4 * size, size, get("label"));
        canvas.text(4 * size, 14 * size, size, CLOCK.format(clock));
    }

    private @Nullable Encoder pictures(Output output) throws FfmpegFailure {
        long bitRate = Math.round(width * height * (double) rate * BITS_PER_PIXEL);
        PictureTrack.Size size = new PictureTrack.Size(width, height);
        return switch (get("pictures")) {
            case "NONE" -> null;
            case "MPEG4" -> Encoder.pictures("mpeg4", output, size, rate, Colours.STANDARD, bitRate, Map.of());
            case "MJPEG" -> Encoder.pictures("mjpeg", output, size, rate, Colours.STANDARD, bitRate, Map.of());
            default ->
                Encoder.pictures(
                        "libopenh264", output, size, rate, Colours.STANDARD, bitRate, Map.of("allow_skip_frames", "0"));
        };
    }

    private @Nullable Encoder sound(Output output) throws FfmpegFailure {
        return switch (get("sound")) {
            case "NONE" -> null;
            case "ALAW" -> Encoder.sound("pcm_alaw", avutil.AV_SAMPLE_FMT_S16, output, 8_000, 1);
            case "PCM" -> Encoder.sound("pcm_s16le", avutil.AV_SAMPLE_FMT_S16, output, 44_100, 2);
            case "AMR" -> Encoder.sound("libopencore_amrnb", avutil.AV_SAMPLE_FMT_S16, output, 8_000, 1);
            case "MP3" -> Encoder.sound("libmp3lame", avutil.AV_SAMPLE_FMT_FLTP, output, 44_100, 1);
            default -> Encoder.aac(output, 48_000, 1);
        };
    }

    /** Something like a voice over the hum of a room. */
    private FilterChain tone(Encoder sound) throws FfmpegFailure {
        int sampleRate = sound.timeBase().den();
        String voice = "0.25*sin(2*PI*(150+12*sin(2*PI*0.31*t))*t)*max(0\\,sin(2*PI*1.7*t))*max(0\\,sin(2*PI*0.23*t))";
        String layout = get("sound").equals("PCM") ? "stereo" : "mono";
        String format = get("sound").equals("AAC") || get("sound").equals("MP3") ? "fltp" : "s16";
        FilterChain chain = FilterChain.source(String.format(
                Locale.ROOT,
                "aevalsrc=exprs=%s+0.03*(random(0)-0.5)+0.02*sin(2*PI*50*t):s=%d:d=%.3f,"
                        + "aformat=sample_fmts=%s:channel_layouts=%s,abuffersink@out",
                voice,
                sampleRate,
                seconds,
                format,
                layout));
        chain.pieces(sound.samplesPerFrame() > 0 ? sound.samplesPerFrame() : 1024);
        return chain;
    }

    private static void hum(Encoder sound, FilterChain tone, long[] ticks, double untilSeconds) throws FfmpegFailure {
        AVRational timeBase = tone.timeBase();
        boolean more = true;
        while (more && (double) ticks[0] / sound.timeBase().den() < untilSeconds) {
            more = tone.pull(piece -> {
                piece.pts(av_rescale_q(piece.pts(), timeBase, sound.timeBase()));
                ticks[0] = piece.pts() + piece.nb_samples();
                sound.encode(piece);
            });
        }
    }

    private AVFrame picture() throws FfmpegFailure {
        AVFrame frame = av_frame_alloc();
        frame.width(width);
        frame.height(height);
        frame.format(get("pictures").equals("MJPEG") ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P);
        FfmpegFailure.check(av_frame_get_buffer(frame, 0), "make picture");
        return frame;
    }
}
