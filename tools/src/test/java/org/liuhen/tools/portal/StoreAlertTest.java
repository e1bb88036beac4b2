package org.liuhen.tools.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Role;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.tools.upkeep.RotReport;

/** Whoever looks after the store is told on the first page that something in it is damaged. */
class StoreAlertTest {
    private static final Principal FIRST = new Principal.OfConsole();

    @TempDir
    private Path renditions;

    @Test
    void damage_is_told_to_those_who_look_after_the_store_until_it_is_over() throws Exception {
        try (Office office = new Office(renditions)) {
            Recording recording =
                    office.receive("BWC-0147", "2026-11-18T13:04:11Z", Duration.ofSeconds(903), "routine");
            Reader administrator = office.reader("admin", Role.ADMINISTRATOR);
            Reader officer = office.reader("zhao.min", Role.RECORDS_OFFICER).reading("zh");
            Reader investigator = office.reader("li.na", Role.INVESTIGATOR);
            assertThat(administrator.get("/").body()).doesNotContain("Recordings damaged");

            report(office, recording, false);

            assertThat(administrator.get("/").body()).contains("Recordings damaged in the store: 1.");
            assertThat(administrator.get("/system").body())
                    .contains(
                            "Damaged recordings", recording.id().hex(), "rot in MiB [3] &lt;b&gt;", "Needs attention");
            assertThat(officer.get("/").body()).contains("有 1 份录像存储损坏");
            assertThat(officer.get("/system").body())
                    .contains("存储损坏的录像", recording.id().hex());
            assertThat(investigator.get("/").body()).doesNotContain("Recordings damaged");
            assertThat(investigator.get("/system").body())
                    .doesNotContain(recording.id().hex());
            assertThat(officer.get("/recordings/" + recording.id().hex()).body())
                    .contains("存储损坏");

            report(office, office.desk.show(FIRST, recording.id()), true);

            assertThat(administrator.get("/").body()).doesNotContain("Recordings damaged");
            assertThat(administrator.get("/system").body()).doesNotContain("Damaged recordings");
        }
    }

    private static void report(Office office, Recording recording, boolean over) {
        String detail = "original: rot in MiB [3] <b>";
        List<Finding> findings = over ? List.of() : List.of(Finding.of("rot", detail));
        RotReport report = new RotReport(
                RotReport.FORMAT, recording.id(), detail, Office.NOW, over ? Office.NOW.plusSeconds(1) : null);
        SampleRecordings.commit(
                office.catalog,
                Change.builder()
                        .recording(recording.next().withFindings(findings))
                        .event(CustodyEvent.of(
                                Office.NOW, Actor.system("scrub"), EventKind.ROT_FOUND, recording.id(), Map.of()))
                        .put(RotReport.KIND, recording.id().hex(), report)
                        .build());
    }
}
