package org.liuhen.ingest.media.playback;

import java.util.Arrays;

/** The bytes of units of H.264 and H.265. Source: ITU-T H.264, 7.4.1. */
public final class UnitBytes {
    private static final int EMULATION = 3;

    private UnitBytes() {}

    /** A unit without the bytes that keep start codes from appearing in it. */
    public static byte[] plain(byte[] unit) {
        byte[] plain = new byte[unit.length];
        int length = 0;
        int zeros = 0;
        for (byte value : unit) {
            if (zeros >= 2 && value == EMULATION) {
                zeros = 0;
                continue;
            }
            zeros = value == 0 ? zeros + 1 : 0;
            plain[length++] = value;
        }
        return Arrays.copyOf(plain, length);
    }
}
