package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.storage.contract.SampleRecordings.commit;
import static org.liuhen.storage.contract.SampleRecordings.outcome;
import static org.liuhen.storage.contract.SampleRecordings.received;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.AccessToken;
import org.liuhen.storage.Actor;
import org.liuhen.storage.CaseFile;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CommitOutcome;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Job;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Register;
import org.liuhen.storage.Role;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.User;
import org.liuhen.storage.UserName;

/** What every {@link Catalog} promises about its register, its upload rows and its jobs. */
public abstract class RegisterContract {
    private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

    private Catalog catalog;

    protected abstract Catalog open(SettableClock clock) throws Exception;

    @BeforeEach
    void openCatalog() throws Exception {
        catalog = open(new SettableClock(NOW));
    }

    @AfterEach
    void closeCatalog() {
        catalog.close();
    }

    @Test
    void every_kind_of_entry_is_read_back_equal() throws Exception {
        Device device = device("BWC-0001");
        User user = new User(new UserName("li.wei"), Set.of(Role.INVESTIGATOR, Role.AUDITOR), "$argon2id$x", NOW, null);
        AccessToken token = new AccessToken(null, new UserName("li.wei"), NOW);
        CaseFile file = new CaseFile(SampleRecordings.CASE, false, NOW, Actor.CONSOLE, "sentenced");
        commit(
                catalog,
                Change.builder()
                        .put(Register.DEVICES, device.id().value(), device)
                        .put(Register.USERS, "li.wei", user)
                        .put(Register.TOKENS, "ab".repeat(32), token)
                        .put(Register.CASES, file.number().value(), file)
                        .event(happened(EventKind.DEVICE_ADDED, "all"))
                        .build());
        Register register = catalog.register();
        assertThat(register.entry(Register.DEVICES, "BWC-0001")).contains(device);
        assertThat(register.entry(Register.USERS, "li.wei")).contains(user);
        assertThat(register.entry(Register.TOKENS, "ab".repeat(32))).contains(token);
        assertThat(register.entry(Register.CASES, file.number().value())).contains(file);
        assertThat(register.entry(Register.USERS, "BWC-0001")).isEmpty();
    }

    @Test
    void entries_are_listed_by_the_bytes_of_their_names_in_pages() throws Exception {
        List<String> sorted = List.of("A", "AB", "B", "Z-1", "a", "é", "永", "😀");
        for (String name : List.of("B", "永", "A", "😀", "a", "Z-1", "AB", "é")) {
            commit(catalog, add(device(name), false));
        }
        commit(
                catalog,
                Change.builder()
                        .put(Register.USERS, "A", new User(new UserName("A"), Set.of(), null, NOW, null))
                        .event(happened(EventKind.USER_ADDED, "A"))
                        .build());
        List<String> listed = new ArrayList<>();
        String after = null;
        List<Device> page;
        do {
            page = catalog.register().entries(Register.DEVICES, after, 3);
            for (Device device : page) {
                after = device.id().value();
                listed.add(after);
            }
        } while (!page.isEmpty());
        assertThat(listed).isEqualTo(sorted);
    }

    @Test
    void taken_name_conflicts_and_nothing_of_the_change_is_applied() throws Exception {
        commit(catalog, add(device("D1"), true));
        Device other = new Device(new DeviceId("D1"), "another", null, new OfficerId("7"), NOW, null);
        Recording recording = received(1);
        Change change = Change.builder()
                .recording(recording)
                .putIfAbsent(Register.DEVICES, "D1", other)
                .putIfAbsent(Register.DEVICES, "D2", device("D2"))
                .event(happened(EventKind.DEVICE_ADDED, "D1 and D2"))
                .build();
        assertThat(outcome(catalog, change)).isInstanceOf(CommitOutcome.Conflict.class);
        assertThat(catalog.register().entry(Register.DEVICES, "D1")).contains(device("D1"));
        assertThat(catalog.register().entry(Register.DEVICES, "D2")).isEmpty();
        assertThat(catalog.recording(recording.id(), org.liuhen.storage.ReadLevel.CURRENT))
                .isEmpty();
        assertThat(catalog.events(0, 10)).hasSize(1);
    }

    @Test
    void of_two_claims_to_a_name_sent_without_waiting_the_first_wins() throws Exception {
        var first = catalog.commit(add(device("D1"), true));
        Device other = new Device(new DeviceId("D1"), "another", null, null, NOW, null);
        var second = catalog.commit(Change.builder()
                .putIfAbsent(Register.DEVICES, "D1", other)
                .event(happened(EventKind.DEVICE_ADDED, "another"))
                .build());
        assertThat(first.join()).isInstanceOf(CommitOutcome.Applied.class);
        assertThat(second.join()).isInstanceOf(CommitOutcome.Conflict.class);
        assertThat(catalog.register().entry(Register.DEVICES, "D1")).contains(device("D1"));
    }

    @Test
    void repeated_claim_to_a_name_is_applied_once() throws Exception {
        List<CustodyEvent> first = commit(catalog, add(device("D1"), true));
        assertThat(commit(catalog, add(device("D1"), true))).isEqualTo(first);
        assertThat(catalog.events(0, 10)).hasSize(1);
    }

    @Test
    void entry_is_replaced_by_a_later_put() throws Exception {
        commit(catalog, add(device("D1"), true));
        Device revoked = new Device(new DeviceId("D1"), "name D1", null, null, NOW, NOW);
        commit(catalog, add(revoked, false));
        assertThat(catalog.register().entry(Register.DEVICES, "D1")).contains(revoked);
    }

    @Test
    void upload_rows_come_and_go_without_an_event() throws Exception {
        Upload upload = upload("11");
        commit(catalog, Change.builder().upload(upload).build());
        assertThat(catalog.upload(upload.id())).contains(upload);
        Upload further = upload.withOffset(99, NOW.plusSeconds(5)).withLength(200);
        Upload other = upload("22");
        commit(catalog, Change.builder().upload(further).upload(other).build());
        assertThat(catalog.upload(upload.id())).contains(further);
        assertThat(catalog.uploads()).containsExactlyInAnyOrder(further, other);
        Recording recording = received(1);
        Upload finished = further.finished(recording.id(), recording.fingerprint(), 200, NOW.plusSeconds(9));
        commit(catalog, Change.builder().upload(finished).build());
        assertThat(catalog.upload(upload.id())).contains(finished);
        commit(catalog, Change.builder().forgetUpload(upload.id()).build());
        assertThat(catalog.upload(upload.id())).isEmpty();
        assertThat(catalog.uploads()).containsExactly(other);
        assertThat(catalog.ledger().head().size()).isZero();
    }

    @Test
    void jobs_are_handed_out_when_due_longest_due_first() throws Exception {
        Job later = new Job("media", NOW.plusSeconds(30), received(1).id(), 0);
        Job first = new Job("media", NOW.minusSeconds(60), received(2).id(), 2);
        Job second = new Job("media", NOW, received(3).id(), 0);
        Job other = new Job("media2", NOW.minusSeconds(90), received(4).id(), 0);
        commit(
                catalog,
                Change.builder().job(later).job(second).job(first).job(other).build());
        assertThat(catalog.jobs("media", NOW, 10)).containsExactly(first, second);
        assertThat(catalog.jobs("media", NOW, 1)).containsExactly(first);
        assertThat(catalog.jobs("media2", NOW, 10)).containsExactly(other);
        assertThat(catalog.jobs("med", NOW, 10)).isEmpty();
        assertThat(catalog.jobs("media", NOW.plusSeconds(30), 10)).containsExactly(first, second, later);
    }

    @Test
    void job_is_rescheduled_and_finished_in_one_change_each() throws Exception {
        Job job = new Job("media", NOW, received(1).id(), 0);
        commit(catalog, Change.builder().job(job).build());
        Job again = new Job("media", NOW, received(1).id(), 1);
        commit(catalog, Change.builder().finishJob(job).job(again).build());
        assertThat(catalog.jobs("media", NOW, 10)).containsExactly(again);
        commit(catalog, Change.builder().finishJob(again).finishJob(job).build());
        assertThat(catalog.jobs("media", NOW, 10)).isEmpty();
    }

    private static Change add(Device device, boolean onlyIfAbsent) {
        String name = device.id().value();
        Change.Builder change = Change.builder().event(happened(EventKind.DEVICE_ADDED, name));
        return (onlyIfAbsent
                        ? change.putIfAbsent(Register.DEVICES, name, device)
                        : change.put(Register.DEVICES, name, device))
                .build();
    }

    private static Device device(String id) {
        return new Device(new DeviceId(id), "name " + id, null, null, NOW, null);
    }

    private static CustodyEvent happened(EventKind kind, String what) {
        return CustodyEvent.of(NOW, Actor.CONSOLE, kind, null, Map.of("what", what));
    }

    private static Upload upload(String pair) {
        return new Upload(
                new UploadId(pair.repeat(16)),
                new DeviceId("D1"),
                "tus",
                Map.of("case", new CaseNumber("7").value(), "filename", "视频.mp4"),
                null,
                0,
                NOW,
                NOW.plusSeconds(86_400),
                null,
                null);
    }
}
