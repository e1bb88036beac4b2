package org.liuhen.ingest.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Makes a {@link Reply} of a {@link Response}, on a worker. Source: RFC 9110 §13 (conditions) and §14 (ranges). */
final class Replies {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Fields that are the server's business alone. */
    private static final Set<String> OURS =
            Set.of("connection", "transfer-encoding", "content-length", "date", "server", "keep-alive", "upgrade");

    private static final Set<String> NOT_ABOUT_A_304 =
            Set.of("content-type", "content-disposition", "content-encoding", "repr-digest", "content-digest");

    private final InstantSource clock;
    private final RandomGenerator random;

    Replies(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** What is about to be sent to {@code request}. */
    Reply of(Request request, Response response) throws IOException, Problem {
        boolean head = request.method().equals("HEAD");
        Response.Body body = response.body();
        if (body instanceof Response.File file) {
            return file(file.path(), open -> opened(request, response, open, head));
        }
        if (body instanceof Response.Passing passing) {
            try {
                return file(passing.path(), open -> opened(request, response, open, head));
            } finally {
                Files.deleteIfExists(passing.path());
            }
        }
        if (body instanceof Response.Spliced spliced) {
            return file(spliced.path(), open -> spliced(request, response, spliced.pieces(), open));
        }
        HttpHeaders headers = headers(response);
        HttpResponseStatus status = HttpResponseStatus.valueOf(response.status());
        Optional<Long> declared = response.headers().first("content-length").map(Long::valueOf);
        if (body instanceof Response.Stream stream) {
            declared.ifPresent(length -> headers.set(HttpHeaderNames.CONTENT_LENGTH, length));
            return new Reply(status, headers, List.of(), declared.orElse(-1L), head ? null : stream.writer(), null);
        }
        byte[] bytes = body instanceof Response.Bytes whole ? whole.bytes() : new byte[0];
        long length = head && bytes.length == 0 ? declared.orElse(0L) : bytes.length;
        if (response.status() != 204 && response.status() != 304) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return new Reply(
                status,
                headers,
                head || bytes.length == 0 ? List.of() : List.of(new Reply.Literal(bytes)),
                length,
                null,
                null);
    }

    /** Makes a reply of an open file. */
    private interface OfFile {
        Reply reply(FileChannel file) throws IOException, Problem;
    }

    private Reply file(Path path, OfFile made) throws IOException, Problem {
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw new Problem(404, "missing", "file: it is not there", e);
        }
        boolean handedOver = false;
        try {
            Reply reply = made.reply(file);
            handedOver = !reply.parts().isEmpty();
            return handedOver
                    ? reply
                    : new Reply(reply.status(), reply.headers(), List.of(), reply.lengthBytes(), null, null);
        } finally {
            if (!handedOver) {
                file.close();
            }
        }
    }

    private Reply opened(Request request, Response response, FileChannel file, boolean head)
            throws IOException, Problem {
        HttpHeaders headers = headers(response);
        Optional<String> etag = response.headers().first("etag");
        if (isKnown(request, etag)) {
            return notModified(headers);
        }
        long size = file.size();
        headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        boolean whole = request.header("if-range")
                .map(condition ->
                        condition.startsWith("W/") || !Optional.of(condition).equals(etag))
                .orElse(false);
        Optional<List<ByteSpan>> spans = Optional.empty();
        if (request.method().equals("GET") && response.status() == 200 && !whole) {
            Optional<String> range = request.header("range");
            spans = range.isPresent() ? ByteSpan.of(range.get(), size) : Optional.empty();
        }
        if (spans.isPresent()) {
            return partial(headers, spans.get(), file, size);
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, size);
        List<Reply.Part> parts = head || size == 0 ? List.of() : List.of(new Reply.Segment(0, size));
        return new Reply(HttpResponseStatus.valueOf(response.status()), headers, parts, size, null, file);
    }

    private Reply spliced(Request request, Response response, List<Response.Piece> pieces, FileChannel file)
            throws IOException {
        HttpHeaders headers = headers(response);
        if (isKnown(request, response.headers().first("etag"))) {
            return notModified(headers);
        }
        List<Reply.Part> parts = new ArrayList<>(pieces.size());
        long length = 0;
        for (Response.Piece piece : pieces) {
            if (piece instanceof Response.Written written) {
                parts.add(new Reply.Literal(written.bytes()));
                length += written.bytes().length;
            } else if (piece instanceof Response.Taken taken) {
                if (taken.startByte() > file.size() - taken.sizeBytes()) {
                    throw new IOException("file: " + file.size() + " bytes (expected: " + taken + ")");
                }
                parts.add(new Reply.Segment(taken.startByte(), taken.sizeBytes()));
                length += taken.sizeBytes();
            }
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        boolean empty = request.method().equals("HEAD") || length == 0;
        HttpResponseStatus status = HttpResponseStatus.valueOf(response.status());
        return new Reply(status, headers, empty ? List.of() : List.copyOf(parts), length, null, file);
    }

    private static boolean isKnown(Request request, Optional<String> etag) {
        return etag.isPresent() && matches(request.headers().all("if-none-match"), etag.get());
    }

    private static Reply notModified(HttpHeaders headers) {
        NOT_ABOUT_A_304.forEach(headers::remove);
        return new Reply(HttpResponseStatus.NOT_MODIFIED, headers, List.of(), 0, null, null);
    }

    private Reply partial(HttpHeaders headers, List<ByteSpan> spans, FileChannel file, long size) {
        List<Reply.Part> parts = new ArrayList<>();
        long length = 0;
        if (spans.size() == 1) {
            ByteSpan span = spans.get(0);
            headers.set(HttpHeaderNames.CONTENT_RANGE, span.contentRange(size));
            parts.add(new Reply.Segment(span.startByte(), span.sizeBytes()));
            length = span.sizeBytes();
        } else {
            byte[] bytes = new byte[12];
            random.nextBytes(bytes);
            String boundary = HexFormat.of().formatHex(bytes);
            String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
            headers.set(HttpHeaderNames.CONTENT_TYPE, "multipart/byteranges; boundary=" + boundary);
            String before = "";
            for (ByteSpan span : spans) {
                byte[] lines = (before + "--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: "
                                + span.contentRange(size) + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
                parts.add(new Reply.Literal(lines));
                parts.add(new Reply.Segment(span.startByte(), span.sizeBytes()));
                length += lines.length + span.sizeBytes();
                before = "\r\n";
            }
            byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
            parts.add(new Reply.Literal(end));
            length += end.length;
        }
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        return new Reply(HttpResponseStatus.PARTIAL_CONTENT, headers, List.copyOf(parts), length, null, file);
    }

    private HttpHeaders headers(Response response) {
        HttpHeaders headers = new DefaultHttpHeaders();
        response.headers().fields().forEach((name, values) -> {
            if (!OURS.contains(name)) {
                headers.add(name, values);
            }
        });
        headers.set(HttpHeaderNames.DATE, DATE.format(clock.instant()));
        headers.set(HttpHeaderNames.SERVER, "liuhen");
        headers.set("x-content-type-options", "nosniff");
        return headers;
    }

    private static boolean matches(List<String> conditions, String etag) {
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        for (String condition : conditions) {
            for (String one : condition.split(",", -1)) {
                String candidate = one.strip();
                if (candidate.equals("*") || candidate.equals(strong) || candidate.equals("W/" + strong)) {
                    return true;
                }
            }
        }
        return false;
    }
}
