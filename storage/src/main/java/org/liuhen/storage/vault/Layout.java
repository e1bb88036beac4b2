package org.liuhen.storage.vault;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.UploadId;

/** The names on disk, both ways. What does not look like one of them is not the vault's and is left alone. */
record Layout(Path root) {
    static final String ORIGINAL = "original";
    static final String MANIFEST = "manifest.json";
    private static final String PART = ".part";

    Path incoming() {
        return root.resolve("incoming");
    }

    Path originals() {
        return root.resolve("originals");
    }

    Path erasing() {
        return root.resolve("erasing");
    }

    /** Copies of originals being made whole again. */
    Path mending() {
        return root.resolve("mending");
    }

    Path mending(OriginalKey key) {
        return mending().resolve(name(key));
    }

    /** What was in the place of an original and was not as it should be. */
    Path rotten() {
        return root.resolve("rotten");
    }

    /** @param number 1 for the first that was set aside */
    Path rotten(OriginalKey key, int number) {
        return rotten().resolve(name(key) + "." + number);
    }

    private static String name(OriginalKey key) {
        return key.day() + "." + key.id().hex();
    }

    Path part(UploadId upload) {
        return incoming().resolve(upload.hex() + PART);
    }

    Path year(LocalDate day) {
        return originals().resolve(String.format(Locale.ROOT, "%04d", day.getYear()));
    }

    Path month(LocalDate day) {
        return year(day).resolve(String.format(Locale.ROOT, "%02d", day.getMonthValue()));
    }

    Path day(LocalDate day) {
        return month(day).resolve(String.format(Locale.ROOT, "%02d", day.getDayOfMonth()));
    }

    Path original(OriginalKey key) {
        return day(key.day()).resolve(key.id().hex());
    }

    Path erasing(OriginalKey key) {
        return erasing().resolve(name(key));
    }

    static Optional<UploadId> uploadOf(Path part) {
        String name = nameOf(part);
        return name.endsWith(PART) && isHex32(name.substring(0, name.length() - PART.length()))
                ? Optional.of(new UploadId(name.substring(0, name.length() - PART.length())))
                : Optional.empty();
    }

    static Optional<RecordingId> recordingOf(Path original) {
        String name = nameOf(original);
        return isHex32(name) ? Optional.of(new RecordingId(name)) : Optional.empty();
    }

    /** The day of a folder three below {@code originals}. */
    static Optional<LocalDate> dayOf(Path yearFolder, Path monthFolder, Path dayFolder) {
        String text = nameOf(yearFolder) + "-" + nameOf(monthFolder) + "-" + nameOf(dayFolder);
        if (!text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException ignored) {
            // A name such as 2026/02/31 is nobody's day.
            return Optional.empty();
        }
    }

    private static boolean isHex32(String name) {
        return name.matches("[0-9a-f]{32}");
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }
}
