package org.liuhen.ingest.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.ingest.room.InterrogationRoom.CAMERA;
import static org.liuhen.ingest.room.InterrogationRoom.CASE;
import static org.liuhen.ingest.room.InterrogationRoom.at;
import static org.liuhen.ingest.room.InterrogationRoom.until;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.vault.MemoryVault;

class CaptureTest {
    private InterrogationRoom room;

    @BeforeEach
    void enter() throws Exception {
        room = new InterrogationRoom();
    }

    @AfterEach
    void leave() {
        room.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void untilDurable(InterrogationSession session, Instant to) throws Exception {
        until(() -> room.captures.live(session.id()).stream()
                .anyMatch(stretch -> stretch.to().equals(to)));
    }

    @Test
    void each_run_is_a_recording_with_the_times_that_were_measured_here() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(1))
                .piece(at(11), bytes("a"))
                .piece(at(21), bytes("b"))
                .begins(at(25))
                .piece(at(31), bytes("c"))
                .dies();
        until(() -> room.recordings(session).size() == 2);
        Recording first = room.recordings(session).get(0);
        assertThat(room.original(first.id())).isEqualTo(bytes("ab"));
        assertThat(first.from()).isEqualTo(at(1));
        assertThat(first.to()).isEqualTo(at(21));
        assertThat(first.deviceFrom()).isNull();
        assertThat(first.deviceTo()).isNull();
        assertThat(first.kind()).isEqualTo(RecordingKind.INTERROGATION);
        assertThat(first.cases()).containsExactly(CASE);
        assertThat(first.device()).isEqualTo(CAMERA);
        assertThat(first.filename()).isEqualTo("ROOM-1-CAM_20261122T100001Z.mp4");
        Recording second = room.recordings(session).get(1);
        assertThat(room.original(second.id())).isEqualTo(bytes("c"));
        assertThat(second.from()).isEqualTo(at(25));
    }

    @Test
    void lost_camera_is_told_and_connected_again() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(1)).piece(at(11), bytes("a")).dies();
        room.cameras.connected().begins(at(100)).piece(at(100), bytes("b"));
        untilDurable(session, at(100));
        assertThat(room.events(EventKind.CAPTURE_BROKEN))
                .singleElement()
                .satisfies(event -> assertThat(event.details())
                        .containsEntry("why", "killed")
                        .containsEntry("camera", CAMERA.value()));
        until(() -> room.captures.troubles().isEmpty());
    }

    @Test
    void what_was_acknowledged_before_the_disk_was_full_stays_and_the_session_says_why_no_more_came() throws Exception {
        try (InterrogationRoom small = new InterrogationRoom(new MemoryVault(100))) {
            InterrogationSession session = small.open();
            ScriptedCameras.Connection camera = small.cameras.connected();
            small.clock.set(at(100));
            camera.begins(at(1)).piece(at(11), new byte[60]).piece(at(21), new byte[60]);

            until(() -> !small.events(EventKind.CAPTURE_BROKEN).isEmpty()
                    && !small.recordings(session).isEmpty());

            assertThat(small.events(EventKind.CAPTURE_BROKEN).get(0).details().get("why"))
                    .startsWith("what came cannot be kept: room");
            assertThat(small.recordings(session)).singleElement().satisfies(kept -> {
                assertThat(small.original(kept.id())).isEqualTo(new byte[60]);
                assertThat(kept.to()).isEqualTo(at(11));
            });
        }
    }

    @Test
    void connection_without_a_picture_leaves_no_recording_and_no_event() throws Exception {
        InterrogationSession session = room.open();
        room.cameras.connected().dies();
        room.cameras.connected().begins(at(0)).dies();
        room.cameras.connected();
        assertThat(room.recordings(session)).isEmpty();
        assertThat(room.events(EventKind.CAPTURE_BROKEN)).isEmpty();
        assertThat(room.captures.troubles()).singleElement().asString().contains(CAMERA.value());
    }

    @Test
    void times_that_cannot_be_are_held_to_our_own() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(-3600))
                .piece(at(9999), bytes("a"))
                .begins(at(50))
                .piece(at(20), bytes("b"))
                .dies();
        until(() -> room.recordings(session).size() == 2);
        for (Recording recording : room.recordings(session)) {
            assertThat(recording.from()).isBetween(at(0), at(100));
            assertThat(recording.to()).isBetween(recording.from(), at(100));
        }
    }

    @Test
    void what_a_killed_server_had_acknowledged_is_sealed_at_the_next_start_and_recording_goes_on() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(1)).piece(at(11), bytes("a")).piece(at(21), bytes("b"));
        untilDurable(session, at(21));
        room.killAndStart();
        assertThat(room.recordings(session)).singleElement().satisfies(recording -> {
            assertThat(room.original(recording.id())).isEqualTo(bytes("ab"));
            assertThat(recording.from()).isEqualTo(at(1));
            assertThat(recording.to()).isEqualTo(at(21));
        });
        // one may have been made by what was killed
        ScriptedCameras.Connection connection = room.cameras.connected();
        connection.begins(at(100)).piece(at(100), bytes("c"));
        untilDurable(session, at(100));
    }

    @Test
    void acknowledged_capture_waits_longer_than_any_device_would() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(1)).piece(at(11), bytes("a"));
        untilDurable(session, at(11));
        room.uploads.close();
        room.clock.set(at(100).plus(Duration.ofDays(400)));
        room.killAndStart();
        assertThat(room.recordings(session)).hasSize(1);
    }

    @Test
    void closing_the_server_seals_the_last_piece_and_leaves_the_session_open() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(1)).piece(at(11), bytes("a"));
        untilDurable(session, at(11));
        room.captures.close();
        assertThat(room.recordings(session)).hasSize(1);
        assertThat(room.desk.session(session.id()).isOpen()).isTrue();
    }
}
