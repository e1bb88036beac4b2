package org.liuhen.device.tus;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.liuhen.ingest.UploadMetadata;
import org.liuhen.ingest.UploadWriter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.BodyHandler;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.ingest.http.Response;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;

/** A recording pushed in one plain {@code POST}: its metadata are query parameters, its body is the file. */
final class WholeFile implements BodyHandler {
    private final Uploads uploads;

    WholeFile(Uploads uploads) {
        this.uploads = uploads;
    }

    /** What a request that carries the file itself says about it. */
    static UploadMetadata metadata(Request head) throws Problem {
        String type = head.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("multipart/")) {
            throw new Problem(
                    415,
                    "not-a-file",
                    "Content-Type: multipart (expected: the file itself as the body, with its type)");
        }
        return UploadMetadata.of(head.query())
                .withDefaults(
                        head.header("content-disposition").flatMap(ContentDisposition::filename),
                        // what curl says of any body unless it is told otherwise
                        Optional.of(type).filter(said -> !said.startsWith("application/x-www-form-urlencoded")));
    }

    @Override
    public Sink accept(Request head) throws Problem, StorageFailure {
        UploadMetadata metadata = metadata(head);
        OptionalLong length = head.contentLength().map(OptionalLong::of).orElse(OptionalLong.empty());
        return uploads.begin(head.principal(), metadata, Uploads.WHOLE_FILE, Map.of(), length, false)
                .match(
                        ready -> new Whole(ready.writer(), length.isPresent()),
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

    private static final class Whole extends Body {
        private final boolean lengthDeclared;
        private boolean empty = true;

        Whole(UploadWriter writer, boolean lengthDeclared) {
            super(writer);
            this.lengthDeclared = lengthDeclared;
        }

        @Override
        public void write(ByteBuffer bytes) throws Exception {
            empty &= !bytes.hasRemaining();
            super.write(bytes);
        }

        @Override
        public Response complete() throws StorageFailure, Problem {
            if (empty && !lengthDeclared) {
                writer.broken();
                throw new InvalidField("body", "is missing (expected: a file; an empty one with Content-Length: 0)");
            }
            return writer.finishWhole()
                    .match(
                            acknowledged -> {
                                throw new IllegalStateException("body: ended before its length, upload="
                                        + acknowledged.upload().id());
                            },
                            stored -> Answers.stored(201, stored.upload()),
                            mismatch -> {
                                throw Answers.fingerprintMismatch(mismatch);
                            },
                            superseded -> {
                                throw Answers.superseded();
                            });
        }
    }
}
