package org.liuhen.ingest.media.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.liuhen.ingest.media.playback.LooseTrack;

/** AAC taken over as it is: the packets that begin in the segment. */
final class CopiedSound implements SegmentPart {
    private record Sample(long offset, int size, long ticks) {}

    private final SegmentInput input;
    private final AVStream from;
    private final SampleStore store;
    private final long startTicks;
    private final long endTicks;
    private final boolean wrapped;
    private final List<Sample> samples = new ArrayList<>();
    private long nextTicks = PacketTimes.NONE;

    /**
     * @param startTicks of pictures
     * @param endTicks likewise; {@link Long#MAX_VALUE} for all there is
     */
    CopiedSound(SegmentInput input, AVStream from, SampleStore store, long startTicks, long endTicks) {
        this.input = input;
        this.from = from;
        this.store = store;
        this.startTicks = startTicks;
        this.endTicks = endTicks;
        this.wrapped = from.codecpar().extradata_size() == 0;
    }

    @Override
    public void take(AVPacket packet, long ticks) throws FfmpegFailure {
        long at = input.asPictureTicks(ticks);
        if (at < startTicks || isDone()) {
            return;
        }
        if (at >= endTicks) {
            nextTicks = ticks;
            return;
        }
        ByteBuffer bytes = packet.data().limit(packet.size()).asByteBuffer();
        byte[] sample;
        if (wrapped) {
            sample = Adts.unwrapped(bytes);
        } else {
            sample = new byte[bytes.remaining()];
            bytes.get(sample);
        }
        samples.add(new Sample(store.put(sample), sample.length, ticks));
    }

    @Override
    public boolean isDone() {
        return nextTicks != PacketTimes.NONE;
    }

    @Override
    public void finish() {
        // nothing is held back
    }

    @Override
    public LooseTrack track() throws NotCopyable {
        LooseTrack track = LooseTrack.sound(
                input.soundConfiguration(),
                (int) input.soundTicksPerSecond(),
                from.codecpar().ch_layout().nb_channels());
        long end = isDone() ? nextTicks : input.soundLine().end();
        try {
            for (Sample sample : samples) {
                long ticks = Math.max(0, sample.ticks());
                track.add(sample.offset(), sample.size(), ticks, 0, Math.max(1, end - ticks), true);
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
