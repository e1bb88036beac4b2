package org.liuhen.ingest.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;

class RenditionsTest {
    private static final OriginalKey KEY =
            new OriginalKey(LocalDate.of(2026, 3, 9), new RecordingId("00112233445566778899aabbccddeeff"));

    private final Path folder;

    private final Renditions renditions;

    RenditionsTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.renditions = Renditions.open(folder);
        publish("first");
    }

    private void publish(String playlist) throws IOException {
        Path made = renditions.begin(KEY.id());
        Files.writeString(made.resolve("index.m3u8"), playlist);
        Files.writeString(made.resolve("init.mp4"), "i");
        Files.writeString(made.resolve("segment-00000.m4s"), "s");
        Files.writeString(made.resolve("poster.jpg"), "p");
        Files.writeString(made.resolve("core.1234"), "left by a crash");
        renditions.publish(made, KEY);
        renditions.abandon(KEY.id());
    }

    private String contentType(String name) {
        return renditions.file(KEY, name).map(RenditionFile::contentType).orElse("");
    }

    @Test
    void a_rendition_is_found_by_the_names_it_consists_of_with_their_content_types() {
        assertThat(renditions.folder(KEY)).isEqualTo(folder.resolve("2026/03/09/00112233445566778899aabbccddeeff"));
        assertThat(contentType("index.m3u8")).isEqualTo("application/vnd.apple.mpegurl");
        assertThat(contentType("init.mp4")).isEqualTo("video/mp4");
        assertThat(contentType("segment-00000.m4s")).isEqualTo("video/iso.segment");
        assertThat(contentType("poster.jpg")).isEqualTo("image/jpeg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "core.1234",
                "segment-00001.m4s",
                "segment-0.m4s",
                "segment-00000.m4s/",
                "segment-00000.m4s\n",
                "../00112233445566778899aabbccddeeff/index.m3u8",
                "/etc/passwd",
                "INDEX.M3U8",
                "index.m3u8\0",
                "segment-٠٠٠٠٠.m4s"
            })
    void any_other_name_is_not_there(String name) {
        assertThat(renditions.file(KEY, name)).isEmpty();
    }

    @Test
    void a_link_is_not_followed() throws IOException {
        Path poster = renditions.folder(KEY).resolve("poster.jpg");
        Files.delete(poster);
        Files.createSymbolicLink(poster, Path.of("/etc/hostname"));
        assertThat(renditions.file(KEY, "poster.jpg")).isEmpty();
    }

    @Test
    void what_a_rendition_does_not_consist_of_is_not_published() {
        assertThat(renditions.folder(KEY).resolve("core.1234")).doesNotExist();
    }

    @Test
    void publishing_again_replaces_what_was_there() throws IOException {
        publish("second");
        assertThat(renditions.folder(KEY).resolve("index.m3u8")).hasContent("second");
    }

    @Test
    void a_dropped_rendition_is_gone_and_dropping_it_again_does_nothing() throws IOException {
        renditions.drop(KEY);
        renditions.drop(KEY);
        assertThat(renditions.folder(KEY)).doesNotExist();
        assertThat(renditions.file(KEY, "index.m3u8")).isEmpty();
    }

    @Test
    void what_was_under_way_when_the_program_ended_is_swept() throws IOException {
        Files.writeString(renditions.begin(KEY.id()).resolve("index.m3u8"), "half");
        renditions.sweep();
        assertThat(folder.resolve("making")).isEmptyDirectory();
        assertThat(renditions.file(KEY, "index.m3u8")).isPresent();
    }
}
