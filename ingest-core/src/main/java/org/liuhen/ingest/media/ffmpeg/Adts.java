package org.liuhen.ingest.media.ffmpeg;

import java.nio.ByteBuffer;

/** The heads that packets of AAC have where no container describes them. Source: ISO/IEC 13818-7 §6.2. */
final class Adts {
    private static final int HEAD_BYTES = 7;
    private static final int CHECKED_HEAD_BYTES = 9;

    private Adts() {}

    private static boolean isThere(ByteBuffer packet) {
        int at = packet.position();
        return packet.remaining() > CHECKED_HEAD_BYTES
                && packet.get(at) == (byte) 0xff
                && (packet.get(at + 1) & 0xf6) == 0xf0;
    }

    /**
     * An AudioSpecificConfig that says the same. Source: ISO/IEC 14496-3 §1.6.2.1
     *
     * @throws NotCopyable if the packet has no such head, or one that leaves channels open
     */
    static byte[] configuration(ByteBuffer packet) throws NotCopyable {
        if (!isThere(packet)) {
            throw new NotCopyable("sound is not described");
        }
        int at = packet.position();
        int kind = ((packet.get(at + 2) >> 6) & 3) + 1;
        int rate = (packet.get(at + 2) >> 2) & 0xf;
        int channels = ((packet.get(at + 2) & 1) << 2) | ((packet.get(at + 3) >> 6) & 3);
        if (channels < 1 || channels > 2 || rate > 12) {
            throw new NotCopyable("sound of " + channels + " channels, rate number " + rate);
        }
        return new byte[] {(byte) (kind << 3 | rate >> 1), (byte) ((rate & 1) << 7 | channels << 3)};
    }

    /** A packet without its head, if it has one. */
    static byte[] unwrapped(ByteBuffer packet) {
        int head =
                isThere(packet) ? ((packet.get(packet.position() + 1) & 1) == 1 ? HEAD_BYTES : CHECKED_HEAD_BYTES) : 0;
        ByteBuffer rest = packet.duplicate();
        rest.position(rest.position() + head);
        byte[] bytes = new byte[rest.remaining()];
        rest.get(bytes);
        return bytes;
    }
}
