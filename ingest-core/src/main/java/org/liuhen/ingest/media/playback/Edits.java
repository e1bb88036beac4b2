package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an edit list says: when a track begins, and which of its samples are shown. Only one piece of a track can be
 * shown, after a pause; a list that says more is for an editor, not of a camera.
 *
 * @param shiftTicks added to a sample's time to get the time in the presentation
 * @param endTicks the end of what is shown, by the samples' own times
 */
record Edits(long shiftTicks, long endTicks) {
    private static final int MOST_ROWS = 64;

    /**
     * @param track the box of the track
     * @param fragmented whether more samples come than the list can know of
     */
    static Edits read(ByteBuffer track, long ticksPerSecond, long movieTicksPerSecond, boolean fragmented)
            throws NotIndexed {
        Optional<ByteBuffer> box = Boxes.first(track, "edts");
        Optional<ByteBuffer> list = box.isPresent() ? Boxes.first(box.get(), "elst") : Optional.empty();
        if (list.isEmpty()) {
            return new Edits(0, Long.MAX_VALUE);
        }
        ByteBuffer in = list.get();
        boolean wide = Boxes.versionAndFlags(in) >>> 24 == 1;
        int rows = Boxes.rows(in, wide ? 20 : 12);
        if (rows > MOST_ROWS) {
            throw new NotIndexed("elst: " + rows + " rows");
        }
        long pause = 0;
        Edits edits = null;
        for (int i = 0; i < rows; i++) {
            long lasts = wide ? in.getLong() : Integer.toUnsignedLong(in.getInt());
            long from = wide ? in.getLong() : in.getInt();
            int speed = in.getInt();
            if (lasts < 0 || lasts > Limits.MOST_TICKS || from < -1 || from > Limits.MOST_TICKS) {
                throw new NotIndexed("elst: " + lasts + " from " + from);
            }
            long ticks = Math.round((double) lasts * ticksPerSecond / movieTicksPerSecond);
            if (ticks > Limits.MOST_TICKS) {
                throw new NotIndexed("elst: lasts " + ticks + " ticks");
            }
            if (from == -1 && edits == null) {
                pause += ticks;
            } else if (from >= 0 && edits == null && speed == 0x00010000) {
                // the list counts in coarser ticks than the samples
                long coarse = ticksPerSecond / movieTicksPerSecond + 1;
                edits = new Edits(pause - from, lasts == 0 || fragmented ? Long.MAX_VALUE : from + ticks + coarse);
            } else {
                throw new NotIndexed("elst: shows more than one piece");
            }
        }
        return edits == null ? new Edits(pause, Long.MAX_VALUE) : edits;
    }
}
