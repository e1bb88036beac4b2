package org.liuhen.storage.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;

/**
 * A walk over the names under {@code originals}, oldest day first. Knows all days from the start and holds the names of
 * one day at a time, so its memory does not grow with what is stored; holds no folder open. One thread.
 */
final class OriginalsWalk implements Iterator<OriginalKey> {
    /** A day's folder and the day it stands for. */
    record Day(LocalDate day, Path folder) {}

    private final Iterator<Day> days;
    private Iterator<OriginalKey> keys = Collections.emptyIterator();

    OriginalsWalk(Layout layout) throws IOException {
        this.days = days(layout).iterator();
    }

    /** The folders of days that are there, oldest first. */
    static List<Day> days(Layout layout) throws IOException {
        List<Day> days = new ArrayList<>();
        for (Path year : folders(layout.originals())) {
            for (Path month : folders(year)) {
                for (Path folder : folders(month)) {
                    Layout.dayOf(year, month, folder).ifPresent(day -> days.add(new Day(day, folder)));
                }
            }
        }
        return days;
    }

    /**
     * The folders of days in which a name came or went within {@code age} before {@code now}. If the clock was set
     * forward since the last change, within that age before the last change.
     */
    static List<Day> daysChangedWithin(Duration age, Instant now, Layout layout) throws IOException {
        Map<Day, Instant> changes = new LinkedHashMap<>();
        Instant last = Instant.MIN;
        for (Day day : days(layout)) {
            Instant changed = Files.getLastModifiedTime(day.folder()).toInstant();
            changes.put(day, changed);
            last = changed.isAfter(last) ? changed : last;
        }
        Instant from = changes.isEmpty() ? now : (last.isBefore(now) ? last : now).minus(age);
        return changes.entrySet().stream()
                .filter(change -> !change.getValue().isBefore(from))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Path> folders(Path folder) throws IOException {
        List<Path> folders = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, Files::isDirectory)) {
            names.forEach(folders::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(folders);
        return folders;
    }

    /** The keys of one day, in no order. */
    static Stream<OriginalKey> of(LocalDate day, Layout layout) throws StorageFailure {
        try {
            return keysOf(new Day(day, layout.day(day))).stream();
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT, "originals of " + day + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    private static List<OriginalKey> keysOf(Day day) throws IOException {
        List<OriginalKey> keys = new ArrayList<>();
        try (DirectoryStream<Path> names = Files.newDirectoryStream(day.folder())) {
            for (Path name : names) {
                if (Files.isDirectory(name, LinkOption.NOFOLLOW_LINKS)) {
                    Layout.recordingOf(name).ifPresent(id -> keys.add(new OriginalKey(day.day(), id)));
                }
            }
        } catch (NoSuchFileException ignored) {
            // The day's folder went away since the walk began: then it has no originals.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return keys;
    }

    /** @throws UncheckedIOException if a folder cannot be read */
    @Override
    public boolean hasNext() {
        while (!keys.hasNext() && days.hasNext()) {
            try {
                keys = keysOf(days.next()).iterator();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return keys.hasNext();
    }

    @Override
    public OriginalKey next() {
        if (!hasNext()) {
            throw new NoSuchElementException("originals: no more");
        }
        return keys.next();
    }
}
