package org.liuhen.ingest.media.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts H.264 that is divided by start codes into the form that MP4 has: parameter sets apart, and before each unit its
 * length. Source: ISO/IEC 14496-15 §5.3.3.
 */
final class AvcUnits {
    private static final int PARAMETERS_OF_SEQUENCE = 7;
    private static final int PARAMETERS_OF_PICTURE = 8;
    private static final int DELIMITER = 9;
    private static final int FILLER = 12;
    private static final int MOST_SETS = 31;
    private static final int LEAST_SEQUENCE_BYTES = 4;
    private static final int HIGH = 100;
    /** Of the high profile: 4:2:0, eight bits, no further sets. */
    private static final byte[] EIGHT_BIT = {(byte) 0xfd, (byte) 0xf8, (byte) 0xf8, 0};

    private AvcUnits() {}

    /**
     * What {@code avcC} holds.
     *
     * @param extradata as a demuxer or an encoder gives it, in either form
     * @throws NotCopyable if there are no parameter sets in it
     */
    static byte[] configuration(ByteBuffer extradata) throws NotCopyable {
        byte[] given = new byte[extradata.remaining()];
        extradata.duplicate().get(given);
        if (given.length >= 7 && given[0] == 1) {
            return given;
        }
        List<byte[]> sequence = new ArrayList<>();
        List<byte[]> picture = new ArrayList<>();
        PictureUnits.each(ByteBuffer.wrap(given), 0, unit -> {
            byte[] trimmed = withoutZeros(unit);
            int type = trimmed.length == 0 ? 0 : trimmed[0] & 0x1f;
            if (type == PARAMETERS_OF_SEQUENCE && trimmed.length >= LEAST_SEQUENCE_BYTES) {
                sequence.add(trimmed);
            } else if (type == PARAMETERS_OF_PICTURE) {
                picture.add(trimmed);
            }
        });
        if (sequence.isEmpty() || picture.isEmpty() || sequence.size() > MOST_SETS || picture.size() > MOST_SETS) {
            throw new NotCopyable("no parameter sets");
        }
        byte[] first = sequence.get(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {1, first[1], first[2], first[3], (byte) 0xff, (byte) (0xe0 | sequence.size())});
        sequence.forEach(set -> writeSet(out, set));
        out.write(picture.size());
        picture.forEach(set -> writeSet(out, set));
        if (Byte.toUnsignedInt(first[1]) == HIGH) {
            out.writeBytes(EIGHT_BIT);
        }
        return out.toByteArray();
    }

    private static void writeSet(ByteArrayOutputStream out, byte[] set) {
        out.write(set.length >> 8);
        out.write(set.length);
        out.writeBytes(set);
    }

    /** Packets, one after the other, with lengths of four bytes before their units, instead of start codes. */
    static byte[] withLengths(ByteBuffer... packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ByteBuffer packet : packets) {
            addWithLengths(packet, out);
        }
        return out.toByteArray();
    }

    private static void addWithLengths(ByteBuffer packet, ByteArrayOutputStream out) {
        PictureUnits.each(packet, 0, unit -> {
            byte[] trimmed = withoutZeros(unit);
            int type = trimmed.length == 0 ? DELIMITER : trimmed[0] & 0x1f;
            if (type != DELIMITER && type != FILLER) {
                out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(trimmed.length)
                        .array());
                out.writeBytes(trimmed);
            }
        });
    }

    /** A unit never ends with a zero; those belong to the start code that follows. */
    private static byte[] withoutZeros(byte[] unit) {
        int length = unit.length;
        while (length > 0 && unit[length - 1] == 0) {
            length--;
        }
        return length == unit.length ? unit : Arrays.copyOf(unit, length);
    }
}
