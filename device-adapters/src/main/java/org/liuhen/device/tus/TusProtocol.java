package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Headers;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;

/**
 * tus 1.0.0 with all its extensions. What every answer carries is the route's business. Safe for many threads. Source:
 * tus 1.0.0.
 *
 * <p>A body with a checksum counts whole or not at all. One whose checksum follows it must announce that in {@code
 * Trailer}, as HTTP wants it; a checksum that nobody announced is refused, and what it came with is kept as unchecked.
 */
final class TusProtocol {
    static final String VERSION = "1.0.0";
    static final String VERSION_FIELD = "tus-resumable";
    static final String EXTENSIONS = "creation,creation-defer-length,creation-with-upload,expiration,checksum,"
            + "checksum-trailer,termination,concatenation,concatenation-unfinished";
    static final String BODY_TYPE = "application/offset+octet-stream";

    /** Under this key an upload remembers the metadata as the client wrote them, to be echoed. */
    static final String METADATA_NOTE = "upload-metadata";
    /** Under this key an upload remembers that it is a part or made of parts, as the client wrote it, to be echoed. */
    static final String CONCAT_NOTE = "upload-concat";

    /** Source: RFC 9110 §5.6.7. */
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Uploads uploads;

    TusProtocol(Uploads uploads) {
        this.uploads = uploads;
    }

    static boolean hasBodyType(Request head) {
        return TusAdapter.mediaType(head).filter(BODY_TYPE::equals).isPresent();
    }

    private static void requireVersion(Request request) throws Problem {
        Optional<String> version = request.header(VERSION_FIELD);
        if (!version.equals(Optional.of(VERSION))) {
            throw new Problem(
                            412,
                            "tus-version",
                            "Tus-Resumable: " + version.orElse("missing") + " (expected: " + VERSION + ")")
                    .header("tus-version", VERSION);
        }
    }

    private static void requireBodyType(Request head) throws Problem {
        if (!hasBodyType(head)) {
            throw new Problem(
                    415,
                    "content-type",
                    "Content-Type: " + head.header("content-type").orElse("missing") + " (expected: " + BODY_TYPE
                            + ")");
        }
    }

    private static OptionalLong number(Request head, String field) {
        Optional<String> text = head.header(field);
        if (text.isPresent() && !text.get().matches("[0-9]{1,18}")) {
            throw new InvalidField(field, "is not a number of bytes");
        }
        return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }

    private static InvalidField missing(String field) {
        return new InvalidField(field, "is missing (expected: a number of bytes)");
    }

    /** The length of a new upload; empty if it follows later. */
    private static OptionalLong length(Request head) {
        OptionalLong length = number(head, "Upload-Length");
        Optional<String> deferred = head.header("upload-defer-length");
        if (deferred.isPresent() && !deferred.get().equals("1")) {
            throw new InvalidField("Upload-Defer-Length", "is not 1");
        }
        if (deferred.isPresent() && length.isPresent()) {
            throw new InvalidField(
                    "Upload-Defer-Length", "is given together with Upload-Length (expected: one of them)");
        }
        if (deferred.isEmpty() && length.isEmpty()) {
            throw missing("Upload-Length");
        }
        return length;
    }

    private static @Nullable Checksum checksum(Request head) {
        Optional<String> announced = head.header(Checksum.FIELD);
        if (announced.isPresent()) {
            return Checksum.announced(announced.get());
        }
        boolean follows = head.headers().all("trailer").stream()
                .anyMatch(names -> names.toLowerCase(Locale.ROOT).contains("upload-checksum"));
        return follows ? Checksum.trailing() : null;
    }

    BodyHandler.Sink create(Request head) throws Problem, StorageFailure {
        requireVersion(head);
        String field = head.header("upload-metadata").orElse("");
        UploadMetadata metadata = UploadMetadata.of(TusMetadata.read(field));
        Map<String, String> notes = new HashMap<>();
        if (!field.isEmpty()) {
            notes.put(METADATA_NOTE, field);
        }
        Optional<String> concat = head.header(Concat.FIELD);
        concat.ifPresent(text -> notes.put(CONCAT_NOTE, text));
        Optional<Concat> asked = concat.map(Concat::read);
        if (asked.isPresent() && !asked.get().isPart()) {
            return concatenate(head, metadata, notes, asked.get());
        }
        OptionalLong length = length(head);
        long body = head.contentLength().orElse(0L);
        if (body > 0) {
            requireBodyType(head);
        }
        if (length.isPresent() && body > length.getAsLong()) {
            throw Answers.tooLong(length.getAsLong());
        }
        Checksum checksum = checksum(head);
        String protocol = asked.isPresent() ? Uploads.PART : "tus";
        return uploads.begin(head.principal(), metadata, protocol, notes, length, false)
                .match(
                        ready -> new Creation(ready.writer(), checksum, head),
                        foreign -> {
                            throw Answers.foreignDevice();
                        },
                        notAllowed -> {
                            throw Answers.notAllowed(notAllowed.why());
                        },
                        tooLong -> {
                            throw Answers.tooLong(tooLong.largestBytes());
                        });
    }

    private BodyHandler.Sink concatenate(
            Request head, UploadMetadata metadata, Map<String, String> notes, Concat concat) {
        if (head.header("upload-length").isPresent()
                || head.header("upload-defer-length").isPresent()) {
            throw new InvalidField("Upload-Length", "is given for a final upload (expected: none)");
        }
        return new Bodyless(() -> uploads.concatenate(head.principal(), metadata, "tus", notes, concat.parts())
                .match(
                        accepted -> standing(Response.of(201), accepted.upload())
                                .with("location", Answers.location(accepted.upload())),
                        refused -> {
                            throw Answers.fingerprintMismatch(refused.mismatch());
                        },
                        notAPart -> {
                            throw new Problem(
                                            409,
                                            "not-a-part",
                                            "Upload-Concat: the upload " + notAPart.part() + " " + notAPart.why())
                                    .member("field", Concat.FIELD);
                        },
                        tooLong -> {
                            throw Answers.tooLong(tooLong.largestBytes());
                        },
                        notBegun -> notBegun.why()
                                .match(
                                        ready -> {
                                            throw new IllegalStateException("upload: has begun");
                                        },
                                        foreign -> {
                                            throw Answers.foreignDevice();
                                        },
                                        notAllowed -> {
                                            throw Answers.notAllowed(notAllowed.why());
                                        },
                                        tooLong -> {
                                            throw Answers.tooLong(tooLong.largestBytes());
                                        })));
    }

    Response standing(Request head) throws Problem, StorageFailure {
        requireVersion(head);
        return uploads.standing(Answers.id(head), head.principal())
                .match(
                        found -> found(found.upload()),
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

    private static Response found(Upload upload) {
        Response response = standing(Response.of(200), upload).with("cache-control", "no-store");
        Long length = upload.lengthBytes();
        if (length != null) {
            response = response.with("upload-length", Long.toString(length));
        } else if (!Uploads.isConcatenation(upload)) {
            response = response.with("upload-defer-length", "1");
        }
        for (String note : new String[] {METADATA_NOTE, CONCAT_NOTE}) {
            String text = upload.notes().get(note);
            if (text != null) {
                response = response.with(note, text);
            }
        }
        return response;
    }

    /** Adds how far an upload is, until when it waits, and what it became. */
    private static Response standing(Response response, Upload upload) {
        Response standing = response;
        boolean finished = upload.recording() != null;
        if (finished || !Uploads.isConcatenation(upload)) {
            standing = standing.with("upload-offset", Long.toString(upload.offsetBytes()));
        }
        if (!finished) {
            standing = standing.with("upload-expires", httpDate(upload.expires()));
        }
        return Answers.withRecording(standing, upload);
    }

    private static String httpDate(Instant instant) {
        return HTTP_DATE.format(instant);
    }

    BodyHandler.Sink append(Request head) throws Problem, StorageFailure {
        requireVersion(head);
        requireBodyType(head);
        long offset = number(head, "Upload-Offset").orElseThrow(() -> missing("Upload-Offset"));
        OptionalLong length = number(head, "Upload-Length");
        Checksum checksum = checksum(head);
        OptionalLong body = head.contentLength().map(OptionalLong::of).orElse(OptionalLong.empty());
        BodyHandler.Sink sink = uploads.append(Answers.id(head), head.principal(), offset, body)
                .match(
                        ready -> new Append(ready.writer(), checksum),
                        mismatch -> {
                            throw Answers.wrongOffset(mismatch.offsetBytes());
                        },
                        tooLong -> {
                            throw Answers.tooLong(tooLong.lengthBytes());
                        },
                        finished -> new Finished(finished.upload()),
                        notFound -> {
                            throw Answers.unknownUpload();
                        },
                        forbidden -> {
                            throw Answers.foreignUpload();
                        });
        return sink instanceof Append begun ? declared(begun, length, body) : sink;
    }

    /** Takes a length that was deferred; ends the body that has not begun if it cannot be. */
    private static Append declared(Append body, OptionalLong length, OptionalLong bodyBytes)
            throws Problem, StorageFailure {
        if (length.isEmpty()) {
            return body;
        }
        long bytes = length.getAsLong();
        if (body.writer.upload().offsetBytes() + bodyBytes.orElse(0) > bytes
                && bytes >= body.writer.upload().offsetBytes()) {
            body.writer.park();
            throw Answers.tooLong(bytes);
        }
        UploadWriter.Declared declared = body.writer.declareLength(bytes);
        if (declared == UploadWriter.Declared.TAKEN) {
            return body;
        }
        body.writer.park();
        switch (declared) {
            case MISMATCH ->
                throw new InvalidField("Upload-Length", "is not the upload's, or less than what has come already");
            case SUPERSEDED -> throw Answers.superseded();
            default -> throw Answers.tooLong(bytes);
        }
    }

    Response giveUp(Request head) throws Problem, StorageFailure {
        requireVersion(head);
        return switch (uploads.giveUp(Answers.id(head), head.principal())) {
            case GONE -> Response.of(204);
            case NOT_FOUND -> throw Answers.unknownUpload();
            case FORBIDDEN -> throw Answers.foreignUpload();
            case SEALED -> throw Answers.sealed();
        };
    }

    /** The body of a {@code PATCH}. */
    private static class Append extends Body {
        private final @Nullable Checksum checksum;

        Append(UploadWriter writer, @Nullable Checksum checksum) {
            super(writer);
            this.checksum = checksum;
            if (checksum != null) {
                writer.holdBack();
            }
        }

        @Override
        public void write(ByteBuffer bytes) throws Exception {
            if (checksum != null) {
                checksum.add(bytes);
            }
            super.write(bytes);
        }

        @Override
        public void trailers(Headers fields) throws Problem, StorageFailure {
            Optional<String> told = fields.first(Checksum.FIELD);
            if (told.isEmpty()) {
                return;
            }
            try {
                if (checksum == null) {
                    throw new InvalidField(Checksum.FIELD, "follows the body (expected: announced in Trailer)");
                }
                checksum.told(told.get());
            } catch (InvalidField invalid) {
                writer.reject();
                throw invalid;
            }
        }

        @Override
        public Response complete() throws Problem, StorageFailure {
            return written(204);
        }

        /** The answer to a body that has ended. */
        final Response written(int status) throws Problem, StorageFailure {
            if (checksum != null && !checksum.holds()) {
                writer.reject();
                throw new Problem(
                        460,
                        "checksum-mismatch",
                        "Upload-Checksum: not that of the body that came; nothing of it is kept, send it again");
            }
            // What the other protocol on this resource began ends at its length, too, when tus goes on with it.
            boolean knowsLength = writer.upload().lengthBytes() != null;
            return (knowsLength ? writer.finishWhole() : writer.finish())
                    .match(
                            acknowledged -> standing(Response.of(status), acknowledged.upload()),
                            stored -> standing(Response.of(status), stored.upload()),
                            mismatch -> {
                                throw Answers.fingerprintMismatch(mismatch);
                            },
                            superseded -> {
                                throw Answers.superseded();
                            });
        }
    }

    /** The body, often none, of a creating {@code POST}. */
    private static final class Creation extends Append {
        private final Request head;

        Creation(UploadWriter writer, @Nullable Checksum checksum, Request head) {
            super(writer, checksum);
            this.head = head;
        }

        @Override
        public void write(ByteBuffer bytes) throws Exception {
            if (bytes.hasRemaining()) {
                requireBodyType(head);
            }
            try {
                super.write(bytes);
            } catch (StorageFailure failure) {
                if (failure.kind() != StorageFailure.Kind.NO_SPACE) {
                    throw failure;
                }
                throw new Problem(507, "no-space", "storage: no room left; what came is kept, resume later", failure)
                        .header("location", Answers.location(writer.upload()));
            }
        }

        @Override
        public Response complete() throws Problem, StorageFailure {
            return written(201).with("location", Answers.location(writer.upload()));
        }
    }

    /** The body, none, of a {@code PATCH} whose sender did not hear that it had finished. */
    private record Finished(Upload upload) implements BodyHandler.Sink {
        @Override
        public void write(ByteBuffer bytes) throws Problem {
            if (bytes.hasRemaining()) {
                throw Answers.tooLong(upload.offsetBytes());
            }
        }

        @Override
        public Response complete() {
            return standing(Response.of(204), upload);
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }
    }
}
