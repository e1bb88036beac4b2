package org.liuhen.device.axis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.ingest.contract.IngestServer;
import org.liuhen.ingest.contract.Pusher;

/** An Axis system over sockets of its own: logs in anew for each request, and puts each file as one object. */
final class AxisPusher implements Pusher {
    private final InetSocketAddress server;
    private final String key;
    private final String account;

    AxisPusher(InetSocketAddress server, String key) {
        this.server = server;
        this.key = key;
        this.account = key.equals(IngestServer.OTHER_TOKEN) ? AxisTown.OTHER : AxisTown.SYSTEM;
    }

    /** A request on its way. */
    private final class Wire implements OpenBody {
        private final Socket socket;
        private final OutputStream out;
        private final BufferedReader in;
        private final String upload;

        Wire(String upload, String method, String path, Map<String, String> headers) throws IOException {
            this.upload = upload;
            this.socket = new Socket(server.getAddress(), server.getPort());
            socket.setSoTimeout(120_000);
            socket.setTcpNoDelay(true);
            this.out = socket.getOutputStream();
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** The status under an empty name, and the fields; empty if the connection ended without an answer. */
        Map<String, String> head() throws IOException {
            Map<String, String> head = new TreeMap<>();
            try {
                String status = in.readLine();
                if (status == null) {
                    return head;
                }
                head.put("", status.substring(9, 12));
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    int colon = line.indexOf(':');
                    head.put(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip());
                }
            } catch (SocketException ignored) {
                // reset: no answer
            }
            return head;
        }

        @Override
        public Answer answer() throws IOException {
            Map<String, String> head = head();
            String recording = head.getOrDefault("liuhen-recording", "");
            Outcome outcome = switch (head.getOrDefault("", "0")) {
                case "0" -> Outcome.NONE;
                case "200", "201", "202", "204" -> recording.isEmpty() ? Outcome.ACCEPTED : Outcome.STORED;
                case "400" -> Outcome.INVALID;
                case "401" -> Outcome.UNAUTHENTICATED;
                case "403" -> Outcome.FORBIDDEN;
                case "404" -> Outcome.UNKNOWN;
                case "422" -> Outcome.FINGERPRINT_MISMATCH;
                case "507" -> Outcome.NO_SPACE;
                default -> throw new AssertionError("answer: " + head);
            };
            return new Answer(outcome, upload, Long.parseLong(head.getOrDefault("content-length", "-1")), recording);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        try (Wire login = new Wire("", "GET", AxisTown.AUTH, Map.of("X-Auth-User", account, "X-Auth-Key", key))) {
            String token = login.head().get("x-auth-token");
            if (token != null) {
                headers.put("X-Auth-Token", token);
            }
        }
        return headers;
    }

    private Answer ask(String upload, String method, String path) throws IOException {
        try (Wire wire = new Wire(upload, method, path, headers())) {
            return wire.answer();
        }
    }

    /** An upload's name is its path, and after a bar what the object's bytes are declared to hash to. */
    @Override
    public boolean can(Power power) {
        return power != Power.METADATA;
    }

    @Override
    public Answer begin(Map<String, String> metadata, long lengthBytes) throws IOException {
        String container = "/axis/v1/" + account + "/" + AxisTown.PATROL;
        String name = metadata.getOrDefault("filename", "unnamed.mp4");
        String path = container + "/" + encoded(name);
        String upload = metadata.containsKey("sha256") ? path + "|" + "0".repeat(32) : path;
        Answer made = ask(upload, "PUT", container);
        if (made.outcome() != Outcome.ACCEPTED) {
            return made;
        }
        Answer there = ask(upload, "HEAD", path);
        return there.outcome() == Outcome.INVALID ? there : made;
    }

    private static String encoded(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (Character.isLetterOrDigit(c) && c < 128) || c == '.' || c == '/';
            text.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return text.toString();
    }

    private static String path(String upload) {
        int bar = upload.indexOf('|');
        return bar < 0 ? upload : upload.substring(0, bar);
    }

    @Override
    public Answer standing(String upload) throws IOException {
        return ask(upload, "HEAD", path(upload));
    }

    @Override
    public Answer giveUp(String upload) throws IOException {
        return ask(upload, "DELETE", path(upload));
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

    @Override
    public OpenBody open(String upload, long offsetBytes, long announcedBytes) throws IOException {
        if (offsetBytes != 0) {
            throw new IllegalArgumentException("offset: " + offsetBytes + " (expected: 0, objects come whole)");
        }
        Map<String, String> headers = headers();
        headers.put("Content-Length", Long.toString(announcedBytes));
        int bar = upload.indexOf('|');
        if (bar >= 0) {
            headers.put("Etag", upload.substring(bar + 1));
        }
        return new Wire(upload, "PUT", path(upload), headers);
    }
}
