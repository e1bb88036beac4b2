package org.liuhen.device.axis;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Register;

/**
 * An object that a system put: what became of it, and what was said about it.
 *
 * @param metadata by lower-case key
 * @param md5 of its bytes, hexadecimal
 * @param fingerprint null for what is only known, such as a camera
 * @param recording what it became; null for what is only known
 * @param former what was put under the same name before and had other bytes; all of that is kept
 */
public record AxisObject(
        String account,
        String container,
        String name,
        Map<String, String> metadata,
        String md5,
        long sizeBytes,
        @Nullable Fingerprint fingerprint,
        @Nullable RecordingId recording,
        List<RecordingId> former,
        Instant receivedAt) {
    /** By {@code <account>/<container>/<name>}. */
    public static final Register.Kind<AxisObject> KIND = new Register.Kind<>("axis-object", AxisObject.class);

    static final String NOTHING_MD5 = "d41d8cd98f00b204e9800998ecf8427e";
    private static final String BOOKMARK = "bookmark_";

    public AxisObject {
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
        former = List.copyOf(former);
    }

    static String key(String account, String container, String name) {
        return AxisContainer.key(account, container) + "/" + name;
    }

    /** What is only known. */
    static AxisObject known(String account, String container, String name, Map<String, String> metadata, Instant now) {
        return new AxisObject(account, container, name, metadata, NOTHING_MD5, 0, null, null, List.of(), now);
    }

    AxisObject with(Map<String, String> metadata) {
        return new AxisObject(
                account, container, name, metadata, md5, sizeBytes, fingerprint, recording, former, receivedAt);
    }

    /** What an object of this name is to the clips beside it; empty for a clip. */
    static Optional<AttachmentRole> role(String name, Map<String, String> metadata) {
        String lower = last(name).toLowerCase(Locale.ROOT);
        if (lower.startsWith(BOOKMARK)) {
            return Optional.of(AttachmentRole.BOOKMARK);
        }
        if (lower.endsWith(".key")) {
            return Optional.of(AttachmentRole.KEY);
        }
        if (lower.endsWith("gpstrail.json")) {
            return Optional.of(AttachmentRole.TRACK);
        }
        boolean clip = lower.endsWith(".mkv") || lower.endsWith(".mp4") || metadata.containsKey("containertype");
        return clip ? Optional.empty() : Optional.of(AttachmentRole.DOCUMENT);
    }

    static String mediaType(String name) {
        String lower = last(name).toLowerCase(Locale.ROOT);
        if (lower.startsWith(BOOKMARK)) {
            return "text/plain";
        }
        int dot = lower.lastIndexOf('.');
        return switch (dot < 0 ? "" : lower.substring(dot + 1)) {
            case "mkv" -> "video/x-matroska";
            case "mp4" -> "video/mp4";
            case "json", "key" -> "application/json";
            default -> "application/octet-stream";
        };
    }

    /** The name without its ending: a clip and its key share it. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') ? name : name.substring(0, dot);
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
