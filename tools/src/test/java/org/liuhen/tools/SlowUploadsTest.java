package org.liuhen.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.tools.client.ServerConnection;

/**
 * A thousand cameras on bad links at once, each an upload by tus that trickles in: all of them become recordings, the
 * server stays small, and nobody waits for the others. Prints the figures of {@code docs/performance.md}.
 */
@Tag("world")
class SlowUploadsTest {
    private static final int UPLOADS = 1000;
    private static final int PIECES = 20;
    private static final int PIECE_BYTES = 8 << 10;
    private static final long BETWEEN_PIECES_NANOS = 1_000_000_000L;
    private static final long DEADLINE_NANOS = 480_000_000_000L;
    private static final long MOST_RSS_KIB = 768 << 10;

    @TempDir
    private Path folder;

    /** One upload, in one request. */
    private static final class Camera {
        private final int number;
        private final SocketChannel channel;
        private final ByteBuffer head;
        private final byte[] footage = new byte[PIECES * PIECE_BYTES];
        private final StringBuilder answer = new StringBuilder();
        private ByteBuffer rest;
        private int piece;
        private long nextNanos;
        private final long begunNanos;
        private long endedNanos;

        Camera(int number, InetSocketAddress server, String token, Selector selector) throws IOException {
            this.number = number;
            new Random(number).nextBytes(footage);
            this.head = ByteBuffer.wrap(
                    ("POST /uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\n"
                                    + "Content-Type: application/offset+octet-stream\r\nAuthorization: Bearer " + token
                                    + "\r\nUpload-Length: " + footage.length + "\r\nContent-Length: " + footage.length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            this.rest = head;
            this.begunNanos = System.nanoTime();
            this.nextNanos = begunNanos;
            this.channel = SocketChannel.open(server);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** Sends what is due. */
        void send(long now) throws IOException {
            while (rest.hasRemaining() || (piece < PIECES && now - nextNanos >= 0)) {
                if (!rest.hasRemaining()) {
                    rest = ByteBuffer.wrap(footage, piece * PIECE_BYTES, PIECE_BYTES);
                    piece++;
                    nextNanos += BETWEEN_PIECES_NANOS;
                }
                channel.write(rest);
                if (rest.hasRemaining()) {
                    return;
                }
            }
        }

        void read(ByteBuffer buffer) throws IOException {
            int count = channel.read(buffer.clear());
            if (count < 0) {
                endedNanos = System.nanoTime();
                channel.close();
            } else {
                answer.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            }
        }

        double seconds() {
            return (endedNanos - begunNanos) / 1e9;
        }
    }

    @Test
    void a_thousand_slow_uploads_at_once_all_end_in_a_small_server_and_none_is_starved() throws Exception {
        try (ServerInAnotherProcess server = ServerInAnotherProcess.start(folder.resolve("d"));
                ServerConnection console = server.console();
                Selector selector = Selector.open()) {
            String token = console.post("/api/v1/devices", Map.of("id", "cam-1"))
                    .path("token")
                    .asText();
            InetSocketAddress address = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.address().getPort());
            List<Camera> cameras = run(selector, address, token);

            assertThat(cameras)
                    .allSatisfy(camera -> assertThat(camera.answer)
                            .as("camera %d", camera.number)
                            .contains(" 201 ")
                            .contains("liuhen-recording: "));
            long rssKib = peakKib(server.pid());
            double[] seconds =
                    cameras.stream().mapToDouble(Camera::seconds).sorted().toArray();
            double ratio = seconds[seconds.length * 99 / 100] / seconds[0];
            System.out.printf(
                    Locale.ROOT,
                    "slow uploads: %d, fastest %.1f s, p99 %.1f s, slowest %.1f s, p99/fastest %.2f, peak %d MiB%n",
                    UPLOADS,
                    seconds[0],
                    seconds[seconds.length * 99 / 100],
                    seconds[seconds.length - 1],
                    ratio,
                    rssKib >> 10);
            assertThat(rssKib).isLessThan(MOST_RSS_KIB);
            assertThat(ratio).as("p99 to fastest").isLessThan(10);
            assertThat(console.get("/api/v1/recordings?limit=500").path("recordings"))
                    .hasSize(500);
        }
    }

    private static List<Camera> run(Selector selector, InetSocketAddress address, String token) throws IOException {
        List<Camera> cameras = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (cameras.size() < UPLOADS || cameras.stream().anyMatch(camera -> camera.endedNanos == 0)) {
            long now = System.nanoTime();
            assertThat(now).as("deadline").isLessThan(end);
            for (int i = 0; i < 20 && cameras.size() < UPLOADS; i++) {
                cameras.add(new Camera(cameras.size(), address, token, selector));
            }
            for (Camera camera : cameras) {
                if (camera.endedNanos == 0) {
                    camera.send(now);
                }
            }
            selector.select(50);
            for (SelectionKey key : selector.selectedKeys()) {
                ((Camera) key.attachment()).read(buffer);
            }
            selector.selectedKeys().clear();
        }
        return cameras;
    }

    /** The most memory that the process has held at once. */
    private static long peakKib(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
