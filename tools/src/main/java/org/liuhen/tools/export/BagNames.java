package org.liuhen.tools.export;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Recording;

/**
 * Names of files in a bag: by start of recording, device and id, so that they sort as people look for them. What comes
 * from outside is reduced to the letters and digits of ASCII, because programs that unpack zips spell others in their own
 * ways and the lists would not fit any more; the transmittal list has the real names. Not safe for several threads.
 */
final class BagNames {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT);
    private static final Pattern NOT_PLAIN = Pattern.compile("[^0-9A-Za-z-]+");
    private static final Pattern EDGES = Pattern.compile("^[_-]+|[_-]+$");
    private static final int LONGEST_PART = 40;
    private static final int ID_DIGITS = 8;

    /** Endings that a reader's machine plays, shows or ignores, but never runs. */
    private static final Set<String> ENDINGS = Set.of(
            "mp4", "m4v", "mov", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "3gp", "flv", "wmv", "asf",
            "ps", "dav", "h264", "h265", "264", "265", "wav", "mp3", "m4a", "aac", "amr", "ogg", "opus", "jpg", "jpeg",
            "png", "json", "txt", "xml", "key");

    private final ZoneId zone;
    private final Set<String> used = new HashSet<>();

    BagNames(ZoneId zone) {
        this.zone = zone;
    }

    /** The folder everything is in. */
    static String folder(CaseNumber number, Instant at, ZoneId zone) {
        return "liuhen-" + safe(number.value()) + "-" + STAMP.format(at.atZone(zone));
    }

    /** A name without ending for everything about {@code recording}, given once. */
    String stem(Recording recording) {
        String start = STAMP.format(recording.from().atZone(zone)) + "_"
                + safe(recording.device().value()) + "_";
        String id = recording.id().hex();
        String stem = start + id.substring(0, ID_DIGITS);
        if (!used.add(stem)) {
            stem = start + id;
            used.add(stem);
        }
        return stem;
    }

    /** With its dot: the one of {@code filename} if it is harmless, {@code .bin} otherwise. */
    static String ending(String filename) {
        String last = filename.substring(filename.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return "." + (ENDINGS.contains(last) ? last : "bin");
    }

    private static String safe(String text) {
        String plain = NOT_PLAIN.matcher(text).replaceAll("_");
        String inner = EDGES.matcher(plain).replaceAll("");
        return inner.substring(0, Math.min(LONGEST_PART, inner.length()));
    }
}
