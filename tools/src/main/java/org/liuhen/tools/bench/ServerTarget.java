package org.liuhen.tools.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A kept-alive HTTP/1.1 connection to a Liuhen server that posts whole files, or asks for receipts; as thin as a client
 * can be.
 */
final class ServerTarget implements Load.Target {
    private final Socket socket;
    private final WritableByteChannel out;
    private final InputStream in;
    private final String fields;
    private final Consumer<String> recordings;

    /**
     * @param tls null for plain TCP
     * @param recordings told the id of each recording that was acknowledged
     */
    ServerTarget(InetSocketAddress server, String token, @Nullable SSLSocketFactory tls, Consumer<String> recordings)
            throws IOException {
        this.recordings = recordings;
        SocketChannel channel = SocketChannel.open(server);
        if (tls == null) {
            socket = channel.socket();
            out = channel;
            in = new BufferedInputStream(Channels.newInputStream(channel));
        } else {
            socket = tls.createSocket(channel.socket(), server.getHostString(), server.getPort(), true);
            out = Channels.newChannel(socket.getOutputStream());
            in = new BufferedInputStream(socket.getInputStream());
        }
        fields = " HTTP/1.1\r\nHost: " + server.getHostString() + "\r\nAuthorization: Bearer " + token + "\r\n";
    }

    @Override
    public void begin(long sizeBytes) throws IOException {
        ask("POST /uploads?case=BENCH-1&filename=bench.bin" + fields
                + "Content-Type: application/octet-stream\r\nContent-Length: " + sizeBytes);
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void acknowledged() throws IOException {
        recordings.accept(answer(201).getOrDefault("liuhen-recording", ""));
    }

    /** The same connection, fetching one receipt for each file: of {@code recordings}, which it empties. */
    Load.Target receipts(Queue<String> recordings) {
        ServerTarget server = this;
        return new Load.Target() {
            @Override
            public void begin(long ignored) throws IOException {
                server.ask("GET /api/v1/recordings/" + recordings.remove() + "/receipt" + fields);
            }

            @Override
            public void send(ByteBuffer bytes) {
                bytes.position(bytes.limit());
            }

            @Override
            public void acknowledged() throws IOException {
                server.answer(200);
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    private void ask(String head) throws IOException {
        send(ByteBuffer.wrap((head.stripTrailing() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    /** The fields of the answer, by their names in lower case. */
    private Map<String, String> answer(int expected) throws IOException {
        String status = line();
        Map<String, String> fields = new HashMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(fields.getOrDefault("content-length", "0")));
        if (!status.startsWith("HTTP/1.1 " + expected)) {
            throw new IOException("server: " + status + " " + new String(body, StandardCharsets.UTF_8) + " (expected: "
                    + expected + ")");
        }
        return fields;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("upload: the server closed the connection before it answered");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
