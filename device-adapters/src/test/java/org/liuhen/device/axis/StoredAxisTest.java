package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StoredJson;

/** Holds what the register keeps of Axis systems to committed samples. */
class StoredAxisTest {
    private static final Instant AT = Instant.parse("2026-03-01T08:00:00Z");
    private static final String FOO = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

    private static void assertStored(String sample, Object value) throws Exception {
        try (InputStream in = Objects.requireNonNull(StoredAxisTest.class.getResourceAsStream(sample))) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat((Object) StoredJson.MAPPER.readValue(json, value.getClass()))
                    .isEqualTo(value);
            assertThat(StoredJson.MAPPER.writeValueAsString(value)).isEqualTo(json);
        }
    }

    @Test
    void account_is_read_and_written_as_the_sample() throws Exception {
        AxisAccount account = new AxisAccount("north", FOO, "mkv", false, true, AT);
        assertStored("account-format-1.json", account);
        assertThat(account.hasKey("foo")).isTrue();
        assertThat(account.hasKey("fo")).isFalse();
    }

    @Test
    void container_is_read_and_written_as_the_sample() throws Exception {
        assertStored(
                "container-format-1.json",
                new AxisContainer(
                        "north",
                        "u_A1_20260301T080000Z",
                        Map.of("status", "Complete", "timezone", "Europe/Stockholm"),
                        Set.of("evidence"),
                        AT,
                        AT.plusSeconds(300)));
    }

    @Test
    void object_is_read_and_written_as_the_sample() throws Exception {
        assertStored(
                "object-format-1.json",
                new AxisObject(
                        "north",
                        "u_A1_20260301T080000Z",
                        "20260301T080000Z_7CF7.mkv",
                        Map.of("starttimeiso", "2026-03-01T08:00:00Z"),
                        "acbd18db4cc2f85cedef654fccc4a4d8",
                        3,
                        new Fingerprint(FOO),
                        new RecordingId("0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
                        List.of(new RecordingId("00112233445566778899aabbccddeeff")),
                        AT.plusSeconds(360)));
    }

    @Test
    void account_has_a_plain_name_and_a_container_type_of_the_two_there_are() {
        for (String name : List.of("", "North", "a/b", "-a", "a:b", "a".repeat(33), "é")) {
            assertThatThrownBy(() -> new AxisAccount(name, FOO, "mkv", false, false, AT))
                    .as(name)
                    .isInstanceOf(InvalidField.class);
        }
        assertThatThrownBy(() -> new AxisAccount("north", FOO, "avi", false, false, AT))
                .isInstanceOf(InvalidField.class);
    }
}
