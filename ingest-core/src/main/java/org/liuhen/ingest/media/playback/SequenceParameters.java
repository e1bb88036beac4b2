package org.liuhen.ingest.media.playback;

import java.util.Arrays;

/**
 * What a sequence parameter set of H.264 says of shape and pace. Source: ITU-T H.264, 7.3.2.1.1 and E.1.1.
 *
 * @param ticksPerSecond 0 if it does not say
 * @param ticksPerPicture likewise
 */
record SequenceParameters(int width, int height, long ticksPerSecond, long ticksPerPicture) {
    private static final int[] WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128};
    private static final int MOST_SIDE = 16_384;
    private static final int EXTENDED_SHAPE = 255;

    /** @param unit with its head of one byte */
    static SequenceParameters of(byte[] unit) throws NotIndexed {
        if (unit.length < 5 || (unit[0] & 0x1f) != 7) {
            throw new NotIndexed("parameters: not a sequence's");
        }
        Bits bits = new Bits(UnitBytes.plain(unit));
        bits.skip(8);
        int profile = bits.take(8);
        bits.skip(16);
        bits.number();
        int chroma = 1;
        if (Arrays.stream(WITH_CHROMA).anyMatch(known -> known == profile)) {
            chroma = bits.number();
            bits.skip(chroma == 3 ? 1 : 0);
            bits.number();
            bits.number();
            bits.skip(1);
            if (bits.take(1) == 1) {
                throw new NotIndexed("parameters: with scaling lists");
            }
        }
        bits.number();
        order(bits);
        bits.number();
        bits.skip(1);
        long wide = 16L * (bits.number() + 1);
        long high = 16L * (bits.number() + 1);
        int frames = bits.take(1);
        bits.skip(frames == 1 ? 1 : 2);
        high *= 2 - frames;
        if (bits.take(1) == 1) {
            int across = chroma == 1 || chroma == 2 ? 2 : 1;
            int down = (chroma == 1 ? 2 : 1) * (2 - frames);
            wide -= (long) across * (bits.number() + bits.number());
            high -= (long) down * (bits.number() + bits.number());
        }
        if (wide < 16 || high < 16 || wide > MOST_SIDE || high > MOST_SIDE) {
            throw new NotIndexed("parameters: " + wide + "x" + high);
        }
        long[] pace = bits.take(1) == 1 ? pace(bits) : new long[2];
        return new SequenceParameters((int) wide, (int) high, pace[0], pace[1]);
    }

    private static void order(Bits bits) throws NotIndexed {
        int kind = bits.number();
        if (kind == 0) {
            bits.number();
        } else if (kind == 1) {
            bits.skip(1);
            bits.number();
            bits.number();
            int cycle = bits.number();
            for (int i = 0; i < cycle && i < 256; i++) {
                bits.number();
            }
        }
    }

    /** Ticks of a second and of a picture, which has two fields; zeros if they are not told or not to be believed. */
    private static long[] pace(Bits bits) throws NotIndexed {
        if (bits.take(1) == 1 && bits.take(8) == EXTENDED_SHAPE) {
            bits.skip(32);
        }
        if (bits.take(1) == 1) {
            bits.skip(1);
        }
        if (bits.take(1) == 1) {
            bits.skip(4);
            bits.skip(bits.take(1) == 1 ? 24 : 0);
        }
        if (bits.take(1) == 1) {
            bits.number();
            bits.number();
        }
        if (bits.take(1) == 0) {
            return new long[2];
        }
        long units = Integer.toUnsignedLong(bits.take(32));
        long scale = Integer.toUnsignedLong(bits.take(32));
        boolean believable = units > 0 && scale >= 2 * units && scale / (2 * units) <= 240 && scale <= 90_000_000;
        return believable ? new long[] {scale, 2 * units} : new long[2];
    }

    /** Bits of a unit, from its first to its last. */
    static final class Bits {
        private final byte[] bytes;
        private int at;

        Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        int take(int count) throws NotIndexed {
            if (at + count > 8 * bytes.length) {
                throw new NotIndexed("unit: ends too early");
            }
            int value = 0;
            for (int i = 0; i < count; i++, at++) {
                value = (value << 1) | ((bytes[at >> 3] >> (7 - (at & 7))) & 1);
            }
            return value;
        }

        void skip(int count) throws NotIndexed {
            take(count);
        }

        /** A number of variable length. Source: ITU-T H.264, 9.1. */
        int number() throws NotIndexed {
            int zeros = 0;
            while (take(1) == 0) {
                zeros++;
                if (zeros > 24) {
                    throw new NotIndexed("unit: a number too large");
                }
            }
            return (1 << zeros) - 1 + take(zeros);
        }
    }
}
