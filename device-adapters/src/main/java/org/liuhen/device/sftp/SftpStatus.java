package org.liuhen.device.sftp;

import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.storage.StorageFailure;

/**
 * An answer that is no data.
 *
 * @param code of version 3; {@code NO_SPACE} is a later version's, which older clients take for any failure
 */
record SftpStatus(int code, String message) {
    static final int OK = 0;
    static final int EOF = 1;
    static final int NO_SUCH_FILE = 2;
    static final int PERMISSION_DENIED = 3;
    static final int FAILURE = 4;
    static final int BAD_MESSAGE = 5;
    static final int UNSUPPORTED = 8;
    static final int NO_SPACE = 14;

    static final SftpStatus DONE = new SftpStatus(OK, "done");
    static final SftpStatus END = new SftpStatus(EOF, "no more");

    static SftpStatus of(DropRefusal refusal) {
        int code = switch (refusal.kind()) {
            case UNKNOWN -> NO_SUCH_FILE;
            case NOT_ALLOWED, REVOKED, SEALED -> PERMISSION_DENIED;
            case NOT_A_NAME, IN_THE_WAY, WRONG_OFFSET, TOO_LONG, INCOMPLETE, SUPERSEDED -> FAILURE;
        };
        return new SftpStatus(code, String.valueOf(refusal.getMessage()));
    }

    static SftpStatus of(StorageFailure failure) {
        return failure.kind() == StorageFailure.Kind.NO_SPACE
                ? new SftpStatus(NO_SPACE, "no space: what came is kept; come back later")
                : new SftpStatus(FAILURE, "out of service: what was acknowledged is kept; come back later");
    }
}
