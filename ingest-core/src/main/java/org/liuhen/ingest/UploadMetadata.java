package org.liuhen.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.CaseNumber;
import org.liuhen.storage.Category;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.OfficerId;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.RecordingKind;
import org.liuhen.storage.SessionId;
import org.liuhen.storage.UnitId;

/**
 * What a device declares about a recording, checked. Keys that are not known here are none of our business and are left
 * alone; a known key that cannot be understood is refused by name.
 *
 * @param from start of recording by the device's clock
 * @param attachment what it is to the recordings of its session, which then is never null; null for a recording
 * @param sha256 what the bytes must hash to; null if the device did not say
 * @param deviceTime what the device's clock says now, while it asks; null if it does not tell
 * @param filename the last part of the declared name, so never a path
 * @param filetype a media type without parameters
 * @param declared the known keys as they were sent, to be kept with the upload; {@link #of} reads them again
 */
public record UploadMetadata(
        List<CaseNumber> cases,
        @Nullable DeviceId device,
        @Nullable OfficerId officer,
        @Nullable UnitId unit,
        RecordingKind kind,
        @Nullable Category category,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable SessionId session,
        @Nullable AttachmentRole attachment,
        boolean important,
        @Nullable Fingerprint sha256,
        @Nullable Instant deviceTime,
        String filename,
        String filetype,
        Map<String, String> declared) {
    public static final String UNKNOWN_TYPE = "application/octet-stream";
    /** The name of a recording whose device told none, or none that can be a file's name. */
    public static final String UNNAMED = "unnamed";

    static final int MAX_CASES = 100;
    static final int MAX_FILENAME_BYTES = 255;
    static final int MAX_DECLARED_FILENAME_CHARS = 4096;

    private static final Set<String> KEYS = Set.of(
            "case",
            "device",
            "officer",
            "unit",
            "kind",
            "category",
            "from",
            "to",
            "session",
            "attachment",
            "important",
            "sha256",
            "deviceTime",
            "filename",
            "filetype");
    /** A space where the offset's plus belongs is a plus that somebody forgot to escape in a URL. */
    /** The last that RFC 3339 can write. */
    private static final int LAST_YEAR = 9999;

    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt ](\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?)([Zz]|[-+ ]\\d{2}:\\d{2})");

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("([A-Za-z0-9!#$&^_.+-]{1,63}/[A-Za-z0-9!#$&^_.+-]{1,63})(?:\\s*;.*)?");

    public UploadMetadata {
        cases = List.copyOf(cases);
        declared = Map.copyOf(declared);
    }

    /**
     * Reads declared keys.
     *
     * @param values what was sent, by key; only {@code case} may have several values
     * @throws InvalidField naming the key
     */
    public static UploadMetadata of(Map<String, List<String>> values) {
        Map<String, String> declared = new LinkedHashMap<>();
        values.forEach((key, all) -> {
            if (KEYS.contains(key) && !all.isEmpty()) {
                if (all.size() > 1 && !key.equals("case")) {
                    throw new InvalidField(key, "is given " + all.size() + " times (expected: once)");
                }
                declared.put(key, String.join(",", all));
            }
        });
        return ofDeclared(declared);
    }

    /**
     * Reads what {@link #declared} kept.
     *
     * @throws InvalidField naming the key
     */
    public static UploadMetadata ofDeclared(Map<String, String> declared) {
        Instant from = value(declared, "from", text -> instant("from", text));
        Instant to = value(declared, "to", text -> instant("to", text));
        if (from != null && to != null && to.isBefore(from)) {
            throw new InvalidField("to", "is before from (expected: the end of the recording)");
        }
        RecordingKind kind = value(declared, "kind", RecordingKind::ofLabel);
        SessionId session = value(declared, "session", SessionId::new);
        AttachmentRole attachment = value(declared, "attachment", AttachmentRole::new);
        if (attachment != null && session == null) {
            throw new InvalidField("attachment", "is declared without a session (expected: the one it belongs to)");
        }
        String filename = value(declared, "filename", UploadMetadata::lastPart);
        String filetype = value(declared, "filetype", UploadMetadata::mediaType);
        return new UploadMetadata(
                cases(declared.getOrDefault("case", "")),
                value(declared, "device", DeviceId::new),
                value(declared, "officer", OfficerId::new),
                value(declared, "unit", UnitId::new),
                kind == null ? RecordingKind.BODY_WORN : kind,
                value(declared, "category", Category::new),
                from,
                to,
                session,
                attachment,
                important(declared.get("important")),
                value(declared, "sha256", Fingerprint::new),
                value(declared, "deviceTime", text -> instant("deviceTime", text)),
                filename == null ? UNNAMED : filename,
                filetype == null ? UNKNOWN_TYPE : filetype,
                declared);
    }

    /** These with a name and a type for what did not declare its own. A type that is none is left out. */
    public UploadMetadata withDefaults(Optional<String> filename, Optional<String> filetype) {
        Map<String, String> more = new LinkedHashMap<>(declared);
        filename.ifPresent(name -> more.putIfAbsent("filename", name));
        filetype.filter(type -> MEDIA_TYPE.matcher(type).matches())
                .ifPresent(type -> more.putIfAbsent("filetype", type));
        return ofDeclared(more);
    }

    /** The id of the recording or attachment that bytes from {@code device} become. */
    RecordingId idOf(DeviceId device, Fingerprint fingerprint) {
        return attachment == null || session == null
                ? RecordingId.of(device, fingerprint)
                : RecordingId.ofAttachment(device, session, filename, fingerprint);
    }

    /** The name the device gave if it is more than {@link #filename}; empty if nothing was left out. */
    public Optional<String> fullFilename() {
        return Optional.ofNullable(declared.get("filename")).filter(name -> !name.isEmpty() && !name.equals(filename));
    }

    private static <T> @Nullable T value(Map<String, String> declared, String key, Function<String, T> reader) {
        String text = declared.get(key);
        return text == null || text.isEmpty() ? null : reader.apply(text);
    }

    private static List<CaseNumber> cases(String text) {
        Set<CaseNumber> cases = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            String number = trimmed(part);
            if (!number.isEmpty()) {
                cases.add(new CaseNumber(number));
            }
        }
        if (cases.size() > MAX_CASES) {
            throw new InvalidField("case", "has " + cases.size() + " numbers (expected: at most " + MAX_CASES + ")");
        }
        return new ArrayList<>(cases);
    }

    /** Without spaces at the ends. Tabs and line breaks stay, so that they are refused rather than swallowed. */
    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) == ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean important(@Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new InvalidField("important", "is neither true nor false");
    }

    private static Instant instant(String key, String text) {
        var matcher = RFC_3339.matcher(text);
        if (matcher.matches()) {
            try {
                String offset = matcher.group(3).replace(' ', '+').toUpperCase(java.util.Locale.ROOT);
                OffsetDateTime time = OffsetDateTime.parse(matcher.group(1) + "T" + matcher.group(2) + offset)
                        .withOffsetSameInstant(ZoneOffset.UTC);
                if (time.getYear() < 0 || time.getYear() > LAST_YEAR) {
                    throw unreadable(key, null);
                }
                return time.toInstant();
            } catch (DateTimeException e) {
                throw unreadable(key, e);
            }
        }
        throw unreadable(key, null);
    }

    private static InvalidField unreadable(String key, @Nullable Throwable cause) {
        InvalidField problem = new InvalidField(
                key, "is not a time as RFC 3339 writes it (expected: for example 2026-11-22T10:00:00+08:00)");
        if (cause != null) {
            problem.initCause(cause);
        }
        return problem;
    }

    /** Whatever folders, drives or tricks the name holds, only what stands behind the last separator is used. */
    private static String lastPart(String declared) {
        if (declared.length() > MAX_DECLARED_FILENAME_CHARS) {
            throw new InvalidField("filename", "is longer than " + MAX_DECLARED_FILENAME_CHARS + " characters");
        }
        for (int i = 0; i < declared.length(); ) {
            int c = declared.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new InvalidField("filename", "has a control character at position " + i);
            }
            i += Character.charCount(c);
        }
        String last = declared.substring(Math.max(declared.lastIndexOf('/'), declared.lastIndexOf('\\')) + 1)
                .strip();
        return last.isEmpty() || last.equals(".") || last.equals("..") ? UNNAMED : shortened(last);
    }

    /** A name that file systems take; its ending survives, because people go by it. */
    private static String shortened(String name) {
        if (bytes(name) <= MAX_FILENAME_BYTES) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 && bytes(name.substring(dot)) <= 16 ? name.substring(dot) : "";
        int end = name.length() - ending.length();
        while (bytes(name.substring(0, end) + ending) > MAX_FILENAME_BYTES) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end) + ending;
    }

    private static int bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    private static String mediaType(String text) {
        var matcher = MEDIA_TYPE.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidField("filetype", "is not a media type (expected: for example video/mp4)");
        }
        return matcher.group(1).toLowerCase(java.util.Locale.ROOT);
    }
}
