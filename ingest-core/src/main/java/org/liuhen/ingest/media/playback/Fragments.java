package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The samples of a fragmented file, gathered from the heads of its fragments ({@code moof}). */
final class Fragments {
    private static final int NOT_KEY = 0x00010000;

    /** What a track's samples have in common unless a fragment says otherwise, and where the track has got to. */
    private static final class Gathered {
        private int ticks;
        private int size;
        private int flags;
        private long decode;
        private final Samples samples = new Samples(0);
    }

    private final Map<Integer, Gathered> tracks = new HashMap<>();
    private int rows;

    /** @param movie what {@code moov} holds */
    Fragments(ByteBuffer movie) throws NotIndexed {
        for (ByteBuffer common : Boxes.all(Boxes.required(movie, "mvex"), "trex", Limits.MOST_TRACKS)) {
            Boxes.need(common, 24);
            Gathered track = new Gathered();
            track.ticks = common.getInt(12);
            track.size = common.getInt(16);
            track.flags = common.getInt(20);
            tracks.put(common.getInt(4), track);
        }
    }

    Samples samples(int track) throws NotIndexed {
        Gathered found = tracks.get(track);
        if (found == null) {
            throw new NotIndexed("mvex: nothing about track " + track);
        }
        return found.samples;
    }

    /**
     * Takes the samples of a fragment.
     *
     * @param at where it lies in the file
     */
    void add(long at, ByteBuffer fragment) throws NotIndexed {
        long dataEnd = at;
        for (ByteBuffer part : Boxes.all(fragment, "traf", Limits.MOST_TRACKS)) {
            ByteBuffer head = Boxes.required(part, "tfhd");
            int flags = Boxes.versionAndFlags(head) & 0xffffff;
            Gathered track = tracks.get(Boxes.need(head, 4).getInt());
            if (track == null) {
                throw new NotIndexed("tfhd: of a track that is not there");
            }
            long base = (flags & 0x1) != 0 ? Boxes.need(head, 8).getLong() : (flags & 0x20000) != 0 ? at : dataEnd;
            if (base < 0) {
                throw new NotIndexed("tfhd: data at " + base);
            }
            if ((flags & 0x2) != 0 && Boxes.need(head, 4).getInt() != 1) {
                throw new NotIndexed("tfhd: another description of samples");
            }
            int ticks = (flags & 0x8) != 0 ? Boxes.need(head, 4).getInt() : track.ticks;
            int size = (flags & 0x10) != 0 ? Boxes.need(head, 4).getInt() : track.size;
            int kind = (flags & 0x20) != 0 ? Boxes.need(head, 4).getInt() : track.flags;
            Optional<ByteBuffer> time = Boxes.first(part, "tfdt");
            if (time.isPresent()) {
                ByteBuffer in = time.get();
                boolean wide = Boxes.versionAndFlags(in) >>> 24 == 1;
                track.decode = wide
                        ? Boxes.need(in, 8).getLong()
                        : Integer.toUnsignedLong(Boxes.need(in, 4).getInt());
            }
            dataEnd = base;
            for (ByteBuffer run : Boxes.all(part, "trun", Integer.MAX_VALUE)) {
                dataEnd = run(track, run, base, dataEnd, ticks, size, kind);
            }
        }
    }

    /** @return where the run's data ends */
    private long run(Gathered track, ByteBuffer in, long base, long dataEnd, int ticks, int size, int kind)
            throws NotIndexed {
        int flags = Boxes.versionAndFlags(in) & 0xffffff;
        long count = Integer.toUnsignedLong(Boxes.need(in, 4).getInt());
        long offset = (flags & 0x1) != 0 ? base + Boxes.need(in, 4).getInt() : dataEnd;
        boolean firstDiffers = (flags & 0x4) != 0;
        int firstKind = firstDiffers ? Boxes.need(in, 4).getInt() : kind;
        int rowBytes = 4 * Integer.bitCount(flags & 0xf00);
        rows += (int) Math.min(count, Limits.MOST_SAMPLES);
        if (count * rowBytes > in.remaining() || count > Limits.MOST_SAMPLES || rows > 2 * Limits.MOST_SAMPLES) {
            throw new NotIndexed("trun: " + count + " samples in " + in.remaining() + " bytes");
        }
        for (int i = 0; i < count; i++) {
            int lasts = (flags & 0x100) != 0 ? in.getInt() : ticks;
            int bytes = (flags & 0x200) != 0 ? in.getInt() : size;
            int own = (flags & 0x400) != 0 ? in.getInt() : kind;
            int delay = (flags & 0x800) != 0 ? in.getInt() : 0;
            boolean key = ((i == 0 && firstDiffers ? firstKind : own) & NOT_KEY) == 0;
            long duration = Integer.toUnsignedLong(lasts);
            track.samples.add(offset, bytes, track.decode, delay, duration, key);
            track.decode += duration;
            offset += bytes;
        }
        return offset;
    }
}
