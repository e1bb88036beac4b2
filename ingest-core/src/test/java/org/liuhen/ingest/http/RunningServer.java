package org.liuhen.ingest.http;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real server on a port of its own. */
final class RunningServer implements AutoCloseable {
    final HttpServer server;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final InetSocketAddress address;
    private final boolean secure;

    RunningServer(Route... routes) throws IOException {
        this(HttpSettings.defaults(), routes);
    }

    RunningServer(HttpSettings settings, Route... routes) throws IOException {
        this(settings, request -> new Principal.Anonymous(), null, routes);
    }

    RunningServer(HttpSettings settings, Authenticator authenticator, @Nullable TlsIdentity tls, Route... routes)
            throws IOException {
        server = HttpServer.start(settings, List.of(routes), authenticator, meters);
        address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, true);
        secure = tls != null;
    }

    /** Those that load on this machine. */
    static List<HttpSettings.Transport> transports() {
        List<HttpSettings.Transport> all =
                new ArrayList<>(List.of(HttpSettings.Transport.AUTO, HttpSettings.Transport.NIO));
        if (Epoll.isAvailable()) {
            all.add(HttpSettings.Transport.EPOLL);
        }
        if (IoUring.isAvailable()) {
            all.add(HttpSettings.Transport.IO_URING);
        }
        return all;
    }

    RawConnection connect() throws IOException {
        return new RawConnection(address);
    }

    /** The answer to one request on a connection of its own; {@code \n} stands for CR LF. */
    RawConnection.Answer ask(String request) throws IOException {
        try (RawConnection connection = connect()) {
            return connection.send(request).answer();
        }
    }

    URI uri(String path) {
        return URI.create((secure ? "https" : "http") + "://127.0.0.1:" + address.getPort() + path);
    }

    @Override
    public void close() {
        try {
            server.close(Duration.ofSeconds(4));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
