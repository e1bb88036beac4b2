package org.liuhen.ingest.media.ffmpeg;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.liuhen.ingest.media.playback.LooseTrack;
import org.liuhen.ingest.media.playback.SegmentPlan;

/**
 * H.264 taken over as it is, from one key picture to another. Pictures are decoded in the order of the file, at the times
 * at which pictures are shown: so a segment ends exactly where the next begins, however pictures are reordered.
 */
final class CopiedPictures implements SegmentPart {
    private record Sample(long offset, int size, long ticks, boolean key) {}

    private final AVStream from;
    private final SampleStore store;
    private final long keyTicks;
    private final long nextKeyTicks;
    private final long endTicks;
    private final long mostReordered;
    private final boolean divided;
    private final List<Sample> samples = new ArrayList<>();
    private boolean done;

    /**
     * @param keyTicks when the key picture is shown with which it begins
     * @param nextKeyTicks the same of what follows; {@link PacketTimes#NONE} if nothing does
     * @param endTicks where it ends
     */
    CopiedPictures(
            SegmentInput input, AVStream from, SampleStore store, long keyTicks, long nextKeyTicks, long endTicks) {
        this.from = from;
        this.store = store;
        this.keyTicks = keyTicks;
        this.nextKeyTicks = nextKeyTicks;
        this.endTicks = endTicks;
        int held = from.codecpar().video_delay();
        this.mostReordered = held == 0
                ? 0
                : Math.round(
                        (held + 1) * SegmentPlan.TICKS_PER_SECOND / input.file().frameRate(from));
        this.divided = input.unitLengthBytes() == 0;
    }

    /** @throws NotCopyable if a packet shows that the stream cannot be taken over */
    static void check(AVStream from, AVPacket packet) throws NotCopyable {
        if (packet.pts() == PacketTimes.NONE && from.codecpar().video_delay() > 0) {
            throw new NotCopyable("pictures are reordered and carry no times");
        }
        SizeTPointer size = new SizeTPointer(1);
        BytePointer data = av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, size);
        if (data == null || data.isNull()) {
            return;
        }
        byte[] changed = new byte[(int) size.get()];
        data.capacity(changed.length).get(changed);
        ByteBuffer present = LooseSink.extradata(from);
        byte[] described = new byte[present.remaining()];
        present.get(described);
        if (!Arrays.equals(changed, described)) {
            throw new NotCopyable("the stream's parameters change");
        }
    }

    @Override
    public void take(AVPacket packet, long ticks) throws FfmpegFailure {
        boolean key = SegmentInput.isKey(packet);
        if (samples.isEmpty() && !(key && ticks == keyTicks)) {
            return;
        }
        if (key && ticks == nextKeyTicks) {
            done = true;
        }
        if (done) {
            return;
        }
        ByteBuffer bytes = packet.data().limit(packet.size()).asByteBuffer();
        byte[] sample;
        if (divided) {
            sample = AvcUnits.withLengths(bytes);
        } else {
            sample = new byte[bytes.remaining()];
            bytes.get(sample);
        }
        samples.add(new Sample(store.put(sample), sample.length, ticks, key));
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void finish() {
        // nothing is held back
    }

    @Override
    public LooseTrack track() throws NotCopyable {
        int[] aspect = {0, 0};
        AVRational ratio = from.sample_aspect_ratio();
        if (ratio.num() > 0 && ratio.den() > 0 && ratio.num() != ratio.den()) {
            aspect = new int[] {ratio.num(), ratio.den()};
        }
        if (from.codecpar().codec_id() != AV_CODEC_ID_H264) {
            throw new NotCopyable(MediaFile.codecName(from));
        }
        LooseTrack track = LooseTrack.pictures(
                AvcUnits.configuration(LooseSink.extradata(from)),
                from.codecpar().width(),
                from.codecpar().height(),
                aspect,
                mostReordered);
        long[] shown = samples.stream().mapToLong(Sample::ticks).sorted().toArray();
        try {
            for (int i = 0; i < shown.length; i++) {
                Sample sample = samples.get(i);
                long decode = Math.max(0, shown[i]);
                track.add(
                        sample.offset(),
                        sample.size(),
                        decode,
                        sample.ticks() - decode,
                        Math.max(1, endTicks - decode),
                        sample.key());
            }
        } catch (IOException e) {
            throw new NotCopyable("times make no sense", e);
        }
        return track;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
