package org.liuhen.device.tus;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One HTTP/1.1 request over a socket of its own, written by hand so that it can be cut anywhere. */
final class RawHttp implements Closeable {
    /** An answer; header names in lower case. Status 0: the connection ended without one. */
    record Reply(int status, Map<String, String> headers, String body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final String method;
    private final List<Reply> interim = new ArrayList<>();

    RawHttp(InetSocketAddress server, String method, String target, Map<String, String> headers) throws IOException {
        this.method = method;
        this.socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        this.out = socket.getOutputStream();
        this.in = new BufferedInputStream(socket.getInputStream());
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    static Reply exchange(
            InetSocketAddress server, String method, String target, Map<String, String> headers, byte[] body)
            throws IOException {
        Map<String, String> all = new TreeMap<>(headers);
        if (body.length > 0 || method.equals("POST") || method.equals("PATCH")) {
            all.putIfAbsent("Content-Length", Integer.toString(body.length));
        }
        try (RawHttp http = new RawHttp(server, method, target, all)) {
            try {
                http.write(body);
            } catch (IOException ignored) {
                // refused before it was all sent; the answer says why
            }
            return http.reply();
        }
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** What was told before the last answer, oldest first. */
    List<Reply> interim() {
        return List.copyOf(interim);
    }

    Reply reply() throws IOException {
        try {
            Reply reply = read();
            while (reply.status() >= 100 && reply.status() < 200) {
                interim.add(reply);
                reply = read();
            }
            return reply;
        } catch (java.net.SocketException ignored) {
            // reset: no answer
            return new Reply(0, Map.of(), "");
        }
    }

    /** The next head, be it of an answer or of what goes before it. */
    Reply next() throws IOException {
        return read();
    }

    private Reply read() throws IOException {
        String status = line();
        if (status.isEmpty()) {
            return new Reply(0, Map.of(), "");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int code = Integer.parseInt(status.substring(9, 12));
        int length = method.equals("HEAD") ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(code, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
