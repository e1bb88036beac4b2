package org.liuhen.tools.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InterrogationSession;
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
    void whoever_is_not_logged_in_is_sent_to_log_in_and_comes_back() throws Exception {
        office.employ("li.na", Role.INVESTIGATOR);
        Reader reader = office.reader();

        Answer away = reader.get("/search?device=BWC-0147");
        assertThat(away.status()).isEqualTo(303);
        assertThat(away.location()).isEqualTo("/login?back=" + Link.encoded("/search?device=BWC-0147"));

        Answer form = reader.get(away.location());
        assertThat(form.body()).contains("name=\"password\"").contains("value=\"/search?device=BWC-0147\"");
        Answer in = reader.post(
                "/login", Map.of("name", "li.na", "password", Office.PASSWORD, "back", "/search?device=BWC-0147"));
        assertThat(in.status()).isEqualTo(303);
        assertThat(in.location()).isEqualTo("/search?device=BWC-0147");
        assertThat(in.header("set-cookie")).contains("HttpOnly").contains("SameSite=Strict");
        assertThat(reader.get("/").body()).contains("li.na");
    }

    @Test
    void login_leads_back_to_this_server_only() throws Exception {
        office.employ("li.na", Role.INVESTIGATOR);
        for (String elsewhere : List.of(
                "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx", "/ü")) {
            Reader reader = office.reader();
            reader.get("/login");
            Answer in = reader.post("/login", Map.of("name", "li.na", "password", Office.PASSWORD, "back", elsewhere));
            assertThat(in.location()).as(elsewhere).isEqualTo("/");
        }
    }

    @Test
    void wrong_password_is_told_without_saying_which_part_is_wrong_and_locks_after_five() throws Exception {
        office.employ("li.na", Role.INVESTIGATOR);
        Reader reader = office.reader();
        reader.get("/login");
        String wrong = "";
        for (int attempt = 0; attempt < 5; attempt++) {
            Answer refused = reader.post("/login", Map.of("name", "li.na", "password", "guess " + attempt));
            assertThat(refused.status()).isEqualTo(403);
            wrong = refused.body();
        }
        assertThat(wrong)
                .contains("do not belong together")
                .contains("value=\"li.na\"")
                .doesNotContain("guess 4");
        assertThat(office.reader().get("/login").body()).doesNotContain("do not belong together");
        Answer unknown = reader.post("/login", Map.of("name", "nobody", "password", "guess"));
        assertThat(unknown.body()).contains("do not belong together");

        Answer locked = reader.post("/login", Map.of("name", "li.na", "password", Office.PASSWORD));
        assertThat(locked.status()).isEqualTo(429);
        assertThat(locked.body()).contains("Too many failed attempts").contains("2026-11-20 14:45");
    }

    @Test
    void logging_out_ends_the_session() throws Exception {
        Reader reader = office.reader("li.na", Role.INVESTIGATOR);
        assertThat(reader.get("/").status()).isEqualTo(200);
        assertThat(reader.post("/logout", Map.of()).location()).isEqualTo("/login?done=out");
        assertThat(reader.get("/login?done=out").body()).contains("You are logged out.");
        assertThat(reader.get("/").status()).isEqualTo(303);
    }

    @Test
    void form_without_the_token_of_this_browser_and_session_changes_nothing() throws Exception {
        Recording recording = office.receiveCase().get(0);
        Reader reader = office.reader("zhao", Role.RECORDS_OFFICER);
        Reader other = office.reader("qian", Role.RECORDS_OFFICER);
        other.get("/");
        String foreign = other.get("/").body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");

        for (String token : List.of("", "x", foreign)) {
            Answer refused = reader.post(
                    Link.recording(recording.id()), Map.of("form", token, "do", "hold", "reason", "because"));
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("The form is out of date");
        }
        assertThat(office.event(recording, EventKind.HELD)).isNull();
    }

    @Test
    void every_page_forbids_scripts_and_requests_from_elsewhere_and_has_none_inline() throws Exception {
        Recording recording = office.receiveCase().get(5);
        Reader reader = office.reader("wang");
        for (String page : List.of(
                "/",
                "/cases?number=",
                Link.caseFile(Office.CASE),
                Link.recording(recording.id()),
                "/search?device=BWC-0147",
                "/retention",
                "/system",
                "/nothing",
                "/recordings/xyz")) {
            Answer answer = reader.get(page);
            assertThat(answer.header("content-security-policy"))
                    .as(page)
                    .startsWith("default-src 'none'")
                    .contains("script-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(answer.body())
                    .as(page)
                    .doesNotContainPattern("<[^>]+ (style|on[a-z]+)=")
                    .doesNotContain("<style")
                    .doesNotContainPattern("<script(?![^>]* src=\"/assets/)")
                    .doesNotContainPattern("(src|href|action)=\"(https?:)?//")
                    .contains("<html lang=\"en\">");
        }
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
                .contains("data-playlist=\"/api/v1/recordings/" + recording.id() + "/playback/index.m3u8\"")
                .contains(recording.fingerprint().hex())
                .contains("| sha256sum -c")
                .contains("/api/v1/recordings/" + recording.id() + "/original")
                .contains("/api/v1/recordings/" + recording.id() + "/receipt")
                .contains("The picture stands still for 6 seconds.")
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
    void administrator_sees_the_system_but_no_case() throws Exception {
        Recording recording = office.receiveCase().get(0);
        office.accounts.addDevice(new Principal.OfConsole(), new DeviceId("BWC-0147"), "Camera 147", null, null);
        Reader administrator = office.reader("root", Role.ADMINISTRATOR);
        assertThat(administrator.get("/").body())
                .contains("No access to footage")
                .doesNotContain("href=\"/search\"")
                .doesNotContain("href=\"/retention\"");
        for (String page :
                List.of(Link.caseFile(Office.CASE), Link.recording(recording.id()), "/search", "/retention")) {
            Answer refused = administrator.get(page);
            assertThat(refused.status()).as(page).isEqualTo(403);
            assertThat(refused.body()).contains("You may not do that").doesNotContain(recording.filename());
        }
        assertThat(administrator.get("/system").body()).contains("Camera 147").contains("2026-11-19 01:34:17");
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
        Recording recording = office.receiveCase().get(5);
        Reader reader = office.reader("li.na").reading("zh-CN,zh;q=0.9,en;q=0.8");
        assertThat(reader.get(Link.caseFile(Office.CASE)).body())
                .contains("<html lang=\"zh-CN\">")
                .contains("时间轴")
                .contains("阻碍执法")
                .contains("画面静止");
        assertThat(reader.get(Link.recording(recording.id())).body())
                .contains("保管记录")
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
    void administrator_registers_a_device_sees_its_token_once_and_revokes_it() throws Exception {
        Reader administrator = office.reader("keeper", Role.ADMINISTRATOR);
        administrator.get("/system");
        Answer added = administrator.post(
                "/devices",
                Map.of(
                        "what",
                        "add",
                        "device",
                        "BWC-900",
                        "name",
                        "left shoulder",
                        "officer",
                        "033127",
                        "model",
                        "X1"));
        Matcher token = Pattern.compile("shown this once: ([A-Za-z0-9_-]+)").matcher(added.body());
        assertThat(token.find()).isTrue();
        assertThat(added.body()).contains("left shoulder").contains("033127");
        assertThat(administrator.get("/system").body()).doesNotContain(token.group(1));

        administrator.post("/devices", Map.of("what", "assign", "device", "BWC-900", "officer", "033999"));
        assertThat(administrator.get("/system").body()).contains("033999");
        administrator.post("/devices", Map.of("what", "revoke", "device", "BWC-900"));
        assertThat(administrator.get("/system").body()).contains("revoked");
    }

    @Test
    void auditor_sees_devices_and_cannot_change_them() throws Exception {
        Reader auditor = office.reader("auditor", Role.AUDITOR);
        assertThat(auditor.get("/system").body()).doesNotContain("Register a device");
        assertThat(auditor.post("/devices", Map.of("what", "add", "device", "BWC-901"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void troubles_are_shown_on_the_system_page() throws Exception {
        office.meters.counter("liuhen.upload.bytes").increment(3 << 20);
        office.meters.timer("liuhen.upload.acknowledge").record(Duration.ofMillis(12));
        Reader reader = office.reader("root", Role.ADMINISTRATOR);
        assertThat(reader.get("/system").body())
                .contains("Everything is in order")
                .contains("3.0 MiB")
                .contains("12.0 ms");
        office.troubles.add("vault: no room left");
        assertThat(reader.get("/system").body()).contains("Needs attention").contains("vault: no room left");
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
