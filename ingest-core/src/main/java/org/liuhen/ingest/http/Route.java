package org.liuhen.ingest.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A method and a path pattern, and what answers there.
 *
 * @param method upper case; a {@code GET} route also answers {@code HEAD}
 * @param pattern segments are literal, {@code {name}} for one segment, or {@code {name*}} at the end for all that is
 *     left, for example {@code /uploads/{id}}. The most literal pattern wins
 * @param always fields that every answer carries, also one that says what is wrong
 */
public record Route(String method, String pattern, BodyHandler handler, Headers always) {
    public Route(String method, String pattern, BodyHandler handler) {
        this(method, pattern, handler, Headers.NONE);
    }

    /** The largest body that {@link #document} gathers. */
    public static final int DOCUMENT_BYTES = 1 << 20;

    /** A route for requests without a body; one that has a body anyway is refused with 413. */
    public static Route of(String method, String pattern, Handler handler) {
        return new Route(method, pattern, head -> Gathering.begin(head, 0, bytes -> handler.handle(head)));
    }

    /** A route for requests with a small body, handed over whole. Larger than {@link #DOCUMENT_BYTES}: 413. */
    public static Route document(String method, String pattern, DocumentHandler handler) {
        return new Route(
                method, pattern, head -> Gathering.begin(head, DOCUMENT_BYTES, bytes -> handler.handle(head, bytes)));
    }

    /** A route whose body is streamed. */
    public static Route streaming(String method, String pattern, BodyHandler handler) {
        return new Route(method, pattern, handler);
    }

    /** This route with one more field that every answer carries. */
    public Route always(String field, String value) {
        return new Route(method, pattern, handler, always.with(field, value));
    }

    /** An answer with the fields that every answer carries, unless it has them. */
    Response carrying(Response response) {
        Response carrying = response;
        for (Map.Entry<String, List<String>> field : always.fields().entrySet()) {
            if (response.headers().all(field.getKey()).isEmpty()) {
                for (String value : field.getValue()) {
                    carrying = carrying.with(field.getKey(), value);
                }
            }
        }
        return carrying;
    }

    /** Answers a request with a small body. Called on a worker thread; may block. */
    @FunctionalInterface
    public interface DocumentHandler {
        Response handle(Request request, byte[] body) throws Exception;
    }

    private interface Answer {
        Response to(byte[] body) throws Exception;
    }

    private static final class Gathering implements BodyHandler.Sink {
        private final int maxBytes;
        private final Answer answer;
        private byte[] gathered = new byte[0];
        private int length;

        private Gathering(int maxBytes, Answer answer) {
            this.maxBytes = maxBytes;
            this.answer = answer;
        }

        static Gathering begin(Request head, int maxBytes, Answer answer) throws Problem {
            if (head.contentLength().orElse(0L) > maxBytes) {
                throw tooLarge(maxBytes);
            }
            return new Gathering(maxBytes, answer);
        }

        @Override
        public void write(ByteBuffer bytes) throws Problem {
            int more = bytes.remaining();
            if (more > maxBytes - length) {
                throw tooLarge(maxBytes);
            }
            if (more > gathered.length - length) {
                gathered = Arrays.copyOf(gathered, Math.min(maxBytes, Math.max(length + more, 2 * gathered.length)));
            }
            bytes.get(gathered, length, more);
            length += more;
        }

        @Override
        public Response complete() throws Exception {
            return answer.to(length == gathered.length ? gathered : Arrays.copyOf(gathered, length));
        }

        @Override
        public void broken(Throwable ignored) {
            // nothing was begun
        }

        private static Problem tooLarge(int maxBytes) {
            return new Problem(413, "body-too-large", "body: more than " + maxBytes + " bytes are not taken here");
        }
    }
}
