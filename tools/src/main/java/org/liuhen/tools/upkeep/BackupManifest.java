package org.liuhen.tools.upkeep;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/**
 * What a run of {@link Backup} saved, as {@code backup.json} in its folder. It is the last file of a run; a folder
 * without it is no backup.
 *
 * @param format {@value #FORMAT}
 * @param at when the catalog was copied: everything acknowledged before is in the backup
 * @param events how many there are in the copy of the catalog
 * @param checkpoint the signed head of the log just before the copy
 * @param originals how many were looked at
 * @param files SHA-256 of the list {@code files}, which names every other file of the run as {@code sha256sum} does
 * @param troubles what could not be saved, for people
 */
record BackupManifest(
        int format,
        Instant at,
        long events,
        String checkpoint,
        long originals,
        @JsonProperty("filesSha256") Fingerprint files,
        List<String> troubles) {
    static final int FORMAT = 1;
    static final String FILE = "backup.json";

    BackupManifest {
        troubles = List.copyOf(troubles);
    }

    private record Stamp(int format) {}

    byte[] json() throws JsonProcessingException {
        return (StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @throws StorageFailure {@code FORMAT_TOO_NEW}, {@code CORRUPT} */
    static BackupManifest read(Path run) throws StorageFailure, IOException {
        byte[] bytes = Files.readAllBytes(run.resolve(FILE));
        try {
            Stamp stamp = StoredJson.MAPPER.readValue(bytes, Stamp.class);
            if (stamp.format() > FORMAT) {
                throw new StorageFailure(
                        StorageFailure.Kind.FORMAT_TOO_NEW,
                        "backup: format " + stamp.format() + " (expected: at most " + FORMAT
                                + "; a newer version of this program wrote it: restore with that one), run=" + run);
            }
            BackupManifest manifest = StoredJson.MAPPER.readValue(bytes, BackupManifest.class);
            if (manifest.format != FORMAT || manifest.events < 0) {
                throw new StorageFailure(
                        StorageFailure.Kind.CORRUPT,
                        "backup: format " + manifest.format + " (expected: " + FORMAT + "), run=" + run);
            }
            return manifest;
        } catch (JsonProcessingException | NullPointerException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "backup.json: cannot be read: " + e.getMessage() + ", run=" + run, e);
        }
    }
}
