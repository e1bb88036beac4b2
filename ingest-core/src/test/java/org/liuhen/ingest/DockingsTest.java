package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.ingest.UploadDesk.BY_DOCK;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;
import static org.liuhen.ingest.UploadDesk.footage;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Assignment;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Register;
import org.liuhen.storage.Upload;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;

final class DockingsTest {
    private static final byte[] FOOTAGE = footage(10_000, 1);
    private static final Actor BY = Actor.device(DOCK);

    private UploadDesk desk;

    @BeforeEach
    void open() throws Exception {
        desk = new UploadDesk(
                new MemoryCatalog(new SettableClock(NOW), new SecureRandom()), new MemoryVault(20_000_000));
        UploadDesk.register(desk.catalog, DOCK);
    }

    @AfterEach
    void close() {
        desk.uploads.close();
        desk.catalog.close();
    }

    private Device device() throws Exception {
        return desk.catalog.register().entry(Register.DEVICES, DOCK.value()).orElseThrow();
    }

    private void assign(Assignment assignment) throws Exception {
        desk.catalog
                .commit(Change.builder()
                        .put(Register.DEVICES, DOCK.value(), device().assigned(assignment))
                        .event(CustodyEvent.of(NOW, Actor.CONSOLE, EventKind.DEVICE_CHANGED, null, Map.of()))
                        .build())
                .get();
    }

    @Test
    void clock_ten_years_off_is_corrected_flagged_and_kept_as_it_was_told() throws Exception {
        Recording recording = desk.recording(desk.push(
                FOOTAGE,
                "from",
                "2016-11-22T09:00:00Z",
                "to",
                "2016-11-22T09:10:00Z",
                "deviceTime",
                "2016-11-22T10:00:00Z"));

        assertThat(recording.from()).isEqualTo(NOW.minus(Duration.ofHours(1)));
        assertThat(recording.to()).isEqualTo(NOW.minus(Duration.ofMinutes(50)));
        assertThat(recording.deviceFrom()).isEqualTo(Instant.parse("2016-11-22T09:00:00Z"));
        assertThat(recording.ageFrom()).isEqualTo(recording.receivedAt());
        assertThat(recording.findings())
                .extracting(Finding::kind)
                .contains("clock")
                .doesNotContain("late-upload");
    }

    @Test
    void clock_read_at_docking_corrects_what_is_uploaded_later() throws Exception {
        desk.uploads.dockings().docked(DOCK, BY, NOW.minusSeconds(90), 55, 1_000_000L);
        desk.clock.set(desk.clock.instant().plus(Duration.ofMinutes(10)));

        Recording recording =
                desk.recording(desk.push(FOOTAGE, "from", "2026-11-22T08:00:00Z", "to", "2026-11-22T08:05:00Z"));

        assertThat(recording.from()).isEqualTo(Instant.parse("2026-11-22T08:01:30Z"));
        assertThat(recording.findings()).extracting(Finding::kind).contains("clock");
        assertThat(desk.uploads.dockings().of(DOCK).orElseThrow().batteryPercent())
                .isEqualTo(55);
    }

    @Test
    void recording_that_names_nobody_is_of_whoever_wore_the_device_then() throws Exception {
        assign(new Assignment(new OfficerId("P0099"), NOW.minus(Duration.ofHours(2))));

        Recording now = desk.recording(desk.push(FOOTAGE, "from", "2026-11-22T09:00:00Z"));
        Recording before = desk.recording(desk.push(footage(9_000, 2), "from", "2026-11-22T07:00:00Z"));

        assertThat(now.officer()).isEqualTo(new OfficerId("P0099"));
        assertThat(before.officer()).isEqualTo(new OfficerId("P0042"));
    }

    @Test
    void worn_device_that_was_not_here_for_a_day_is_overdue_until_it_comes() throws Exception {
        Dockings dockings = desk.uploads.dockings();
        assertThat(dockings.isOverdue(device())).isFalse();
        desk.clock.set(desk.clock.instant().plus(Duration.ofHours(25)));
        assertThat(dockings.isOverdue(device())).isTrue();
        assertThat(dockings.overdue()).isEqualTo(1);
        assertThat(desk.meters.get("liuhen.devices.overdue").gauge().value()).isEqualTo(1);

        Upload upload;
        // listens after the dockings, and so is told after them, which is after the upload was acknowledged
        CountDownLatch told = new CountDownLatch(1);
        try (Catalog.Listening listening = desk.catalog.listen(events -> {
            if (events.stream().anyMatch(event -> event.kind() == EventKind.RECEIVED)) {
                told.countDown();
            }
        })) {
            upload = desk.push(FOOTAGE, "from", "2026-11-22T09:00:00Z");
            assertThat(listening).isNotNull();
            assertThat(told.await(1, TimeUnit.MINUTES)).isTrue();
        }

        assertThat(desk.recording(upload).findings()).extracting(Finding::kind).contains("late-upload");
        assertThat(desk.meters.get("liuhen.upload.late").counter().count()).isEqualTo(1);
        assertThat(dockings.isOverdue(device())).isFalse();
        desk.restart();
        assertThat(desk.uploads.dockings().isOverdue(device())).isFalse();
    }

    @Test
    void device_that_nobody_wears_is_never_overdue() throws Exception {
        assign(new Assignment(null, NOW));
        desk.clock.set(desk.clock.instant().plus(Duration.ofDays(30)));

        assertThat(desk.uploads.dockings().isOverdue(device())).isFalse();
    }

    @Test
    void revoked_device_loses_the_pen_at_once_and_what_it_brought_stays() throws Exception {
        UploadWriter writer = desk.begin(FOOTAGE.length);
        assertThat(writer.write(ByteBuffer.wrap(FOOTAGE, 0, 4_000))).isEqualTo(UploadWriter.Taken.TAKEN);

        desk.uploads.stop(DOCK);

        assertThat(writer.write(ByteBuffer.wrap(FOOTAGE, 4_000, 1))).isEqualTo(UploadWriter.Taken.SUPERSEDED);
        Upload parked = ((Standing.Found) desk.uploads.standing(writer.upload().id(), BY_DOCK)).upload();
        assertThat(parked.offsetBytes()).isEqualTo(4_000);
    }

    @Test
    void impossible_state_is_refused_and_nothing_is_noted() throws Exception {
        Dockings dockings = desk.uploads.dockings();
        assertThatThrownBy(() -> dockings.docked(DOCK, BY, null, 101, null)).isInstanceOf(InvalidField.class);
        assertThatThrownBy(() -> dockings.docked(DOCK, BY, null, null, -1L)).isInstanceOf(InvalidField.class);
        assertThat(dockings.of(DOCK)).isEmpty();
    }
}
