package org.liuhen.tools.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.client.TlsTrust;
import org.liuhen.tools.serve.DataFolder;
import org.liuhen.tools.serve.ServerConfiguration;
import picocli.CommandLine.Option;

/** Where a verb finds its server. */
final class ConnectionOptions {
    @Option(names = "--server", paramLabel = "URL", description = "Address of the server (or LIUHEN_SERVER).")
    private @Nullable String server;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "What to prove oneself with (or LIUHEN_TOKEN, which others on this machine cannot see).")
    private @Nullable String token;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Trust exactly this certificate, for example keys/tls-certificate.pem of the server.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-fingerprint",
            paramLabel = "SHA256",
            description = "Trust exactly the certificate with this.")
    private @Nullable String fingerprint;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder on this machine, instead of an address; default ./data.")
    private @Nullable Path data;

    /** What a verb does with its server. */
    interface Use {
        int with(ServerConnection server) throws Exception;
    }

    /**
     * Reaches the server and hands it to {@code use}.
     *
     * @param mayCreate whether a data folder that does not exist is made, rather than taken for a mistake
     */
    int connected(boolean mayCreate, Use use) throws Exception {
        if (data == null) {
            String address = server == null ? System.getenv("LIUHEN_SERVER") : server;
            if (address != null && !address.isBlank()) {
                try (ServerConnection connection = ServerConnection.over(address(address), token(), trust())) {
                    return use.with(connection);
                }
            }
        } else if (server != null) {
            throw new InvalidField("--data", "given together with --server (expected: one of them)");
        }
        return atFolder(data == null ? ServerConfiguration.DEFAULT_DATA : data, mayCreate, use);
    }

    private static int atFolder(Path folder, boolean mayCreate, Use use) throws Exception {
        Path socket = DataFolder.socket(folder);
        if (PrivateServer.answers(socket)) {
            try (ServerConnection connection = ServerConnection.through(socket)) {
                return use.with(connection);
            }
        }
        if (!mayCreate && !DataFolder.holdsStore(folder)) {
            throw new StorageFailure(
                    StorageFailure.Kind.MISSING,
                    "data folder: " + folder + " holds no store (expected: --data DIR of a server, or --server URL)");
        }
        try (PrivateServer inside = PrivateServer.start(folder);
                ServerConnection connection = ServerConnection.through(socket)) {
            inside.announce();
            return use.with(connection);
        }
    }

    private static URI address(String text) {
        URI uri;
        try {
            uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (IllegalArgumentException e) {
            throw new InvalidField("--server", text + " is not an address (expected: https://HOST:PORT)");
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new InvalidField("--server", text + " is not an address (expected: https://HOST:PORT)");
        }
        return uri;
    }

    private @Nullable String token() {
        return token == null ? System.getenv("LIUHEN_TOKEN") : token;
    }

    private @Nullable TlsTrust trust() throws IOException {
        if (certificate != null && fingerprint != null) {
            throw new InvalidField("--tls-cert", "given together with --tls-fingerprint (expected: one of them)");
        }
        if (certificate != null) {
            if (!Files.isReadable(certificate)) {
                throw new InvalidField("--tls-cert", certificate + " cannot be read");
            }
            return TlsTrust.certificate(certificate);
        }
        return fingerprint == null ? null : TlsTrust.fingerprint(fingerprint);
    }
}
