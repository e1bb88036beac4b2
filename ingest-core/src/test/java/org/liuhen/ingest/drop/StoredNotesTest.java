package org.liuhen.ingest.drop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.StoredJson;
import org.liuhen.storage.Upload;

/** Holds what is noted with the uploads of old docks to a committed sample. */
class StoredNotesTest {
    @Test
    void upload_is_shown_as_the_file_that_its_notes_tell_of() throws Exception {
        Upload upload;
        try (InputStream in =
                Objects.requireNonNull(StoredNotesTest.class.getResourceAsStream("upload-notes-format-1.json"))) {
            upload = StoredJson.MAPPER.readValue(in, Upload.class);
        }
        DropPath path =
                DropPath.ROOT.resolve(Objects.requireNonNull(upload.notes().get(DropFolder.PATH)));

        DropEntry entry = DropFolder.entry(path, upload);

        assertThat(entry.path()).hasToString("/out/a.mp4.part");
        assertThat(entry.kind()).isEqualTo(DropEntry.Kind.UNFINISHED);
        assertThat(entry.sizeBytes()).isEqualTo(4096);
        assertThat(entry.modified()).isEqualTo(Instant.parse("2026-11-22T01:35:00Z"));
        assertThat(upload.notes()).containsEntry(DropFolder.LENGTH, "700001").hasSize(3);
        assertThat(StoredJson.MAPPER.readValue(StoredJson.MAPPER.writeValueAsBytes(upload), Upload.class))
                .isEqualTo(upload);
    }
}
