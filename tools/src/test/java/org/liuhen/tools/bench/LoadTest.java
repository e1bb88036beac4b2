package org.liuhen.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
    @Test
    void floor_receives_every_byte_and_answers_each_file(@TempDir Path folder) throws Exception {
        try (FloorProcess floor = FloorProcess.start(folder)) {
            Load.Outcome outcome = new Load(1).run(floor::connect, 4, 3 << 20, 48 << 20);
            assertThat(outcome.bytes()).isEqualTo(48 << 20);
            assertThat(outcome.acknowledgements()).hasSize(16);
            assertThat(outcome.acknowledgementMillis(0.5)).isLessThanOrEqualTo(outcome.acknowledgementMillis(0.99));
            assertThat(ProcessCost.cpu(floor.handle())).isGreaterThan(Duration.ZERO);
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void sizes_are_read_as_people_write_them() {
        assertThat(ByteSize.parse("20KiB").bytes()).isEqualTo(20 << 10);
        assertThat(ByteSize.parse("4 gib")).hasToString("4 GiB");
        assertThat(ByteSize.parse("512").bytes()).isEqualTo(512);
        for (String wrong : new String[] {"", "-1", "1.5GiB", "4GB", "9999999999999", "999999999999TiB"}) {
            assertThatThrownBy(() -> ByteSize.parse(wrong))
                    .as(wrong)
                    .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
        }
    }
}
