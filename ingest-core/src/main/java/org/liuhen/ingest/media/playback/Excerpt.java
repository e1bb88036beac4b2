package org.liuhen.ingest.media.playback;

import java.util.ArrayList;
import java.util.List;

/** Writing an excerpt as a plain MP4 file with its index at the beginning, the samples as they are. */
final class Excerpt {
    /** How much of one track lies together before the other's turn. */
    private static final double TURN_SECONDS = 1;

    private final List<Track> tracks;
    private final int[] first;
    private final int[] end;
    private final double fromSeconds;
    private final List<List<long[]>> chunks = new ArrayList<>();
    private final List<Integer> offsetsAt = new ArrayList<>();

    /** @param fromSeconds where the excerpt begins, at or before the first sample of each track is shown */
    Excerpt(List<Track> tracks, int[] first, int[] end, double fromSeconds) {
        this.tracks = tracks;
        this.first = first;
        this.end = end;
        this.fromSeconds = fromSeconds;
    }

    Splice write() {
        Splice.Gathering data = gather();
        long movieTicksPerSecond = tracks.get(0).ticksPerSecond();
        List<MovieHead.Body> bodies = new ArrayList<>();
        for (int t = 0; t < tracks.size(); t++) {
            bodies.add(body(t, movieTicksPerSecond));
        }
        BoxWriter out = new BoxWriter();
        MovieHead.ofFile(out, movieTicksPerSecond, tracks, bodies);
        out.u32(1).text("mdat").u64(16 + data.totalBytes());
        for (int t = 0; t < tracks.size(); t++) {
            int at = offsetsAt.get(t);
            for (long[] chunk : chunks.get(t)) {
                out.u64At(at, out.position() + chunk[0]);
                at += 8;
            }
        }
        return data.after(out.toBytes());
    }

    /** Lets the tracks take turns, and notes where each turn begins and how many samples it has. */
    private Splice.Gathering gather() {
        Splice.Gathering data = new Splice.Gathering();
        int[] at = first.clone();
        tracks.forEach(track -> chunks.add(new ArrayList<>()));
        for (double next = next(at); next < Double.MAX_VALUE; next = next(at)) {
            double until = next + TURN_SECONDS;
            for (int t = 0; t < tracks.size(); t++) {
                Samples samples = tracks.get(t).samples();
                int stop = Math.min(end[t], Math.max(at[t], tracks.get(t).countBefore(until)));
                if (stop > at[t]) {
                    chunks.get(t).add(new long[] {data.totalBytes(), stop - at[t]});
                }
                for (; at[t] < stop; at[t]++) {
                    data.take(samples.offset(at[t]), samples.size(at[t]));
                }
            }
        }
        return data;
    }

    /** When the first sample is decoded that has had no turn yet; {@link Double#MAX_VALUE} if all have. */
    private double next(int[] at) {
        double next = Double.MAX_VALUE;
        for (int t = 0; t < at.length; t++) {
            if (at[t] < end[t]) {
                Track track = tracks.get(t);
                next = Math.min(next, track.seconds(track.samples().decode(at[t]) + track.shiftTicks()));
            }
        }
        return next;
    }

    private MovieHead.Body body(int t, long movieTicksPerSecond) {
        Track track = tracks.get(t);
        Samples samples = track.samples();
        long lead = 0;
        long shownEnd = 0;
        for (int i = first[t]; i < end[t]; i++) {
            lead = Math.max(lead, samples.decode(i) - samples.decode(first[t]) - shown(t, i));
            shownEnd = Math.max(shownEnd, shown(t, i) + samples.ticks(i));
        }
        double scale = (double) movieTicksPerSecond / track.ticksPerSecond();
        double pause = end[t] > first[t] ? track.shownSeconds(first[t]) - fromSeconds : 0;
        long mediaTicks = end[t] > first[t]
                ? samples.decode(end[t] - 1) + samples.ticks(end[t] - 1) - samples.decode(first[t])
                : 0;
        long delay = lead;
        return new MovieHead.Body(
                mediaTicks,
                (long) Math.ceil(shownEnd * scale),
                Math.round(Math.max(0, pause) * movieTicksPerSecond),
                lead,
                out -> tables(out, t, delay));
    }

    /** When a sample is shown after the first one. */
    private long shown(int t, int sample) {
        Samples samples = tracks.get(t).samples();
        return samples.shown(sample) - samples.shown(first[t]);
    }

    private void tables(BoxWriter out, int t, long lead) {
        Samples samples = tracks.get(t).samples();
        int start = first[t];
        runs(out, "stts", t, i -> samples.ticks(i));
        if (tracks.get(t).ofPictures()) {
            runs(out, "ctts", t, i -> shown(t, i) - (samples.decode(i) - samples.decode(start)) + lead);
            out.begin("stss", 0, 0);
            int countAt = out.position();
            out.u32(0);
            int keys = 0;
            for (int i = start; i < end[t]; i++) {
                if (samples.isKey(i)) {
                    out.u32(i - start + 1);
                    keys++;
                }
            }
            out.u32At(countAt, keys);
            out.end();
        }
        List<long[]> turns = chunks.get(t);
        out.begin("stsc", 0, 0).u32(turns.size());
        for (int i = 0; i < turns.size(); i++) {
            out.u32(i + 1).u32((int) turns.get(i)[1]).u32(1);
        }
        out.end();
        out.begin("stsz", 0, 0).u32(0).u32(end[t] - start);
        for (int i = start; i < end[t]; i++) {
            out.u32(samples.size(i));
        }
        out.end();
        out.begin("co64", 0, 0).u32(turns.size());
        offsetsAt.add(out.position());
        out.zeros(8 * turns.size()).end();
    }

    private void runs(BoxWriter out, String type, int t, java.util.function.IntToLongFunction value) {
        out.begin(type, 0, 0);
        int countAt = out.position();
        out.u32(0);
        int runs = 0;
        int i = first[t];
        while (i < end[t]) {
            long same = value.applyAsLong(i);
            int run = i;
            while (i < end[t] && value.applyAsLong(i) == same) {
                i++;
            }
            out.u32(i - run).u32((int) same);
            runs++;
        }
        out.u32At(countAt, runs);
        out.end();
    }
}
