package org.liuhen.tools.command;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.ingest.http.Problem;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.serve.LiuhenServer;
import org.liuhen.tools.serve.ServerConfiguration;

/** A server inside a verb, reachable through its private socket only, for as long as the verb runs. */
final class PrivateServer implements AutoCloseable {
    private final LiuhenServer server;

    private PrivateServer(LiuhenServer server) {
        this.server = server;
    }

    static PrivateServer start(Path folder) throws StorageFailure, IOException, Problem {
        return new PrivateServer(LiuhenServer.startPrivately(folder, ServerConfiguration.defaults()));
    }

    /** Whether a server listens there. A socket's file that a killed server left behind does not answer. */
    static boolean answers(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException ignored) {
            // nobody listens there
            return false;
        }
    }

    /** Says what a first start has to say, on standard error so that a verb's own output stays clean. */
    void announce() {
        server.firstPassword()
                .ifPresent(password -> System.err.println("created user admin with password " + password));
    }

    @Override
    public void close() {
        server.close();
    }
}
