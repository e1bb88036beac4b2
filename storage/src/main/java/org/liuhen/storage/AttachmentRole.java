package org.liuhen.storage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * What an attachment is to the recordings of its session: {@code key}, {@code bookmark}, {@code track}, {@code
 * session-manifest}, {@code document}, further ones as they come.
 */
public record AttachmentRole(@JsonValue String value) {
    // Before the roles, which are checked with it.
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    /** What decrypts a recording. */
    public static final AttachmentRole KEY = new AttachmentRole("key");

    /** What somebody noted while recording. */
    public static final AttachmentRole BOOKMARK = new AttachmentRole("bookmark");
    /** Where the device was. */
    public static final AttachmentRole TRACK = new AttachmentRole("track");
    /** What belongs to the session, and what was told about it. */
    public static final AttachmentRole SESSION_MANIFEST = new AttachmentRole("session-manifest");

    public static final AttachmentRole DOCUMENT = new AttachmentRole("document");

    /** @throws InvalidField if the text is not a word of at most 40 lower-case letters, digits and hyphens */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public AttachmentRole {
        if (!FORM.matcher(value).matches()) {
            throw new InvalidField(
                    "attachment", "is not a word of lower-case letters, digits and hyphens (expected: such as key)");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
