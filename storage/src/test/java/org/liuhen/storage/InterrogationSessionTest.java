package org.liuhen.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InterrogationSessionTest {
    private static byte[] sample() throws Exception {
        try (InputStream in =
                InterrogationSessionTest.class.getResourceAsStream("session/interrogation-session.json")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    private static InterrogationSession session() throws Exception {
        return StoredJson.MAPPER.readValue(sample(), InterrogationSession.class);
    }

    @Test
    void stored_session_is_read_and_written_again_as_it_was() throws Exception {
        JsonNode stored = StoredJson.MAPPER.readTree(sample());
        InterrogationSession session = session();
        JsonNode written = StoredJson.MAPPER.readTree(StoredJson.MAPPER.writeValueAsBytes(session));
        assertThat(written).isEqualTo(stored);
        assertThat(session.state()).isEqualTo("complete");
        assertThat(session.requiredFrom()).isEqualTo(Instant.parse("2026-11-22T10:00:05Z"));
        assertThat(session.requiredTo(Instant.EPOCH)).isEqualTo(Instant.parse("2026-11-22T10:59:00Z"));
        assertThat(session.reasonFor(
                        new DeviceId("ROOM-1-CAM-2"),
                        Instant.parse("2026-11-22T10:20:01Z"),
                        Instant.parse("2026-11-22T10:20:07Z")))
                .get()
                .extracting(InterrogationSession.StatedReason::reason)
                .isEqualTo("power cut");
    }

    @Test
    void names_of_people_are_not_in_what_a_log_would_show() throws Exception {
        InterrogationSession session = session();
        assertThat(session.toString()).doesNotContain("王某");
        assertThat(session.people().toString()).doesNotContain("王某");
    }

    @Test
    void widest_window_counts_where_marks_are_repeated_or_the_wrong_way_round() throws Exception {
        Instant late = Instant.parse("2026-11-22T10:59:30Z");
        Actor by = Actor.CONSOLE;
        InterrogationSession again = session()
                .marked(new InterrogationSession.Mark("suspect-entered", late, by, null))
                .marked(new InterrogationSession.Mark(
                        "record-signed", Instant.parse("2026-11-22T10:00:01Z"), by, null));
        assertThat(again.requiredFrom()).isEqualTo(Instant.parse("2026-11-22T10:00:05Z"));
        assertThat(again.requiredTo(late)).isEqualTo(Instant.parse("2026-11-22T10:59:00Z"));
    }

    @Test
    void more_of_anything_than_a_room_could_hold_is_refused() throws Exception {
        InterrogationSession session = session();
        InterrogationSession.Mark mark = session.marks().get(0);
        InterrogationSession full = session;
        for (int i = session.marks().size(); i < InterrogationSession.MOST_MARKS; i++) {
            full = full.marked(mark);
        }
        InterrogationSession last = full;
        assertThatThrownBy(() -> last.marked(mark))
                .isInstanceOf(InvalidField.class)
                .hasMessageStartingWith("marks");
    }

    @Test
    void words_that_are_no_labels_are_refused() {
        for (String bad :
                List.of("", "A", "a b", "-a", "a/b", "\u0000", String.join("", Collections.nCopies(41, "a")))) {
            assertThatThrownBy(() -> new InterrogationSession.Mark(bad, Instant.EPOCH, Actor.CONSOLE, null))
                    .as(bad)
                    .isInstanceOf(InvalidField.class);
        }
    }
}
