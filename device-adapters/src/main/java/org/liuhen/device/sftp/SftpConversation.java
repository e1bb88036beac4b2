package org.liuhen.device.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.liuhen.ingest.drop.DropBody;
import org.liuhen.ingest.drop.DropEntry;
import org.liuhen.ingest.drop.DropPath;
import org.liuhen.ingest.drop.DropRefusal;
import org.liuhen.ingest.drop.DropVisit;
import org.liuhen.storage.StorageFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client talking SFTP, request by request. When it ends without {@code CLOSE}, what came of open files is made durable
 * and waits. Not safe for several threads.
 */
final class SftpConversation {
    private static final Logger LOG = LoggerFactory.getLogger(SftpConversation.class);
    private static final int PROTOCOL = 3;
    private static final int MAX_HANDLES = 64;
    private static final int NAMES_AT_ONCE = 100;
    private static final int READ_AT_ONCE = 256 << 10;

    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int APPEND = 4;
    private static final int CREATE = 8;
    private static final int TRUNCATE = 16;
    private static final int EXCLUSIVE = 32;

    private final DropVisit visit;
    private final InstantSource clock;
    private final Map<String, SftpHandle> handles = new LinkedHashMap<>();
    private int counter;

    SftpConversation(DropVisit visit, InstantSource clock) {
        this.visit = visit;
        this.clock = clock;
    }

    /** Answers requests until there are no more. */
    void run(InputStream in, OutputStream out) throws IOException {
        try {
            SftpRequest first = SftpRequest.next(in);
            if (first == null) {
                return;
            }
            if (first.type() != 1) {
                throw new SftpRequest.Malformed("request: type " + first.type() + " (expected: 1, the version)");
            }
            new SftpReply(SftpReply.VERSION)
                    .number(PROTOCOL)
                    .text("posix-rename@openssh.com")
                    .text("1")
                    .text("fsync@openssh.com")
                    .text("1")
                    .send(out);
            for (SftpRequest request = SftpRequest.next(in); request != null; request = SftpRequest.next(in)) {
                answered(request).send(out);
            }
        } finally {
            close();
        }
    }

    private void close() {
        for (SftpHandle handle : handles.values()) {
            if (handle instanceof SftpHandle.Writing writing) {
                writing.broken();
            }
        }
        handles.clear();
    }

    private SftpReply answered(SftpRequest request) throws SftpRequest.Malformed {
        int id = request.number();
        try {
            return answer(id, request);
        } catch (SftpRequest.Malformed malformed) {
            return SftpReply.of(id, new SftpStatus(SftpStatus.BAD_MESSAGE, String.valueOf(malformed.getMessage())));
        } catch (DropRefusal refusal) {
            return SftpReply.of(id, SftpStatus.of(refusal));
        } catch (StorageFailure failure) {
            LOG.warn("sftp: request of type {} failed", request.type(), failure);
            return SftpReply.of(id, SftpStatus.of(failure));
        }
    }

    private SftpReply answer(int id, SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        return switch (request.type()) {
            case 3 -> open(id, request);
            case 4 -> SftpReply.of(id, closed(request));
            case 5 -> read(id, request);
            case 6 -> SftpReply.of(id, write(request));
            case 7, 17 -> SftpReply.to(id, SftpReply.ATTRIBUTES).attributes(looked(path(request)));
            case 8 -> SftpReply.to(id, SftpReply.ATTRIBUTES).attributes(held(request));
            case 9 -> SftpReply.of(id, wished(path(request), request.wishes()));
            case 10 -> SftpReply.of(id, wishedOfHandle(request));
            case 11 -> handle(id, SftpHandle.listing(visit.list(path(request))));
            case 12 -> names(id, request);
            case 13 -> {
                visit.remove(path(request));
                yield SftpReply.of(id, SftpStatus.DONE);
            }
            case 14 -> {
                visit.makeFolder(path(request));
                yield SftpReply.of(id, SftpStatus.DONE);
            }
            case 15 -> {
                visit.removeFolder(path(request));
                yield SftpReply.of(id, SftpStatus.DONE);
            }
            case 16 -> {
                DropPath path = path(request);
                yield SftpReply.to(id, SftpReply.NAME)
                        .number(1)
                        .text(path.toString())
                        .text(path.toString())
                        .number(0);
            }
            case 18 -> SftpReply.of(id, renamed(request));
            case 200 -> SftpReply.of(id, extended(request));
            default -> SftpReply.of(id, new SftpStatus(SftpStatus.UNSUPPORTED, "request: type " + request.type()));
        };
    }

    private static DropPath path(SftpRequest request) throws SftpRequest.Malformed, DropRefusal {
        return DropPath.ROOT.resolve(request.name());
    }

    private SftpReply handle(int id, SftpHandle handle) {
        if (handles.size() >= MAX_HANDLES) {
            if (handle instanceof SftpHandle.Writing writing) {
                writing.broken();
            }
            return SftpReply.of(id, new SftpStatus(SftpStatus.FAILURE, "handles: too many (expected: close some)"));
        }
        String name = Integer.toString(++counter);
        handles.put(name, handle);
        return SftpReply.to(id, SftpReply.HANDLE).text(name);
    }

    private SftpReply open(int id, SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        DropPath path = path(request);
        int flags = request.number();
        if ((flags & WRITE) == 0) {
            if ((flags & READ) == 0) {
                throw new SftpRequest.Malformed("open: neither to read nor to write");
            }
            byte[] receipt = visit.receipt(path);
            return handle(id, new SftpHandle.Reading(looked(path), receipt));
        }
        Optional<DropEntry> entry = visit.settled(path);
        if (entry.isEmpty() && (flags & CREATE) == 0) {
            throw DropRefusal.unknown(path);
        }
        if (entry.isPresent() && (flags & EXCLUSIVE) != 0) {
            return SftpReply.of(id, new SftpStatus(SftpStatus.FAILURE, "file: is there already"));
        }
        DropBody body = entry.isEmpty() || (flags & TRUNCATE) != 0
                ? visit.create(path, OptionalLong.empty())
                : visit.resume(path, OptionalLong.empty());
        body.takePlace();
        return handle(id, new SftpHandle.Writing(visit, body, (flags & APPEND) != 0));
    }

    private SftpHandle handle(SftpRequest request) throws SftpRequest.Malformed {
        SftpHandle handle = handles.get(request.name());
        if (handle == null) {
            throw new SftpRequest.Malformed("handle: unknown");
        }
        return handle;
    }

    private SftpHandle.Writing writing(SftpRequest request) throws SftpRequest.Malformed {
        if (handle(request) instanceof SftpHandle.Writing writing) {
            return writing;
        }
        throw new SftpRequest.Malformed("handle: not open to write");
    }

    private SftpStatus closed(SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        SftpHandle handle = handles.remove(request.name());
        if (handle == null) {
            throw new SftpRequest.Malformed("handle: unknown");
        }
        return handle instanceof SftpHandle.Writing writing ? writing.close() : SftpStatus.DONE;
    }

    private SftpReply read(int id, SftpRequest request) throws SftpRequest.Malformed {
        SftpHandle handle = handle(request);
        long offset = request.offset();
        int count = request.number();
        if (!(handle instanceof SftpHandle.Reading reading)) {
            return SftpReply.of(
                    id, new SftpStatus(SftpStatus.PERMISSION_DENIED, "file: devices add footage, they do not read it"));
        }
        byte[] bytes = reading.bytes();
        if (offset < 0 || offset >= bytes.length) {
            return SftpReply.of(id, SftpStatus.END);
        }
        int from = (int) offset;
        int most = Math.min(bytes.length - from, READ_AT_ONCE);
        return SftpReply.to(id, SftpReply.DATA).data(bytes, from, count < 0 ? most : Math.min(count, most));
    }

    private SftpStatus write(SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        SftpHandle.Writing writing = writing(request);
        long offset = request.offset();
        return writing.write(offset, request.data());
    }

    /** What is at a path; one's own file under way is not disturbed, anybody else's is parked so that it can be resumed. */
    private DropEntry looked(DropPath path) throws DropRefusal, StorageFailure {
        for (SftpHandle handle : handles.values()) {
            if (handle instanceof SftpHandle.Writing writing && writing.path().equals(path)) {
                return SftpHandle.entry(writing, clock.instant()).orElseThrow();
            }
        }
        return visit.settled(path).orElseThrow(() -> DropRefusal.unknown(path));
    }

    private DropEntry held(SftpRequest request) throws SftpRequest.Malformed {
        return SftpHandle.entry(handle(request), clock.instant())
                .orElseThrow(() -> new SftpRequest.Malformed("handle: of a list"));
    }

    private SftpStatus wished(DropPath path, SftpRequest.Wishes wishes) throws DropRefusal, StorageFailure {
        DropEntry entry = looked(path);
        if (wishes.sizeBytes().isPresent() && wishes.sizeBytes().getAsLong() != entry.sizeBytes()) {
            return new SftpStatus(SftpStatus.UNSUPPORTED, "size: bytes that have come are not cut off");
        }
        if (wishes.modified().isPresent() && entry.upload() != null) {
            visit.modified(path, wishes.modified().get());
        }
        return SftpStatus.DONE;
    }

    private SftpStatus wishedOfHandle(SftpRequest request) throws SftpRequest.Malformed {
        SftpHandle.Writing writing = writing(request);
        SftpRequest.Wishes wishes = request.wishes();
        wishes.modified().ifPresent(writing::modified);
        wishes.sizeBytes().ifPresent(ignored -> writing.cutTo());
        return wishes.sizeBytes().orElse(writing.sizeBytes()) == writing.sizeBytes()
                ? SftpStatus.DONE
                : new SftpStatus(SftpStatus.UNSUPPORTED, "size: bytes that have come are not cut off");
    }

    private SftpReply names(int id, SftpRequest request) throws SftpRequest.Malformed {
        if (!(handle(request) instanceof SftpHandle.Listing listing)) {
            throw new SftpRequest.Malformed("handle: not of a list");
        }
        List<DropEntry> some = new ArrayList<>();
        while (some.size() < NAMES_AT_ONCE && listing.entries().hasNext()) {
            some.add(listing.entries().next());
        }
        return some.isEmpty()
                ? SftpReply.of(id, SftpStatus.END)
                : SftpReply.to(id, SftpReply.NAME).names(some);
    }

    private SftpStatus renamed(SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        DropPath from = path(request);
        visit.rename(from, path(request));
        return SftpStatus.DONE;
    }

    private SftpStatus extended(SftpRequest request) throws SftpRequest.Malformed, DropRefusal, StorageFailure {
        String name = request.name();
        return switch (name) {
            case "posix-rename@openssh.com" -> renamed(request);
            case "fsync@openssh.com" -> writing(request).force();
            default -> new SftpStatus(SftpStatus.UNSUPPORTED, "extension: unknown");
        };
    }
}
