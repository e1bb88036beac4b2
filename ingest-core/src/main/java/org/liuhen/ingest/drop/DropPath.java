package org.liuhen.ingest.drop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A place in a device's folder. It never leads out of it, whatever the device asks for.
 *
 * @param parts folders and name from the root down; none for the root itself
 */
public record DropPath(List<String> parts) {
    public static final DropPath ROOT = new DropPath(List.of());
    /** What stands behind a recording's name to name its receipt. */
    public static final String RECEIPT = ".receipt.json";

    private static final int MAX_PARTS = 50;
    private static final int MAX_CHARS = 1000;
    /** What clients call a file while it is under way: lftp, WinSCP, browsers, cameras. */
    private static final Set<String> HELD_ENDINGS = Set.of(
            ".part", ".partial", ".tmp", ".temp", ".filepart", ".upload", ".uploading", ".crdownload", ".incomplete");

    private static final String HELD_START = ".in.";

    public DropPath {
        parts = List.copyOf(parts);
    }

    /**
     * The path that {@code text} means here: {@code /} parts folders, {@code ..} goes up, never above the root.
     *
     * @throws DropRefusal {@code NOT_A_NAME} for control characters and for paths of unbounded length
     */
    public DropPath resolve(String text) throws DropRefusal {
        if (text.length() > MAX_CHARS) {
            throw new DropRefusal(DropRefusal.Kind.NOT_A_NAME, "name: longer than " + MAX_CHARS + " characters");
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new DropRefusal(DropRefusal.Kind.NOT_A_NAME, "name: has a control character at position " + i);
            }
            i += Character.charCount(c);
        }
        List<String> parts = text.startsWith("/") ? new ArrayList<>() : new ArrayList<>(this.parts);
        for (String part : text.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.remove(parts.size() - 1);
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        DropPath path = new DropPath(parts);
        if (parts.size() > MAX_PARTS || path.toString().length() > MAX_CHARS) {
            throw new DropRefusal(
                    DropRefusal.Kind.NOT_A_NAME,
                    "name: more than " + MAX_PARTS + " folders or " + MAX_CHARS + " characters");
        }
        return path;
    }

    public boolean isRoot() {
        return parts.isEmpty();
    }

    /** The last part; empty for the root. */
    public String name() {
        return parts.isEmpty() ? "" : parts.get(parts.size() - 1);
    }

    /** The folder it lies in; the root's is the root. */
    public DropPath parent() {
        return parts.isEmpty() ? this : new DropPath(parts.subList(0, parts.size() - 1));
    }

    /** Whether the name says that the file is not done: then nothing but a rename to another name finishes it. */
    public boolean isHeld() {
        String name = name().toLowerCase(Locale.ROOT);
        return name.startsWith(HELD_START) || HELD_ENDINGS.stream().anyMatch(name::endsWith);
    }

    /** Whether this may name a receipt. */
    boolean isReceipt() {
        return name().endsWith(RECEIPT) && name().length() > RECEIPT.length();
    }

    DropPath withEnding(String ending) {
        List<String> longer = new ArrayList<>(parts);
        longer.set(longer.size() - 1, name() + ending);
        return new DropPath(longer);
    }

    /** The path without its last {@code chars} characters, which are part of the name. */
    DropPath withoutEnding(int chars) {
        List<String> shorter = new ArrayList<>(parts);
        shorter.set(shorter.size() - 1, name().substring(0, name().length() - chars));
        return new DropPath(shorter);
    }

    /** Absolute, as devices see it. */
    @Override
    public String toString() {
        return "/" + String.join("/", parts);
    }
}
