package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Handler;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.ingest.http.Route;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;

/**
 * Uploads over HTTP: tus 1.0.0 with creation, creation-with-upload and termination, and on the same resources a plain
 * {@code POST} of a whole file, told apart by having none of tus's fields. Safe for many threads. Source: tus 1.0.0.
 */
public final class TusAdapter implements DeviceAdapter {
    static final String VERSION = "1.0.0";
    static final String EXTENSIONS = "creation,creation-with-upload,termination";
    static final String BODY_TYPE = "application/offset+octet-stream";

    /** Under this key an upload remembers the metadata as the client wrote them, to be echoed. */
    static final String METADATA_NOTE = "upload-metadata";

    private static final List<String> TUS_FIELDS =
            List.of("tus-resumable", "upload-length", "upload-defer-length", "upload-metadata", "upload-concat");

    private final Uploads uploads;
    private final WholeFile wholeFile;

    public TusAdapter(Uploads uploads) {
        this.uploads = uploads;
        this.wholeFile = new WholeFile(uploads);
    }

    @Override
    public String name() {
        return "tus";
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.of("OPTIONS", "/uploads", this::options),
                Route.of("OPTIONS", "/uploads/{id}", this::options),
                Route.streaming("POST", "/uploads", this::post),
                Route.of("HEAD", "/uploads/{id}", versioned(this::head)),
                Route.streaming("PATCH", "/uploads/{id}", this::patch),
                Route.of("DELETE", "/uploads/{id}", versioned(this::delete)));
    }

    private Response options(Request request) {
        return tus(204).with("tus-version", VERSION)
                .with("tus-extension", EXTENSIONS)
                .with("tus-max-size", Long.toString(uploads.settings().largestBytes()));
    }

    private static Response tus(int status) {
        return Response.of(status).with("tus-resumable", VERSION);
    }

    /** Refuses other versions, and lets every problem carry ours. */
    private static Handler versioned(Handler handler) {
        return request -> {
            try {
                requireKnown(request);
                requireVersion(request, false);
                return handler.handle(request);
            } catch (Problem problem) {
                throw problem.header("tus-resumable", VERSION);
            }
        };
    }

    private static void requireKnown(Request request) throws Problem {
        if (request.principal() instanceof Principal.Anonymous) {
            throw Answers.unauthorized();
        }
    }

    private static void requireVersion(Request request, boolean must) throws Problem {
        Optional<String> version = request.header("tus-resumable");
        if (version.isPresent() ? !version.get().equals(VERSION) : must) {
            throw new Problem(
                            412,
                            "tus-version",
                            "Tus-Resumable: " + version.orElse("missing") + " (expected: " + VERSION + ")")
                    .header("tus-version", VERSION);
        }
    }

    private BodyHandler.Sink post(Request head) throws Problem, StorageFailure {
        requireKnown(head);
        if (TUS_FIELDS.stream().noneMatch(field -> head.header(field).isPresent())) {
            return wholeFile.accept(head);
        }
        try {
            requireVersion(head, true);
            return create(head);
        } catch (Problem problem) {
            throw problem.header("tus-resumable", VERSION);
        }
    }

    private BodyHandler.Sink create(Request head) throws Problem, StorageFailure {
        long length = number(head, "Upload-Length");
        if (head.contentLength().orElse(0L) > 0) {
            requireBodyType(head);
        }
        String field = head.header("upload-metadata").orElse("");
        UploadMetadata metadata = UploadMetadata.of(TusMetadata.read(field));
        Map<String, String> notes = field.isEmpty() ? Map.of() : Map.of(METADATA_NOTE, field);
        if (head.contentLength().orElse(0L) > length) {
            throw Answers.tooLong(length);
        }
        return uploads.begin(head.principal(), metadata, name(), notes, OptionalLong.of(length), false)
                .match(
                        ready -> new Creation(ready.writer(), head),
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

    private static void requireBodyType(Request head) throws Problem {
        String type = head.header("content-type").orElse("missing");
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!bare.equals(BODY_TYPE)) {
            throw new Problem(415, "content-type", "Content-Type: " + type + " (expected: " + BODY_TYPE + ")");
        }
    }

    private static long number(Request head, String field) {
        String text = head.header(field)
                .orElseThrow(() -> new InvalidField(field, "is missing (expected: a number of bytes)"));
        if (!text.matches("[0-9]{1,18}")) {
            throw new InvalidField(field, "is not a number of bytes");
        }
        return Long.parseLong(text);
    }

    private static UploadId id(Request request) throws Problem {
        try {
            return new UploadId(request.parameter("id"));
        } catch (InvalidField ignored) {
            // nothing has such a name, so it is simply not there
            throw Answers.unknownUpload();
        }
    }

    private Response head(Request request) throws Problem, StorageFailure {
        return uploads.standing(id(request), request.principal())
                .match(
                        found -> standing(found.upload()),
                        notFound -> {
                            throw uncached(Answers.unknownUpload());
                        },
                        forbidden -> {
                            throw uncached(Answers.foreignUpload());
                        },
                        refused -> {
                            throw uncached(Answers.fingerprintMismatch(refused.mismatch()));
                        });
    }

    private static Problem uncached(Problem problem) {
        return problem.header("cache-control", "no-store");
    }

    private static Response standing(Upload upload) {
        Response response =
                tus(200).with("cache-control", "no-store").with("upload-offset", Long.toString(upload.offsetBytes()));
        Long length = upload.lengthBytes();
        if (length != null) {
            response = response.with("upload-length", Long.toString(length));
        }
        String metadata = upload.notes().get(METADATA_NOTE);
        if (metadata != null) {
            response = response.with("upload-metadata", metadata);
        }
        return Answers.withRecording(response, upload);
    }

    private BodyHandler.Sink patch(Request head) throws Problem, StorageFailure {
        try {
            requireKnown(head);
            requireVersion(head, true);
            requireBodyType(head);
            long offset = number(head, "Upload-Offset");
            OptionalLong body = head.contentLength().map(OptionalLong::of).orElse(OptionalLong.empty());
            return uploads.append(id(head), head.principal(), offset, body)
                    .match(
                            ready -> new Append(ready.writer()),
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
        } catch (Problem problem) {
            throw problem.header("tus-resumable", VERSION);
        }
    }

    private Response delete(Request request) throws Problem, StorageFailure {
        return switch (uploads.giveUp(id(request), request.principal())) {
            case GONE -> tus(204);
            case NOT_FOUND -> throw Answers.unknownUpload();
            case FORBIDDEN -> throw Answers.foreignUpload();
            case SEALED -> throw Answers.sealed();
        };
    }

    private static Response written(int status, UploadWriter writer) throws Problem, StorageFailure {
        return writer.finish()
                .match(
                        acknowledged -> offset(status, acknowledged.upload()),
                        stored -> offset(status, stored.upload()),
                        mismatch -> {
                            throw Answers.fingerprintMismatch(mismatch).header("tus-resumable", VERSION);
                        },
                        superseded -> {
                            throw Answers.superseded().header("tus-resumable", VERSION);
                        });
    }

    private static Response offset(int status, Upload upload) {
        return Answers.withRecording(tus(status).with("upload-offset", Long.toString(upload.offsetBytes())), upload);
    }

    /** The body of a {@code PATCH}. */
    private static final class Append extends Body {
        Append(UploadWriter writer) {
            super(writer);
        }

        @Override
        public Response complete() throws Problem, StorageFailure {
            return written(204, writer);
        }
    }

    /** The body, often none, of a creating {@code POST}. */
    private static final class Creation extends Body {
        private final Request head;

        Creation(UploadWriter writer, Request head) {
            super(writer);
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
                        .header("location", Answers.location(writer.upload()))
                        .header("tus-resumable", VERSION);
            }
        }

        @Override
        public Response complete() throws Problem, StorageFailure {
            return written(201, writer).with("location", Answers.location(writer.upload()));
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
            return offset(204, upload);
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }
    }
}
