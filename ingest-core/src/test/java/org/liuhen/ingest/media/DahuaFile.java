package org.liuhen.ingest.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Puts bare H.264 into the frames of a DAV file: a head with number, date and thousandths of a second, the picture, and a tail
 * that says how long the frame was. As FFmpeg's reader of it understands them; there is no public description.
 */
final class DahuaFile {
    private static final int HEAD_BYTES = 24;
    private static final int TAIL_BYTES = 8;
    private static final int KEY_PICTURE = 0xfd;
    private static final int PICTURE = 0xfc;
    private static final int DATE = (26 << 26) | (3 << 22) | (1 << 17) | (8 << 12);

    private DahuaFile() {}

    /** @param h264 as {@link ProgramStream#of} takes it */
    static byte[] of(byte[] h264, int framesPerSecond, int width, int height) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int number = 0;
        for (byte[] picture : ProgramStream.pictures(h264)) {
            boolean key = (picture[4] & 0x1f) == 7 || (picture[3] & 0x1f) == 7;
            byte[] told = key ? told(width, height, framesPerSecond) : new byte[0];
            int length = HEAD_BYTES + told.length + picture.length + TAIL_BYTES;
            long millis = number * 1000L / framesPerSecond;
            ByteBuffer frame = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            frame.put("DHAV".getBytes(StandardCharsets.US_ASCII));
            frame.put((byte) (key ? KEY_PICTURE : PICTURE))
                    .put((byte) 0)
                    .put((byte) 0)
                    .put((byte) 0);
            frame.putInt(number).putInt(length);
            frame.putInt(DATE | (int) (millis / 1000)).putShort((short) (millis % 65_536));
            frame.put((byte) told.length).put((byte) 0);
            frame.put(told).put(picture);
            frame.put("dhav".getBytes(StandardCharsets.US_ASCII)).putInt(length);
            file.write(frame.array());
            number++;
        }
        return file.toByteArray();
    }

    /** Size of the pictures, and that they are H.264 at this rate. */
    private static byte[] told(int width, int height, int framesPerSecond) {
        ByteBuffer told = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        told.put((byte) 0x82).put(new byte[3]).putShort((short) width).putShort((short) height);
        told.put((byte) 0x81).put((byte) 0).put((byte) 2).put((byte) framesPerSecond);
        return told.array();
    }
}
