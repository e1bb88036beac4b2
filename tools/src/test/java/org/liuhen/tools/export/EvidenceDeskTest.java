package org.liuhen.tools.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingState;
import org.liuhen.storage.Role;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.UserName;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.ledger.VerifierKey;
import org.liuhen.tools.evidence.BagCheck;
import org.liuhen.tools.evidence.ReceiptCheck;

class EvidenceDeskTest {
    @TempDir
    private Path folder;

    private EvidenceRoom room;

    @BeforeEach
    void open() throws Exception {
        room = new EvidenceRoom(folder.resolve("vault"));
    }

    @AfterEach
    void close() {
        room.close();
    }

    /** What a reader that cannot seek takes out of a zip, by path within its one folder. */
    private static Map<String, byte[]> files(byte[] zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new java.io.ByteArrayInputStream(zip), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName().substring(entry.getName().indexOf('/') + 1), in.readAllBytes());
            }
        }
        return files;
    }

    private static JsonNode json(Map<String, byte[]> files, String path) throws IOException {
        return StoredJson.MAPPER.readTree(files.get(path));
    }

    private static Problem problem(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return (Problem) org.assertj.core.api.Assertions.catchThrowable(call);
    }

    @Test
    void bag_holds_the_originals_bit_for_bit_and_passes_its_check() throws Exception {
        byte[] first = EvidenceRoom.footage(1, 3_000_000);
        byte[] second = EvidenceRoom.footage(2, 17);
        room.receive("BWC-7", "VID_1.mp4", first);
        room.receive("讯问室2", "cam 2.MKV", second);
        Path zip = room.export(folder.resolve("bag.zip"));
        BagCheck.Passed passed = BagCheck.check(zip, List.of());
        assertThat(passed.originals()).isEqualTo(2);
        assertThat(passed.caseNumber()).isEqualTo(EvidenceRoom.CASE.value());
        assertThat(passed.pinned()).isFalse();
        assertThat(BagCheck.check(
                                zip,
                                List.of(VerifierKey.parse(room.catalog.ledger().verifierKey())))
                        .pinned())
                .isTrue();
        Map<String, byte[]> files = files(Files.readAllBytes(zip));
        JsonNode list = json(files, "data/transmittal.json");
        assertThat(files.get(list.at("/items/0/path").asText())).isEqualTo(first);
        assertThat(list.at("/items/1/path").asText()).endsWith(".mkv").contains("_2_");
        assertThat(files.get(list.at("/items/1/path").asText())).isEqualTo(second);
        assertThat(list.path("exportedBy").asText()).isEqualTo("user:li.na");
        assertThat(list.path("organization").asText()).isEqualTo("永宁县公安局");
        assertThat(new String(files.get("bag-info.txt"), StandardCharsets.UTF_8))
                .contains("External-Identifier: " + EvidenceRoom.CASE)
                .contains("Source-Organization: 永宁县公安局");
        assertThat(files.get("data/manifests/" + stem(list, 0) + ".json"))
                .isEqualTo(Files.readAllBytes(room.file(recording(list, 0)).resolveSibling("manifest.json")));
    }

    @Test
    void bag_brings_what_is_attached_to_the_sessions_of_its_recordings() throws Exception {
        room.receive("BWC-7", "VID_1.mp4", EvidenceRoom.footage(1, 100), new SessionId("s1"), null, EvidenceRoom.CASE);
        Recording bookmark = room.attach("BWC-7", "s1", "bookmark_1.txt", new byte[0]);
        room.attach("BWC-7", "s2", "bookmark_1.txt", new byte[0]);

        Path zip = room.export(folder.resolve("bag.zip"));
        BagCheck.Passed passed = BagCheck.check(zip, List.of());

        assertThat(passed.originals()).isEqualTo(2);
        Map<String, byte[]> files = files(Files.readAllBytes(zip));
        JsonNode item = json(files, "data/transmittal.json").at("/items/1");
        assertThat(item.path("recording").asText()).isEqualTo(bookmark.id().hex());
        assertThat(item.path("attachment").asText()).isEqualTo("bookmark");
        assertThat(item.path("session").asText()).isEqualTo("s1");
        assertThat(item.path("path").asText()).startsWith("data/attachments/").endsWith(".txt");
        assertThat(new String(files.get("data/transmittal.csv"), StandardCharsets.UTF_8))
                .contains(",bookmark\r\n");
        assertThat(new String(files.get("data/transmittal.html"), StandardCharsets.UTF_8))
                .contains("标记");
        assertThat(room.kinds(bookmark)).contains(EventKind.EXPORTED);
        String receipt = item.path("receipt").asText();
        assertThat(new ReceiptCheck(List.of()).firstDifference(java.util.Objects.requireNonNull(files.get(receipt))))
                .isEmpty();
    }

    @Test
    void bag_brings_the_timestamps_of_the_log_with_the_proof_that_it_only_grew_since() throws Exception {
        room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 100));
        room.stamp();
        room.receive("BWC-7", "b.mp4", EvidenceRoom.footage(2, 100));
        room.stamp();
        BagCheck.Passed passed = BagCheck.check(room.export(folder.resolve("bag.zip")), List.of());
        assertThat(passed.timestamps()).extracting(BagCheck.Stamp::treeSize).containsExactly(1L, 2L);
        assertThat(passed.treeSize()).isGreaterThan(2);
    }

    private Recording recording(JsonNode list, int index) throws StorageFailure {
        return room.catalog
                .recording(
                        new org.liuhen.storage.RecordingId(
                                list.at("/items/" + index + "/recording").asText()),
                        org.liuhen.storage.ReadLevel.CURRENT)
                .orElseThrow();
    }

    private static String stem(JsonNode list, int index) {
        return list.at("/items/" + index + "/custody")
                .asText()
                .replace("data/custody/", "")
                .replace(".json", "");
    }

    @Test
    void sm3_is_that_of_the_standard_and_is_computed_once() throws Exception {
        // Source: GB/T 32905-2016 appendix A.1
        Recording recording = room.receive("BWC-7", "a.mp4", "abc".getBytes(StandardCharsets.US_ASCII));
        Map<String, byte[]> files = files(room.exported());
        assertThat(json(files, "data/transmittal.json").at("/items/0/sm3").asText())
                .isEqualTo("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        room.exported();
        assertThat(room.kinds(recording))
                .containsExactly(EventKind.RECEIVED, EventKind.FINGERPRINTED, EventKind.EXPORTED, EventKind.EXPORTED);
    }

    @Test
    void export_is_a_durable_event_before_its_first_byte() throws Exception {
        Recording recording = room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 100_000));
        ExportOrder order = room.desk.order(EvidenceRoom.SOMEBODY, EvidenceRoom.CASE, "court asks", false);
        OutputStream refusing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };
        assertThatThrownBy(() -> room.desk.export(order, refusing)).hasMessage("gone");
        CustodyEvent event = room.catalog.custody(recording.id()).stream()
                .filter(one -> one.kind() == EventKind.EXPORTED)
                .findFirst()
                .orElseThrow();
        assertThat(event.actor().value()).isEqualTo("user:li.na");
        assertThat(event.details())
                .containsEntry("reason", "court asks")
                .containsEntry("case", EvidenceRoom.CASE.value())
                .containsEntry("sha256", recording.fingerprint().hex());
    }

    @Test
    void damaged_original_is_answered_before_anything_is_sent_or_left_out_by_name() throws Exception {
        Recording whole = room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 100_000));
        Recording rotten = room.receive("BWC-7", "b.mp4", EvidenceRoom.footage(2, 100_000));
        room.rot(rotten);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportOrder order = room.desk.order(EvidenceRoom.SOMEBODY, EvidenceRoom.CASE, "r", false);
        Problem refused = problem(() -> room.desk.export(order, out));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused).hasMessageContaining(rotten.id().hex());
        assertThat(out.size()).isZero();
        assertThat(room.kinds(whole)).doesNotContain(EventKind.EXPORTED);
        assertThat(room.kinds(rotten)).containsExactly(EventKind.RECEIVED, EventKind.ROT_FOUND);

        Path zip = room.export(folder.resolve("bag.zip"), true);
        BagCheck.Passed passed = BagCheck.check(zip, List.of());
        assertThat(passed.originals()).isEqualTo(1);
        assertThat(passed.leftOut()).isEqualTo(1);
        assertThat(json(files(Files.readAllBytes(zip)), "data/transmittal.json")
                        .at("/leftOut/0/why")
                        .asText())
                .isEqualTo("damaged");
        assertThat(room.kinds(rotten)).doesNotContain(EventKind.EXPORTED);
    }

    @Test
    void original_that_rots_between_exports_breaks_the_zip_and_is_named_by_the_next() throws Exception {
        Recording recording = room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 3_000_000));
        room.exported();
        room.rot(recording);
        Path zip = folder.resolve("broken.zip");
        assertThatThrownBy(() -> room.export(zip))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> BagCheck.check(zip, List.of())).hasMessageContaining("cut off");
        assertThat(room.kinds(recording)).endsWith(EventKind.ROT_FOUND);
        assertThat(problem(() -> room.exported()).type()).isEqualTo("damaged");
    }

    @Test
    void disposed_recording_is_named_with_its_custody() throws Exception {
        room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 1000));
        Recording gone = room.receive("BWC-7", "b.mp4", EvidenceRoom.footage(2, 1000));
        Recording announced = gone.next().withState(RecordingState.DISPOSING);
        commit(announced, EventKind.DISPOSAL_ANNOUNCED);
        commit(announced.next().withState(RecordingState.DISPOSED), EventKind.DISPOSAL_DECIDED);
        room.vault.erase(new OriginalKey(gone.receivedDay(), gone.id()));
        Path zip = room.export(folder.resolve("bag.zip"));
        BagCheck.Passed passed = BagCheck.check(zip, List.of());
        assertThat(passed.originals()).isEqualTo(1);
        assertThat(passed.leftOut()).isEqualTo(1);
    }

    private void commit(Recording recording, EventKind kind) {
        SampleRecordings.commit(
                room.catalog,
                Change.builder()
                        .recording(recording)
                        .event(CustodyEvent.of(
                                EvidenceRoom.NOW, org.liuhen.storage.Actor.CONSOLE, kind, recording.id(), Map.of()))
                        .build());
    }

    @Test
    void original_is_not_erased_while_it_is_exported() throws Exception {
        Recording recording = room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 1_000_000));
        OriginalKey key = new OriginalKey(recording.receivedDay(), recording.id());
        ExportOrder order = room.desk.order(EvidenceRoom.SOMEBODY, EvidenceRoom.CASE, "r", false);
        int[] refused = new int[1];
        room.desk.export(order, new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                assertThatThrownBy(() -> room.outgoing.requireIdle(key))
                        .isInstanceOf(StorageFailure.class)
                        .hasMessageContaining("being exported");
                refused[0]++;
            }
        });
        assertThat(refused[0]).isPositive();
        assertThatCode(() -> room.outgoing.requireIdle(key)).doesNotThrowAnyException();
    }

    @Test
    void hostile_names_become_plain_ones() throws Exception {
        room.receive("..\\..\\evil:\u202e", "../../etc/passwd.exe", EvidenceRoom.footage(1, 10));
        room.receive("=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\",\"y\").mp4", EvidenceRoom.footage(2, 10));
        room.receive("<script>alert(1)</script>", "<img src=x onerror=alert(1)>.mp4", EvidenceRoom.footage(3, 10));
        byte[] zip = room.exported();
        BagCheck.check(Files.write(folder.resolve("b.zip"), zip), List.of());
        Map<String, byte[]> files = files(zip);
        assertThat(files.keySet()).allMatch(path -> path.matches("[A-Za-z0-9_./-]+"));
        assertThat(files.keySet()).noneMatch(path -> path.contains("..") || path.endsWith(".exe"));
        String csv = new String(files.get("data/transmittal.csv"), StandardCharsets.UTF_8);
        assertThat(csv).contains("'=cmd").contains("\"'=HYPERLINK(\"\"http").doesNotContain(",=");
        String html = new String(files.get("data/transmittal.html"), StandardCharsets.UTF_8);
        assertThat(html).doesNotContain("<img").doesNotContain("<script").contains("&lt;img src=x");
        assertThat(files.entrySet().stream()
                        .filter(file -> file.getKey().matches("data/custody/.*html"))
                        .map(file -> new String(file.getValue(), StandardCharsets.UTF_8)))
                .hasSize(3)
                .noneMatch(page -> page.contains("<img") || page.contains("<script"));
    }

    @Test
    void recordings_of_one_device_and_second_have_names_of_their_own() throws Exception {
        BagNames names = new BagNames(java.time.ZoneId.of("Asia/Shanghai"));
        Recording recording = room.receive("BWC-7", "a.mp4", new byte[1]);
        String first = names.stem(recording);
        assertThat(first)
                .isEqualTo("20261120T123100_BWC-7_" + recording.id().hex().substring(0, 8));
        assertThat(names.stem(recording)).isEqualTo("20261120T123100_BWC-7_" + recording.id());
    }

    @Test
    void only_those_who_may_see_footage_export() {
        for (Role role : Role.values()) {
            Principal who = new Principal.OfPerson(new UserName("somebody"), Set.of(role));
            boolean may = Set.of(Role.INVESTIGATOR, Role.SUPERVISOR, Role.RECORDS_OFFICER)
                    .contains(role);
            Problem problem = problem(() -> room.desk.order(who, EvidenceRoom.CASE, "r", false));
            assertThat(problem.status()).as(role.label()).isEqualTo(may ? 404 : 403);
        }
    }

    @Test
    void case_without_recordings_is_not_found() {
        assertThat(problem(() -> room.desk.order(EvidenceRoom.SOMEBODY, new CaseNumber("no such"), "r", false))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void reason_of_several_lines_is_one_line_of_the_bag() throws Exception {
        room.receive("BWC-7", "a.mp4", new byte[10]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        room.desk.export(
                room.desk.order(EvidenceRoom.SOMEBODY, EvidenceRoom.CASE, "a\nPayload-Oxum: 1.1\r\nb", false), out);
        assertThat(new String(files(out.toByteArray()).get("bag-info.txt"), StandardCharsets.UTF_8))
                .contains("Internal-Sender-Description: a Payload-Oxum: 1.1 b\n");
        BagCheck.check(Files.write(folder.resolve("b.zip"), out.toByteArray()), List.of());
    }

    @Test
    void desk_that_closes_breaks_off() throws Exception {
        room.receive("BWC-7", "a.mp4", EvidenceRoom.footage(1, 5_000_000));
        ExportOrder order = room.desk.order(EvidenceRoom.SOMEBODY, EvidenceRoom.CASE, "r", false);
        room.desk.export(order, OutputStream.nullOutputStream());
        assertThatThrownBy(() -> room.desk.export(order, new OutputStream() {
                    @Override
                    public void write(int b) {
                        room.desk.close();
                    }
                }))
                .hasMessageContaining("stops");
    }

    @Test
    void manifest_lists_what_sha256sum_reads() throws Exception {
        byte[] footage = EvidenceRoom.footage(1, 1000);
        room.receive("BWC-7", "a.mp4", footage);
        Map<String, byte[]> files = files(room.exported());
        assertThat(new String(files.get("manifest-sha256.txt"), StandardCharsets.UTF_8))
                .contains(DigestUtils.sha256Hex(footage) + "  data/originals/");
    }
}
