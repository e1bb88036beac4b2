package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;
import static org.liuhen.ingest.UploadDesk.metadata;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.ReadLevel;
import org.liuhen.storage.Recording;
import org.liuhen.storage.Upload;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.MemoryVault;

/** What comes with recordings is sealed like them, and no more than that. */
class AttachmentUploadTest {
    private static final byte[] TEXT = "stopped a lorry".getBytes(StandardCharsets.UTF_8);
    private UploadDesk desk;

    @BeforeEach
    void open() throws Exception {
        desk = new UploadDesk(
                new MemoryCatalog(new SettableClock(NOW), new SecureRandom()), new MemoryVault(20_000_000));
        UploadDesk.register(desk.catalog, DOCK);
    }

    @AfterEach
    void close() {
        desk.uploads.close();
        desk.catalog.close();
    }

    private Recording attach(byte[] bytes, String session, String name) throws Exception {
        Upload finished = desk.push(bytes, "session", session, "attachment", "bookmark", "filename", name);
        return desk.recording(finished);
    }

    @Test
    void attachment_is_sealed_with_its_role_and_without_media_work_or_findings() throws Exception {
        Recording attachment = attach(TEXT, "s1", "b1.txt");

        assertThat(attachment.attachment()).isEqualTo(AttachmentRole.BOOKMARK);
        assertThat(attachment.findings()).isEmpty();
        assertThat(desk.original(attachment)).isEqualTo(TEXT);
        assertThat(desk.catalog.jobs("media", NOW, 9)).isEmpty();
        Manifest manifest = desk.vault
                .manifest(new OriginalKey(attachment.receivedDay(), attachment.id()))
                .orElseThrow();
        assertThat(manifest.attachment()).isEqualTo(AttachmentRole.BOOKMARK);
        assertThat(manifest.madeId()).isEqualTo(attachment.id());
        assertThat(desk.catalog.custody(attachment.id())).singleElement().satisfies(received -> {
            assertThat(received.kind()).isEqualTo(EventKind.RECEIVED);
            assertThat(received.details())
                    .containsEntry("attachment", "bookmark")
                    .containsEntry("session", "s1");
        });
    }

    @Test
    void the_same_few_bytes_in_two_places_are_two_attachments_and_no_recording() throws Exception {
        byte[] nothing = {};
        Recording first = attach(nothing, "s1", "b1");
        Recording second = attach(nothing, "s1", "b2");
        Recording third = attach(nothing, "s2", "b1");
        Recording recording = desk.recording(desk.push(nothing, "session", "s1", "filename", "b1"));
        Recording again = attach(nothing, "s1", "b1");

        assertThat(java.util.Set.of(first.id(), second.id(), third.id(), recording.id()))
                .hasSize(4);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(desk.catalog.custody(first.id()))
                .extracting(event -> event.kind())
                .containsExactly(EventKind.RECEIVED, EventKind.RECEIVED_AGAIN);
    }

    @Test
    void attachment_that_only_the_vault_knows_is_taken_in_as_what_it_was() throws Exception {
        Recording attachment = attach(TEXT, "s1", "b1.txt");
        Manifest manifest = desk.vault
                .manifest(new OriginalKey(attachment.receivedDay(), attachment.id()))
                .orElseThrow();
        try (MemoryCatalog fresh = new MemoryCatalog(desk.clock, new SecureRandom())) {
            Adoption adoption = new Adoption(fresh, desk.vault, Schedule.builtIn(), desk.clock);
            assertThat(adoption.adopt(manifest, Actor.system("reindex"))).isTrue();
            assertThat(fresh.recording(attachment.id(), ReadLevel.CURRENT)).contains(attachment);
            assertThat(fresh.jobs("media", NOW, 9)).isEmpty();
        }
    }

    @Test
    void attachment_without_a_session_or_with_a_strange_role_is_refused_by_name() {
        assertThatThrownBy(() -> metadata("attachment", "key"))
                .isInstanceOfSatisfying(
                        InvalidField.class, e -> assertThat(e.field()).isEqualTo("attachment"));
        for (String role : new String[] {"Key", "a b", "../x", "-", "x".repeat(41), "钥匙", "key\n"}) {
            assertThatThrownBy(() -> metadata("session", "s", "attachment", role))
                    .as(role)
                    .isInstanceOfSatisfying(
                            InvalidField.class, e -> assertThat(e.field()).isEqualTo("attachment"));
        }
        assertThat(metadata("session", "s", "attachment", "").attachment()).isNull();
    }
}
