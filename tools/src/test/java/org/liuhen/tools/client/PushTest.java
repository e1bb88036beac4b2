package org.liuhen.tools.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Fingerprint;
import org.liuhen.tools.serve.DataFolder;
import org.liuhen.tools.serve.Listening;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/** The dock's side: goes on after being killed, and believes no receipt that proves nothing. */
class PushTest {
    private static final int SIZE = 3_000_000;
    private static final Map<String, String> CASE = Map.of("case", "A-1");

    @TempDir
    private Path folder;

    private LiuhenServer server;
    private Path file;
    private String token;

    @BeforeEach
    void start() throws Exception {
        server = LiuhenServer.start(
                folder.resolve("d"),
                ServerConfiguration.read(Files.writeString(folder.resolve("c.yaml"), "media: {children: 0}\n")),
                new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, null, false),
                null);
        byte[] footage = new byte[SIZE];
        new Random(4).nextBytes(footage);
        file = Files.write(folder.resolve("a.mp4"), footage);
        try (ServerConnection console = ServerConnection.through(DataFolder.socket(folder.resolve("d")))) {
            token = console.post("/api/v1/devices", Map.of("id", "dock-1"))
                    .path("token")
                    .asText();
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    private Push push(ServerConnection connection, Push.Progress progress) {
        return new Push(
                connection,
                InstantSource.system(),
                Duration.ofMinutes(1),
                progress,
                UnfinishedPushes.in(folder.resolve("state")));
    }

    /** Stands for a process that is killed when it has sent a million bytes. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static final class Watch implements Push.Progress {
        private final long deadly;
        private long first = -1;

        Watch(long deadly) {
            this.deadly = deadly;
        }

        @Override
        public void sent(Path of, long offsetBytes, long sizeBytes) {
            first = first < 0 ? offsetBytes : first;
            if (offsetBytes > deadly) {
                throw new Killed();
            }
        }

        @Override
        public void trouble(Path of, String what, Duration pause) {}
    }

    private long remembered() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            return files.count();
        }
    }

    @Test
    void killed_push_is_gone_on_with_and_nothing_acknowledged_is_sent_again() throws Exception {
        try (ServerConnection connection = ServerConnection.over(address(), token, null)) {
            assertThatThrownBy(() -> push(connection, new Watch(1_000_000)).push(file, CASE))
                    .isInstanceOf(Killed.class);
        }
        assertThat(remembered()).isEqualTo(1);
        Watch watch = new Watch(Long.MAX_VALUE);
        try (ServerConnection connection = ServerConnection.over(address(), token, null)) {
            String upload = new String(Files.readAllBytes(onlyFile(folder.resolve("state"))), StandardCharsets.UTF_8);
            long acknowledged = Long.parseLong(connection
                    .send("HEAD", upload, Map.of("Tus-Resumable", "1.0.0"), null)
                    .header("upload-offset")
                    .orElseThrow());

            Push.Pushed pushed = push(connection, watch).push(file, CASE);

            assertThat(watch.first).isGreaterThan(acknowledged);
            assertThat(pushed.sizeBytes()).isEqualTo(SIZE);
        }
        assertThat(remembered()).isZero();
    }

    private static Path onlyFile(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void upload_that_the_server_has_forgotten_is_begun_anew() throws Exception {
        UnfinishedPushes unfinished = UnfinishedPushes.in(folder.resolve("state"));
        try (ServerConnection connection = ServerConnection.over(address(), token, null)) {
            Fingerprint fingerprint = Push.fingerprint(file);
            Map<String, String> all = Map.of("case", "A-1", "filename", "a.mp4", "sha256", fingerprint.hex());
            unfinished.place(connection.base(), fingerprint, all).begun("/uploads/" + "0".repeat(32));

            assertThat(push(connection, Push.quiet()).push(file, CASE).fingerprint())
                    .isEqualTo(fingerprint);
        }
        assertThat(remembered()).isZero();
    }

    @Test
    void receipt_that_proves_nothing_is_asked_for_a_few_times_and_no_more() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer liar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        liar.createContext("/", exchange -> lie(exchange, asked));
        liar.start();
        try (ServerConnection connection = ServerConnection.over(
                URI.create("http://127.0.0.1:" + liar.getAddress().getPort()), token, null)) {
            Push push = new Push(connection, InstantSource.system(), Duration.ofHours(1), Push.quiet());

            assertThatThrownBy(() -> push.push(file, CASE))
                    .isInstanceOf(InvalidReceipt.class)
                    .hasMessageContaining("keep the file");

            assertThat(asked).hasValue(4);
        } finally {
            liar.stop(0);
        }
    }

    private static void lie(HttpExchange exchange, AtomicInteger asked) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Location", "/uploads/1");
        exchange.getResponseHeaders().add("Upload-Offset", Integer.toString(SIZE));
        exchange.getResponseHeaders().add("Liuhen-Recording", "0".repeat(32));
        if (exchange.getRequestURI().getPath().endsWith("/receipt")) {
            asked.incrementAndGet();
            byte[] receipt = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, receipt.length);
            exchange.getResponseBody().write(receipt);
        } else {
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("POST") ? 201 : 200, -1);
        }
        exchange.close();
    }
}
