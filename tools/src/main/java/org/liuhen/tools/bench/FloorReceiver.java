package org.liuhen.tools.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The least a receiver of files can do, as a program of its own: take the bytes and write them, nothing else. No HTTP,
 * no fingerprint, no force. Each message is its length (8 bytes, big-endian) and so many bytes; one byte answers.
 */
final class FloorReceiver {
    private static final int BUFFER_BYTES = 1 << 20;

    private FloorReceiver() {}

    /** Takes the folder to write to; prints {@code ready PORT}; ends when its standard input does. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        AtomicLong counter = new AtomicLong();
        start("accept", () -> {
            while (true) {
                SocketChannel connection = server.accept();
                start("receive", () -> receive(connection, folder, counter));
            }
        });
        System.out.println("ready " + ((InetSocketAddress) server.getLocalAddress()).getPort());
        while (System.in.read() >= 0) {
            // only the end matters
        }
        System.exit(0);
    }

    private static void receive(SocketChannel connection, Path folder, AtomicLong counter) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (connection) {
            while (true) {
                buffer.clear().limit(Long.BYTES);
                if (!fill(connection, buffer)) {
                    return;
                }
                long left = buffer.flip().getLong();
                Path file = folder.resolve("floor-" + counter.incrementAndGet());
                try (FileChannel out =
                        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    while (left > 0) {
                        buffer.clear().limit((int) Math.min(left, BUFFER_BYTES));
                        if (connection.read(buffer) < 0) {
                            throw new EOFException("message: " + left + " bytes are missing");
                        }
                        buffer.flip();
                        left -= buffer.remaining();
                        while (buffer.hasRemaining()) {
                            out.write(buffer);
                        }
                    }
                }
                Files.delete(file);
                connection.write(ByteBuffer.wrap(new byte[] {1}));
            }
        }
    }

    private static boolean fill(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (connection.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        System.err.println(name + ": " + e);
                    }
                },
                name,
                256 << 10);
        thread.setDaemon(true);
        thread.start();
    }
}
