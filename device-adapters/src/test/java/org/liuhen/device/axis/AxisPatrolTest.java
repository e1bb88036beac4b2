package org.liuhen.device.axis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Finding;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Register;
import org.liuhen.storage.StoredJson;

/** What a system tells of a patrol, of itself and of its people, and what it reads. */
class AxisPatrolTest {
    private static final byte[] NOTHING = {};
    private static final byte[] CLIP = clip(200_000, 1);
    private static final String CLIP_NAME = "20260301T080000Z_7CF7.mkv";
    private static final String CLIP_PATH = "/" + AxisTown.PATROL + "/" + CLIP_NAME;

    @TempDir
    private Path folder;

    private AxisTown town;

    @BeforeEach
    void open() throws Exception {
        town = new AxisTown(folder);
    }

    @AfterEach
    void close() {
        town.close();
    }

    private static byte[] clip(int size, long seed) {
        byte[] bytes = new byte[size];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static List<String> kinds(Recording recording) {
        return recording.findings().stream().map(Finding::kind).toList();
    }

    // What belongs to clips

    @Test
    void bookmark_track_and_key_are_attachments_of_the_patrol() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        system.put(CLIP_PATH, CLIP);
        String base = "/" + AxisTown.PATROL + "/";
        assertThat(system.put(
                        base + "20260301T080000Z_7CF7.key",
                        "{\"EncryptedKey\":\"eA==\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(201);
        assertThat(system.put(base + "bookmark_1772352060_1", NOTHING, "X-Object-Meta-Categoryname", "Stop"))
                .isEqualTo(201);
        assertThat(system.put(base + "bookmark_1772352060_2", NOTHING)).isEqualTo(201);
        assertThat(system.put(base + "20260301_080000_7CF7_1_gpstrail.json", "{}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(201);
        assertThat(town.named("20260301T080000Z_7CF7.key").attachment()).isEqualTo(AttachmentRole.KEY);
        assertThat(town.named("bookmark_1772352060_1").attachment()).isEqualTo(AttachmentRole.BOOKMARK);
        assertThat(town.named("bookmark_1772352060_2").contentType()).isEqualTo("text/plain");
        assertThat(town.named("20260301_080000_7CF7_1_gpstrail.json").attachment())
                .isEqualTo(AttachmentRole.TRACK);
        Recording clip = town.named(CLIP_NAME);
        assertThat(kinds(clip)).containsOnlyOnce("encrypted");
        assertThat(town.server().original(clip)).isEqualTo(CLIP);
        assertThat(town.server().recordings())
                .allSatisfy(each -> assertThat(each.session()).isEqualTo(clip.session()));
        assertThat(system.put("/" + AxisTown.PATROL + "/20260301T080500Z_7CF8.key", NOTHING))
                .isEqualTo(201);
        assertThat(system.put("/" + AxisTown.PATROL + "/20260301T080500Z_7CF8.mkv", clip(10, 9)))
                .isEqualTo(201);
        assertThat(kinds(town.named("20260301T080500Z_7CF8.mkv"))).contains("encrypted");
    }

    @Test
    void category_of_a_bookmark_counts_for_the_clips_before_and_after_it() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        system.put(CLIP_PATH, CLIP);
        assertThat(town.named(CLIP_NAME).retention().permanent()).isFalse();
        system.put("/" + AxisTown.PATROL + "/bookmark_1_1", NOTHING, "X-Object-Meta-Categoryid", "evidence");
        system.put("/" + AxisTown.PATROL + "/bookmark_1_2", NOTHING, "X-Object-Meta-Categoryid", "an old one");
        system.put("/" + AxisTown.PATROL + "/20260301T081000Z_7CF9.mkv", clip(10, 9));
        assertThat(town.named(CLIP_NAME).retention().category().value()).isEqualTo("evidence");
        assertThat(town.named(CLIP_NAME).retention().permanent()).isTrue();
        assertThat(town.named("20260301T081000Z_7CF9.mkv").retention().permanent())
                .isTrue();
    }

    @Test
    void complete_container_has_a_session_manifest_with_everything_that_was_told() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        system.put(CLIP_PATH, CLIP, "X-Object-Meta-Starttimeiso", "2026-03-01T08:00:00Z");
        assertThat(system.status(
                        "POST",
                        "/" + AxisTown.PATROL,
                        "X-Container-Meta-Status",
                        "Complete",
                        "X-Container-Meta-Timezone",
                        "UTC"))
                .isEqualTo(204);
        Recording paper = town.named("session-manifest.json");
        assertThat(paper.attachment()).isEqualTo(AttachmentRole.SESSION_MANIFEST);
        JsonNode json = StoredJson.MAPPER.readTree(town.server().original(paper));
        assertThat(json.path("format").asText()).isEqualTo(SessionPapers.FORMAT);
        assertThat(json.at("/metadata/timezone").asText()).isEqualTo("UTC");
        assertThat(json.at("/objects/0/metadata/starttimeiso").asText()).isEqualTo("2026-03-01T08:00:00Z");
        assertThat(json.at("/objects/0/sha256").asText()).isEqualTo(DigestUtils.sha256Hex(CLIP));
        assertThat(system.status("POST", "/" + AxisTown.PATROL, "X-Container-Meta-Status", "Complete"))
                .isEqualTo(204);
        assertThat(town.server().recordings()).hasSize(2);
    }

    @Test
    void rejected_content_is_never_refused_and_joins_what_it_was_meant_for() throws Exception {
        AxisTown.Mouth system = town.system();
        String rejected = "/RejectedContent_UnknownTime_" + AxisTown.USER;
        assertThat(system.status(
                        "PUT",
                        rejected,
                        "X-Container-Meta-Rejectedcontentoriginalcontainer",
                        AxisTown.PATROL,
                        "X-Container-Meta-Rejectedcontentreason",
                        "400",
                        "X-Container-Meta-Note",
                        "x".repeat(9000)))
                .isEqualTo(201);
        assertThat(system.put(rejected + "/" + CLIP_NAME, CLIP, "X-Object-Meta-Stoptimeiso", "not a time"))
                .isEqualTo(201);
        Recording recording = town.named(CLIP_NAME);
        assertThat(recording.session()).hasToString(AxisTown.SYSTEM + "/" + AxisTown.PATROL);
        assertThat(kinds(recording)).contains("quarantined");
    }

    @Test
    void unknown_camera_and_user_and_impossible_times_are_taken_and_shown() throws Exception {
        AxisTown.Mouth system = town.system();
        system.status("PUT", "/" + AxisTown.PATROL);
        assertThat(system.put(
                        CLIP_PATH,
                        CLIP,
                        "X-Object-Meta-Starttimeiso",
                        "9999999-01-01",
                        "X-Object-Meta-Stoptimeiso",
                        "1970-01-01T00:00:00Z"))
                .isEqualTo(201);
        Recording recording = town.named(CLIP_NAME);
        assertThat(recording.from()).isEqualTo("2026-03-01T08:00:00Z");
        assertThat(recording.to()).isNull();
        assertThat(recording.officer()).hasToString(AxisTown.USER);
        assertThat(kinds(recording).stream().filter("quarantined"::equals).count())
                .isEqualTo(3);
        assertThat(town.server().catalog().register().entry(Register.DEVICES, AxisTown.SYSTEM + ":" + AxisTown.CAMERA))
                .isPresent();
    }

    // What a system reads and registers

    @Test
    void capabilities_and_categories_come_with_their_md5() throws Exception {
        AxisTown.Mouth system = town.system();
        for (String name : List.of("Capabilities.json", "Categories.json")) {
            HttpResponse<String> document = system.say("GET", "/System/" + name, NOTHING);
            assertThat(document.statusCode()).isEqualTo(200);
            assertThat(document.headers().firstValue("etag")).contains(DigestUtils.md5Hex(document.body()));
            assertThat(system.status("HEAD", "/System/" + name)).isEqualTo(200);
        }
        JsonNode capabilities = StoredJson.MAPPER.readTree(
                system.say("GET", "/System/Capabilities.json", NOTHING).body());
        assertThat(capabilities.at("/Store/StoreRejectedContent").asBoolean()).isTrue();
        assertThat(capabilities.at("/Store/StoreSignedVideo").asBoolean()).isTrue();
        JsonNode categories = StoredJson.MAPPER.readTree(
                system.say("GET", "/System/Categories.json", NOTHING).body());
        assertThat(categories.findValuesAsText("Id")).contains("evidence", "routine");
        assertThat(categories)
                .allSatisfy(
                        category -> assertThat(category.path("Name").asText().getBytes(StandardCharsets.UTF_8).length)
                                .isBetween(1, 32));
        system.status("PUT", "/System");
        assertThat(system.put("/System/Capabilities.json", NOTHING)).isEqualTo(403);
        assertThat(system.status("POST", "/System/Categories.json")).isEqualTo(403);
    }

    @Test
    void system_object_is_read_back_and_renamed() throws Exception {
        AxisTown.Mouth system = town.system();
        String path = "/System/" + AxisTown.USER;
        system.status("PUT", "/System");
        assertThat(system.put(path, NOTHING, "X-Object-Meta-Connectionid", "c1"))
                .isEqualTo(201);
        assertThat(system.say("GET", path, NOTHING).headers().firstValue("x-object-meta-connectionid"))
                .contains("c1");
        assertThat(system.status("POST", path, "X-Object-Meta-Connectionid", "c1", "X-Object-Meta-Systemname", "North"))
                .isEqualTo(202);
        assertThat(system.metadata(path, "x-object-meta-systemname")).contains("North");
        assertThat(system.put(path, CLIP)).isEqualTo(400);
        assertThat(town.server().recordings()).isEmpty();
    }

    @Test
    void names_of_people_stay_out_of_events() throws Exception {
        AxisTown.Mouth system = town.system();
        system.beginPatrol();
        system.put(CLIP_PATH, CLIP);
        assertThat(town.server().catalog().events(0, 500)).isNotEmpty().allSatisfy(event -> {
            assertThat(event.details().values()).noneMatch(value -> value.contains("Li Wei"));
        });
    }
}
