package org.liuhen.tools.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Role;
import org.liuhen.tools.portal.Reader.Answer;
import org.liuhen.tools.portal.page.Link;

/** Who gets in, and what protects a browser that is in. */
class PortalLogInTest {
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
}
