package org.liuhen.ingest.media.playback;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.liuhen.storage.Media;

/**
 * Pictures or sound that were taken out of an original, or encoded from it, on their way into a segment: fragmented MP4
 * whose times are those of the whole recording, so that segments join whoever makes them and when. One thread.
 */
public final class LooseTrack {
    private static final int EXPECTED = 256;
    private static final int[] UPRIGHT = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

    private final Track.Entry entry;
    private final long ticksPerSecond;
    private final long delayTicks;
    private final Samples samples = new Samples(EXPECTED);

    private LooseTrack(Track.Entry entry, long ticksPerSecond, long delayTicks) {
        this.entry = entry;
        this.ticksPerSecond = ticksPerSecond;
        this.delayTicks = delayTicks;
    }

    /**
     * H.264.
     *
     * @param configuration what {@code avcC} holds
     * @param aspect how wide a sample is and how high; both 0 if unknown
     * @param mostReordered by how much a picture may be shown before it is said to be decoded, ticks; the same for all segments
     */
    public static LooseTrack pictures(byte[] configuration, int width, int height, int[] aspect, long mostReordered) {
        BoxWriter out = new BoxWriter();
        out.begin("avc1").zeros(6).u16(1).zeros(16).u16(width).u16(height);
        out.u32(0x00480000).u32(0x00480000).zeros(4).u16(1).zeros(32).u16(24).u16(0xffff);
        out.begin("avcC").bytes(configuration).end();
        if (aspect[0] > 0 && aspect[1] > 0) {
            out.begin("pasp").u32(aspect[0]).u32(aspect[1]).end();
        }
        Media.Video video = new Media.Video("h264", width, height, 0);
        return new LooseTrack(
                new Track.Entry(out.end().toBytes(), 0, video, null), SegmentPlan.TICKS_PER_SECOND, mostReordered);
    }

    /**
     * AAC.
     *
     * @param configuration an AudioSpecificConfig. Source: ISO/IEC 14496-3 §1.6.2.1
     * @param sampleRate what its times count
     */
    public static LooseTrack sound(byte[] configuration, int sampleRate, int channels) {
        int length = configuration.length;
        BoxWriter out = new BoxWriter();
        out.begin("mp4a").zeros(6).u16(1).zeros(8).u16(channels).u16(16).zeros(4);
        out.u32((sampleRate > 0xffff ? 0 : sampleRate) << 16);
        // descriptors of ISO/IEC 14496-1 §7.2.6: stream, decoder, its configuration, packaging
        out.begin("esds", 0, 0).u8(3).u8(23 + length).u16(0).u8(0);
        out.u8(4).u8(15 + length).u8(0x40).u8(0x15).zeros(11);
        out.u8(5).u8(length).bytes(configuration);
        out.u8(6).u8(1).u8(2).end();
        Media.Audio audio = new Media.Audio("aac", sampleRate, channels);
        return new LooseTrack(new Track.Entry(out.end().toBytes(), 0, null, audio), sampleRate, 0);
    }

    /**
     * Adds a sample.
     *
     * @param offset where it lies in the file that holds them all
     * @param decode when it is decoded, from the start of the recording
     * @param delay from then until it is shown; may be negative
     * @param ticks how long it lasts; matters for the last
     */
    public void add(long offset, int size, long decode, long delay, long ticks, boolean key) throws IOException {
        if (delay != (int) delay) {
            throw new IOException("sample: shown " + delay + " ticks after it is decoded");
        }
        try {
            samples.add(offset, size, decode, (int) delay, ticks, key);
        } catch (NotIndexed e) {
            throw new IOException(e);
        }
    }

    private Track track() {
        ByteBuffer matrix = ByteBuffer.allocate(UPRIGHT.length * Integer.BYTES);
        matrix.asIntBuffer().put(UPRIGHT);
        return new Track(ticksPerSecond, 0, Long.MAX_VALUE, delayTicks, 0, entry, matrix, samples);
    }

    /** What comes before the first segment. */
    public static byte[] head(List<LooseTrack> tracks) {
        return MovieHead.ofFragments(tracks.stream().map(LooseTrack::track).toList());
    }

    /**
     * A segment.
     *
     * @param number from 0
     */
    public static Splice segment(List<LooseTrack> loose, int number) {
        List<Track> tracks = loose.stream().map(LooseTrack::track).toList();
        int[] first = new int[tracks.size()];
        int[] end = IntStream.range(0, first.length)
                .map(t -> tracks.get(t).samples().count())
                .toArray();
        return Fragment.of(tracks, number, first, end);
    }
}
