package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.Appending;
import org.liuhen.ingest.Standing;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.StructuredField;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/**
 * The IETF's resumable uploads: an ordinary request that carries a file, and on top of that a way to go on with it.
 * An upload ends when its sender says so. What exceeds its declared length ends it, too, and nothing of it is kept, as
 * the draft wants it. Safe for many threads. Source: draft-ietf-httpbis-resumable-upload-12; RFC 9530 for digests.
 */
final class ResumableProtocol {
    static final String BODY_TYPE = "application/partial-upload";

    private static final String PROBLEMS = "https://iana.org/assignments/http-problem-types#";

    private final Uploads uploads;

    ResumableProtocol(Uploads uploads) {
        this.uploads = uploads;
    }

    /** What the head of a request with a body says about the end of the upload. */
    private record Ending(boolean here, OptionalLong declaredBytes, OptionalLong bodyBytes) {
        static Ending of(Request head, boolean here) {
            OptionalLong declared = StructuredField.integer(head.headers().all("upload-length"));
            if (declared.isPresent() && declared.getAsLong() < 0) {
                declared = OptionalLong.empty();
            }
            return new Ending(
                    here, declared, head.contentLength().map(OptionalLong::of).orElse(OptionalLong.empty()));
        }

        /** The whole length, as far as this request says it, from an offset on. */
        OptionalLong lengthBytes(long offsetBytes) {
            boolean ends = here && bodyBytes.isPresent();
            return ends ? OptionalLong.of(offsetBytes + bodyBytes.getAsLong()) : declaredBytes;
        }

        /** Whether what this request says about the length fits together. */
        boolean isConsistent(long offsetBytes) {
            long end = offsetBytes + bodyBytes.orElse(0);
            long length = declaredBytes.orElse(end);
            boolean ends = here && bodyBytes.isPresent();
            return ends ? end == length : end <= length;
        }
    }

    private Problem with(Draft draft, Problem problem) {
        return problem.header(draft.completeField(), draft.completeness(false));
    }

    private Problem inconsistentLength(Draft draft, String what) {
        return with(draft, new Problem(400, PROBLEMS + "inconsistent-upload-length", "Upload-Length: " + what))
                .header("upload-limit", Answers.limit(uploads.settings()));
    }

    private Problem tooLarge(Draft draft, long mostBytes) {
        return with(draft, Answers.tooLong(mostBytes)).header("upload-limit", Answers.limit(uploads.settings()));
    }

    BodyHandler.Sink create(Request head) throws Problem, StorageFailure {
        Draft draft = Draft.of(head);
        Ending ending = Ending.of(head, draft.completes(head).orElseThrow());
        if (!ending.isConsistent(0)) {
            throw inconsistentLength(draft, "is not that of the body (expected: the same, or a body that goes on)");
        }
        UploadMetadata metadata = fingerprinted(WholeFile.metadata(head), BodyDigest.ofRepresentation(head.headers()));
        Optional<BodyDigest> digest = BodyDigest.ofContent(head.headers());
        return uploads.begin(head.principal(), metadata, Uploads.ENDED_BY_WORD, Map.of(), ending.lengthBytes(0), false)
                .match(
                        ready -> new Part(
                                draft, head.principal(), ready.writer(), ending.here(), digest.orElse(null), 201),
                        foreign -> {
                            throw Answers.foreignDevice();
                        },
                        notAllowed -> {
                            throw Answers.notAllowed(notAllowed.why());
                        },
                        tooLong -> {
                            throw tooLarge(draft, tooLong.largestBytes());
                        });
    }

    private static UploadMetadata fingerprinted(UploadMetadata metadata, Optional<Fingerprint> declared) {
        if (declared.isEmpty() || declared.get().equals(metadata.sha256())) {
            return metadata;
        }
        if (metadata.sha256() != null) {
            throw new InvalidField("Repr-Digest", "is not the sha256 that is declared beside it");
        }
        Map<String, String> more = new java.util.HashMap<>(metadata.declared());
        more.put("sha256", declared.get().hex());
        return UploadMetadata.ofDeclared(more);
    }

    Response standing(Request head) throws Problem, StorageFailure {
        for (String field : List.of("upload-offset", "upload-complete", "upload-incomplete")) {
            if (head.header(field).isPresent()) {
                throw Answers.uncached(new Problem(
                        400, "invalid-field", field + ": is given in a question (expected: only in what it answers)"));
            }
        }
        Draft draft = Draft.of(head);
        return uploads.standing(Answers.id(head), head.principal())
                .match(
                        found -> standing(draft, found.upload()),
                        notFound -> {
                            throw Answers.uncached(Answers.unknownUpload());
                        },
                        forbidden -> {
                            throw Answers.uncached(Answers.foreignUpload());
                        },
                        refused -> {
                            throw Answers.uncached(Answers.fingerprintMismatch(refused.mismatch()));
                        });
    }

    private Response standing(Draft draft, Upload upload) {
        Response response = Response.of(204)
                .with("cache-control", "no-store")
                .with("upload-offset", Long.toString(upload.offsetBytes()))
                .with(draft.completeField(), draft.completeness(upload.recording() != null))
                .with("upload-limit", Answers.limit(uploads.settings()));
        Long length = upload.lengthBytes();
        return Answers.withRecording(
                length == null ? response : response.with("upload-length", Long.toString(length)), upload);
    }

    BodyHandler.Sink append(Request head) throws Problem, StorageFailure {
        Draft draft = Draft.of(head);
        Optional<Boolean> complete = draft.completes(head);
        OptionalLong told = StructuredField.integer(head.headers().all("upload-offset"));
        boolean typed = TusAdapter.mediaType(head).filter(BODY_TYPE::equals).isPresent();
        if (draft.appendTyped() && !typed) {
            throw new Problem(
                    415,
                    "content-type",
                    "Content-Type: " + head.header("content-type").orElse("missing") + " (expected: " + BODY_TYPE
                            + ")");
        }
        if (told.isEmpty() || told.getAsLong() < 0 || complete.isEmpty()) {
            String field = complete.isEmpty() ? draft.completeField() : "upload-offset";
            throw with(
                    draft,
                    new Problem(400, "invalid-field", field + ": is missing or cannot be read").member("field", field));
        }
        long offset = told.getAsLong();
        Ending ending = Ending.of(head, complete.get());
        Optional<BodyDigest> digest = BodyDigest.ofContent(head.headers());
        Appending appending = uploads.append(Answers.id(head), head.principal(), offset, ending.bodyBytes());
        if (appending instanceof Appending.TooLong tooLong) {
            throw exceeded(draft, head, tooLong.lengthBytes());
        }
        if (appending instanceof Appending.Ready ready) {
            return declared(
                    new Part(draft, head.principal(), ready.writer(), ending.here(), digest.orElse(null), 200), ending);
        }
        return appending.match(
                ready -> {
                    throw new IllegalStateException("upload: is dealt with above");
                },
                mismatch -> {
                    throw with(draft, wrongOffset(offset, mismatch.offsetBytes()));
                },
                tooLong -> {
                    throw new IllegalStateException("upload: is dealt with above");
                },
                finished -> new Replay(draft, finished.upload()),
                notFound -> {
                    throw Answers.unknownUpload();
                },
                forbidden -> {
                    throw Answers.foreignUpload();
                });
    }

    private static Problem wrongOffset(long provided, long expected) {
        return new Problem(
                        409,
                        PROBLEMS + "mismatching-upload-offset",
                        "Upload-Offset: " + provided + " is not where the upload stands (expected: " + expected + ")")
                .member("expected-offset", expected)
                .member("provided-offset", provided)
                .header("upload-offset", Long.toString(expected));
    }

    /** Ends an upload whose sender brings more than it declared; one of unknown length only meets our own limit. */
    private Problem exceeded(Draft draft, Request head, long lengthBytes) throws Problem, StorageFailure {
        Standing standing = uploads.peek(Answers.id(head), head.principal());
        if (standing instanceof Standing.Found found && found.upload().lengthBytes() == null) {
            return tooLarge(draft, lengthBytes);
        }
        uploads.giveUp(Answers.id(head), head.principal());
        return inconsistentLength(draft, lengthBytes + " is exceeded; the upload is given up");
    }

    /** Holds what this request says about the length against what was said before. */
    private Part declared(Part body, Ending ending) throws Problem, StorageFailure {
        long offset = body.writer.upload().offsetBytes();
        OptionalLong length = ending.lengthBytes(offset);
        UploadWriter.Declared declared = UploadWriter.Declared.MISMATCH;
        if (ending.isConsistent(offset)) {
            declared = length.isPresent() ? body.writer.declareLength(length.getAsLong()) : UploadWriter.Declared.TAKEN;
        }
        if (declared == UploadWriter.Declared.TAKEN) {
            return body;
        }
        body.writer.park();
        switch (declared) {
            case TOO_LONG -> throw tooLarge(body.draft, uploads.settings().largestBytes());
            case SUPERSEDED -> throw Answers.superseded();
            default -> throw inconsistentLength(body.draft, "is not what was said before");
        }
    }

    Response giveUp(Request head) throws Problem, StorageFailure {
        return switch (uploads.giveUp(Answers.id(head), head.principal())) {
            case GONE -> Response.of(204);
            case NOT_FOUND -> throw Answers.unknownUpload();
            case FORBIDDEN -> throw Answers.foreignUpload();
            case SEALED ->
                throw new Problem(404, "sealed", "upload: is a recording already; nothing is left to be given up");
        };
    }

    /** The answer to what ended an upload. */
    private static Response stored(Draft draft, int status, Upload upload) {
        return Answers.stored(status, upload)
                .with(draft.completeField(), draft.completeness(true))
                .with("upload-offset", Long.toString(upload.offsetBytes()));
    }

    /** A body that begins an upload or goes on with one. */
    private final class Part extends Body {
        private final Draft draft;
        private final Principal by;
        private final boolean ends;
        private final @Nullable BodyDigest digest;
        private final int status;
        private BodyHandler.@Nullable Interim interim;
        private long toldBytes;

        Part(Draft draft, Principal by, UploadWriter writer, boolean ends, @Nullable BodyDigest digest, int status) {
            super(writer);
            this.draft = draft;
            this.by = by;
            this.ends = ends;
            this.digest = digest;
            this.status = status;
            this.toldBytes = writer.upload().offsetBytes();
            if (digest != null) {
                writer.holdBack();
            }
        }

        private boolean creates() {
            return status == 201;
        }

        @Override
        public void begun(BodyHandler.Interim way) throws StorageFailure {
            if (!draft.interim()) {
                return;
            }
            interim = way;
            if (creates()) {
                writer.establish();
                way.send(
                        104,
                        version()
                                .with("location", Answers.location(writer.upload()))
                                .with("upload-limit", Answers.limit(uploads.settings())));
            }
        }

        private Headers version() {
            return draft.interopVersion() == 0
                    ? Headers.NONE
                    : Headers.NONE.with(Draft.VERSION_FIELD, Integer.toString(draft.interopVersion()));
        }

        @Override
        public void write(ByteBuffer bytes) throws Exception {
            if (digest != null) {
                digest.add(bytes);
            }
            switch (writer.write(bytes)) {
                case TAKEN -> tellProgress();
                case TOO_LONG -> throw exceeded();
                case SUPERSEDED -> throw with(draft, Answers.superseded());
            }
        }

        private void tellProgress() {
            long durable = writer.upload().offsetBytes();
            if (interim != null && draft.progress() && durable > toldBytes) {
                toldBytes = durable;
                interim.send(104, version().with("upload-offset", Long.toString(durable)));
            }
        }

        private Problem exceeded() throws StorageFailure {
            Upload upload = writer.upload();
            Long length = upload.lengthBytes();
            if (length == null) {
                return tooLarge(draft, uploads.settings().largestBytes());
            }
            uploads.giveUp(upload.id(), by);
            return inconsistentLength(draft, length + " is exceeded; the upload is given up");
        }

        @Override
        public Response complete() throws StorageFailure, Problem {
            if (digest != null && !digest.holds()) {
                writer.reject();
                throw with(
                        draft,
                        new Problem(
                                400,
                                "digest-mismatch",
                                "Content-Digest: not that of the body that came; nothing of it is kept"));
            }
            return (ends ? writer.finishWhole() : writer.finish())
                    .match(
                            acknowledged -> acknowledged(acknowledged.upload()),
                            stored -> stored(draft, status, stored.upload()),
                            mismatch -> {
                                throw Answers.fingerprintMismatch(mismatch)
                                        .header(draft.completeField(), draft.completeness(true));
                            },
                            superseded -> {
                                throw with(draft, Answers.superseded());
                            });
        }

        private Response acknowledged(Upload upload) throws Problem {
            if (ends) {
                throw inconsistentLength(draft, upload.lengthBytes() + " has not come (expected: with the end)")
                        .header("upload-offset", Long.toString(upload.offsetBytes()));
            }
            Response response = Response.of(creates() ? 201 : 204)
                    .with("upload-offset", Long.toString(upload.offsetBytes()))
                    .with(draft.completeField(), draft.completeness(false))
                    .with("upload-limit", Answers.limit(uploads.settings()));
            return creates() ? response.with("location", Answers.location(upload)) : response;
        }
    }

    /** The body, none, of a request that ends an upload which has ended: its sender did not hear the answer. */
    private record Replay(Draft draft, Upload upload) implements BodyHandler.Sink {
        @Override
        public void write(ByteBuffer bytes) throws Problem {
            if (bytes.hasRemaining()) {
                throw Answers.tooLong(upload.offsetBytes());
            }
        }

        @Override
        public Response complete() {
            return stored(draft, 200, upload);
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }
    }
}
