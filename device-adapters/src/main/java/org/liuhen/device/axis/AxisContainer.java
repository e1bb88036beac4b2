package org.liuhen.device.axis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.Register;
import org.liuhen.storage.SessionId;

/**
 * A container that a system made: one recording, what it was refused elsewhere, or its people, cameras and itself.
 *
 * @param metadata by lower-case key
 * @param categories of its bookmarks, as far as the schedule knows them
 */
public record AxisContainer(
        String account,
        String name,
        Map<String, String> metadata,
        Set<String> categories,
        Instant createdAt,
        Instant changedAt) {
    /** By {@code <account>/<name>}. */
    public static final Register.Kind<AxisContainer> KIND = new Register.Kind<>("axis-container", AxisContainer.class);

    static final String SYSTEM = "System";
    static final String USERS = "Users";
    static final String DEVICES = "Devices";
    private static final String REJECTED = "RejectedContent_";
    private static final Pattern RECORDING = Pattern.compile("([^_]+)_([^_]+)_\\d{8}T\\d{6}Z");
    private static final int LONGEST_SESSION_BYTES = 200;

    public AxisContainer {
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
        categories = java.util.Collections.unmodifiableSet(new TreeSet<>(categories));
    }

    static String key(String account, String name) {
        return account + "/" + name;
    }

    AxisContainer with(Map<String, String> metadata, Instant now) {
        return new AxisContainer(account, name, metadata, categories, createdAt, now);
    }

    AxisContainer withCategory(String category, Instant now) {
        Set<String> more = new TreeSet<>(categories);
        more.add(category);
        return new AxisContainer(account, name, metadata, more, createdAt, now);
    }

    /** Whether its objects are things that are known, and not things that were recorded. */
    static boolean isRegistry(String name) {
        return name.equals(SYSTEM) || name.equals(USERS) || name.equals(DEVICES);
    }

    static boolean isRejected(String name) {
        return name.startsWith(REJECTED);
    }

    boolean isRejected() {
        return isRejected(name);
    }

    boolean isRecording() {
        return RECORDING.matcher(name).matches();
    }

    boolean isComplete() {
        return "complete".equalsIgnoreCase(metadata.get("status"));
    }

    /** Who wore the camera, as the system names them; empty if nothing tells. */
    Optional<String> user() {
        return told("userid", 1);
    }

    /** The camera's serial number; empty if nothing tells. */
    Optional<String> serial() {
        return told("bwcserialnumber", 2);
    }

    private Optional<String> told(String key, int group) {
        String value = metadata.get(key);
        if (value != null) {
            return Optional.of(value);
        }
        Matcher parts = RECORDING.matcher(name);
        return parts.matches() ? Optional.of(parts.group(group)) : Optional.empty();
    }

    /** What its recordings belong to: what was refused belongs where it was meant for. */
    SessionId session() {
        String original = isRejected() ? metadata.getOrDefault("rejectedcontentoriginalcontainer", name) : name;
        String readable = account + "/" + original;
        try {
            if (readable.getBytes(StandardCharsets.UTF_8).length <= LONGEST_SESSION_BYTES) {
                return new SessionId(readable);
            }
        } catch (InvalidField ignored) {
            // a name that no session can have: its digest can
        }
        return new SessionId(account + "/" + DigestUtils.sha256Hex(original.getBytes(StandardCharsets.UTF_8)));
    }
}
