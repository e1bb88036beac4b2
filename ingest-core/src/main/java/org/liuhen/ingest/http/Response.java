package org.liuhen.ingest.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.StoredJson;

/** An answer. {@code Content-Length} or chunking, {@code Date} and {@code Server} are the server's business. */
public record Response(int status, Headers headers, Body body) {
    /** What follows the head. */
    public sealed interface Body {}

    public record Empty() implements Body {}

    /** @param bytes not copied */
    public record Bytes(byte[] bytes) implements Body {}

    /**
     * A file. The server answers {@code Range}, {@code If-Range}, {@code If-None-Match} and {@code HEAD} by itself from
     * the response's {@code etag} field, and sends without copying where the transport can.
     */
    public record File(Path path) implements Body {}

    /** A file that was made for this answer: sent as any other, and removed as soon as it is open, or was not wanted. */
    public record Passing(Path path) implements Body {}

    /**
     * Stretches of a file, and bytes between them. Answers {@code If-None-Match} and {@code HEAD} as a file does, but no
     * ranges.
     */
    public record Spliced(Path path, List<Piece> pieces) implements Body {
        public Spliced {
            pieces = List.copyOf(pieces);
        }
    }

    /** A piece of what is put together. */
    public sealed interface Piece {}

    /** @param bytes not copied */
    public record Written(byte[] bytes) implements Piece {}

    /** A stretch of the file, which is all there. */
    public record Taken(long startByte, long sizeBytes) implements Piece {}

    /**
     * Written as it is made, on a thread of its own; a slow reader blocks the writer. Chunked, unless the response has a
     * {@code content-length}, which is then held to. Short ones get their length anyway. Flushing sends at once, so
     * server-sent events are a stream that flushes; one that has nothing to say should write a comment now and then,
     * because only writing finds out that the reader is gone.
     */
    public record Stream(Writer writer) implements Body {}

    /**
     * Writes a streamed body. A failure before the first byte is answered as any other; one after it breaks the
     * connection, so that nobody takes what came for the whole.
     */
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException, Problem, StorageFailure;
    }

    public static Response of(int status) {
        return new Response(status, Headers.NONE, new Empty());
    }

    /** @param value written by {@link StoredJson} */
    public static Response json(int status, Object value) {
        try {
            return new Response(status, Headers.NONE, new Bytes(StoredJson.MAPPER.writeValueAsBytes(value)))
                    .with("content-type", "application/json");
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("value: cannot be written as JSON", e);
        }
    }

    /** @param contentType for example {@code text/html; charset=utf-8} */
    public static Response text(int status, String contentType, String text) {
        return new Response(status, Headers.NONE, new Bytes(text.getBytes(StandardCharsets.UTF_8)))
                .with("content-type", contentType);
    }

    public static Response file(Path path, String contentType) {
        return new Response(200, Headers.NONE, new File(path)).with("content-type", contentType);
    }

    public static Response redirect(String location) {
        return of(303).with("location", location);
    }

    public Response with(String header, String value) {
        return new Response(status, headers.with(header, value), body);
    }
}
