package org.liuhen.ingest.media.ffmpeg;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.liuhen.ingest.media.signed.PictureCoding;

/**
 * Takes packets of H.264 and H.265 apart, into units without start codes or lengths.
 * Source: ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1; ITU-T H.264, annex B.
 */
final class PictureUnits {
    private static final int H265_LENGTH_AT = 21;

    private PictureUnits() {}

    /** @return how many bytes say how long a unit is; 0 if units begin with start codes instead */
    static int lengthBytes(PictureCoding coding, ByteBuffer extradata) {
        if (coding == PictureCoding.H264) {
            return H264Units.lengthBytes(extradata);
        }
        boolean described = extradata.remaining() > H265_LENGTH_AT + 1 && extradata.get(extradata.position()) == 1;
        return described ? (extradata.get(extradata.position() + H265_LENGTH_AT) & 3) + 1 : 0;
    }

    static void each(ByteBuffer packet, int lengthBytes, Consumer<byte[]> units) {
        if (lengthBytes == 0) {
            byStartCodes(packet, units);
        } else {
            byLengths(packet, lengthBytes, units);
        }
    }

    private static void byLengths(ByteBuffer packet, int lengthBytes, Consumer<byte[]> units) {
        while (packet.remaining() > lengthBytes) {
            long length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = (length << 8) | (packet.get() & 0xff);
            }
            byte[] unit = new byte[(int) Math.min(length, packet.remaining())];
            packet.get(unit);
            units.accept(unit);
        }
    }

    private static void byStartCodes(ByteBuffer packet, Consumer<byte[]> units) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        int from = -1;
        for (int at = 0; at + 2 < bytes.length; at++) {
            if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) {
                give(bytes, from, at, units);
                from = at + 3;
                at += 2;
            }
        }
        give(bytes, from, bytes.length, units);
    }

    private static void give(byte[] bytes, int from, int to, Consumer<byte[]> units) {
        if (from >= 0 && to > from) {
            units.accept(Arrays.copyOfRange(bytes, from, to));
        }
    }
}
