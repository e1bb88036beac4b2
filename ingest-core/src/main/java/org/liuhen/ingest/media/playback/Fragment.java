package org.liuhen.ingest.media.playback;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writing a fragment of fragmented MP4: a head, then the samples of each track as they are, in turns of about a second,
 * so that whoever reads on without searching finds sound beside the pictures it goes with.
 */
final class Fragment {
    private static final int KEY = 0x02000000;
    private static final int NOT_KEY = 0x01010000;
    /** Data offset, and of each sample duration, size, flags and delay. */
    private static final int RUN_FLAGS = 0xf01;

    private static final int DEFAULT_BASE_IS_MOOF = 0x020000;
    private static final double TURN_SECONDS = 1;

    private final List<Track> tracks;
    private final int[] first;
    private final List<int[]> turns;

    private Fragment(List<Track> tracks, int[] first, int[] end) {
        this.tracks = tracks;
        this.first = first;
        this.turns = turns(tracks, first, end);
    }

    /**
     * @param first of each track, the first sample
     * @param end of each track, the sample after the last
     */
    static Splice of(List<Track> tracks, int number, int[] first, int[] end) {
        return new Fragment(tracks, first, end).written(number);
    }

    /** Where each turn ends: of each track, the sample after its last. */
    private static List<int[]> turns(List<Track> tracks, int[] first, int[] end) {
        List<int[]> turns = new ArrayList<>();
        int[] at = first;
        while (!Arrays.equals(at, end)) {
            double from = Double.MAX_VALUE;
            for (int t = 0; t < at.length; t++) {
                from = at[t] < end[t] ? Math.min(from, tracks.get(t).decodedSeconds(at[t])) : from;
            }
            int[] next = at.clone();
            for (int t = 0; t < at.length; t++) {
                int until = tracks.get(t).countBefore(from + TURN_SECONDS);
                next[t] = Math.max(at[t], Math.min(until, end[t]));
            }
            turns.add(next);
            at = next;
        }
        return turns;
    }

    private Splice written(int number) {
        BoxWriter out = new BoxWriter();
        out.begin("styp").text("msdh").u32(0).text("msdhmsix").end();
        int start = out.position();
        int[][] offsetsAt = new int[tracks.size()][turns.size()];
        out.begin("moof");
        out.begin("mfhd", 0, 0).u32(number + 1).end();
        for (int t = 0; t < tracks.size(); t++) {
            if (endOfTurn(turns.size() - 1, t) > first[t]) {
                track(out, t, offsetsAt[t]);
            }
        }
        out.end();
        int mdat = out.position();
        out.u32(0).text("mdat");
        Splice.Gathering data = new Splice.Gathering();
        for (int turn = 0; turn < turns.size(); turn++) {
            for (int t = 0; t < tracks.size(); t++) {
                int from = endOfTurn(turn - 1, t);
                int to = endOfTurn(turn, t);
                if (to > from) {
                    out.u32At(offsetsAt[t][turn], out.position() - start + (int) data.totalBytes());
                    Samples samples = tracks.get(t).samples();
                    for (int i = from; i < to; i++) {
                        data.take(samples.offset(i), samples.size(i));
                    }
                }
            }
        }
        out.u32At(mdat, 8 + (int) data.totalBytes());
        return data.after(out.toBytes());
    }

    private int endOfTurn(int turn, int track) {
        return turn < 0 ? first[track] : turns.get(turn)[track];
    }

    /** @param offsetsAt takes where the data offset of each turn is to be written */
    private void track(BoxWriter out, int number, int[] offsetsAt) {
        Track track = tracks.get(number);
        Samples samples = track.samples();
        long clock = track.shiftTicks() + track.leadTicks();
        out.begin("traf");
        out.begin("tfhd", 0, DEFAULT_BASE_IS_MOOF).u32(number + 1).end();
        out.begin("tfdt", 1, 0).u64(samples.decode(first[number]) + clock).end();
        for (int turn = 0; turn < turns.size(); turn++) {
            int from = endOfTurn(turn - 1, number);
            int to = endOfTurn(turn, number);
            if (to <= from) {
                continue;
            }
            out.begin("trun", 1, RUN_FLAGS).u32(to - from);
            offsetsAt[turn] = out.position();
            out.u32(0);
            for (int i = from; i < to; i++) {
                out.u32((int) samples.ticks(i)).u32(samples.size(i));
                out.u32(samples.isKey(i) ? KEY : NOT_KEY);
                out.u32((int) (samples.shown(i) - samples.decode(i) + track.delayTicks() - track.leadTicks()));
            }
            out.end();
        }
        out.end();
    }
}
