package org.liuhen.storage.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds out which process holds a lock on a file, where the system tells. */
final class LockHolder {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int PID_COLUMN = 4;
    private static final int FILE_COLUMN = 5;

    private LockHolder() {}

    /** The id of the process that holds {@code file}; empty if that cannot be known. */
    static Optional<Long> of(Path file) {
        try {
            String inode = ":" + Files.getAttribute(file, "unix:ino");
            for (String line : Files.readAllLines(LOCKS, StandardCharsets.US_ASCII)) {
                String[] columns = line.trim().split("\\s+", -1);
                if (columns.length > FILE_COLUMN
                        && columns[PID_COLUMN].matches("[0-9]+")
                        && columns[FILE_COLUMN].endsWith(inode)) {
                    return Optional.of(Long.valueOf(columns[PID_COLUMN]));
                }
            }
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException ignored) {
            // Not Linux, or not allowed to look: the lock is reported without its holder.
            return Optional.empty();
        }
    }
}
