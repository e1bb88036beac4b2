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
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Role;
import org.liuhen.tools.portal.Reader.Answer;
import org.liuhen.tools.portal.page.Link;

/** The page of those who look after the system and its devices. */
class PortalSystemTest {
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
}
