package org.liuhen.tools.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.contract.SampleRecordings;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/** Every kind of damage is found, told apart and located; what is sound is not accused. */
class VerificationsTest {
    private static final long SEED = 20261122;
    private static final int MIB = 1 << 20;

    private final Random random = new Random(SEED);

    @TempDir
    private Path folder;

    private FootageStore store;

    @BeforeEach
    void open() throws Exception {
        store = new FootageStore(FileVault.open(
                folder.resolve("vault"), VaultSettings.STANDARD.withReserveBytes(0), () -> FootageStore.NOW));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void thousand_single_bit_flips_are_found_each_in_its_mib() throws Exception {
        int files = 25;
        int rounds = 40;
        List<Recording> recordings = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            recordings.add(store.push(random, MIB + random.nextInt(3 * MIB)));
        }
        for (int round = 0; round < rounds; round++) {
            Map<RecordingId, Long> flipped = new HashMap<>();
            for (Recording recording : recordings) {
                long bit = random.nextLong(8 * recording.sizeBytes());
                FootageStore.flip(FootageStore.original(store.vault, recording), bit);
                flipped.put(recording.id(), bit);
            }

            FootageStore.Told told = store.verifyAll();

            Map<RecordingId, List<Long>> found = new HashMap<>();
            told.verdicts().forEach(verdict -> found.put(verdict.recording(), verdict.rottenMiB()));
            Map<RecordingId, List<Long>> expected = new HashMap<>();
            flipped.forEach((id, bit) -> expected.put(id, List.of(bit / 8 / MIB)));
            assertThat(found).as("seed %d, round %d", SEED, round).isEqualTo(expected);
            assertThat(told.summary().damaged()).isEqualTo(files);
            for (Recording recording : recordings) {
                FootageStore.flip(
                        FootageStore.original(store.vault, recording), flipped.getOrDefault(recording.id(), 0L));
            }
        }

        assertThat(store.verifyAll().verdicts()).isEmpty();
        assertThat(RotReport.open(store.catalog, 100)).isEmpty();
    }

    @Test
    void any_member_of_a_manifest_altered_by_hand_is_told_and_none_is_used() throws Exception {
        Recording recording = store.push(
                random,
                2 * MIB + 5,
                "case",
                "A33",
                "officer",
                "033127",
                "unit",
                "U1",
                "session",
                "S1",
                "category",
                "evidence",
                "from",
                "2026-11-22T08:00:00Z",
                "to",
                "2026-11-22T09:00:00Z",
                "filename",
                "a.mp4",
                "filetype",
                "video/mp4");
        Path manifest = FootageStore.manifest(store.vault, recording);
        byte[] sound = Files.readAllBytes(manifest);
        ObjectNode members = (ObjectNode) StoredJson.MAPPER.readTree(sound);
        assertThat(members.size()).isEqualTo(21);
        for (Map.Entry<String, JsonNode> member : new TreeMap<>(fields(members)).entrySet()) {
            ObjectNode altered = members.deepCopy();
            altered.set(member.getKey(), other(member.getKey(), member.getValue()));
            Files.write(manifest, StoredJson.MAPPER.writeValueAsBytes(altered));

            FootageStore.Told told = store.verifyAll();

            assertThat(told.verdicts()).as(member.getKey()).hasSize(1);
            Verdict verdict = told.verdicts().get(0);
            assertThat(verdict.recording()).isEqualTo(recording.id());
            assertThat(verdict.rottenMiB()).as(member.getKey()).isEmpty();
            assertThat(verdict.differences())
                    .as(member.getKey())
                    .singleElement()
                    .satisfies(difference -> {
                        assertThat(difference.where()).isEqualTo("manifest.json");
                        assertThat(difference.what()).startsWith("altered since the receipt");
                    });
            if (!member.getKey().matches("category|important|crc32cPerMiB")) {
                assertThat(verdict.damage().orElseThrow())
                        .contains(member.getKey().equals("id") ? "id " : member.getKey());
            }
        }
        Files.write(manifest, sound);
        assertThat(store.verifyAll().verdicts()).isEmpty();
    }

    private static Map<String, JsonNode> fields(ObjectNode node) {
        Map<String, JsonNode> fields = new HashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    /** Another value that still looks right, so that only the comparison can tell. */
    private static JsonNode other(String member, JsonNode value) throws IOException {
        String json = StoredJson.MAPPER.writeValueAsString(value);
        String other = switch (member) {
            case "format" -> "2";
            case "important" -> value.asBoolean() ? "false" : "true";
            case "kind" -> "\"vehicle\"";
            case "size" -> Long.toString(value.asLong() - 1);
            case "cases" -> "[\"B44\"]";
            case "crc32cPerMiB" -> json.replaceFirst("\"[0-9a-f]{8}", "\"00000000");
            case "id", "sha256", "upload" -> json.replace(json.charAt(9), json.charAt(9) == '0' ? '1' : '0');
            case "from", "to", "deviceFrom", "deviceTo", "receivedAt" -> "\"2026-11-21T07:00:00Z\"";
            default -> "\"other\"";
        };
        return StoredJson.MAPPER.readTree(other);
    }

    @Test
    void altered_manifest_does_not_hide_rot_and_does_not_locate_it() throws Exception {
        Recording recording = store.push(random, 3 * MIB);
        Path manifest = FootageStore.manifest(store.vault, recording);
        FootageStore.flip(FootageStore.original(store.vault, recording), 8L * MIB);
        Files.writeString(manifest, "\n", StandardOpenOption.APPEND);

        Verdict verdict = store.verifications.verify(recording.id(), FootageStore.AUDITOR);

        assertThat(verdict.differences()).extracting(Difference::where).containsExactly("manifest.json", "original");
        assertThat(verdict.rottenMiB()).isEmpty();
        assertThat(verdict.damage().orElseThrow()).contains("cannot be told");
    }

    @Test
    void manifest_whose_event_does_not_name_it_is_compared_member_by_member() throws Exception {
        Recording recording = store.push(random, MIB + 1, "officer", "033127");
        Map<String, String> old = new HashMap<>(
                store.events(recording.id(), EventKind.RECEIVED).get(0).details());
        assertThat(old.remove("manifestSha256")).hasSize(64);
        commit(null, EventKind.RECEIVED, recording.id(), old);
        assertThat(store.verifyAll().verdicts()).isEmpty();

        Path manifest = FootageStore.manifest(store.vault, recording);
        ObjectNode members = (ObjectNode) StoredJson.MAPPER.readTree(Files.readAllBytes(manifest));
        for (String member : List.of("officer", "crc32cPerMiB", "upload", "cases")) {
            ObjectNode altered = members.deepCopy();
            altered.set(member, other(member, members.get(member)));
            Files.write(manifest, StoredJson.MAPPER.writeValueAsBytes(altered));

            assertThat(store.verifyAll().verdicts())
                    .singleElement()
                    .satisfies(verdict -> assertThat(verdict.damage().orElseThrow())
                            .startsWith("manifest.json: ")
                            .contains(member));
        }
    }

    @Test
    void row_without_file_and_file_without_row_are_told() throws Exception {
        Recording lost = store.push(random, 1000);
        Path original = FootageStore.original(store.vault, lost);
        Path stray = Optional.ofNullable(original.getParent()).orElseThrow().resolveSibling("f".repeat(32));
        DurableFiles.LOCAL.renameFolder(
                Optional.ofNullable(original.getParent()).orElseThrow(), stray);

        FootageStore.Told told = store.verifyAll();

        assertThat(told.verdicts()).hasSize(2);
        assertThat(told.verdicts().get(0).recording()).isEqualTo(lost.id());
        assertThat(told.verdicts().get(0).damage().orElseThrow()).contains("not in the vault");
        assertThat(told.verdicts().get(1).recording()).isEqualTo(new RecordingId("f".repeat(32)));
        assertThat(told.verdicts().get(1).damage().orElseThrow()).contains("knows nothing");
    }

    @Test
    void missing_parts_of_an_original_are_told_by_name() throws Exception {
        Recording withoutManifest = store.push(random, 1000);
        Files.delete(FootageStore.manifest(store.vault, withoutManifest));
        Recording withoutOriginal = store.push(random, 1000);
        Files.delete(FootageStore.original(store.vault, withoutOriginal));
        Recording shorter = store.push(random, 2 * MIB);
        Files.write(FootageStore.original(store.vault, shorter), new byte[MIB]);

        Map<RecordingId, Verdict> verdicts = new HashMap<>();
        store.verifyAll().verdicts().forEach(verdict -> verdicts.put(verdict.recording(), verdict));

        assertThat(told(verdicts, withoutManifest).damage().orElseThrow()).contains("manifest.json: not there");
        assertThat(told(verdicts, withoutOriginal).damage().orElseThrow()).contains("original: not in the vault");
        assertThat(told(verdicts, shorter).rottenMiB()).containsExactly(0L, 1L);
    }

    @Test
    void ledger_and_catalog_are_compared_both_ways() throws Exception {
        Recording sound = store.push(random, 1000);
        RecordingId neverThere = new RecordingId("a".repeat(32));
        commit(null, EventKind.RECEIVED, neverThere, Map.of("sha256", "0".repeat(64)));
        Recording withoutReceipt = SampleRecordings.received(1);
        commit(withoutReceipt, EventKind.LINKED, withoutReceipt.id(), Map.of());
        Map<String, String> other = new HashMap<>(
                store.events(sound.id(), EventKind.RECEIVED).get(0).details());
        other.put("sha256", Fingerprint.of(new byte[32]).hex());
        other.put("size", "7");
        commit(null, EventKind.RECEIVED, sound.id(), other);

        Map<RecordingId, String> told = new HashMap<>();
        for (Verdict verdict : store.verifyAll().verdicts()) {
            told.put(verdict.recording(), verdict.damage().orElseThrow());
        }

        assertThat(told.get(neverThere)).startsWith("catalog: no row").contains("event 1");
        assertThat(told.get(withoutReceipt.id())).startsWith("ledger: no event of receipt");
        assertThat(told.get(sound.id()))
                .contains("catalog: sha256 " + sound.fingerprint())
                .contains("catalog: size 1000 (expected: 7");
    }

    @Test
    void unfinished_upload_that_nobody_knows_is_told() throws Exception {
        UploadId stranger = new UploadId("c".repeat(32));
        store.vault.begin(stranger).close();

        assertThat(store.verifyAll().verdicts()).singleElement().satisfies(verdict -> {
            assertThat(verdict.upload()).isEqualTo(stranger);
            assertThat(verdict.damage().orElseThrow()).contains(stranger.hex());
        });
    }

    @Test
    void damage_is_announced_once_and_taken_back_when_it_is_over() throws Exception {
        Recording recording = store.push(random, 2 * MIB);
        Path original = FootageStore.original(store.vault, recording);
        FootageStore.flip(original, 8L * MIB + 3);

        store.verifyAll();
        store.verifyAll();
        store.verifications.verify(recording.id(), FootageStore.AUDITOR);

        assertThat(store.events(recording.id(), EventKind.ROT_FOUND))
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("rottenMiB", "[1]"));
        assertThat(store.recording(recording.id()).findings())
                .filteredOn(finding -> finding.kind().equals("rot"))
                .hasSize(1);
        assertThat(RotReport.open(store.catalog, 10))
                .singleElement()
                .satisfies(report -> assertThat(report.recording()).isEqualTo(recording.id()));

        FootageStore.flip(original, 8L * MIB + 3);
        assertThat(store.verifyAll().verdicts()).isEmpty();

        assertThat(store.recording(recording.id()).findings())
                .noneMatch(finding -> finding.kind().equals("rot"));
        assertThat(RotReport.open(store.catalog, 10)).isEmpty();
    }

    @Test
    void asker_who_goes_away_ends_the_verification() throws Exception {
        for (int i = 0; i < 20; i++) {
            FootageStore.flip(FootageStore.original(store.vault, store.push(random, 100_000)), 5);
        }

        assertThatThrownBy(() -> store.verifications.verifyAll(
                        FootageStore.AUDITOR, Optional.of(2), new Verifications.Listener() {
                            @Override
                            public void damaged(Verdict verdict) throws IOException {
                                throw new IOException("gone");
                            }

                            @Override
                            public void progressed(Verifications.Progress progress) {}
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        assertThat(store.events(null, EventKind.ROT_FOUND)).hasSizeLessThan(20);
    }

    private static Verdict told(Map<RecordingId, Verdict> verdicts, Recording recording) {
        return Optional.ofNullable(verdicts.get(recording.id())).orElseThrow();
    }

    private void commit(@Nullable Recording recording, EventKind kind, RecordingId id, Map<String, String> details) {
        Change.Builder change =
                Change.builder().event(CustodyEvent.of(FootageStore.NOW, Actor.CONSOLE, kind, id, details));
        if (recording != null) {
            change.recording(recording);
        }
        SampleRecordings.commit(store.catalog, change.build());
    }
}
