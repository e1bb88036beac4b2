package org.liuhen.tools.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.storage.Media;

/** What to tell the program {@code ffmpeg} so that it makes what children make, at the same settings. */
final class MediaCommands {
    static final String LOW = "low.m3u8";
    static final String POSTER = "poster.jpg";
    static final String SOUND = "sound.f32";

    /** Samples a second of what is heard. */
    static final int SAMPLE_RATE = 24_000;

    private static final double MOST_RATE = 15;
    private static final String SMALL =
            "scale=w='if(gte(iw,ih),min(640,iw),-2)':h='if(gte(iw,ih),-2,min(640,ih))':flags=bilinear";

    private MediaCommands() {}

    /**
     * The arguments.
     *
     * @param media what the recording is, as measured
     * @param encoder of H.264, and its options
     */
    static List<String> of(Look look, Path recording, Media media, List<String> encoder) {
        List<String> input = List.of("-i", recording.toAbsolutePath().toString());
        return switch (look) {
            case LOW_COPY ->
                join(
                        input,
                        List.of("-vf", thinned(media) + SMALL, "-b:v", "430k", "-g", gop(media), "-bf", "0"),
                        encoder,
                        List.of("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "24000"),
                        List.of("-f", "hls", "-hls_time", "4", "-hls_segment_type", "fmp4"),
                        List.of("-hls_playlist_type", "vod", "-hls_flags", "independent_segments", LOW));
            case STORYBOARD ->
                join(
                        input,
                        List.of("-an", "-vf", tiles(media), "-fps_mode", "vfr", "-q:v", "4", "storyboard-%03d.jpg"));
            case POSTER ->
                join(
                        List.of("-ss", String.format(Locale.ROOT, "%.3f", media.durationSeconds() / 10)),
                        input,
                        List.of("-an", "-frames:v", "1", "-vf", SMALL, "-q:v", "4", POSTER));
            case WAVEFORM -> join(input, List.of("-vn", "-ac", "1", "-ar", "24000", "-f", "f32le", SOUND));
            case FINDINGS ->
                join(
                        input,
                        List.of(
                                "-vf",
                                "fps=5," + SMALL
                                        + ",blackdetect=d=2:pic_th=0.98:pix_th=0.073,freezedetect=n=0.004:d=10"),
                        media.audio() == null ? List.of() : List.of("-af", "silencedetect=n=-60dB:d=10"),
                        List.of("-f", "null", "-"));
            case CLOCK -> throw new IllegalArgumentException("clock: ffmpeg cannot look for one");
        };
    }

    private static double rate(Media media) {
        return media.video() == null ? 0 : media.video().frameRate();
    }

    /** Of what comes faster than that, children take every second or third picture, and so on. */
    private static double thinnedRate(Media media) {
        return rate(media) / (rate(media) <= MOST_RATE * 1.2 ? 1 : Math.ceil(rate(media) / MOST_RATE - 0.03));
    }

    private static String thinned(Media media) {
        return thinnedRate(media) < rate(media) ? String.format(Locale.ROOT, "fps=%.3f,", thinnedRate(media)) : "";
    }

    private static String gop(Media media) {
        return Long.toString(Math.round(4 * thinnedRate(media)));
    }

    private static String tiles(Media media) {
        boolean wide =
                media.video() == null || media.video().width() >= media.video().height();
        double interval = Math.max(5, media.durationSeconds() / 720);
        return String.format(
                Locale.ROOT,
                "select='isnan(prev_selected_t)+gte(t-prev_selected_t,%.3f)',scale=%s:flags=area,tile=5x5",
                interval,
                wide ? "160:-2" : "-2:160");
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
