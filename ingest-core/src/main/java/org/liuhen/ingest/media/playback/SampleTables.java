package org.liuhen.ingest.media.playback;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of a {@code stbl} box being walked through together, sample by sample. */
final class SampleTables {
    private final ByteBuffer sizes;
    private final int sameSize;
    private final int count;
    private final Runs ticks;
    private final @Nullable Runs delays;
    private final ByteBuffer chunkRuns;
    private final int chunkRunCount;
    private final ByteBuffer chunks;
    private final boolean wideOffsets;
    private final int chunkCount;
    private final @Nullable BitSet keys;

    /** @param table what {@code stbl} holds */
    SampleTables(ByteBuffer table) throws NotIndexed {
        sizes = Boxes.required(table, "stsz");
        Boxes.versionAndFlags(sizes);
        sameSize = Boxes.need(sizes, 8).getInt();
        count = sameSize == 0 ? Boxes.rows(sizes, 4) : sizes.getInt();
        if (count < 0 || count > Limits.MOST_SAMPLES) {
            throw new NotIndexed("stsz: " + count + " samples (expected: at most " + Limits.MOST_SAMPLES + ")");
        }
        ticks = new Runs(Boxes.required(table, "stts"));
        Optional<ByteBuffer> shifted = Boxes.first(table, "ctts");
        delays = shifted.isPresent() ? new Runs(shifted.get()) : null;
        chunkRuns = Boxes.required(table, "stsc");
        Boxes.versionAndFlags(chunkRuns);
        chunkRunCount = Boxes.rows(chunkRuns, 12);
        Optional<ByteBuffer> wide = Boxes.first(table, "co64");
        wideOffsets = wide.isPresent();
        chunks = wideOffsets ? wide.get() : Boxes.required(table, "stco");
        Boxes.versionAndFlags(chunks);
        chunkCount = Boxes.rows(chunks, wideOffsets ? 8 : 4);
        Optional<ByteBuffer> key = Boxes.first(table, "stss");
        keys = key.isPresent() ? keys(key.get()) : null;
    }

    private BitSet keys(ByteBuffer rows) throws NotIndexed {
        Boxes.versionAndFlags(rows);
        int found = Boxes.rows(rows, 4);
        BitSet numbers = new BitSet(count);
        for (int i = 0; i < found; i++) {
            int number = rows.getInt();
            if (number < 1 || number > count) {
                throw new NotIndexed("stss: sample " + number + " (expected: 1 to " + count + ")");
            }
            numbers.set(number - 1);
        }
        return numbers;
    }

    /** All samples, with the times that the tables give them. */
    Samples read() throws NotIndexed {
        Samples samples = new Samples(count);
        int run = -1;
        long inChunk = 0;
        long nextRunAt = 1;
        long decode = 0;
        for (int chunk = 1; chunk <= chunkCount && samples.count() < count; chunk++) {
            while (run + 1 < chunkRunCount && chunk >= nextRunAt) {
                run++;
                int row = chunkRuns.position() + 12 * run;
                inChunk = Integer.toUnsignedLong(chunkRuns.getInt(row + 4));
                if (chunkRuns.getInt(row + 8) != 1) {
                    throw new NotIndexed("stsc: another description of samples");
                }
                nextRunAt =
                        run + 1 < chunkRunCount ? Integer.toUnsignedLong(chunkRuns.getInt(row + 12)) : Long.MAX_VALUE;
            }
            long offset = wideOffsets ? chunks.getLong() : Integer.toUnsignedLong(chunks.getInt());
            for (long i = 0; i < inChunk && samples.count() < count; i++) {
                int number = samples.count();
                int size = sameSize == 0 ? sizes.getInt() : sameSize;
                long lasts = Integer.toUnsignedLong(ticks.next());
                int delay = delays == null ? 0 : delays.next();
                samples.add(offset, size, decode, delay, lasts, keys == null || keys.get(number));
                offset += size;
                decode += lasts;
            }
        }
        if (samples.count() < count) {
            throw new NotIndexed("stsc: " + samples.count() + " samples (expected: " + count + ", as stsz says)");
        }
        return samples;
    }

    /** A table of runs: how many samples, and what they have in common. */
    private static final class Runs {
        private final ByteBuffer rows;
        private int left;
        private int rowsLeft;
        private int value;

        Runs(ByteBuffer box) throws NotIndexed {
            rows = box;
            Boxes.versionAndFlags(box);
            rowsLeft = Boxes.rows(box, 8);
        }

        /** The next sample's value; the last one's beyond the end of the table. */
        int next() {
            while (left == 0 && rowsLeft > 0) {
                left = rows.getInt();
                value = rows.getInt();
                rowsLeft--;
            }
            if (left != 0) {
                left--;
            }
            return value;
        }
    }
}
