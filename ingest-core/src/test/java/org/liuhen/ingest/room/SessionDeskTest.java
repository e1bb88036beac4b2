package org.liuhen.ingest.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.ingest.room.InterrogationRoom.CAMERA;
import static org.liuhen.ingest.room.InterrogationRoom.CASE;
import static org.liuhen.ingest.room.InterrogationRoom.DVR;
import static org.liuhen.ingest.room.InterrogationRoom.LI;
import static org.liuhen.ingest.room.InterrogationRoom.at;
import static org.liuhen.ingest.room.InterrogationRoom.until;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StoredJson;

class SessionDeskTest {
    private InterrogationRoom room;

    @BeforeEach
    void enter() throws Exception {
        room = new InterrogationRoom();
    }

    @AfterEach
    void leave() {
        room.close();
    }

    /** A session in which our camera has recorded from 2 to 32 s and again from 40 s to its end at 100 s. */
    private InterrogationSession recorded() throws Exception {
        InterrogationSession session = room.open();
        ScriptedCameras.Connection camera = room.cameras.connected();
        room.clock.set(at(100));
        camera.begins(at(2))
                .piece(at(32), "a".getBytes(StandardCharsets.UTF_8))
                .begins(at(40))
                .piece(at(100), "b".getBytes(StandardCharsets.UTF_8));
        until(() -> room.captures.live(session.id()).stream()
                .anyMatch(stretch -> stretch.to().equals(at(100))));
        return session;
    }

    private List<String> gaps(InterrogationSession session) throws Exception {
        return room.desk.timeLine(session).gaps().stream()
                .map(gap -> gap.kind() + " " + gap.camera() + " " + gap.from() + " " + gap.to())
                .toList();
    }

    private static String gap(String kind, DeviceId camera, double from, double to) {
        return kind + " " + camera + " " + at(from) + " " + at(to);
    }

    @Test
    void continuity_is_asked_for_from_the_entering_to_the_signing() throws Exception {
        InterrogationSession session = recorded();
        room.push(session, DVR, 0, 99.5);
        room.desk.mark(LI, session.id(), "suspect-entered", at(5), null);
        room.desk.mark(LI, session.id(), "record-signed", at(90), null);
        InterrogationSession closed = room.desk.close(LI, session.id());
        assertThat(closed.state()).isEqualTo("incomplete");
        assertThat(gaps(closed)).containsExactly(gap("gap", CAMERA, 32, 40));
    }

    @Test
    void without_marks_it_is_asked_for_from_the_opening_to_the_closing() throws Exception {
        InterrogationSession session = recorded();
        InterrogationSession closed = room.desk.close(LI, session.id());
        assertThat(gaps(closed))
                .containsExactly(
                        gap("gap", CAMERA, 0, 2), gap("gap", CAMERA, 32, 40), gap("missing-footage", DVR, 0, 100));
    }

    @Test
    void camera_without_anything_is_missing_however_short_the_session_was() throws Exception {
        InterrogationSession session = room.desk.open(LI, CASE, "ROOM-1", null, List.of(DVR), List.of());
        assertThat(gaps(session)).isEmpty();
        InterrogationSession closed = room.desk.close(LI, session.id());
        assertThat(gaps(closed)).containsExactly(gap("missing-footage", DVR, 0, 0));
        TimeLine.Gap missing = room.desk.timeLine(closed).gaps().get(0);
        assertThat(room.desk
                        .explain(LI, session.id(), missing.id(), "opened by mistake")
                        .complete())
                .isTrue();
    }

    @Test
    void recordings_beside_a_gap_tell_of_it_until_it_is_filled() throws Exception {
        InterrogationSession session = room.desk.open(LI, CASE, "ROOM-1", null, List.of(DVR), List.of());
        RecordingId first = room.push(session, DVR, 0, 30);
        RecordingId second = room.push(session, DVR, 40, 100);
        room.clock.set(at(100));
        room.desk.close(LI, session.id());
        assertThat(gapsOf(first)).containsExactly("30.0 40.0");
        assertThat(gapsOf(second)).containsExactly("0.0 0.0");

        RecordingId late = room.push(session, DVR, 29, 41);
        room.desk.reconcile(session.id());
        room.desk.reconcile(session.id());

        for (RecordingId id : List.of(first, second, late)) {
            assertThat(gapsOf(id)).isEmpty();
        }
        assertThat(room.events(EventKind.GAPS_FOUND)).hasSize(4);
    }

    private List<String> gapsOf(RecordingId id) throws Exception {
        return room.catalog.recording(id, ReadLevel.CURRENT).orElseThrow().findings().stream()
                .filter(finding -> finding.kind().equals(TimeLine.GAP))
                .map(finding -> finding.from() + " " + finding.to())
                .toList();
    }

    @Test
    void session_counts_as_complete_when_each_gap_has_a_reason() throws Exception {
        InterrogationSession session = recorded();
        InterrogationSession closed = room.desk.close(LI, session.id());
        for (TimeLine.Gap gap : room.desk.timeLine(closed).gaps()) {
            assertThat(closed.complete()).isFalse();
            closed = room.desk.explain(LI, session.id(), gap.id(), "power cut");
        }
        assertThat(closed.complete()).isTrue();
        assertThat(closed.manifests()).hasSize(4);
        assertThat(room.events(EventKind.SESSION_GAP_EXPLAINED))
                .hasSize(3)
                .allSatisfy(event -> assertThat(event.details())
                        .containsEntry("reason", "power cut")
                        .containsKey("manifestSha256"));
    }

    @Test
    void manifest_is_an_attachment_that_names_every_recording_and_nobody() throws Exception {
        InterrogationSession session = room.desk.open(
                LI,
                CASE,
                "ROOM-1",
                null,
                List.of(DVR),
                List.of(new InterrogationSession.Person("王某", "suspect", at(0), null)));
        var footage = room.push(session, DVR, 0, 60);
        room.clock.set(at(60));
        InterrogationSession closed = room.desk.close(LI, session.id());
        InterrogationSession.Sealed paper = closed.manifests().get(0);
        byte[] manifest = room.original(paper.recording());
        assertThat(paper.sha256().hex()).isEqualTo(DigestUtils.sha256Hex(manifest));
        assertThat(room.catalog.recording(paper.recording(), ReadLevel.CURRENT))
                .get()
                .satisfies(kept -> {
                    assertThat(kept.attachment()).isEqualTo(AttachmentRole.SESSION_MANIFEST);
                    assertThat(kept.session()).isEqualTo(session.id());
                    assertThat(kept.cases()).containsExactly(CASE);
                });
        JsonNode json = StoredJson.MAPPER.readTree(manifest);
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("people").path("count").asInt()).isEqualTo(1);
        assertThat(json.at("/people/roles/suspect").asInt()).isEqualTo(1);
        assertThat(json.at("/cameras/0/recordings/0/recording").asText()).isEqualTo(footage.hex());
        assertThat(json.at("/cameras/0/recordings/0/sha256").asText()).hasSize(64);
        assertThat(new String(manifest, StandardCharsets.UTF_8)).doesNotContain("王某");
    }

    @Test
    void every_step_is_an_event_from_which_the_session_can_be_read_again() throws Exception {
        InterrogationSession session = recorded();
        room.desk.enter(LI, session.id(), "张某", "interpreter", null);
        room.desk.leave(LI, session.id(), "张某", null);
        room.desk.mark(LI, session.id(), "break-began", null, "water");
        InterrogationSession closed = room.desk.close(LI, session.id());
        assertThat(room.events(EventKind.SESSION_OPENED)).hasSize(1);
        assertThat(room.events(EventKind.SESSION_MARKED)).hasSize(3);
        CustodyEvent last = room.events(EventKind.SESSION_CLOSED).get(0);
        assertThat(last.actor()).isEqualTo(LI);
        assertThat(StoredJson.MAPPER.readValue(last.details().get("entry"), InterrogationSession.class))
                .isEqualTo(closed)
                .isEqualTo(room.desk.session(session.id()));
        assertThat(closed.people())
                .singleElement()
                .satisfies(person -> assertThat(person.leftAt()).isEqualTo(at(100)));
    }

    @Test
    void footage_pushed_after_closing_is_counted_and_never_silently() throws Exception {
        InterrogationSession session = recorded();
        InterrogationSession closed = room.desk.close(LI, session.id());
        try (LateFootage watch = LateFootage.start(room.catalog, room.desk, room.clock)) {
            assertThat(watch).isNotNull();
            room.push(session, DVR, 0, 100);
            until(() -> room.desk.session(session.id()).manifests().size() == 2);
        }
        InterrogationSession again = room.desk.session(session.id());
        assertThat(gaps(again)).containsExactly(gap("gap", CAMERA, 0, 2), gap("gap", CAMERA, 32, 40));
        assertThat(again.version()).isGreaterThan(closed.version());
        assertThat(room.events(EventKind.SESSION_RECOMPUTED)).hasSize(1);
    }

    @Test
    void footage_pushed_while_nobody_watched_is_counted_at_the_next_start_and_once() throws Exception {
        InterrogationSession session = recorded();
        room.desk.close(LI, session.id());
        room.push(session, DVR, 0, 100);
        for (int start = 1; start <= 2; start++) {
            try (LateFootage watch = LateFootage.start(room.catalog, room.desk, room.clock)) {
                assertThat(watch).isNotNull();
                until(() -> room.desk.session(session.id()).manifests().size() == 2);
            }
        }
        assertThat(room.events(EventKind.SESSION_RECOMPUTED)).hasSize(1);
    }

    @Test
    void camera_that_nobody_planned_is_on_the_time_line_and_misses_nothing() throws Exception {
        InterrogationSession session = room.desk.open(LI, CASE, "ROOM-1", "inquiry", List.of(DVR), List.of());
        room.push(session, DVR, 0, 10);
        room.push(session, new DeviceId("BWC-1"), 4, 5);
        room.clock.set(at(10));
        InterrogationSession closed = room.desk.close(LI, session.id());
        TimeLine line = room.desk.timeLine(closed);
        assertThat(closed.complete()).isTrue();
        assertThat(line.lanes()).extracting(TimeLine.Lane::planned).containsExactly(true, false);
        assertThat(closed.kind()).isEqualTo("inquiry");
    }

    @Test
    void partly_filled_gap_stays_explained() throws Exception {
        InterrogationSession session = recorded();
        TimeLine.Gap missing = room.desk.timeLine(session).gaps().stream()
                .filter(gap -> gap.camera().equals(DVR))
                .findFirst()
                .orElseThrow();
        room.desk.explain(LI, session.id(), missing.id(), "the DVR was off");
        room.push(session, DVR, 20, 30);
        InterrogationSession closed = room.desk.close(LI, session.id());
        assertThat(room.desk.timeLine(closed).gaps())
                .filteredOn(gap -> gap.camera().equals(DVR))
                .hasSize(2)
                .allSatisfy(gap -> assertThat(gap.reason()).isNotNull());
    }

    @Test
    void room_has_one_open_session_and_is_free_after_it() throws Exception {
        InterrogationSession session = room.open();
        assertProblem(409, "room-in-use", room::open);
        room.desk.close(LI, session.id());
        room.clock.set(at(1));
        assertThat(room.open().isOpen()).isTrue();
        assertThat(room.desk.find(CASE, "ROOM-1", null, 9)).hasSize(2);
        assertThat(room.desk.find(null, null, "open", 9)).hasSize(1);
        assertThat(room.desk.find(null, "ROOM-2", null, 9)).isEmpty();
        assertThatThrownBy(() -> room.desk.find(null, null, "ajar", 9)).isInstanceOf(InvalidField.class);
    }

    @Test
    void closed_session_takes_reasons_only() throws Exception {
        InterrogationSession session = room.open();
        room.desk.close(LI, session.id());
        assertProblem(409, "session-closed", () -> room.desk.close(LI, session.id()));
        assertProblem(409, "session-closed", () -> room.desk.mark(LI, session.id(), "record-signed", null, null));
        assertProblem(409, "session-closed", () -> room.desk.enter(LI, session.id(), "x", "lawyer", null));
        assertProblem(404, "not-found", () -> room.desk.explain(LI, session.id(), "no-such", "x"));
        assertProblem(404, "not-found", () -> room.desk.close(LI, new SessionId("no-such")));
    }

    @Test
    void nonsense_is_refused_by_its_field_and_changes_nothing() throws Exception {
        InterrogationSession session = room.open();
        Instant future = at(3600);
        refused("room", () -> room.desk.open(LI, CASE, "ROOM-0", null, null, List.of()));
        refused("cameras", () -> room.desk.open(LI, CASE, "ROOM-1", null, List.of(), List.of()));
        refused("cameras", () -> room.desk.open(LI, CASE, "ROOM-1", null, List.of(DVR, DVR), List.of()));
        refused("cameras", () -> room.desk.open(LI, CASE, "ROOM-1", null, List.of(new DeviceId("none")), List.of()));
        refused("kind", () -> room.desk.open(LI, CASE, "ROOM-1", "A B", null, List.of()));
        refused("mark", () -> room.desk.mark(LI, session.id(), "../../etc", null, null));
        refused("mark", () -> room.desk.mark(LI, session.id(), "x".repeat(41), null, null));
        refused("note", () -> room.desk.mark(LI, session.id(), "x", null, "n".repeat(1001)));
        refused("at", () -> room.desk.mark(LI, session.id(), "x", future, null));
        refused("at", () -> room.desk.mark(LI, session.id(), "x", at(-1), null));
        refused("name", () -> room.desk.enter(LI, session.id(), "a\u0000b", "lawyer", null));
        refused("name", () -> room.desk.enter(LI, session.id(), "", "lawyer", null));
        refused("role", () -> room.desk.enter(LI, session.id(), "a", "LAWYER", null));
        refused("name", () -> room.desk.leave(LI, session.id(), "nobody", null));
        assertThat(room.desk.session(session.id())).isEqualTo(session);
    }

    private interface Attempt {
        Object make() throws Exception;
    }

    private static void refused(String field, Attempt attempt) {
        assertThatThrownBy(attempt::make).isInstanceOf(InvalidField.class).hasMessageStartingWith(field);
    }

    private static void assertProblem(int status, String type, Attempt attempt) {
        assertThatThrownBy(attempt::make).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(status);
            assertThat(problem.type()).isEqualTo(type);
        });
    }
}
