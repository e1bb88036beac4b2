package org.liuhen.tools.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Finding;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Retention;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;
import org.liuhen.tools.portal.page.Link;

class HostileTextTest {
    private static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "javascript:alert(1)",
            "</title></svg><script>alert(1)</script>",
            "{0}${7*7}@if(true)",
            "<!--",
            "\u202Egpj.exe");

    @Test
    void nothing_that_comes_from_outside_becomes_markup_on_any_page(@TempDir Path renditions) throws Exception {
        for (String text : HOSTILE) {
            try (Office office = new Office(renditions)) {
                CaseNumber number = new CaseNumber(text);
                Recording recording = office.receive(hostile(office, text, number));
                office.accounts.addDevice(
                        new Principal.OfConsole(), new DeviceId(text), text, new UnitId(text), new OfficerId(text));
                Reader reader = office.reader("wang");
                reader.get(Link.recording(recording.id()));
                List<String> pages = new ArrayList<>();
                for (String address : List.of(
                        "/",
                        Link.caseFile(number),
                        Link.recording(recording.id()),
                        "/search?device=" + Link.encoded(text) + "&from=" + Link.encoded(text),
                        "/search?session=" + Link.encoded(text),
                        "/cases?number=" + Link.encoded(text + "\u0001"),
                        "/system",
                        "/retention",
                        "/nothing/" + Link.encoded(text).replace("%2F", ""))) {
                    pages.add(reader.get(address).body());
                }
                pages.add(
                        reader.post(Link.recording(recording.id()), Map.of("do", "hold", "reason", text, "until", text))
                                .body());
                var held = reader.post(Link.recording(recording.id()), Map.of("do", "hold", "reason", text));
                pages.add(reader.get(held.location()).body());
                Reader stranger = office.reader();
                stranger.get("/login");
                pages.add(stranger.post("/login", Map.of("name", text, "password", "x", "back", text))
                        .body());
                for (String page : pages) {
                    assertHarmless(page, text);
                }
                assertThat(pages.get(1)).contains(escaped(text));
                assertThat(pages.get(2))
                        .as("a line for a shell")
                        .containsPattern("id=\"check-line\">echo [^<]*  FILE[^<]*sha256sum -c</code>");
            }
        }
    }

    private static Recording hostile(Office office, String text, CaseNumber number) {
        Recording draft =
                office.draft("BWC-1", Office.NOW.minusSeconds(9000), Duration.ofMinutes(2), "routine", number);
        return new Recording(
                draft.id(),
                1,
                draft.kind(),
                draft.state(),
                List.of(number),
                new DeviceId(text),
                new OfficerId(text),
                new UnitId(text),
                new SessionId(text),
                draft.from(),
                draft.to(),
                draft.deviceFrom(),
                draft.deviceTo(),
                draft.receivedAt(),
                draft.receivedDay(),
                text,
                text,
                draft.sizeBytes(),
                draft.fingerprint(),
                false,
                true,
                draft.media(),
                new Retention(new Category(text), true, null, text, List.of(), null),
                List.of(new Finding(text, text, 1.0, 2.0)));
    }

    private static void assertHarmless(String page, String text) {
        assertThat(page)
                .as(text)
                .contains("</html>")
                .doesNotContain("<script>alert")
                .doesNotContain("<img src=x")
                .doesNotContainPattern("(href|src|action|formaction)=\"\\s*javascript:")
                .doesNotContain("<!--");
        String withoutValues = page.replaceAll("=\"[^\"]*\"", "=");
        assertThat(withoutValues).as(text).doesNotContainPattern("<[^>]*\\son[a-z]+=");
        assertThat(page)
                .as("scripts of our own only")
                .contains("<script src=\"/assets/")
                .doesNotContainPattern("<script(?! src=\"/assets/[0-9a-f]{16}/[a-z]+\\.js\" defer></script>)");
        assertThat(page.split("</html>", -1)).hasSize(2);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
