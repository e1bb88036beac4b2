package org.liuhen.device.ftp;

import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.FtpReply;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/** The answers of FTP: 4xx for what may pass, 5xx for what will not. Source: RFC 959 section 4.2, RFC 3659. */
final class FtpReplies {
    private FtpReplies() {}

    static FtpReply of(int code, String text) {
        return new DefaultFtpReply(code, text.replace('\r', ' ').replace('\n', ' '));
    }

    static FtpReply of(DropRefusal refusal) {
        int code = switch (refusal.kind()) {
            case UNKNOWN, SEALED, NOT_ALLOWED, INCOMPLETE -> 550;
            case NOT_A_NAME, IN_THE_WAY -> 553;
            case WRONG_OFFSET -> 554;
            case TOO_LONG -> 552;
            case SUPERSEDED -> 426;
            case REVOKED -> 421;
        };
        return of(code, String.valueOf(refusal.getMessage()));
    }

    static FtpReply of(StorageFailure failure) {
        return switch (failure.kind()) {
            case NO_SPACE -> of(452, "no space: what came is kept; come back later");
            case OUT_OF_SERVICE, LOCKED -> of(450, "out of service: what was acknowledged is kept; come back later");
            default -> of(451, "the store failed: what was acknowledged is kept; come back later");
        };
    }

    /** What became of a file whose end was declared, or that came in full. */
    static FtpReply stored(Upload upload, boolean held) {
        if (upload.recording() != null) {
            return of(226, "Recording " + upload.recording() + " sha256 " + upload.fingerprint());
        }
        if (upload.offsetBytes() == 0 && upload.lengthBytes() == null) {
            return of(226, "Nothing came: this is kept as a name, not as a recording.");
        }
        if (held) {
            return of(226, "Held, " + upload.offsetBytes() + " bytes are durable: rename it when it is done.");
        }
        return incomplete(upload);
    }

    static FtpReply incomplete(Upload upload) {
        return of(
                426,
                "Incomplete, " + upload.offsetBytes() + " bytes are durable: go on with REST " + upload.offsetBytes()
                        + ".");
    }
}
