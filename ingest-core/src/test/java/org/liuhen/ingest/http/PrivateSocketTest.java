package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.liuhen.storage.Role;

@ExtendWith(LeakWatch.class)
class PrivateSocketTest {
    private Path folder = Path.of("");

    @BeforeEach
    void shortFolder() throws IOException {
        folder = Files.createTempDirectory("liuhen");
    }

    @AfterEach
    void remove() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static HttpServer server(HttpSettings.Transport transport) {
        var threads = HttpSettings.Threads.defaults();
        return HttpServer.start(
                HttpSettings.defaults()
                        .with(new HttpSettings.Threads(
                                transport, threads.eventLoops(), threads.workers(), threads.streams())),
                List.of(Route.of(
                        "GET",
                        "/me",
                        r -> Response.text(
                                200,
                                "text/plain",
                                r.peer() + " " + r.principal().is(Role.ADMINISTRATOR)))),
                request -> {
                    throw new Problem(401, "unauthorized", "not here");
                },
                new SimpleMeterRegistry());
    }

    private static String ask(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(
                    "GET /me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @MethodSource("org.liuhen.ingest.http.RunningServer#transports")
    void who_reaches_the_private_socket_is_the_console(HttpSettings.Transport transport) throws Exception {
        Path socket = folder.resolve("run").resolve("s.sock");
        HttpServer server = server(transport);
        server.listenPrivately(socket);
        assertThat(ask(socket)).startsWith("HTTP/1.1 200").endsWith("console true");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run"))))
                .isEqualTo("rwx------");
        server.close(Duration.ofSeconds(2));
        assertThat(socket).doesNotExist();
    }

    @Test
    void an_abandoned_socket_is_replaced_and_a_living_one_is_not() throws Exception {
        Path socket = folder.resolve("s.sock");
        try (ServerSocketChannel abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            abandoned.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        HttpServer server = server(HttpSettings.Transport.AUTO);
        server.listenPrivately(socket);
        HttpServer other = server(HttpSettings.Transport.AUTO);
        assertThatThrownBy(() -> other.listenPrivately(socket))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another server");
        other.close(Duration.ofSeconds(2));
        assertThat(ask(socket)).contains("console");
        server.close(Duration.ofSeconds(2));
    }

    @Test
    void paths_that_cannot_hold_a_private_socket_are_named() throws Exception {
        HttpServer server = server(HttpSettings.Transport.AUTO);
        assertThatThrownBy(() -> server.listenPrivately(folder.resolve("x".repeat(100))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 107");
        Path file = Files.writeString(folder.resolve("f"), "precious");
        assertThatThrownBy(() -> server.listenPrivately(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something else");
        assertThat(file).hasContent("precious");
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.writeString(open.resolve("somebody's"), "file");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> server.listenPrivately(open.resolve("s.sock")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("others may write");
        server.close(Duration.ofSeconds(2));
    }
}
