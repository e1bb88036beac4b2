package org.liuhen.tools.evidence;

import java.text.Normalizer;
import java.util.Locale;

/** The rule for paths in a bag: relative, forward only, and the same file on every system. */
final class SafePath {
    private static final String NEVER = "\\:*?\"<>|";

    private SafePath() {}

    /** @throws Refutation if the path could lead out of the folder it is unpacked in, or to something else than a file */
    static void require(String path) throws Refutation {
        for (int i = 0; i < path.length(); ) {
            int c = path.codePointAt(i);
            int type = Character.getType(c);
            if (type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || NEVER.indexOf(c) >= 0) {
                throw new Refutation("path: has a character that is none of a file's name: " + shown(path));
            }
            i += Character.charCount(c);
        }
        String inner = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (String segment : inner.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new Refutation("path: leads out of the bag or nowhere: " + shown(path));
            }
            if (segment.endsWith(".") || segment.endsWith(" ")) {
                throw new Refutation("path: is another file on some systems: " + shown(path));
            }
        }
    }

    /** What two paths have in common that are one file on a system that ignores case or the spelling of accents. */
    static String folded(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /** A path as it can be printed. */
    static String shown(String path) {
        StringBuilder shown = new StringBuilder();
        path.codePoints().limit(200).forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
