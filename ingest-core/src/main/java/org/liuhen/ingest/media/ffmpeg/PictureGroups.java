package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the pictures of a stretch of a file are, found without decoding: in groups, each of which begins with a picture
 * that nothing before is needed for and nothing after reaches back over. A key picture that is not of that kind (an open
 * group) begins none: pictures shown before it may need the ones before.
 */
final class PictureGroups {
    /** How far times of people and of files may differ. */
    static final double ROUNDING_SECONDS = 0.0005;

    private static final int IMMEDIATE_REFRESH = 5;
    private static final int MOST_PICTURES = 24 * 3600 * 240;

    /**
     * Pictures that hang together, times in ticks of the stream from its start, in the order of decoding.
     *
     * @param closed whether it begins with a picture that refreshes all, and all are shown
     * @param pictures how many packets with pictures it has
     * @param pts of those that are shown
     */
    record Group(boolean closed, boolean timesKnown, int pictures, long[] pts) {
        long first() {
            return Arrays.stream(pts).min().orElse(0);
        }

        long last() {
            return Arrays.stream(pts).max().orElse(0);
        }

        /** Whether pictures are shown in the order of decoding. */
        boolean rises() {
            for (int i = 1; i < pts.length; i++) {
                if (pts[i] <= pts[i - 1]) {
                    return false;
                }
            }
            return true;
        }

        /** The longest that a picture has to wait for others, ticks. */
        long delay() {
            long[] sorted = sorted();
            long delay = 0;
            for (int i = 0; i < pts.length; i++) {
                delay = Math.max(delay, sorted[i] - pts[i]);
            }
            return delay;
        }

        long[] sorted() {
            long[] sorted = pts.clone();
            Arrays.sort(sorted);
            return sorted;
        }

        private boolean distinct() {
            long[] sorted = sorted();
            for (int i = 1; i < sorted.length; i++) {
                if (sorted[i] == sorted[i - 1]) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Group> groups = new ArrayList<>();
    private final MediaFile file;
    private final AVStream stream;
    private final int lengthBytes;
    private final double rate;
    private final double secondsPerTick;
    private long[] gathered = new long[64];
    private int count;
    private int pictures;
    private boolean hidden;
    private long all;
    private boolean closed;
    private boolean known = true;
    private long durationTicks;
    private boolean parametersKnown = true;

    private PictureGroups(MediaFile file, AVStream stream, boolean h264) {
        this.file = file;
        this.stream = stream;
        this.rate = file.frameRate(stream);
        this.secondsPerTick =
                (double) stream.time_base().num() / stream.time_base().den();
        this.lengthBytes = h264 ? JoinedPictures.lengthBytes(stream) : 0;
    }

    /**
     * Reads a file from where it stands until nothing that is decoded later is shown before {@code toSeconds}.
     *
     * @param h264 whether it is H.264 that is to be copied; otherwise only times are looked at
     */
    static PictureGroups read(MediaFile file, AVStream stream, double toSeconds, boolean h264)
            throws FfmpegFailure, NotCopyable {
        PictureGroups groups = new PictureGroups(file, stream, h264);
        ParameterSets sets = h264 ? ParameterSets.of(JoinedPictures.extradata(stream)) : null;
        AVPacket packet = av_packet_alloc();
        try {
            while (groups.reads(packet)) {
                boolean wanted = file.holds(stream, packet) && packet.size() > 0;
                if (wanted && !groups.take(packet, toSeconds, sets)) {
                    break;
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
        groups.endGroup();
        return groups;
    }

    private boolean reads(AVPacket packet) {
        try {
            return file.read(packet);
        } catch (FfmpegFailure ignored) {
            return false; // what broke off is cut as far as it goes
        }
    }

    /** @return false if nothing from here on is shown in time */
    private boolean take(AVPacket packet, double toSeconds, @Nullable ParameterSets sets) throws NotCopyable {
        boolean refreshes = false;
        if (sets != null) {
            boolean[] found = {false, false};
            PictureUnits.each(packet.data().limit(packet.size()).asByteBuffer(), lengthBytes, unit -> {
                int type = ParameterSets.type(unit);
                found[0] |= type >= 1 && type <= IMMEDIATE_REFRESH;
                found[1] |= type == IMMEDIATE_REFRESH;
                parametersKnown &= sets.knows(unit);
            });
            if (!found[0]) {
                return true; // a signature that follows the last picture
            }
            refreshes = found[1];
        } else {
            refreshes = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        }
        if (refreshes) {
            endGroup();
            closed = true;
        }
        boolean timed = packet.pts() != PacketTimes.NONE;
        long pts = timed ? packet.pts() - file.originTicks(stream) : 0;
        boolean late = packet.dts() != PacketTimes.NONE
                && seconds(packet.dts() - file.originTicks(stream)) >= toSeconds - ROUNDING_SECONDS;
        if (late && refreshes && timed) {
            closed = false;
            return false;
        }
        known &= timed;
        if (++all > MOST_PICTURES) {
            throw new NotCopyable("more pictures than can be counted");
        }
        pictures++;
        if ((packet.flags() & AV_PKT_FLAG_DISCARD) != 0) {
            hidden = true; // by an edit list: needed by others, never shown
            return !late;
        }
        gathered = count == gathered.length ? Arrays.copyOf(gathered, 2 * count) : gathered;
        gathered[count++] = pts;
        durationTicks = packet.duration() > 0 ? packet.duration() : durationTicks;
        return !late;
    }

    private void endGroup() {
        if (pictures > 0) {
            Group group = new Group(closed && !hidden, known, pictures, Arrays.copyOf(gathered, count));
            groups.add(group.distinct() ? group : new Group(false, false, pictures, group.pts()));
        }
        count = 0;
        pictures = 0;
        hidden = false;
        known = true;
        closed = false;
    }

    /** When the last picture of a group has been shown, seconds. */
    double endSeconds(int number) {
        double last = seconds(groups.get(number).last() + durationTicks) + 1 / rate;
        return number + 1 < groups.size()
                ? Math.max(last, seconds(groups.get(number + 1).first()))
                : last;
    }

    double seconds(long ticks) {
        return ticks * secondsPerTick;
    }

    List<Group> groups() {
        return groups;
    }

    /** Whether no picture comes with parameters that the file's head does not know. */
    boolean parametersKnown() {
        return parametersKnown;
    }

    /** Whether every picture has a time. */
    boolean timesKnown() {
        return !groups.isEmpty() && groups.stream().allMatch(Group::timesKnown);
    }

    /** When the first picture at or after {@code fromSeconds} is shown, seconds; {@code fromSeconds} if none is known. */
    double firstFrom(double fromSeconds) {
        return groups.stream()
                .filter(Group::timesKnown)
                .flatMapToLong(group -> Arrays.stream(group.pts()))
                .mapToDouble(this::seconds)
                .filter(at -> at >= fromSeconds - ROUNDING_SECONDS)
                .min()
                .orElse(fromSeconds);
    }

    /** When the last picture before {@code toSeconds} ends, seconds, at most {@code toSeconds}; that if none is known. */
    double endBefore(double toSeconds) {
        double last = groups.stream()
                .filter(Group::timesKnown)
                .flatMapToLong(group -> Arrays.stream(group.pts()))
                .mapToDouble(this::seconds)
                .filter(at -> at < toSeconds - ROUNDING_SECONDS)
                .max()
                .orElse(toSeconds);
        return Math.min(toSeconds, last + Math.max(seconds(durationTicks), 1 / rate));
    }
}
