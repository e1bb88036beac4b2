package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.looks.Look;
import org.liuhen.ingest.media.looks.Span;
import org.liuhen.ingest.media.playback.Likeness;
import org.liuhen.ingest.media.playback.Salvage;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/**
 * Makes a recording playable: a playlist of fragmented MP4 and a poster, in the current folder. What browsers play is
 * repackaged, the rest is encoded again; a stream that proves unfit for the one is tried the other way, then left out.
 * Everything about the file is measured in the same pass.
 */
final class Rendering {
    private static final double TRUNCATED_SECONDS = 1.5;
    private static final String FRAME_RATE = "frame-rate";
    private static final double SLOW_RATE = 1;
    private static final double UNEVEN = 0.05;
    private static final double SLOW_SECONDS = 10;

    private final Path input;
    private final ErrorLog log;
    private final PrintStream progress;
    private final boolean plays;
    private final @Nullable Likeness likeness;
    private final Ways ways = new Ways();
    private Salvage.@Nullable Found salvaged;

    /**
     * One rendering.
     *
     * @param plays whether the file plays as it is, so that a playlist is needed only if that proves wrong
     * @param likeness of the camera, for a file that has lost its index; null if unknown
     */
    Rendering(Path input, ErrorLog log, PrintStream progress, boolean plays, @Nullable Likeness likeness) {
        this.likeness = likeness;
        this.input = input;
        this.log = log;
        this.progress = progress;
        this.plays = plays;
    }

    /** @return {@code ready} with what was measured, or {@code unplayable} with the reason */
    Answer run() throws FfmpegFailure, IOException {
        if (Files.size(input) == 0) {
            return unplayable("empty", Sentence.FILE_EMPTY);
        }
        try {
            return tryAll();
        } finally {
            Files.deleteIfExists(MediaFile.SALVAGED_HEAD);
        }
    }

    private Answer tryAll() throws FfmpegFailure, IOException {
        while (true) {
            try (MediaFile file = open()) {
                ways.choose(file);
                if (ways.isExhausted()) {
                    return lost(file);
                }
                return pass(file);
            } catch (StreamFailed failure) {
                clearFolder();
                ways.retreat(failure);
            } catch (FfmpegFailure failure) {
                if (failure.isShortage()) {
                    throw failure;
                }
                if (!salvage(failure)) {
                    return unreadable(failure);
                }
            }
        }
    }

    private MediaFile open() throws FfmpegFailure {
        return salvaged == null
                ? MediaFile.open(input, MediaFile.RECORDINGS)
                : MediaFile.open(MediaFile.SALVAGED_HEAD, input);
    }

    /** Makes a head for a file that has none, once; false if that is not what is wrong or nothing is found in it. */
    private boolean salvage(FfmpegFailure failure) throws IOException {
        if (salvaged != null || failure.isExcess() || input.toString().contains("|")) {
            return false;
        }
        Optional<Salvage.Found> found = Salvage.of(input, likeness);
        if (found.isEmpty()) {
            return false;
        }
        clearFolder();
        salvaged = found.get();
        Files.write(MediaFile.SALVAGED_HEAD, found.get().head());
        ways.encodeSound();
        return true;
    }

    private Answer pass(MediaFile file) throws FfmpegFailure, StreamFailed, IOException {
        try (Output output = plays && salvaged == null && ways.copyAll() ? Output.nothing() : Output.playlist();
                Looks looks = new Looks(file, ways, Files.size(input), Look.ALL);
                Pass pass = new Pass(file, output, ways, progress, looks)) {
            pass.run(Double.MAX_VALUE);
            looks.finish(pass.durationSeconds(), Files.size(input));
            boolean poster = (WholePicture.isIn(file) && WholePicture.poster(input, Looks.MAX_SIDE))
                    || looks.writePoster()
                    || (ways.pictures() != Way.LEAVE_OUT
                            && salvaged == null
                            && Poster.write(input, pass.durationSeconds()));
            if (ways.pictures() == Way.COPY && !poster) {
                throw new StreamFailed(true, "no picture could be decoded");
            }
            List<Answer> findings = findings(file, pass);
            findings.addAll(looks.findings(pass.durationSeconds()));
            return Answer.outcome("ready")
                    .with("media", media(file, pass))
                    .with("picturesCopied", ways.pictures() == Way.COPY)
                    .with("soundCopied", ways.sound() == Way.COPY)
                    .with("poster", poster)
                    .with("findings", findings);
        }
    }

    private static Answer media(MediaFile file, Pass pass) {
        Answer media = new Answer().with("container", file.container()).with("durationSeconds", pass.durationSeconds());
        @Nullable AVStream video = file.video();
        @Nullable PacketTimes shown = pass.pictureTimes();
        if (video != null && shown != null) {
            media.with(
                    "video",
                    new Answer()
                            .with("codec", MediaFile.codecName(video))
                            .with("width", video.codecpar().width())
                            .with("height", video.codecpar().height())
                            .with("frameRate", shown.rate()));
        }
        @Nullable AVStream audio = file.audio();
        if (audio != null && pass.soundTimes() != null) {
            media.with(
                    "audio",
                    new Answer()
                            .with("codec", MediaFile.codecName(audio))
                            .with("sampleRate", audio.codecpar().sample_rate())
                            .with("channels", audio.codecpar().ch_layout().nb_channels()));
        }
        return media;
    }

    private List<Answer> findings(MediaFile file, Pass pass) {
        List<Answer> findings = new ArrayList<>();
        Salvage.Found salvaged = this.salvaged;
        if (salvaged != null) {
            findings.add(new Answer().with("kind", Salvage.REPAIRED).saying(salvaged.said()));
        }
        double declared = file.declaredSeconds();
        if (!pass.brokenOff().isEmpty()) {
            findings.add(finding("truncated", Sentence.BREAKS_OFF, "text", pass.brokenOff()));
        } else if (declared > pass.endSeconds() + TRUNCATED_SECONDS) {
            findings.add(finding(
                    "truncated",
                    Sentence.SHORTER_THAN_TOLD,
                    "declared",
                    decimal(declared),
                    "seconds",
                    decimal(pass.durationSeconds())));
        }
        PacketTimes told = pass.pictureTimes() != null ? pass.pictureTimes() : pass.soundTimes();
        for (PacketTimes.Jump jump : told == null ? List.<PacketTimes.Jump>of() : told.jumps()) {
            findings.add(finding(
                            "clock-jump",
                            jump.bySeconds() < 0 ? Sentence.TIMES_LEAP_BACK : Sentence.TIMES_LEAP_AHEAD,
                            "seconds",
                            decimal(Math.abs(jump.bySeconds())))
                    .with("from", Math.max(0, jump.atSeconds()))
                    .with("to", Math.max(0, jump.atSeconds())));
        }
        PacketTimes shown = pass.pictureTimes();
        AVStream video = file.video();
        if (shown != null && video != null) {
            addFrameRates(findings, shown, file.declaredRate(video));
            addPace(findings, file, shown, pass.soundTimes());
        }
        if (shown == null) {
            findings.add(
                    file.video() == null
                            ? finding("no-picture", Sentence.SOUND_ONLY)
                            : finding("no-picture", Sentence.QUOTED, "text", ways.problems()));
        }
        return findings;
    }

    /** Where pictures are much farther apart than usual, and whether there are far fewer than the file says. */
    private static void addFrameRates(List<Answer> findings, PacketTimes shown, double declared) {
        double seconds = shown.endSeconds() - shown.beginSeconds();
        if (declared >= SLOW_RATE * 2 && shown.rate() < SLOW_RATE && seconds >= SLOW_SECONDS) {
            findings.add(finding(
                    FRAME_RATE,
                    Sentence.FEWER_PICTURES,
                    "declared",
                    decimal(declared),
                    "pictures",
                    shown.count(),
                    "seconds",
                    decimal(seconds)));
        }
        double usual = shown.intervals().medianSeconds();
        for (Span span : shown.intervals().extremes()) {
            findings.add(finding(
                            FRAME_RATE,
                            Sentence.HARDLY_ANY_PICTURES,
                            "seconds",
                            decimal(span.toSeconds() - span.fromSeconds()),
                            "usual",
                            thousandths(usual))
                    .with("from", Math.max(0, span.fromSeconds()))
                    .with("to", Math.max(0, span.toSeconds())));
        }
    }

    /** Whether pictures whose times the file counts at a rate that it declares end with its sound. */
    private static void addPace(List<Answer> findings, MediaFile file, PacketTimes shown, @Nullable PacketTimes heard) {
        double seconds = shown.endSeconds() - shown.beginSeconds();
        double sound = heard == null ? 0 : heard.endSeconds() - heard.beginSeconds();
        boolean apart = Math.abs(seconds - sound) > Math.max(TRUNCATED_SECONDS, UNEVEN * sound);
        if (file.container().equals("avi") && sound > 0 && apart) {
            findings.add(finding(
                    FRAME_RATE,
                    Sentence.UNEVEN_WITH_SOUND,
                    "rate",
                    decimal(shown.rate()),
                    "seconds",
                    decimal(seconds),
                    "sound",
                    decimal(sound)));
        }
    }

    private static Answer finding(String kind, Sentence sentence, Object... namesAndValues) {
        return new Answer().with("kind", kind).saying(List.of(Said.of(sentence, namesAndValues)));
    }

    static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    static String thousandths(double number) {
        return String.format(Locale.ROOT, "%.3f", number);
    }

    private Answer lost(MediaFile file) {
        if (ways.problems().isEmpty()) {
            return unplayable("no-streams", Sentence.NOTHING_IN_IT, "container", file.container());
        }
        return unplayable(
                "undecodable", Sentence.NOT_DECODABLE, "text", ways.problems(), "container", file.container());
    }

    private Answer unreadable(FfmpegFailure failure) throws IOException {
        clearFolder();
        if (failure.isExcess()) {
            return unplayable("excessive", Sentence.ASKS_TOO_MUCH, "text", String.valueOf(failure.getMessage()));
        }
        String said = log.first().orElse(String.valueOf(failure.getMessage()));
        if (said.contains("moov atom not found")) {
            return unplayable("truncated", Sentence.INDEX_MISSING);
        }
        if (said.contains("not on whitelist")) {
            return unplayable("unknown-format", Sentence.FORMAT_NOT_READ);
        }
        return unplayable("unknown-format", Sentence.FORMAT_UNKNOWN, "text", said);
    }

    private static Answer unplayable(String reason, Sentence sentence, Object... namesAndValues) {
        return Answer.outcome("unplayable").with("reason", reason).saying(List.of(Said.of(sentence, namesAndValues)));
    }

    /** Removes what an earlier pass has written, and nothing else. */
    private static void clearFolder() throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of(""), "{*.m3u8,*.mp4,*.m4s,*.jpg,*.vtt,*.json,*.tmp}")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
