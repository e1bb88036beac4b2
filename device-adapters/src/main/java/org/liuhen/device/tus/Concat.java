package org.liuhen.device.tus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.UploadId;

/**
 * What the field {@code Upload-Concat} of a creation asks for: a part, or a whole made of parts. Source: tus 1.0.0,
 * section Concatenation.
 *
 * @param parts in order; empty if a part is to be made
 */
record Concat(List<UploadId> parts) {
    static final String FIELD = "Upload-Concat";
    static final int MOST_PARTS = 500;

    /** A path or a whole URL, under whatever prefix a proxy has put before ours. */
    private static final Pattern PART =
            Pattern.compile("(?:https?://[^/?#\\s]+)?(?:/[^/?#\\s]*+)*?/uploads/([0-9a-f]{32})");

    Concat {
        parts = List.copyOf(parts);
    }

    boolean isPart() {
        return parts.isEmpty();
    }

    /** @throws InvalidField {@code Upload-Concat} if it is neither {@code partial} nor a list of uploads */
    static Concat read(String field) {
        if (field.equals("partial")) {
            return new Concat(List.of());
        }
        if (!field.startsWith("final;")) {
            throw new InvalidField(FIELD, "is neither partial nor final;URL…");
        }
        List<UploadId> parts = new ArrayList<>();
        for (String url : field.substring("final;".length()).strip().split(" +", MOST_PARTS + 2)) {
            Matcher matcher = PART.matcher(url);
            if (url.length() > 2048 || !matcher.matches()) {
                throw new InvalidField(FIELD, "has a part that is no upload of this server, at place " + parts.size());
            }
            parts.add(new UploadId(matcher.group(1)));
        }
        if (parts.size() > MOST_PARTS) {
            throw new InvalidField(FIELD, "has too many parts (expected: at most " + MOST_PARTS + ")");
        }
        return new Concat(parts);
    }
}
