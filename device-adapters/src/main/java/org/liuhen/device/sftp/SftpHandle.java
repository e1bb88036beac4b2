package org.liuhen.device.sftp;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.drop.DropBody;
import org.liuhen.ingest.drop.DropEntry;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.storage.StorageFailure;

/** Something a client holds open. One thread at a time. */
sealed interface SftpHandle {
    /** A list that is being read. */
    record Listing(Iterator<DropEntry> entries) implements SftpHandle {}

    /** A receipt that is being read. */
    record Reading(DropEntry entry, byte[] bytes) implements SftpHandle {}

    /**
     * A file that is being written. {@code CLOSE} is the client's word that it is whole, unless something it wrote was
     * refused: then it only thinks so, and what is there waits to be gone on with. Nor is it that of a client which goes on
     * with a file and says before how long it is now: OpenSSH does so when a person breaks off, and only then.
     */
    final class Writing implements SftpHandle {
        private final DropVisit visit;
        private DropBody body;
        private final boolean appends;
        private boolean spoiled;
        private @Nullable Instant modified;

        /** @param appends whether it was opened to go on with */
        Writing(DropVisit visit, DropBody body, boolean appends) {
            this.visit = visit;
            this.body = body;
            this.appends = appends;
        }

        DropPath path() {
            return body.path();
        }

        long sizeBytes() {
            return body.offsetBytes();
        }

        void modified(Instant at) {
            modified = at;
        }

        /** The client says where the file is to be cut off. */
        void cutTo() {
            spoiled |= appends;
        }

        SftpStatus write(long offset, java.nio.ByteBuffer data) throws StorageFailure, DropRefusal {
            if (spoiled) {
                return new SftpStatus(SftpStatus.FAILURE, "file: something before this was refused");
            }
            if (offset != body.offsetBytes()) {
                spoiled = true;
                return new SftpStatus(
                        SftpStatus.FAILURE, "offset: " + offset + " (expected: " + body.offsetBytes() + ")");
            }
            spoiled = true;
            body.write(data);
            spoiled = false;
            return SftpStatus.DONE;
        }

        /** Everything written so far is durable on return. */
        SftpStatus force() throws StorageFailure, DropRefusal {
            long offset = body.offsetBytes();
            body.park();
            body = visit.resume(body.path(), OptionalLong.of(offset));
            return SftpStatus.DONE;
        }

        SftpStatus close() throws StorageFailure, DropRefusal {
            if (spoiled) {
                body.broken();
                return new SftpStatus(SftpStatus.FAILURE, "file: incomplete, what came is kept to be gone on with");
            }
            body.declaredFinished();
            if (modified != null) {
                visit.modified(body.path(), modified);
            }
            return SftpStatus.DONE;
        }

        void broken() {
            body.broken();
        }
    }

    /** What can be said about it; empty for a list. */
    static Optional<DropEntry> entry(SftpHandle handle, Instant now) {
        if (handle instanceof Writing writing) {
            return Optional.of(
                    new DropEntry(writing.path(), DropEntry.Kind.UNFINISHED, writing.sizeBytes(), now, null));
        }
        return handle instanceof Reading reading ? Optional.of(reading.entry()) : Optional.empty();
    }

    static SftpHandle listing(List<DropEntry> entries) {
        return new Listing(entries.iterator());
    }
}
