package org.liuhen.device.tus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.liuhen.ingest.contract.Pusher;

/** A device that speaks the IETF's resumable uploads, interop version 8. It remembers the length that it announced. */
final class ResumablePusher implements Pusher {
    private final InetSocketAddress server;
    private final String token;

    ResumablePusher(InetSocketAddress server, String token) {
        this.server = server;
        this.token = token;
    }

    Map<String, String> headers(String... more) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Upload-Draft-Interop-Version", "8");
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    static String query(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public boolean tooMuchEndsTheUpload() {
        return true;
    }

    @Override
    public Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException {
        Map<String, String> headers = headers("Upload-Complete", "?0", "Upload-Length", Long.toString(lengthBytes));
        return answer("", RawHttp.exchange(server, "POST", "/uploads?" + query(metadata), headers, new byte[0]));
    }

    @Override
    public Answer standing(String upload) throws IOException {
        return answer(upload, RawHttp.exchange(server, "HEAD", upload, headers(), new byte[0]));
    }

    @Override
    public Answer giveUp(String upload) throws IOException {
        return answer(upload, RawHttp.exchange(server, "DELETE", upload, headers(), new byte[0]));
    }

    @Override
    public Answer append(String upload, long offsetBytes, byte[] bytes) throws IOException {
        try (OpenBody body = open(upload, offsetBytes, bytes.length)) {
            try {
                body.write(bytes);
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            return body.answer();
        }
    }

    /** A body that ends the upload if it ends at the length that was announced when it began. */
    @Override
    public OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException {
        String length = RawHttp.exchange(server, "HEAD", upload, headers(), new byte[0])
                .header("upload-length")
                .orElse("-1");
        boolean ends = offsetBytes + announcedBytes == Long.parseLong(length);
        RawHttp http = new RawHttp(
                server,
                "PATCH",
                upload,
                headers(
                        "Content-Type",
                        "application/partial-upload",
                        "Upload-Offset",
                        Long.toString(offsetBytes),
                        "Upload-Complete",
                        ends ? "?1" : "?0",
                        "Content-Length",
                        Long.toString(announcedBytes)));
        return new OpenBody() {
            @Override
            public void write(byte[] bytes) throws IOException {
                http.write(bytes);
            }

            @Override
            public Answer answer() throws IOException {
                return ResumablePusher.answer(upload, http.reply());
            }

            @Override
            public void close() throws IOException {
                http.close();
            }
        };
    }

    private static Answer answer(String upload, RawHttp.Reply reply) {
        String recording = reply.header("liuhen-recording").orElse("");
        Outcome outcome = switch (reply.status()) {
            case 0 -> Outcome.NONE;
            case 200, 201, 204 -> recording.isEmpty() ? Outcome.ACCEPTED : Outcome.STORED;
            case 400 -> reply.body().contains("is exceeded") ? Outcome.TOO_LONG : Outcome.INVALID;
            case 401 -> Outcome.UNAUTHENTICATED;
            case 403 -> Outcome.FORBIDDEN;
            case 404 -> reply.body().contains(":sealed") ? Outcome.FORBIDDEN : Outcome.UNKNOWN;
            case 409 -> reply.body().contains(":superseded") ? Outcome.TAKEN_OVER : Outcome.WRONG_OFFSET;
            case 413 -> Outcome.TOO_LONG;
            case 422 -> Outcome.FINGERPRINT_MISMATCH;
            case 507 -> Outcome.NO_SPACE;
            default -> throw new AssertionError("answer: " + reply);
        };
        return new Answer(
                outcome,
                reply.header("location").orElse(upload),
                Long.parseLong(reply.header("upload-offset").orElse("-1")),
                recording);
    }
}
