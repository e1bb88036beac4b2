package org.liuhen.ingest.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What recorders write wrongly into heads of AVI files and packets of transport streams. */
final class LyingHeads {
    private static final int PACKET_BYTES = 188;
    private static final long WRAP_TICKS = 1L << 33;

    private LyingHeads() {}

    /** An AVI file whose heads say that it has so many times as many pictures. */
    static byte[] longer(byte[] avi, int times) {
        byte[] copy = avi.clone();
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        int main = at(avi, "avih") + 8;
        int stream = at(avi, "strh") + 8;
        bytes.putInt(main + 16, bytes.getInt(main + 16) * times);
        bytes.putInt(stream + 32, bytes.getInt(stream + 32) * times);
        return copy;
    }

    /** An AVI file whose heads say that it has so many times as many pictures a second. */
    static byte[] faster(byte[] avi, int times) {
        byte[] copy = avi.clone();
        ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        int main = at(avi, "avih") + 8;
        int stream = at(avi, "strh") + 8;
        bytes.putInt(main, bytes.getInt(main) / times);
        bytes.putInt(stream + 24, bytes.getInt(stream + 24) * times);
        return copy;
    }

    private static int at(byte[] bytes, String tag) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(tag);
    }

    /** A transport stream whose clocks are all later by so many ticks, past their 33 bits where need be. */
    static byte[] later(byte[] stream, long ticks) {
        byte[] bytes = stream.clone();
        for (int at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
            boolean begins = (bytes[at + 1] & 0x40) != 0;
            int payload = at + 4;
            if ((bytes[at + 3] & 0x20) != 0) {
                int length = bytes[at + 4] & 0xff;
                if (length >= 7 && (bytes[at + 5] & 0x10) != 0) {
                    clock(bytes, at + 6, ticks);
                }
                payload += 1 + length;
            }
            boolean packet = begins
                    && payload + 19 <= at + PACKET_BYTES
                    && bytes[payload] == 0
                    && bytes[payload + 1] == 0
                    && bytes[payload + 2] == 1;
            if (packet && (bytes[payload + 7] & 0x80) != 0) {
                time(bytes, payload + 9, ticks);
            }
            if (packet && (bytes[payload + 7] & 0x40) != 0) {
                time(bytes, payload + 14, ticks);
            }
        }
        return bytes;
    }

    private static void clock(byte[] bytes, int at, long ticks) {
        ByteBuffer clock = ByteBuffer.wrap(bytes);
        long six = ((clock.getInt(at) & 0xffff_ffffL) << 16) | (clock.getShort(at + 4) & 0xffffL);
        long base = ((six >> 15) + ticks) % WRAP_TICKS;
        long told = (base << 15) | (six & 0x7fff);
        clock.putInt(at, (int) (told >> 16)).putShort(at + 4, (short) told);
    }

    private static void time(byte[] bytes, int at, long ticks) {
        long told = ((bytes[at] >> 1 & 7L) << 30)
                | ((bytes[at + 1] & 0xffL) << 22)
                | ((bytes[at + 2] >> 1 & 0x7fL) << 15)
                | ((bytes[at + 3] & 0xffL) << 7)
                | (bytes[at + 4] >> 1 & 0x7fL);
        long time = (told + ticks) % WRAP_TICKS;
        bytes[at] = (byte) ((bytes[at] & 0xf1) | (time >> 29 & 0xe));
        bytes[at + 1] = (byte) (time >> 22);
        bytes[at + 2] = (byte) ((time >> 14) | 1);
        bytes[at + 3] = (byte) (time >> 7);
        bytes[at + 4] = (byte) ((time << 1) | 1);
    }
}
