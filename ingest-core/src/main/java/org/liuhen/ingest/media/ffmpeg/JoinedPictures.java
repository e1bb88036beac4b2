package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_freep;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of H.264, copied group by group where a group is wanted whole and nothing in it is hidden, and encoded again
 * where not. Both go into one track: the encoder's parameter sets stand beside those of the recording, by numbers that
 * are free, and each encoded picture names its own. So no player has to change its decoder.
 */
final class JoinedPictures implements ClipPictures {
    private static final int ENCODE = -1;
    private static final int LEAVE_OUT = -2;
    private static final int SLICE_TYPES = 5;
    private static final int TICKS_PER_SECOND = 90_000;

    private final Output output;
    private final AVStream to;
    private final AVRational ticks;
    private final double rate;
    private final ParameterSets ours;
    private final int pictureId;
    private final long delay;
    private final ClipTally tally = new ClipTally();
    private final AVPacket coded = av_packet_alloc();
    private @Nullable PartPlan plan;
    private @Nullable MediaFile file;
    private @Nullable AVStream from;
    private @Nullable Decoder decoder;
    private @Nullable JoinEncoder encoder;
    private List<PictureGroups.Group> groups = List.of();
    private int lengthBytes;
    private int group;
    private int inGroup;
    private boolean keyDue;

    /**
     * @param like the stream of the first part
     * @param plans of all parts, which agree
     */
    JoinedPictures(Output output, MediaFile first, AVStream like, List<PartPlan> plans)
            throws FfmpegFailure, NotCopyable {
        this.output = output;
        this.rate = first.frameRate(like);
        AVRational base = like.time_base(); // goes with its file
        this.ticks = plans.size() == 1 ? av_make_q(base.num(), base.den()) : av_make_q(1, TICKS_PER_SECOND);
        ParameterSets theirs = ParameterSets.of(extradata(like));
        this.pictureId = theirs.freePictureId();
        byte[] description;
        try (JoinEncoder trial = JoinEncoder.open(like, rate, ticks)) {
            this.ours = trial.parameters();
            description = theirs.with(ours.renumbered(theirs.freeSequenceId(), pictureId));
        }
        this.to = output.add(ticks);
        FfmpegFailure.check(avcodec_parameters_copy(to.codecpar(), like.codecpar()), "copy parameters");
        to.codecpar().codec_tag(0);
        describe(description);
        to.avg_frame_rate(like.avg_frame_rate());
        long longest = 0;
        for (PartPlan part : plans) {
            longest = Math.max(longest, delayOf(part, like.time_base()));
        }
        this.delay = longest;
    }

    private long delayOf(PartPlan part, AVRational base) {
        PictureGroups all = groupsOf(part);
        long longest = 0;
        for (int i = 0; i < all.groups().size(); i++) {
            if (way(part, all, i) > 0) {
                longest = Math.max(longest, av_rescale_q(all.groups().get(i).delay(), base, ticks));
            }
        }
        return longest;
    }

    private static PictureGroups groupsOf(PartPlan part) {
        PictureGroups groups = part.groups();
        if (groups == null) {
            throw new IllegalStateException("pictures: were not looked for");
        }
        return groups;
    }

    private void describe(byte[] description) {
        BytePointer old = to.codecpar().extradata();
        if (old != null && !old.isNull()) {
            av_freep(new org.bytedeco.javacpp.PointerPointer<BytePointer>(1).put(old));
        }
        BytePointer bytes = new BytePointer(av_mallocz(description.length + (long) AV_INPUT_BUFFER_PADDING_SIZE));
        bytes.capacity(description.length).put(description);
        to.codecpar().extradata(bytes);
        to.codecpar().extradata_size(description.length);
    }

    /** Why pictures of a stream cannot be joined with encoded ones; empty if they can. */
    static String unfit(AVStream stream, @Nullable PictureGroups groups) {
        if (stream.codecpar().codec_id() != AV_CODEC_ID_H264 || !CopyTrack.suits(stream)) {
            return "it is not H.264 as browsers play it";
        }
        AVRational aspect = stream.codecpar().sample_aspect_ratio();
        if (!PictureTrack.turn(stream).isEmpty() || (aspect.num() > 0 && aspect.num() != aspect.den())) {
            return "its pictures lie on their side or have pixels that are not square";
        }
        if (groups != null && !groups.parametersKnown()) {
            return "its parameters change on the way";
        }
        return groups == null || groups.timesKnown() ? "" : "its pictures carry no times";
    }

    /** Whether two streams can share a track. */
    static boolean agree(AVStream one, AVStream other) {
        return one.codecpar().width() == other.codecpar().width()
                && one.codecpar().height() == other.codecpar().height()
                && extradata(one).equals(extradata(other));
    }

    static ByteBuffer extradata(AVStream stream) {
        int size = Math.max(0, stream.codecpar().extradata_size());
        return size == 0
                ? ByteBuffer.allocate(0)
                : stream.codecpar().extradata().limit(size).asByteBuffer();
    }

    static int lengthBytes(AVStream stream) {
        return H264Units.lengthBytes(extradata(stream));
    }

    /** How many pictures of a group are copied, from its first; {@link #ENCODE} or {@link #LEAVE_OUT}. */
    private static int way(PartPlan plan, PictureGroups all, int number) {
        PictureGroups.Group group = all.groups().get(number);
        double last = all.seconds(group.last());
        double first = all.seconds(group.first());
        if (group.pts().length == 0
                || !(last >= plan.fromSeconds() - PictureGroups.ROUNDING_SECONDS)
                || !(first < plan.toSeconds() - PictureGroups.ROUNDING_SECONDS)) {
            return LEAVE_OUT;
        }
        boolean hides =
                plan.part().masks().stream().anyMatch(mask -> mask.span().touches(first, all.endSeconds(number)));
        if (hides || !group.closed() || !plan.wants(first)) {
            return ENCODE;
        }
        if (plan.wants(last)) {
            return group.pts().length;
        }
        return group.rises()
                ? (int) Arrays.stream(group.pts())
                        .filter(pts -> plan.wants(all.seconds(pts)))
                        .count()
                : ENCODE;
    }

    @Override
    public void begin(PartPlan plan, MediaFile file, AVStream stream) {
        this.plan = plan;
        this.file = file;
        this.from = stream;
        this.groups = groupsOf(plan).groups();
        this.lengthBytes = lengthBytes(stream);
        this.group = 0;
        this.inGroup = 0;
        tally.beginPart();
    }

    private PartPlan plan() {
        if (plan == null) {
            throw new IllegalStateException("pictures: no part was begun");
        }
        return plan;
    }

    private AVStream from() {
        if (from == null || file == null) {
            throw new IllegalStateException("pictures: no part was begun");
        }
        return from;
    }

    private long origin() {
        return file == null ? 0 : file.originTicks(from());
    }

    private long inClip(long pts) {
        PartPlan part = plan();
        double tick = (double) from().time_base().num() / from().time_base().den();
        long begin = Math.round(part.fromSeconds() / tick);
        long offset = Math.round(part.offsetSeconds() * ticks.den() / ticks.num());
        return av_rescale_q(pts - begin, from().time_base(), ticks) + offset;
    }

    @Override
    public void take(AVPacket packet) throws FfmpegFailure, NotCopyable {
        boolean picture = packet.size() > 0
                && H264Units.hasPicture(packet.data().limit(packet.size()).asByteBuffer(), lengthBytes);
        if (!picture || isDone()) {
            return;
        }
        PictureGroups.Group now = groups.get(group);
        int way = way(plan(), groupsOf(plan()), group);
        if (inGroup == 0) {
            keyDue = true;
            if (way != ENCODE) {
                endEncoding();
            }
        }
        if (way == ENCODE) {
            decode(packet);
        } else if (inGroup < way) {
            copy(packet, now);
        }
        if (++inGroup == now.pictures()) {
            group++;
            inGroup = 0;
        }
    }

    private void copy(AVPacket packet, PictureGroups.Group now) throws FfmpegFailure, NotCopyable {
        long pts = packet.pts() - origin();
        if (pts != now.pts()[inGroup]) {
            throw new NotCopyable("the file is not read the same way twice");
        }
        ByteArrayOutputStream units = new ByteArrayOutputStream(packet.size() + 16);
        PictureUnits.each(packet.data().limit(packet.size()).asByteBuffer(), lengthBytes, unit -> write(units, unit));
        long[] sorted = now.sorted();
        boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        tally.copied(groupsOf(plan()).seconds(pts));
        write(
                units.toByteArray(),
                inClip(pts),
                inClip(sorted[inGroup]) - delay,
                av_rescale_q(packet.duration(), from().time_base(), ticks),
                key);
    }

    private static void write(ByteArrayOutputStream units, byte[] unit) {
        units.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(unit.length).array());
        units.writeBytes(unit);
    }

    private void write(byte[] units, long pts, long dts, long duration, boolean key) throws FfmpegFailure {
        FfmpegFailure.check(av_new_packet(coded, units.length), "make packet");
        coded.data().capacity(units.length).put(units);
        coded.pts(pts);
        coded.dts(dts);
        coded.duration(Math.max(0, duration));
        coded.flags(key ? AV_PKT_FLAG_KEY : 0);
        output.write(coded, to, ticks);
    }

    private void decode(AVPacket packet) throws FfmpegFailure, NotCopyable {
        Decoder now = decoder;
        if (now == null) {
            now = Decoder.open(from());
            decoder = now;
        }
        failing(now, packet);
    }

    private void failing(Decoder now, @Nullable AVPacket packet) throws FfmpegFailure, NotCopyable {
        NotCopyable[] unfit = {null};
        now.decode(packet, frame -> {
            try {
                encode(frame);
            } catch (NotCopyable e) {
                unfit[0] = e;
            }
        });
        if (unfit[0] != null) {
            throw unfit[0];
        }
    }

    private void encode(AVFrame frame) throws FfmpegFailure, NotCopyable {
        long shown = frame.pts() != PacketTimes.NONE ? frame.pts() : frame.best_effort_timestamp();
        if (shown == PacketTimes.NONE) {
            throw new NotCopyable("a picture has no time");
        }
        boolean usual = frame.format() == AV_PIX_FMT_YUV420P || frame.format() == AV_PIX_FMT_YUVJ420P;
        if (!usual
                || frame.width() != to.codecpar().width()
                || frame.height() != to.codecpar().height()) {
            throw new NotCopyable("pictures change their size or colours");
        }
        long pts = shown - origin();
        double seconds = groupsOf(plan()).seconds(pts);
        if (!plan().wants(seconds)) {
            return;
        }
        JoinEncoder now = encoder;
        if (now == null) {
            now = JoinEncoder.open(from(), rate, ticks);
            encoder = now;
            keyDue = true;
        }
        FfmpegFailure.check(av_frame_make_writable(frame), "take picture");
        boolean hidden = MaskPainter.paint(plan().part().masks(), frame, seconds, shownFor(frame));
        tally.encoded(seconds, hidden);
        frame.format(AV_PIX_FMT_YUV420P);
        frame.pts(inClip(pts));
        frame.duration(av_rescale_q(frame.duration(), from().time_base(), ticks));
        frame.pict_type(keyDue ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        keyDue = false;
        now.encode(frame, this::join);
    }

    private double shownFor(AVFrame frame) {
        return Math.max(1 / rate, groupsOf(plan()).seconds(Math.max(0, frame.duration())));
    }

    private void join(ByteBuffer picture, long pts, long duration, boolean key) throws FfmpegFailure, NotCopyable {
        ByteArrayOutputStream units = new ByteArrayOutputStream(picture.remaining() + 16);
        NotCopyable[] unfit = {null};
        PictureUnits.each(picture, 0, unit -> {
            int type = ParameterSets.type(unit);
            try {
                if (!ours.knows(unit)) {
                    throw new NotCopyable("the encoder changes its parameters");
                }
                if (type >= 1 && type <= SLICE_TYPES) {
                    write(units, ParameterSets.renumbered(unit, pictureId));
                }
            } catch (NotCopyable e) {
                unfit[0] = e;
            }
        });
        if (unfit[0] != null) {
            throw unfit[0];
        }
        write(units.toByteArray(), pts, pts - delay, duration, key);
    }

    private void endEncoding() throws FfmpegFailure, NotCopyable {
        if (decoder != null) {
            failing(decoder, null);
            decoder.close();
            decoder = null;
        }
        if (encoder != null) {
            encoder.encode(null, this::join);
            encoder.close();
            encoder = null;
        }
    }

    @Override
    public boolean isDone() {
        return group >= groups.size();
    }

    @Override
    public void end() throws FfmpegFailure, NotCopyable {
        endEncoding();
    }

    @Override
    public void finish() throws FfmpegFailure, NotCopyable {
        endEncoding();
    }

    @Override
    public ClipTally tally() {
        return tally;
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
        if (encoder != null) {
            encoder.close();
        }
        av_packet_free(coded);
    }
}
