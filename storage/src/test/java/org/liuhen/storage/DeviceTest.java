package org.liuhen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeviceTest {
    private static final DeviceId ID = new DeviceId("BWC-1");
    private static final OfficerId LI = new OfficerId("033127");
    private static final OfficerId WANG = new OfficerId("033128");
    private static final Instant ADDED = Instant.parse("2026-05-01T08:00:00Z");

    private static Instant day(int days) {
        return ADDED.plus(Duration.ofDays(days));
    }

    @Test
    void recording_is_of_whoever_wore_the_device_then() {
        Device device = new Device(ID, "left", null, LI, ADDED, null)
                .assigned(new Assignment(WANG, day(10)))
                .assigned(new Assignment(null, day(20)));

        assertThat(device.officer()).isNull();
        assertThat(device.officerAt(day(3))).contains(LI);
        assertThat(device.officerAt(day(10))).contains(WANG);
        assertThat(device.officerAt(day(19))).contains(WANG);
        assertThat(device.officerAt(day(20))).isEmpty();
        assertThat(device.officerAt(ADDED.minusSeconds(1))).contains(LI);
    }

    @Test
    void assignment_written_down_late_holds_until_the_next_one() {
        Device device = new Device(ID, "left", null, LI, ADDED, null)
                .assigned(new Assignment(LI, day(20)))
                .assigned(new Assignment(WANG, day(10)));

        assertThat(device.officer()).isEqualTo(LI);
        assertThat(device.officerAt(day(12))).contains(WANG);
        assertThat(device.officerAt(day(21))).contains(LI);
    }

    @Test
    void entry_of_before_assignments_is_read_as_worn_by_its_officer_for_ever() throws Exception {
        String stored = """
                {"id":"BWC-1","name":"left","officer":"033127","addedAt":"2026-05-01T08:00:00Z"}""";

        Device device = StoredJson.MAPPER.readValue(stored, Device.class);

        assertThat(device).isEqualTo(new Device(ID, "left", null, LI, ADDED, null));
        assertThat(device.officerAt(day(400))).contains(LI);
    }

    @Test
    void entry_is_read_as_it_was_first_written() throws Exception {
        String stored = """
                {"id":"BWC-1","name":"left","officer":"033128","addedAt":"2026-05-01T08:00:00Z","serial":"S1",\
                "maker":"M","model":"X","assignments":[{"officer":"033127","from":"1970-01-01T00:00:00Z"},\
                {"officer":"033128","from":"2026-05-11T08:00:00Z"}],"certificate":"ab"}""";
        Device device = new Device(ID, "left", null, LI, ADDED, null)
                .assigned(new Assignment(WANG, day(10)))
                .described("left", null, "S1", "M", "X")
                .withCertificate("ab");

        assertThat(StoredJson.MAPPER.readValue(stored, Device.class)).isEqualTo(device);
        assertThat(StoredJson.MAPPER.readTree(StoredJson.MAPPER.writeValueAsString(device)))
                .isEqualTo(StoredJson.MAPPER.readTree(stored));
    }
}
