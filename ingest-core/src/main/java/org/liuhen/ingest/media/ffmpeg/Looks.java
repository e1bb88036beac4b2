package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.ingest.media.looks.PictureWatch;
import org.liuhen.ingest.media.looks.SmallPicture;
import org.liuhen.ingest.media.looks.SoundWatch;
import org.liuhen.ingest.media.looks.Span;
import org.liuhen.ingest.media.looks.Storyboard;
import org.liuhen.ingest.media.looks.TimeWatch;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/**
 * What is made for looking at a recording out of frames that are decoded once, whatever else is done with them: the
 * low-bandwidth copy, the storyboard, the poster, the waveform and what people should know. Pictures are scaled once.
 * None of it fails a recording: what cannot be made is left out.
 */
final class Looks implements AutoCloseable {
    static final String WAVEFORM = "waveform.json";

    static final int MAX_SIDE = 640;
    private static final double MAX_RATE = 15;
    private static final double LOOKS_PER_SECOND = 5;
    private static final int SAMPLE_RATE = 24_000;
    private static final int SAMPLES = 1024;
    private static final double ENOUGH_CONTRAST = 8;

    private final Set<Look> wanted;
    private final double expectedSeconds;
    private final double mostRate;
    private final @Nullable AVStream video;
    private final @Nullable AVStream audio;
    private final Colours colours;
    private final boolean every;
    private final PictureWatch pictures = new PictureWatch();
    private final TimeWatch clock = new TimeWatch();
    private final SoundWatch sound = new SoundWatch();
    private final Storyboard storyboard;
    private @Nullable LowCopy low;
    private @Nullable Reshaping small;
    private @Nullable Reshaping mono;
    private @Nullable AVFrame poster;
    private boolean posterDue;
    private double posterContrast = -1;
    private double lastTaken = -1;
    private double lastLook = -1;
    private boolean heard;

    /**
     * Prepares what is wanted.
     *
     * @param ways what is left out there is not looked at
     */
    Looks(MediaFile file, Ways ways, long sizeBytes, Set<Look> wanted) throws FfmpegFailure {
        this.wanted = wanted;
        this.expectedSeconds = file.declaredSeconds();
        this.video = ways.pictures() == Way.LEAVE_OUT || !needs(true) ? null : file.video();
        this.audio = ways.sound() == Way.LEAVE_OUT || !needs(false) ? null : file.audio();
        this.colours = video == null ? Colours.STANDARD : Colours.of(video);
        this.storyboard = new Storyboard(expectedSeconds);
        double rate = video == null ? 0 : file.frameRate(video);
        this.mostRate = wanted.contains(Look.LOW_COPY) ? MAX_RATE : LOOKS_PER_SECOND;
        this.every = rate <= mostRate * 1.2;
        AVStream video = this.video;
        if (video != null) {
            PictureTrack.Size size = PictureTrack.Size.of(video, MAX_SIDE);
            String filters = PictureTrack.turn(video) + colours.fit(size);
            small = Reshaping.pictures(video, filters, av_make_q(1, Encoder.PICTURE_TICKS_PER_SECOND), this::takeSmall);
            if (wanted.contains(Look.LOW_COPY) && LowCopy.isWorthwhile(video, sizeBytes, expectedSeconds)) {
                low = LowCopy.open(size, every ? rate : MAX_RATE, colours, audio == null ? 0 : SAMPLE_RATE);
            }
        }
        if (audio != null) {
            String filters =
                    "aresample=" + SAMPLE_RATE + ":async=1:min_hard_comp=0.1,aformat=sample_fmts=fltp:sample_rates="
                            + SAMPLE_RATE + ":channel_layouts=mono";
            mono = Reshaping.sound(audio, filters, SAMPLES, av_make_q(1, SAMPLE_RATE), this::takeMono);
        }
    }

    /** Whether everything is wanted. */
    boolean isWhole() {
        return wanted.equals(Look.ALL);
    }

    /** Whether anything is made of pictures, or of sound. */
    boolean needs(boolean ofPictures) {
        return wanted.stream().anyMatch(look -> switch (look) {
            case LOW_COPY, FINDINGS -> true;
            case STORYBOARD, POSTER, CLOCK -> ofPictures;
            case WAVEFORM -> !ofPictures;
        });
    }

    /** Whether only a picture now and then is needed. */
    boolean isSparse() {
        return !wanted.contains(Look.LOW_COPY) && !isJudged();
    }

    private boolean isJudged() {
        return wanted.contains(Look.FINDINGS) || wanted.contains(Look.CLOCK);
    }

    /** Whether nothing that is still to come is needed. */
    boolean isDone() {
        return wanted.equals(Set.of(Look.POSTER)) && hasPoster();
    }

    private boolean hasPoster() {
        return posterDue && posterContrast >= ENOUGH_CONTRAST;
    }

    /** From when on the poster is looked for. */
    double posterSeconds() {
        return expectedSeconds / 10;
    }

    /** Whether a picture at this time is needed. */
    boolean wants(double seconds) {
        if (isSparse()) {
            boolean better = poster == null || (seconds >= posterSeconds() && !hasPoster());
            return (wanted.contains(Look.STORYBOARD) && storyboard.wants(seconds))
                    || (wanted.contains(Look.POSTER) && better);
        }
        return every || lastTaken < 0 || seconds >= lastTaken + 1 / mostRate - 0.002;
    }

    /** Looks at a picture as decoded, whose time counts ticks of its stream. */
    void see(AVFrame picture) throws FfmpegFailure {
        Reshaping small = this.small;
        AVStream video = this.video;
        if (small == null || video == null) {
            return;
        }
        double seconds = (double) picture.pts()
                * video.time_base().num()
                / video.time_base().den();
        if (!wants(seconds)) {
            return;
        }
        lastTaken = seconds;
        try {
            small.take(picture);
        } catch (FfmpegFailure failure) {
            giveUp(failure);
        }
    }

    /** Hears sound as decoded, whose time counts ticks of its stream. */
    void hear(AVFrame piece) throws FfmpegFailure {
        Reshaping mono = this.mono;
        if (mono == null) {
            return;
        }
        try {
            mono.take(piece);
        } catch (FfmpegFailure failure) {
            giveUp(failure);
        }
    }

    /** Goes on without what failed; no space and no memory are not the recording's fault. */
    private void giveUp(FfmpegFailure failure) throws FfmpegFailure {
        if (failure.isShortage()) {
            throw failure;
        }
        LowCopy failed = low;
        low = null;
        if (failed != null) {
            failed.drop();
        }
    }

    private void takeSmall(AVFrame picture) throws FfmpegFailure {
        double seconds = (double) picture.pts() / Encoder.PICTURE_TICKS_PER_SECOND;
        boolean tile = wanted.contains(Look.STORYBOARD) && storyboard.wants(seconds);
        boolean judged = isJudged() || wanted.contains(Look.POSTER);
        boolean due = lastLook < 0 || seconds >= lastLook + 1 / LOOKS_PER_SECOND - 0.002 || seconds < lastLook;
        if (tile || (judged && due)) {
            lastLook = seconds;
            SmallPicture copy = Still.copyOf(picture);
            pictures.see(seconds, copy);
            if (wanted.contains(Look.CLOCK)) {
                clock.see(seconds, copy);
            }
            consider(seconds, picture);
            if (tile && storyboard.add(seconds, copy)) {
                Still.write(storyboard.sheet(), colours, storyboard.sheetName());
            }
        }
        LowCopy low = this.low;
        if (low != null) {
            low.picture(picture);
        }
    }

    /** A tenth into the recording, or the first picture after that on which something is seen. */
    private void consider(double seconds, AVFrame picture) {
        boolean due = seconds >= posterSeconds();
        boolean better = pictures.contrast() > posterContrast;
        if (poster == null || (due && !hasPoster() && (!posterDue || better))) {
            forgetPoster();
            poster = av_frame_clone(picture);
            posterContrast = pictures.contrast();
            posterDue = due;
        }
    }

    private void takeMono(AVFrame piece) throws FfmpegFailure {
        if (wanted.contains(Look.WAVEFORM) || wanted.contains(Look.FINDINGS)) {
            float[] samples = new float[piece.nb_samples()];
            new FloatPointer(piece.data(0)).get(samples);
            sound.hear((double) piece.pts() / SAMPLE_RATE, samples);
        }
        heard = true;
        LowCopy low = this.low;
        if (low != null) {
            low.sound(piece);
        }
    }

    /**
     * Writes what is still held back, and the texts.
     *
     * @param sizeBytes of the original
     */
    void finish(double durationSeconds, long sizeBytes) throws FfmpegFailure, IOException {
        try {
            if (small != null) {
                small.finish();
            }
            if (mono != null) {
                mono.finish();
            }
            if (storyboard.hasBegunSheet()) {
                Still.write(storyboard.sheet(), colours, storyboard.sheetName());
            }
            LowCopy low = this.low;
            if (low != null) {
                low.finish();
            }
        } catch (FfmpegFailure failure) {
            giveUp(failure);
        }
        if (low != null) {
            Files.writeString(Path.of(Output.MASTER_PLAYLIST), master(sizeBytes * 8 / Math.max(1, durationSeconds)));
        }
        double endSeconds = Math.max(lastTaken, 0);
        if (lastLook >= 0 && wanted.contains(Look.STORYBOARD)) {
            Files.writeString(Path.of(Storyboard.FILE), storyboard.text(endSeconds + 1 / MAX_RATE));
        }
        if (heard && wanted.contains(Look.WAVEFORM)) {
            Files.writeString(Path.of(WAVEFORM), sound.waveform());
        }
    }

    /** @param bitsPerSecond about what the full picture takes */
    private static String master(double bitsPerSecond) {
        return String.format(
                Locale.ROOT,
                """
                #EXTM3U
                #EXT-X-VERSION:7
                #EXT-X-STREAM-INF:BANDWIDTH=%d
                %s
                #EXT-X-STREAM-INF:BANDWIDTH=%d
                %s
                """,
                Math.max(2 * LowCopy.BIT_RATE, Math.round(bitsPerSecond * 1.2)),
                Output.PLAYLIST,
                LowCopy.BIT_RATE,
                Output.LOW_PLAYLIST);
    }

    /** Writes the poster, of sound alone a picture of its waveform; false if nothing came of what there is. */
    boolean writePoster() throws FfmpegFailure {
        AVFrame picture = poster;
        if (picture == null) {
            if (video == null && heard) {
                Still.write(sound.picture(), Colours.STANDARD, Poster.FILE);
                return true;
            }
            return false;
        }
        Still.write(
                picture, av_make_q(1, 1), "", new PictureTrack.Size(picture.width(), picture.height()), Poster.FILE);
        return true;
    }

    /** What people should know, once all is finished. */
    List<Answer> findings(double endSeconds) {
        List<Answer> findings = new ArrayList<>();
        if (wanted.contains(Look.FINDINGS)) {
            tell(findings, "black", Sentence.BLACK, pictures.black(endSeconds));
            tell(findings, "frozen", Sentence.FROZEN, pictures.frozen(endSeconds));
        }
        for (TimeWatch.Area area : clock.areas()) {
            Said where = Said.of(
                    Sentence.CLOCK_RUNS,
                    "left",
                    Rendering.thousandths(area.left()),
                    "top",
                    Rendering.thousandths(area.top()),
                    "width",
                    Rendering.thousandths(area.width()),
                    "height",
                    Rendering.thousandths(area.height()));
            findings.add(new Answer().with("kind", TimeWatch.BURNT_IN_TIME).saying(List.of(where)));
        }
        if (heard && wanted.contains(Look.FINDINGS)) {
            tell(findings, "silent", Sentence.SILENT, sound.silent(endSeconds));
        }
        return findings;
    }

    private static void tell(List<Answer> findings, String kind, Sentence what, List<Span> spans) {
        for (Span span : spans) {
            double seconds = span.toSeconds() - span.fromSeconds();
            findings.add(new Answer()
                    .with("kind", kind)
                    .saying(List.of(Said.of(what, "seconds", Rendering.decimal(seconds))))
                    .with("from", span.fromSeconds())
                    .with("to", span.toSeconds()));
        }
    }

    private void forgetPoster() {
        AVFrame old = poster;
        poster = null;
        if (old != null) {
            av_frame_free(old);
        }
    }

    @Override
    public void close() {
        forgetPoster();
        if (low != null) {
            low.close();
        }
        if (small != null) {
            small.close();
        }
        if (mono != null) {
            mono.close();
        }
    }
}
