package org.liuhen.ingest.media.playback;

import java.util.List;

/** Writing a fragment of fragmented MP4: a head, then the samples of each track as they are. */
final class Fragment {
    private static final int KEY = 0x02000000;
    private static final int NOT_KEY = 0x01010000;
    /** Data offset, and of each sample duration, size, flags and delay. */
    private static final int RUN_FLAGS = 0xf01;

    private static final int DEFAULT_BASE_IS_MOOF = 0x020000;

    private Fragment() {}

    /**
     * @param first of each track, the first sample
     * @param end of each track, the sample after the last
     */
    static Splice of(List<Track> tracks, int number, int[] first, int[] end) {
        BoxWriter out = new BoxWriter();
        out.begin("styp").text("msdh").u32(0).text("msdhmsix").end();
        int start = out.position();
        int[] offsetAt = new int[tracks.size()];
        out.begin("moof");
        out.begin("mfhd", 0, 0).u32(number + 1).end();
        for (int t = 0; t < tracks.size(); t++) {
            if (end[t] > first[t]) {
                offsetAt[t] = track(out, tracks.get(t), t + 1, first[t], end[t]);
            }
        }
        out.end();
        int mdat = out.position();
        out.u32(0).text("mdat");
        Splice.Gathering data = new Splice.Gathering();
        for (int t = 0; t < tracks.size(); t++) {
            if (end[t] > first[t]) {
                out.u32At(offsetAt[t], out.position() - start + (int) data.totalBytes());
                Samples samples = tracks.get(t).samples();
                for (int i = first[t]; i < end[t]; i++) {
                    data.take(samples.offset(i), samples.size(i));
                }
            }
        }
        out.u32At(mdat, 8 + (int) data.totalBytes());
        return data.after(out.toBytes());
    }

    /** @return where the data offset is to be written */
    private static int track(BoxWriter out, Track track, int id, int first, int end) {
        Samples samples = track.samples();
        // what is decoded before the recording begins, because pictures are reordered, must not be before zero
        long lead = Math.max(0, -(samples.decode(track.firstSample()) + track.shiftTicks()));
        out.begin("traf");
        out.begin("tfhd", 0, DEFAULT_BASE_IS_MOOF).u32(id).end();
        out.begin("tfdt", 1, 0)
                .u64(samples.decode(first) + track.shiftTicks() + lead)
                .end();
        out.begin("trun", 1, RUN_FLAGS).u32(end - first);
        int offsetAt = out.position();
        out.u32(0);
        for (int i = first; i < end; i++) {
            out.u32((int) samples.ticks(i)).u32(samples.size(i));
            out.u32(samples.isKey(i) ? KEY : NOT_KEY);
            out.u32((int) (samples.shown(i) - samples.decode(i) - lead));
        }
        out.end().end();
        return offsetAt;
    }
}
