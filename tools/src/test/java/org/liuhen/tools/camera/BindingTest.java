package org.liuhen.tools.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.storage.fault.Mutation;

class BindingTest {
    @Test
    void whatever_a_docking_station_wrote_is_read_or_is_no_binding() throws Exception {
        Mutation.of(BindingTest.class, "binding").run(10_000, bytes -> {
            Optional<Binding> read = Binding.read(FileNames.decode(bytes));
            read.ifPresent(binding -> Stream.of(binding.device(), binding.officer(), binding.unit())
                    .forEach(value -> assertThat(value)
                            .satisfiesAnyOf(
                                    text -> assertThat(text).isNull(),
                                    text -> assertThat(text)
                                            .isNotEmpty()
                                            .doesNotContain("\n")
                                            .doesNotContain("\r"))));
            return read.map(binding -> (binding.device() != null) + " " + (binding.officer() != null) + " "
                            + (binding.unit() != null))
                    .orElse("none");
        });
    }
}
