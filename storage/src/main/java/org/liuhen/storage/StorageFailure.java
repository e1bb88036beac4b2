package org.liuhen.storage;

/** The world failed: a disk, a format, another process. The kind says what the caller can do about it. */
public final class StorageFailure extends Exception {
    /** What failed. */
    public enum Kind {
        /** No room left; what was acknowledged is intact. Free some space, then repeat. */
        NO_SPACE,
        /** What was read is not what was written. */
        CORRUPT,
        /** Written by a newer version of this program; open it with that one. */
        FORMAT_TOO_NEW,
        /** Written by a version whose format this program no longer reads. */
        FORMAT_TOO_OLD,
        /** A write or a force failed, so nothing is written there any more; reading goes on. */
        OUT_OF_SERVICE,
        /** Another process holds the store. */
        LOCKED,
        /** The write may or may not have been applied: repeat the very same call, that decides it. */
        OUTCOME_UNKNOWN,
        /** It is not there. */
        MISSING
    }

    private final Kind kind;

    public StorageFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StorageFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
