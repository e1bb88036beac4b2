package org.liuhen.ingest.media.ffmpeg;

import java.nio.ByteBuffer;

/**
 * Looks into packets of H.264. A camera that signs its stream ends it with a packet that has a signature and no
 * picture; browsers take that for an error.
 * Source: ITU-T H.264, 7.3.1 and table 7-1; ISO/IEC 14496-15, 5.3.3.1.
 */
final class H264Units {
    private static final int LAST_SLICE_TYPE = 5;
    private static final int TYPE_MASK = 0x1f;

    private H264Units() {}

    /**
     * How many bytes say how long a unit is, in packets that go with these parameters.
     *
     * @return 1, 2 or 4; 0 if units begin with start codes instead
     */
    static int lengthBytes(ByteBuffer extradata) {
        boolean described = extradata.remaining() >= 7 && extradata.get(extradata.position()) == 1;
        return described ? (extradata.get(extradata.position() + 4) & 3) + 1 : 0;
    }

    /** Whether a packet has a part of a picture in it. Anything that is not H.264 counts as having none. */
    static boolean hasPicture(ByteBuffer packet, int lengthBytes) {
        return lengthBytes == 0 ? hasPictureByStartCodes(packet) : hasPictureByLengths(packet, lengthBytes);
    }

    private static boolean hasPictureByLengths(ByteBuffer packet, int lengthBytes) {
        long at = packet.position();
        while (at + lengthBytes < packet.limit()) {
            long length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = (length << 8) | (packet.get((int) at + i) & 0xff);
            }
            at += lengthBytes;
            if (length > 0 && isSlice(packet.get((int) at))) {
                return true;
            }
            at += length;
        }
        return false;
    }

    private static boolean hasPictureByStartCodes(ByteBuffer packet) {
        for (int at = packet.position(); at + 3 < packet.limit(); at++) {
            boolean start = packet.get(at) == 0 && packet.get(at + 1) == 0 && packet.get(at + 2) == 1;
            if (start && isSlice(packet.get(at + 3))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSlice(byte header) {
        int type = header & TYPE_MASK;
        return type >= 1 && type <= LAST_SLICE_TYPE;
    }
}
