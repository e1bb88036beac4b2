package org.liuhen.ingest.media;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts bare H.264 into an MPEG program stream as recorders do, with a map that says what it is. Source: ISO/IEC 13818-1,
 * 2.5.3, 2.5.4, 2.4.3.6.
 */
final class ProgramStream {
    private static final int MOST_PAYLOAD_BYTES = 60_000;
    private static final long FIRST_TICKS = 90_000;
    private static final int PICTURES = 0xe0;

    private ProgramStream() {}

    /** @param h264 with start codes, each picture in one slice or more, not reordered */
    static byte[] of(byte[] h264, int framesPerSecond) throws IOException {
        return of(h264, framesPerSecond, new byte[0]);
    }

    /** @param between what a recorder of its own kind puts before each pack */
    static byte[] of(byte[] h264, int framesPerSecond, byte[] between) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        int number = 0;
        for (byte[] picture : pictures(h264)) {
            long ticks = FIRST_TICKS + number * 90_000L / framesPerSecond;
            out.write(between);
            pack(out, ticks - 9_000);
            map(out);
            for (int at = 0; at < picture.length; at += MOST_PAYLOAD_BYTES) {
                packet(
                        out,
                        Arrays.copyOfRange(picture, at, Math.min(picture.length, at + MOST_PAYLOAD_BYTES)),
                        at == 0 ? ticks : -1);
            }
            number++;
        }
        out.writeInt(0x1b9);
        return bytes.toByteArray();
    }

    /** A picture begins with its parameter sets, if it has some, or with a slice that begins at its first block. */
    static List<byte[]> pictures(byte[] h264) {
        List<byte[]> pictures = new ArrayList<>();
        int begun = -1;
        boolean sliced = false;
        for (int at = 0; at + 4 < h264.length; at++) {
            if (h264[at] != 0 || h264[at + 1] != 0 || h264[at + 2] != 1) {
                continue;
            }
            int type = h264[at + 3] & 0x1f;
            boolean slice = type == 1 || type == 5;
            boolean next = slice ? h264[at + 4] < 0 : type >= 6 && type <= 9;
            if (next && (sliced || begun < 0)) {
                int start = at > 0 && h264[at - 1] == 0 ? at - 1 : at;
                if (begun >= 0) {
                    pictures.add(Arrays.copyOfRange(h264, begun, start));
                }
                begun = start;
                sliced = false;
            }
            sliced |= slice;
        }
        pictures.add(Arrays.copyOfRange(h264, begun, h264.length));
        return pictures;
    }

    private static void pack(DataOutputStream out, long ticks) throws IOException {
        out.writeInt(0x1ba);
        long clock = 1L << 46
                | (ticks >> 30 & 7) << 43
                | 1L << 42
                | (ticks >> 15 & 0x7fff) << 27
                | 1L << 26
                | (ticks & 0x7fff) << 11
                | 1L << 10
                | 1;
        out.writeShort((int) (clock >> 32));
        out.writeInt((int) clock);
        out.write(new byte[] {0x01, (byte) 0x89, (byte) 0xc3, (byte) 0xf8});
    }

    private static void map(DataOutputStream out) throws IOException {
        out.writeInt(0x1bc);
        out.writeShort(14);
        out.write(new byte[] {(byte) 0xe1, (byte) 0xff, 0, 0, 0, 4, 0x1b, (byte) PICTURES, 0, 0});
        // nobody checks the sum
        out.writeInt(0);
    }

    private static void packet(DataOutputStream out, byte[] payload, long ticks) throws IOException {
        out.writeInt(0x100 | PICTURES);
        out.writeShort(payload.length + (ticks < 0 ? 3 : 8));
        out.write(new byte[] {(byte) 0x80, (byte) (ticks < 0 ? 0 : 0x80), (byte) (ticks < 0 ? 0 : 5)});
        if (ticks >= 0) {
            out.writeByte((int) (0x21 | (ticks >> 29 & 0xe)));
            out.writeShort((int) ((ticks >> 14 & 0xfffe) | 1));
            out.writeShort((int) ((ticks << 1 & 0xfffe) | 1));
        }
        out.write(payload);
    }
}
