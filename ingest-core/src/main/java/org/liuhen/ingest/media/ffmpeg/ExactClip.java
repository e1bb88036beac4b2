package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.clip.ClipOrder;
import org.liuhen.ingest.media.clip.ClipPart;

/**
 * Cuts a clip that begins and ends with the very picture, hides in it what people drew over, and puts parts of several
 * recordings together. What can be copied is; where it cannot, everything is encoded again, and the answer says why.
 */
final class ExactClip {
    /** So much earlier reading begins, for sound that is stored before its pictures. */
    private static final double EARLIER_SECONDS = 0.5;

    /** Where that was not enough to decode the first picture: pictures may be refreshed bit by bit, without a whole one. */
    private static final double[] MUCH_EARLIER_SECONDS = {30, Double.MAX_VALUE};

    private static final double PROGRESS_SECONDS = 10;

    private final ClipOrder order;
    private final List<Path> inputs;
    private final Path target;
    private final PrintStream progress;
    private String notJoined = "";
    private boolean soundCopied;
    private boolean soundThere;
    private double earlierSeconds = EARLIER_SECONDS;
    private boolean late;

    ExactClip(ClipOrder order, List<Path> inputs, Path target, PrintStream progress) {
        this.order = order;
        this.inputs = inputs;
        this.target = target;
        this.progress = progress;
    }

    /** @return {@code cut} with what was done, or {@code unplayable} and why */
    Answer run() throws FfmpegFailure {
        try {
            if (order.arrangement() == ClipOrder.Arrangement.BESIDE) {
                return new BesideClip(order, inputs, target, progress).run();
            }
            return sequence();
        } catch (NotCopyable problem) {
            return unplayable(String.valueOf(problem.getMessage()));
        } catch (FfmpegFailure failure) {
            if (failure.isShortage()) {
                throw failure;
            }
            return unplayable(String.valueOf(failure.getMessage()));
        }
    }

    private static Answer unplayable(String detail) {
        return Answer.outcome("unplayable").with("detail", detail);
    }

    private Answer sequence() throws FfmpegFailure, NotCopyable {
        notJoined = problemOfJoining();
        if (notJoined.isEmpty()) {
            try {
                Answer joined = write(true);
                if (!late) {
                    return joined;
                }
                notJoined = "its first pictures need others from far before";
            } catch (NotCopyable e) {
                notJoined = String.valueOf(e.getMessage());
            }
        }
        Answer answer = write(false);
        for (double much : MUCH_EARLIER_SECONDS) {
            if (!late) {
                break;
            }
            earlierSeconds = much;
            answer = write(false);
        }
        return answer;
    }

    private MediaFile open(int part) throws FfmpegFailure {
        return MediaFile.open(inputs.get(part), MediaFile.RECORDINGS);
    }

    private String problemOfJoining() throws FfmpegFailure {
        try (MediaFile first = open(0)) {
            AVStream like = first.video();
            for (int i = 0; i < inputs.size(); i++) {
                try (MediaFile file = open(i)) {
                    AVStream stream = file.video();
                    if (stream == null || like == null) {
                        return "a part has no pictures";
                    }
                    String problem = JoinedPictures.unfit(stream, null);
                    if (!problem.isEmpty()) {
                        return problem;
                    }
                    if (!JoinedPictures.agree(like, stream)) {
                        return "the recordings are coded in different ways";
                    }
                }
            }
            return "";
        }
    }

    private List<PartPlan> plans(boolean joined) throws FfmpegFailure, NotCopyable {
        List<PartPlan> plans = new ArrayList<>();
        double offset = 0;
        for (int i = 0; i < inputs.size(); i++) {
            PartPlan plan = plan(i, offset, joined);
            offset += plan.seconds();
            plans.add(plan);
        }
        return plans;
    }

    private PartPlan plan(int number, double offset, boolean joined) throws FfmpegFailure, NotCopyable {
        ClipPart part = order.parts().get(number);
        double from = part.span().fromSeconds();
        double to = part.span().toSeconds();
        try (MediaFile file = open(number)) {
            AVStream stream = file.video();
            if (stream == null) {
                double length = file.declaredSeconds();
                return new PartPlan(part, null, from, length > from ? Math.min(to, length) : to, offset);
            }
            seek(file, from);
            PictureGroups groups = PictureGroups.read(file, stream, to, joined);
            if (joined) {
                String problem = JoinedPictures.unfit(stream, groups);
                if (!problem.isEmpty()) {
                    throw new NotCopyable(problem);
                }
            }
            double first = groups.firstFrom(from);
            double end = groups.endBefore(to);
            if (!(end > first)) {
                throw new FfmpegFailure(0, "no picture is shown from " + from + " to " + to + " seconds");
            }
            return new PartPlan(part, groups, first, end, offset);
        }
    }

    static void seek(MediaFile file, double seconds) {
        seek(file, seconds, EARLIER_SECONDS);
    }

    private static void seek(MediaFile file, double seconds, double earlierSeconds) {
        if (seconds > earlierSeconds) {
            file.seek(seconds - earlierSeconds);
        }
    }

    private Answer write(boolean joined) throws FfmpegFailure, NotCopyable {
        List<PartPlan> plans = plans(joined);
        try (Output output = Output.clip(target);
                @Nullable ClipPictures pictures = pictures(output, plans, joined);
                @Nullable ClipSound sound = sound(output)) {
            if (pictures == null && sound == null) {
                return unplayable("neither pictures nor sound in it can be decoded");
            }
            output.begin();
            late = false;
            for (int i = 0; i < plans.size(); i++) {
                part(i, plans.get(i), pictures, sound);
            }
            if (pictures != null) {
                pictures.finish();
            }
            if (sound != null) {
                sound.finish();
            }
            output.finish();
            if (pictures != null && pictures.tally().pictures() == 0) {
                return unplayable("none of the pictures could be decoded");
            }
            return answer(plans, pictures);
        }
    }

    private @Nullable ClipPictures pictures(Output output, List<PartPlan> plans, boolean joined)
            throws FfmpegFailure, NotCopyable {
        PictureTrack.Size size = null;
        Colours colours = Colours.STANDARD;
        double rate = 0;
        for (int i = 0; i < inputs.size(); i++) {
            try (MediaFile file = open(i)) {
                AVStream stream = file.video();
                if (stream == null) {
                    continue;
                }
                if (joined) {
                    return new JoinedPictures(output, file, stream, plans);
                }
                if (size == null) {
                    size = PictureTrack.Size.of(stream, 1920);
                    colours = Colours.of(stream);
                }
                rate = Math.max(rate, file.frameRate(stream));
            }
        }
        return size == null ? null : new ClipPictureCoder(output, size, rate, colours);
    }

    private @Nullable ClipSound sound(Output output) throws FfmpegFailure {
        soundThere = false;
        soundCopied = order.parts().stream().noneMatch(ClipPart::changesSound);
        try (MediaFile first = open(0)) {
            AVStream like = first.audio();
            for (int i = 0; i < inputs.size(); i++) {
                try (MediaFile file = open(i)) {
                    AVStream stream = file.audio();
                    soundThere |= stream != null;
                    soundCopied &= stream != null
                            && like != null
                            && CopyTrack.suits(stream)
                            && ClipSoundCopy.agree(like, stream);
                }
            }
            if (!soundThere) {
                return null;
            }
            return soundCopied && like != null ? new ClipSoundCopy(output, like) : new ClipSoundCoder(output);
        }
    }

    private void part(int number, PartPlan plan, @Nullable ClipPictures pictures, @Nullable ClipSound sound)
            throws FfmpegFailure, NotCopyable {
        try (MediaFile file = open(number)) {
            seek(file, plan.part().span().fromSeconds(), earlierSeconds);
            AVStream video = file.video();
            if (pictures != null && video != null) {
                pictures.begin(plan, file, video);
            }
            if (sound != null) {
                sound.begin(plan, file, file.audio());
            }
            boolean see = pictures != null && video != null;
            read(file, see ? pictures : null, sound, plan);
            if (see && pictures != null) {
                pictures.end();
                late |= plan.isMissing(pictures.tally().firstSeconds());
            }
            if (sound != null) {
                sound.end();
            }
        }
    }

    private void read(MediaFile file, @Nullable ClipPictures pictures, @Nullable ClipSound sound, PartPlan plan)
            throws FfmpegFailure, NotCopyable {
        AVPacket packet = av_packet_alloc();
        double told = 0;
        try {
            while (reads(file, packet)) {
                double at = seconds(file, packet);
                if (plan.inClip(at) > told + PROGRESS_SECONDS) {
                    told = plan.inClip(at);
                    progress.printf(Locale.ROOT, "progress %.1f%n", told);
                    progress.flush();
                }
                if (pictures != null && file.holds(file.video(), packet)) {
                    pictures.take(packet);
                } else if (sound != null && file.holds(file.audio(), packet)) {
                    sound.take(packet);
                }
                av_packet_unref(packet);
                boolean seen = pictures == null || pictures.isDone();
                boolean heard = sound == null || sound.isDone();
                if (seen && (heard || at > plan.toSeconds() + PROGRESS_SECONDS)) {
                    break;
                }
            }
        } finally {
            av_packet_free(packet);
        }
    }

    static double seconds(MediaFile file, AVPacket packet) {
        AVStream stream = file.holds(file.video(), packet) ? file.video() : file.audio();
        if (stream == null || packet.dts() == PacketTimes.NONE) {
            return 0;
        }
        return (double) (packet.dts() - file.originTicks(stream))
                * stream.time_base().num()
                / stream.time_base().den();
    }

    static boolean reads(MediaFile file, AVPacket packet) {
        try {
            return file.read(packet);
        } catch (FfmpegFailure ignored) {
            return false; // what broke off is cut as far as it goes
        }
    }

    private Answer answer(List<PartPlan> plans, @Nullable ClipPictures pictures) {
        List<Answer> parts = new ArrayList<>();
        for (PartPlan plan : plans) {
            parts.add(new Answer().with("fromSeconds", plan.fromSeconds()).with("toSeconds", plan.toSeconds()));
        }
        Answer answer = Answer.outcome("cut")
                .with("fromSeconds", plans.get(0).fromSeconds())
                .with("toSeconds", plans.get(plans.size() - 1).toSeconds())
                .with("picturesCopied", pictures == null || !pictures.tally().anyEncoded())
                .with("soundCopied", soundThere && soundCopied)
                .with("sound", !soundThere ? "none" : soundCopied ? "copied" : "encoded")
                .with("notJoined", notJoined)
                .with("parts", parts);
        return pictures == null ? answer : pictures.tally().into(answer);
    }
}
