package org.liuhen.ingest.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class H264UnitsTest {
    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @Test
    void parameters_say_how_units_are_divided() {
        assertThat(H264Units.lengthBytes(bytes("01 64 00 1e ff e1 00"))).isEqualTo(4);
        assertThat(H264Units.lengthBytes(bytes("01 64 00 1e fc e1 00"))).isEqualTo(1);
        assertThat(H264Units.lengthBytes(bytes("00 00 00 01 67 64 00"))).isZero();
        assertThat(H264Units.lengthBytes(bytes(""))).isZero();
    }

    @Test
    void a_packet_of_supplemental_information_alone_has_no_picture() {
        assertThat(H264Units.hasPicture(bytes("00000003 06 05 80"), 4)).isFalse();
        assertThat(H264Units.hasPicture(bytes("000001 06 05 80 000001 09 10"), 0))
                .isFalse();
        assertThat(H264Units.hasPicture(bytes("00000003 06 05 80 00000002 65 88"), 4))
                .isTrue();
        assertThat(H264Units.hasPicture(bytes("000001 67 64 00000001 41 9a"), 0))
                .isTrue();
    }

    @Test
    void nothing_in_a_packet_can_lead_outside_it() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            byte[] packet = new byte[random.nextInt(40)];
            random.nextBytes(packet);
            for (int lengthBytes : new int[] {0, 1, 2, 4}) {
                H264Units.hasPicture(ByteBuffer.wrap(packet), lengthBytes);
            }
            H264Units.lengthBytes(ByteBuffer.wrap(packet));
        }
    }
}
