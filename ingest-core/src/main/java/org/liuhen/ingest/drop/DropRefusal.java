package org.liuhen.ingest.drop;

/** What a device asked for its folder, and the answer is no. Each protocol says it in its own words. */
public final class DropRefusal extends Exception {
    /** Why not. */
    public enum Kind {
        /** There is no such file or folder. */
        UNKNOWN,
        /** Not a name that a file can have here. */
        NOT_A_NAME,
        /** Something else is there. */
        IN_THE_WAY,
        /** The file goes on at another offset. */
        WRONG_OFFSET,
        /** It is a recording, and only retention ends those. */
        SEALED,
        /** More than was announced, or than is taken at all. */
        TOO_LONG,
        /** Less than was announced. */
        INCOMPLETE,
        /** A newer request writes now. */
        SUPERSEDED,
        /** Devices add; they do not look. */
        NOT_ALLOWED,
        /** The device has been revoked since it logged in. */
        REVOKED
    }

    private final Kind kind;

    DropRefusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** For a path at which nothing lies, or nothing that would do. */
    public static DropRefusal unknown(DropPath path) {
        return new DropRefusal(Kind.UNKNOWN, "file: " + path + " is unknown");
    }

    public Kind kind() {
        return kind;
    }
}
