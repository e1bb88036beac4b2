package org.liuhen.ingest.media.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.liuhen.ingest.media.playback.UnitBytes;

/**
 * The bits of one unit of H.264, to be read from the front and written anew with other numbers in them.
 * Source: ITU-T H.264, 7.3.1, 7.4.1 and 9.1.
 */
final class UnitBits {
    private static final int EMULATION = 3;
    private static final int MOST_ZEROS = 31;

    private final byte[] payload;
    private final int header;
    private int at;

    /** @param unit without start code or length, its first byte the header */
    UnitBits(byte[] unit) {
        this.header = unit.length == 0 ? 0 : unit[0] & 0xff;
        byte[] plain = UnitBytes.plain(unit);
        this.payload = Arrays.copyOfRange(plain, Math.min(1, plain.length), plain.length);
    }

    void skip(int bits) {
        at += bits;
    }

    /** The next bit. */
    int bit() throws NotCopyable {
        if (at >= payload.length * 8) {
            throw new NotCopyable("a unit of H.264 ends too early");
        }
        int bit = payload[at >> 3] >> (7 - (at & 7)) & 1;
        at++;
        return bit;
    }

    /** The next number, as Exp-Golomb. */
    int number() throws NotCopyable {
        int zeros = 0;
        while (bit() == 0) {
            if (++zeros > MOST_ZEROS) {
                throw new NotCopyable("a unit of H.264 has a number without end");
            }
        }
        long value = 1;
        for (int i = 0; i < zeros; i++) {
            value = value << 1 | bit();
        }
        return (int) (value - 1);
    }

    /**
     * The unit with other numbers in place of those from where this stands. What follows them moves by bits, so it must
     * not be aligned to bytes: no CABAC.
     */
    byte[] with(List<Integer> numbers) throws NotCopyable {
        BitRow out = new BitRow();
        int kept = at;
        for (int i = 0; i < kept; i++) {
            out.add(payload[i >> 3] >> (7 - (i & 7)) & 1);
        }
        for (int number : numbers) {
            number();
            out.addNumber(number);
        }
        int end = payload.length * 8 - 1;
        while (end > at && (payload[end >> 3] >> (7 - (end & 7)) & 1) == 0) {
            end--; // the last bit that is set ends the unit
        }
        for (int i = at; i <= end; i++) {
            out.add(payload[i >> 3] >> (7 - (i & 7)) & 1);
        }
        return out.escaped(header);
    }

    /** Bits being gathered. */
    private static final class BitRow {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int gathered;
        private int count;

        void add(int bit) {
            gathered = gathered << 1 | bit;
            if (++count == 8) {
                bytes.write(gathered);
                gathered = 0;
                count = 0;
            }
        }

        void addNumber(int number) {
            int value = number + 1;
            int length = 32 - Integer.numberOfLeadingZeros(value);
            for (int i = 0; i < length - 1; i++) {
                add(0);
            }
            for (int i = length - 1; i >= 0; i--) {
                add(value >> i & 1);
            }
        }

        byte[] escaped(int header) {
            while (count > 0) {
                add(0);
            }
            ByteArrayOutputStream unit = new ByteArrayOutputStream(bytes.size() + 16);
            unit.write(header);
            int zeros = 0;
            for (byte value : bytes.toByteArray()) {
                if (zeros >= 2 && (value & 0xff) <= EMULATION) {
                    unit.write(EMULATION);
                    zeros = 0;
                }
                unit.write(value);
                zeros = value == 0 ? zeros + 1 : 0;
            }
            return unit.toByteArray();
        }
    }

    /** Numbers in a list. */
    static List<Integer> numbers(int... values) {
        List<Integer> list = new ArrayList<>();
        for (int value : values) {
            list.add(value);
        }
        return list;
    }
}
