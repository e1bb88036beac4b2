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
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** A kept-alive HTTP/1.1 connection to a Liuhen server that posts whole files; as thin as a client can be. */
final class ServerTarget implements Load.Target {
    private final Socket socket;
    private final WritableByteChannel out;
    private final InputStream in;
    private final String head;

    /** @param tls null for plain TCP */
    ServerTarget(InetSocketAddress server, String token, @Nullable SSLSocketFactory tls) throws IOException {
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
        head = "POST /uploads?case=BENCH-1&filename=bench.bin HTTP/1.1\r\nHost: " + server.getHostString()
                + "\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/octet-stream\r\nContent-Length: ";
    }

    @Override
    public void begin(long sizeBytes) throws IOException {
        send(ByteBuffer.wrap((head + sizeBytes + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void acknowledged() throws IOException {
        String status = line();
        long body = 0;
        for (String field = line(); !field.isEmpty(); field = line()) {
            if (field.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                body = Long.parseLong(
                        field.substring("content-length:".length()).strip());
            }
        }
        String answer = new String(in.readNBytes((int) body), StandardCharsets.UTF_8);
        if (!status.startsWith("HTTP/1.1 201")) {
            throw new IOException("upload: " + status + " " + answer + " (expected: 201)");
        }
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
