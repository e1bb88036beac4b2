package org.liuhen.device.tus;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.ingest.contract.Pusher;

/** A device that speaks tus 1.0.0. */
final class TusPusher implements Pusher {
    private final InetSocketAddress server;
    private final String token;
    private boolean checks;

    TusPusher(InetSocketAddress server, String token) {
        this.server = server;
        this.token = token;
    }

    /** This one, sending a checksum with each body that it has as a whole. */
    TusPusher checking() {
        checks = true;
        return this;
    }

    Map<String, String> headers(String... more) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Tus-Resumable", "1.0.0");
        if (!token.isEmpty()) {
            headers.put("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    static String metadata(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + Base64.getEncoder().encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(","));
    }

    @Override
    public Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException {
        return answer(
                "",
                exchange(
                        "POST",
                        "/uploads",
                        headers("Upload-Length", Long.toString(lengthBytes), "Upload-Metadata", metadata(metadata))));
    }

    @Override
    public Answer standing(String upload) throws IOException {
        return answer(upload, exchange("HEAD", upload, headers()));
    }

    @Override
    public Answer giveUp(String upload) throws IOException {
        return answer(upload, exchange("DELETE", upload, headers()));
    }

    private RawHttp.Reply exchange(String method, String target, Map<String, String> headers) throws IOException {
        return RawHttp.exchange(server, method, target, headers, new byte[0]);
    }

    @Override
    public Answer append(String upload, long offsetBytes, byte[] bytes) throws IOException {
        Map<String, String> checksum = checks
                ? Map.of("Upload-Checksum", "sha1 " + Base64.getEncoder().encodeToString(DigestUtils.sha1(bytes)))
                : Map.of();
        try (OpenBody body = open(upload, offsetBytes, bytes.length, checksum)) {
            try {
                body.write(bytes);
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            return body.answer();
        }
    }

    @Override
    public OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException {
        return open(upload, offsetBytes, announcedBytes, Map.of());
    }

    private OpenBody open(String upload, long offsetBytes, long announcedBytes, Map<String, String> more)
            throws IOException {
        Map<String, String> headers = headers(
                "Content-Type", "application/offset+octet-stream",
                "Upload-Offset", Long.toString(offsetBytes),
                "Content-Length", Long.toString(announcedBytes));
        headers.putAll(more);
        RawHttp http = new RawHttp(server, "PATCH", upload, headers);
        return new OpenBody() {
            @Override
            public void write(byte[] bytes) throws IOException {
                http.write(bytes);
            }

            @Override
            public Answer answer() throws IOException {
                return TusPusher.answer(upload, http.reply());
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
            case 400 -> Outcome.INVALID;
            case 401 -> Outcome.UNAUTHENTICATED;
            case 403 -> Outcome.FORBIDDEN;
            case 404, 410 -> Outcome.UNKNOWN;
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
