package org.liuhen.tools.upkeep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;

/**
 * A whole run of {@link Backup}, with the list of its files.
 *
 * @param fingerprints by path below the run's folder
 */
record FormerRun(Path folder, BackupManifest manifest, Map<String, Fingerprint> fingerprints) {
    /** The name of the list. */
    static final String LIST = "files";

    /** A file that changed so shortly before a run may have changed once more within the same tick of its clock. */
    private static final int RACY_SECONDS = 10;

    FormerRun {
        fingerprints = Map.copyOf(fingerprints);
    }

    static Optional<FormerRun> latest(BackupFolder backup) throws StorageFailure, IOException {
        Optional<Path> latest = backup.latest();
        return latest.isEmpty() ? Optional.empty() : Optional.of(read(latest.get()));
    }

    /** @throws StorageFailure {@code FORMAT_TOO_NEW}; {@code CORRUPT} if the list is not the one that was written */
    static FormerRun read(Path folder) throws StorageFailure, IOException {
        BackupManifest manifest = BackupManifest.read(folder);
        byte[] bytes = Files.readAllBytes(folder.resolve(LIST));
        if (!Fingerprint.of(org.apache.commons.codec.digest.DigestUtils.sha256(bytes))
                .equals(manifest.files())) {
            throw corrupt(folder, "is not the one that was written");
        }
        Map<String, Fingerprint> fingerprints = new HashMap<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
            int gap = line.indexOf("  ");
            String path = gap < 0 ? "" : line.substring(gap + 2);
            if (path.isEmpty()
                    || path.startsWith("/")
                    || Path.of(path).normalize().startsWith("..")) {
                throw corrupt(folder, "has the line " + line);
            }
            try {
                fingerprints.put(path, new Fingerprint(line.substring(0, gap)));
            } catch (InvalidField e) {
                throw corrupt(folder, "has the line " + line);
            }
        }
        return new FormerRun(folder, manifest, fingerprints);
    }

    private static StorageFailure corrupt(Path folder, String what) {
        return new StorageFailure(StorageFailure.Kind.CORRUPT, "backup: its list of files " + what + ", run=" + folder);
    }

    /** What the bytes of {@code file} are, if this run has them at {@code path} and they cannot have changed since. */
    Optional<Fingerprint> unchanged(String path, Path file) {
        Fingerprint known = fingerprints.get(path);
        Path mine = folder.resolve(path);
        try {
            Instant changed = changed(file);
            return known != null
                            && Files.size(mine) == Files.size(file)
                            && changed(mine).equals(changed)
                            && changed.isBefore(manifest.at().minusSeconds(RACY_SECONDS))
                    ? Optional.of(known)
                    : Optional.empty();
        } catch (IOException ignored) {
            // one of them cannot be looked at: then it is copied
            return Optional.empty();
        }
    }

    /** As exactly as a copy can be told it. */
    private static Instant changed(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.MICROS);
    }
}
