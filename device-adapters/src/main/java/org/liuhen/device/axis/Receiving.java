package org.liuhen.device.axis;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Begun;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.Written;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.AttachmentRole;
import org.liuhen.storage.Finding;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/**
 * From the body of a {@code PUT} to a sealed recording or attachment. Nothing of a body that breaks is kept, since the
 * other side begins anew. The same bytes under the same name again are the same object; other bytes under a name that was
 * acknowledged are kept beside the first, never over them. Safe for many threads.
 */
final class Receiving {
    private final Uploads uploads;
    private final Shelf shelf;
    private final Sorting sorting;
    private final SessionPapers papers;
    /** One request at a time remembers what became of an object. */
    private final ReentrantLock[] byContainer =
            Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);

    Receiving(Uploads uploads, Shelf shelf, Sorting sorting, SessionPapers papers) {
        this.uploads = uploads;
        this.shelf = shelf;
        this.sorting = sorting;
        this.papers = papers;
    }

    /** Holds what is done about one container together. Reentrant. */
    ReentrantLock lock(String account, String container) {
        return byContainer[Math.floorMod(AxisContainer.key(account, container).hashCode(), byContainer.length)];
    }

    BodyHandler.Sink begin(
            AxisAccount account, AxisContainer container, String name, Map<String, String> said, Request head)
            throws Problem, StorageFailure {
        OptionalLong length = head.contentLength().map(OptionalLong::of).orElse(OptionalLong.empty());
        Labels labels = Labels.of(account, container, name, said, shelf);
        UploadWriter writer = uploads.begin(
                        new Principal.OfDevice(labels.device()),
                        labels.metadata(),
                        Uploads.WHOLE_OBJECT,
                        Map.of(),
                        length,
                        false)
                .match(
                        Begun.Ready::writer,
                        foreign -> {
                            throw new IllegalStateException("device: " + foreign.own() + " is refused its own");
                        },
                        notAllowed -> {
                            throw new Problem(403, "not-allowed", notAllowed.why());
                        },
                        tooLong -> {
                            throw new Problem(
                                    507,
                                    "too-long",
                                    "object: too long (expected: at most " + tooLong.largestBytes() + " bytes)");
                        });
        return new Body(
                writer,
                account,
                container,
                name,
                said,
                labels,
                head.header("etag").orElse(null));
    }

    private final class Body implements BodyHandler.Sink {
        private final UploadWriter writer;
        private final AxisAccount account;
        private final AxisContainer container;
        private final String name;
        private final Map<String, String> said;
        private final Labels labels;
        private final @Nullable String declaredMd5;
        private final MessageDigest md5 = DigestUtils.getMd5Digest();

        Body(
                UploadWriter writer,
                AxisAccount account,
                AxisContainer container,
                String name,
                Map<String, String> said,
                Labels labels,
                @Nullable String declaredMd5) {
            this.writer = writer;
            this.account = account;
            this.container = container;
            this.name = name;
            this.said = said;
            this.labels = labels;
            this.declaredMd5 = declaredMd5 == null
                    ? null
                    : declaredMd5.replace("\"", "").strip().toLowerCase(Locale.ROOT);
        }

        @Override
        public void write(ByteBuffer bytes) throws Problem, StorageFailure {
            md5.update(bytes.duplicate());
            switch (writer.write(bytes)) {
                case TAKEN -> {}
                case TOO_LONG -> throw new Problem(507, "too-long", "object: longer than is taken");
                case SUPERSEDED -> throw new Problem(503, "superseded", "object: try again");
            }
        }

        @Override
        public Response complete() throws Problem, StorageFailure {
            String etag = HexFormat.of().formatHex(md5.digest());
            if (declaredMd5 != null && !declaredMd5.isEmpty() && !declaredMd5.equals(etag)) {
                writer.broken();
                throw new Problem(
                        422, "etag-mismatch", "Etag: " + declaredMd5 + " (expected: " + etag + ", of what came)");
            }
            Written written = writer.finishWhole();
            if (!(written instanceof Written.Sealed sealed)) {
                throw new Problem(503, "not-stored", "object: not stored; try again");
            }
            remember(account, container, name, said, labels, etag, sealed.upload());
            return Response.of(201)
                    .with("etag", etag)
                    .with("liuhen-recording", String.valueOf(sealed.upload().recording()));
        }

        @Override
        public void broken(Throwable ignored) {
            writer.broken();
        }
    }

    private void remember(
            AxisAccount account,
            AxisContainer container,
            String name,
            Map<String, String> said,
            Labels labels,
            String etag,
            Upload upload)
            throws StorageFailure {
        RecordingId id = upload.recording();
        if (id == null) {
            throw new IllegalStateException("upload: " + upload.id() + " is sealed without a recording");
        }
        ReentrantLock lock = lock(account.name(), container.name());
        lock.lock();
        try {
            Optional<AxisObject> before = shelf.object(account.name(), container.name(), name);
            List<Finding> findings = new ArrayList<>(labels.findings());
            List<RecordingId> former =
                    new ArrayList<>(before.map(AxisObject::former).orElse(List.of()));
            RecordingId first = before.map(AxisObject::recording).orElse(null);
            Instant receivedAt = upload.began();
            if (first != null && first.equals(id)) {
                receivedAt = before.orElseThrow().receivedAt();
            } else if (first != null) {
                former.remove(id);
                former.add(first);
                findings.add(Finding.of(Labels.QUARANTINED, Said.of(Sentence.OTHER_BYTES_BEFORE, "recording", first)));
            }
            AxisObject object = new AxisObject(
                    account.name(),
                    container.name(),
                    name,
                    Metadata.merged(Map.of(), said),
                    etag,
                    upload.offsetBytes(),
                    upload.fingerprint(),
                    id,
                    former,
                    receivedAt);
            Optional<AttachmentRole> role = AxisObject.role(name, said);
            findings.addAll(sorting.encrypted(object, role));
            shelf.put(object, said, id, findings);
            sorting.sort(object, role);
            // as it is now: it may have become complete while the body came
            Optional<AxisContainer> present = shelf.container(account.name(), container.name());
            if (present.isPresent() && present.get().isComplete()) {
                papers.write(account, present.get());
            }
        } finally {
            lock.unlock();
        }
    }
}
