package org.liuhen.tools.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
import org.liuhen.storage.Media;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Role;
import org.liuhen.tools.portal.Reader.Answer;
import org.liuhen.tools.portal.page.Link;

class PortalTest {
    private Office office;

    @BeforeEach
    void open(@TempDir Path renditions) throws Exception {
        office = new Office(renditions);
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void case_number_leads_to_its_page_with_summary_timeline_and_list() throws Exception {
        List<Recording> recordings = office.receiveCase();
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);

        Answer found = reader.get("/cases?number=" + Link.encoded(" " + Office.CASE.value() + " "));
        assertThat(found.status()).isEqualTo(303);
        assertThat(found.location()).isEqualTo(Link.caseFile(Office.CASE));

        String page = reader.get(found.location()).body();
        assertThat(page)
                .contains(Office.CASE.value())
                .contains("3:47:28")
                .contains("2026-11-18")
                .contains("21:04:11");
        for (Recording recording : recordings) {
            assertThat(page)
                    .contains("class=\"row-link\" href=\"" + Link.recording(recording.id()))
                    .contains("data-row=\"r-" + recording.id().hex());
        }
        assertThat(page)
                .contains("frozen picture")
                .contains("obstruction")
                .contains("for ever")
                .contains("until 2027-05-19");
        assertThat(page).doesNotContain("Close the case");
    }

    @Test
    void case_numbers_that_cannot_be_part_of_a_path_are_shown_all_the_same() throws Exception {
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        for (String number : List.of("..", ".", "A/2026/7", "50%", "a?b#c", "x;y", "back\\slash")) {
            Answer answer = reader.get("/cases?number=" + Link.encoded(number));
            assertThat(answer.status()).as(number).isEqualTo(200);
            assertThat(answer.body()).contains("There are no recordings of this case");
        }
    }

    @Test
    void long_case_is_listed_in_parts_without_losing_one() throws Exception {
        for (int i = 0; i < 120; i++) {
            office.receive(
                    "BWC-0147",
                    Office.NOW.minusSeconds(90_000 - 100L * i).toString(),
                    Duration.ofSeconds(90),
                    "routine");
        }
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        String address = Link.caseFile(Office.CASE);
        int rows = 0;
        int parts = 0;
        while (!address.isEmpty()) {
            String page = reader.get(address).body();
            rows += page.split("class=\"row-link\"", -1).length - 1;
            parts++;
            var next = java.util.regex.Pattern.compile("href=\"([^\"]*)\" rel=\"next\"")
                    .matcher(page);
            address = next.find() ? next.group(1).replace("&amp;", "&") : "";
        }
        assertThat(rows).isEqualTo(120);
        assertThat(parts).isEqualTo(3);
    }

    @Test
    void bad_case_number_is_explained_beside_the_field() throws Exception {
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        Answer empty = reader.get("/cases?number=");
        assertThat(empty.status()).isEqualTo(400);
        assertThat(empty.body()).contains("Type a case number.");
        Answer control = reader.get("/cases?number=" + Link.encoded("a\u0007b"));
        assertThat(control.status()).isEqualTo(400);
        assertThat(control.body()).contains("aria-invalid=\"true\"");
    }

    @Test
    void recording_page_shows_player_fingerprint_facts_and_custody_in_order() throws Exception {
        Recording recording = office.receiveCase().get(2);
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);

        String page = reader.get(Link.recording(recording.id())).body();
        assertThat(page)
                .contains("data-playback=\"/api/v1/recordings/" + recording.id() + "/playback/\"")
                .contains(recording.fingerprint().hex())
                .contains("| sha256sum -c")
                .contains("/api/v1/recordings/" + recording.id() + "/original")
                .contains("/api/v1/recordings/" + recording.id() + "/receipt")
                .contains("action=\"/api/v1/recordings/" + recording.id() + "/clip\"")
                .contains("the picture does not change for 6.0 s")
                .contains("data-seek=\"311.0\"")
                .contains("h264 1920×1080, 25 fps")
                .contains("‹ 21:29:02");
        assertThat(page.indexOf("made playable")).isGreaterThan(page.indexOf("class=\"event\">received"));
        assertThat(page.indexOf("custody read")).isGreaterThan(page.indexOf("made playable"));
        assertThat(reader.get("/").body()).contains(Office.CASE.value()).contains("BWC-0147 · 2026-11-18 21:34:17");
    }

    @Test
    void recording_page_lists_what_is_attached_to_its_session_with_a_link_to_each() throws Exception {
        Recording recording = office.receiveCase().get(0);
        Recording bookmark = office.attach(recording, AttachmentRole.BOOKMARK, "bookmark_<b>.txt");
        Reader reader = office.reader("lin", Role.INVESTIGATOR);
        String page = reader.get(Link.recording(recording.id())).body();
        assertThat(page)
                .contains("bookmark_&lt;b&gt;.txt")
                .contains(Link.footage(bookmark.id(), "original"))
                .contains(Link.recording(bookmark.id()));
        assertThat(reader.get(Link.recording(bookmark.id())).body()).doesNotContain("<video");
        assertThat(reader.get(Link.caseFile(Office.CASE)).body()).doesNotContain(Link.recording(bookmark.id()));
    }

    @Test
    void a_still_is_a_picture_on_its_page_and_nothing_to_play_or_cut() throws Exception {
        String picture = "playback/picture.jpg\"";
        Recording still = office.receive(still("2026-11-18T15:00:00Z", 1));
        Reader investigator = office.reader("li.na", Role.INVESTIGATOR);
        assertThat(investigator.get(Link.recording(still.id())).body())
                .contains("<img id=\"still\" src=\"" + Link.footage(still.id(), picture))
                .doesNotContain("<video")
                .doesNotContain("id=\"clip\"")
                .doesNotContain("further pictures");
        Recording withPreviews = office.receive(still("2026-11-18T15:01:00Z", 3));
        assertThat(investigator.get(Link.recording(withPreviews.id())).body())
                .contains(picture)
                .contains("further pictures");
        Recording many = office.receive(still("2026-11-18T15:02:00Z", 6));
        assertThat(investigator.get(Link.recording(many.id())).body())
                .contains("<video")
                .doesNotContain(picture);
        Reader auditor = office.reader("audit", Role.AUDITOR);
        assertThat(auditor.get(Link.recording(still.id())).body()).doesNotContain(picture);
    }

    /** As the media job describes a JPEG file of so many pictures. */
    private Recording still(String from, int pictures) {
        Recording draft = office.draft("BWC-0147", Instant.parse(from), Duration.ofSeconds(1), "routine", Office.CASE);
        Media.Video video = new Media.Video("mjpeg", 4000, 3000, 25);
        return draft.withMedia(true, new Media("jpeg_pipe", pictures / 25.0, video, null), List.of());
    }

    @Test
    void looking_at_a_recording_is_one_custody_event() throws Exception {
        Recording recording = office.receiveCase().get(0);
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        reader.get(Link.recording(recording.id()));
        reader.get(Link.recording(recording.id()));
        assertThat(office.catalog.custody(recording.id()))
                .filteredOn(event -> event.kind() == EventKind.CUSTODY_READ)
                .singleElement()
                .satisfies(event -> assertThat(event.actor().value()).isEqualTo("user:li.na"));
    }

    @Test
    void auditor_reads_custody_but_gets_neither_picture_nor_forms() throws Exception {
        Recording recording = office.receiveCase().get(0);
        Reader auditor = office.reader("audit", Role.AUDITOR);
        String page = auditor.get(Link.recording(recording.id())).body();
        assertThat(page)
                .contains(recording.fingerprint().hex())
                .contains("not see the footage")
                .doesNotContain("<video")
                .doesNotContain("poster.jpg")
                .doesNotContain("/original\"")
                .doesNotContain("name=\"do\"");
        assertThat(auditor.get(Link.caseFile(Office.CASE)).body()).doesNotContain("poster.jpg");
        assertThat(auditor.get("/retention").status()).isEqualTo(200);
    }

    @Test
    void supervisor_closes_and_opens_a_case_with_a_reason() throws Exception {
        office.receiveCase();
        Reader supervisor = office.reader("chen", Role.SUPERVISOR);
        assertThat(supervisor.get(Link.caseFile(Office.CASE)).body()).contains("Close the case");

        Answer without = supervisor.post("/case-state", Map.of("case", Office.CASE.value(), "state", "closed"));
        assertThat(without.status()).isEqualTo(400);
        assertThat(without.body()).contains("Say why.");

        Answer done = supervisor.post(
                "/case-state", Map.of("case", Office.CASE.value(), "state", "closed", "reason", "judgment is final"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(supervisor.get(done.location()).body())
                .contains("The case is closed.")
                .contains("judgment is final")
                .contains("Open the case again");

        Reader investigator = office.reader("li.na", Role.INVESTIGATOR);
        investigator.get("/");
        assertThat(investigator
                        .post("/case-state", Map.of("case", Office.CASE.value(), "state", "open", "reason", "x"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void shorter_category_waits_for_a_second_person() throws Exception {
        Recording recording = office.receiveCase().get(2);
        String address = Link.recording(recording.id());
        Map<String, String> wish = Map.of("do", "classify", "category", "routine", "reason", "marked by mistake");
        Reader first = office.reader("zhao", Role.RECORDS_OFFICER);
        first.get(address);
        Answer proposed = first.post(address, wish);
        assertThat(first.get(proposed.location()).body())
                .contains("a second person must say the same")
                .contains("zhao proposed “routine”");

        Reader second = office.reader("qian", Role.RECORDS_OFFICER);
        second.get(address);
        Answer applied = second.post(address, wish);
        assertThat(second.get(applied.location()).body())
                .contains("The category is changed.")
                .contains("until 2027-05-1");
    }

    @Test
    void hold_is_ordered_shown_and_released() throws Exception {
        Recording recording = office.receiveCase().get(0);
        String address = Link.recording(recording.id());
        Reader supervisor = office.reader("chen", Role.SUPERVISOR);
        supervisor.get(address);
        Answer held =
                supervisor.post(address, Map.of("do", "hold", "reason", "appeal is pending", "until", "2027-12-31"));
        String page = supervisor.get(held.location()).body();
        assertThat(page)
                .contains("The recording is on hold.")
                .contains("appeal is pending")
                .contains("lapses 2027-12-31 23:59:59");
        String hold = page.replaceAll("(?s).*name=\"hold\" value=\"([^\"]*)\".*", "$1");

        assertThat(supervisor
                        .post(address, Map.of("do", "hold", "reason", "x", "until", "soon"))
                        .body())
                .contains("Not a day: soon");

        Answer released = supervisor.post(address, Map.of("do", "release", "hold", hold, "reason", "withdrawn"));
        assertThat(supervisor.get(released.location()).body()).contains("The hold is released.");
        assertThat(supervisor
                        .post(address, Map.of("do", "release", "hold", hold, "reason", "again"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void recording_is_linked_to_another_case() throws Exception {
        Recording recording = office.receiveCase().get(0);
        Reader investigator = office.reader("li.na", Role.INVESTIGATOR);
        investigator.get(Link.recording(recording.id()));
        Answer linked = investigator.post(
                Link.recording(recording.id()), Map.of("do", "link", "case", "B-77", "reason", "same suspect"));
        assertThat(investigator.get(linked.location()).body())
                .contains("linked to the case")
                .contains("/cases/B-77");
        assertThat(investigator.get("/cases/B-77").body()).contains(Link.recording(recording.id()));
    }

    @Test
    void search_finds_by_every_field_and_explains_bad_ones() throws Exception {
        office.receiveCase();
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        assertThat(rows(reader.get("/search"))).isZero();
        assertThat(rows(reader.get("/search?device=BWC-0147"))).isEqualTo(3);
        assertThat(rows(reader.get("/search?officer=033105"))).isEqualTo(4);
        assertThat(rows(reader.get("/search?session=interview-20261119"))).isEqualTo(4);
        assertThat(rows(reader.get("/search?category=obstruction&state=ready"))).isEqualTo(2);
        assertThat(rows(reader.get("/search?from=2026-11-19T00:00&to=2026-11-19T10:00")))
                .isEqualTo(2);
        assertThat(rows(reader.get("/search?from=2026-11-18T16:00:00Z"))).isEqualTo(4);
        assertThat(reader.get("/search?device=BWC-9999").body()).contains("Nothing matches.");

        Answer wrong = reader.get("/search?from=yesterday&officer=" + Link.encoded("a\u0000") + "&state=lost");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("Not a time.")
                .contains("cannot be a name")
                .contains("value=\"yesterday\"");
    }

    private static int rows(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().split("class=\"row-link\"", -1).length - 1;
    }

    @Test
    void chinese_is_spoken_to_whoever_prefers_or_chooses_it() throws Exception {
        Recording recording = office.receiveCase().get(2);
        Reader reader = office.reader("li.na").reading("zh-CN,zh;q=0.9,en;q=0.8");
        assertThat(reader.get(Link.caseFile(Office.CASE)).body())
                .contains("<html lang=\"zh-CN\">")
                .contains("时间轴")
                .contains("阻碍执法")
                .contains("画面静止");
        assertThat(reader.get(Link.recording(recording.id())).body())
                .contains("保管记录")
                .contains("画面静止 6.0 秒")
                .contains("接收入库");

        Answer chosen = reader.post("/language", Map.of("language", "en", "back", "/search"));
        assertThat(chosen.location()).isEqualTo("/search");
        assertThat(reader.get("/search").body()).contains("<html lang=\"en\">").contains("Recorded from");
    }

    @Test
    void what_is_not_there_is_told_as_a_page_to_browsers_and_as_a_problem_to_programs() throws Exception {
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        for (String nowhere : List.of("/nothing/here", "/recordings/" + "0".repeat(32))) {
            Answer page = reader.get(nowhere);
            assertThat(page.status()).isEqualTo(404);
            assertThat(page.header("content-type")).startsWith("text/html");
            assertThat(page.body()).contains("Not found");
        }
        assertThat(reader.get("/recordings/nonsense").status()).isEqualTo(400);
        for (Answer problem : List.of(
                reader.get("/nothing/here", Map.of("accept", "application/json")),
                reader.get("/api/v1/nothing", Map.of("accept", "text/html")),
                reader.send("PUT", "/nothing", new byte[0], Map.of("accept", "text/html")))) {
            assertThat(problem.status()).isEqualTo(404);
            assertThat(problem.header("content-type")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void assets_are_kept_for_ever_under_the_version_of_their_content() throws Exception {
        Reader reader = office.reader();
        String page = reader.get("/login").body();
        String sheet = page.replaceAll("(?s).*rel=\"stylesheet\" href=\"([^\"]*)\".*", "$1");
        Answer answer = reader.get(sheet);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("cache-control")).contains("immutable");
        assertThat(answer.body()).contains("--ink");
        assertThat(answer.body())
                .as("outside requests")
                .doesNotContain("@import")
                .doesNotContain("url(");
        Answer zipped = reader.get(sheet, Map.of("accept-encoding", "gzip, br"));
        assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
        assertThat(reader.get("/assets/0000/portal.css").status()).isEqualTo(404);
        assertThat(reader.get(sheet.replace("portal.css", "Portal.class")).status())
                .isEqualTo(404);
    }

    @Test
    void interrogation_is_shown_with_what_is_missing_and_takes_a_reason_from_an_investigator() throws Exception {
        InterrogationSession session =
                office.sessions.open(Actor.CONSOLE, Office.CASE, "ROOM-9", null, null, List.of());
        office.clock.set(Office.NOW.plusSeconds(60));
        Reader investigator = office.reader("li.na", Role.INVESTIGATOR);
        String page = investigator.get("/sessions/" + session.id()).body();
        assertThat(page).contains("ROOM-9-DVR").contains("What is missing");
        String gap = office.sessions.timeLine(session).gaps().get(0).id();
        investigator.post("/sessions/" + session.id(), Map.of("do", "explain", "gap", gap, "reason", "<b>no disk</b>"));
        assertThat(investigator.get("/sessions/" + session.id()).body())
                .contains("no disk")
                .doesNotContain("<b>no disk");
        investigator.post("/sessions/" + session.id(), Map.of("do", "mark", "mark", "record-signed"));
        investigator.post("/sessions/" + session.id(), Map.of("do", "close"));
        assertThat(office.sessions.session(session.id()).isOpen()).isFalse();
        assertThat(investigator.get("/sessions").body()).contains(session.id().value());
        Reader supervisor = office.reader("wang", Role.SUPERVISOR);
        assertThat(supervisor.get("/sessions/" + session.id()).status()).isEqualTo(200);
        Reader administrator = office.reader("root", Role.ADMINISTRATOR);
        assertThat(administrator.get("/sessions").status()).isEqualTo(403);
        assertThat(administrator.get("/sessions/" + session.id()).status()).isEqualTo(403);
    }
}
