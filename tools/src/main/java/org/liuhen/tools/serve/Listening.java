package org.liuhen.tools.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.http.TlsIdentity;
import org.liuhen.storage.InvalidField;

/**
 * Where a server listens and who it says it is.
 *
 * @param certificate PEM; null if none is given
 * @param key PEM; null if none is given
 * @param selfSigned whether to make an identity where none is given
 */
public record Listening(
        InetSocketAddress address,
        @Nullable Path certificate,
        @Nullable Path key,
        boolean selfSigned) {
    /** The certificate that a self-signed server shows, for those who want to pin it. */
    private static final String CERTIFICATE = "tls-certificate.pem";

    /**
     * Reads what was configured.
     *
     * @throws InvalidField if plain HTTP would be offered to other machines without being asked for, or half a pair of
     *     files is given
     */
    public static Listening of(ServerConfiguration configuration) {
        String text = configuration.listen() == null ? ServerConfiguration.DEFAULT_LISTEN : configuration.listen();
        InetSocketAddress address = address("listen", text);
        ServerConfiguration.Tls tls = configuration.tls();
        Path certificate = tls == null ? null : tls.certificate();
        Path key = tls == null ? null : tls.key();
        boolean selfSigned = tls != null && Boolean.TRUE.equals(tls.selfSigned());
        if ((certificate == null) != (key == null)) {
            throw new InvalidField("tls", "has only one of certificate and key (expected: both)");
        }
        if (certificate != null && selfSigned) {
            throw new InvalidField("tls", "has a certificate and is to be self-signed (expected: one of them)");
        }
        boolean plain = certificate == null && !selfSigned;
        if (plain
                && !address.getAddress().isLoopbackAddress()
                && !Boolean.TRUE.equals(configuration.insecurePlainHttp())) {
            throw new InvalidField(
                    "listen",
                    text + " would take passwords and footage over plain HTTP from other machines (expected: --tls-cert"
                            + " with --tls-key, or --tls self-signed, or a loopback address, or --insecure-plain-http)");
        }
        return new Listening(address, certificate, key, selfSigned);
    }

    /** @throws InvalidField naming {@code key} */
    static InetSocketAddress address(String key, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new InvalidField(key, text + " (expected: HOST:PORT)");
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(port));
        if (address.isUnresolved()) {
            throw new InvalidField(key, host + " is no address of this machine that can be found");
        }
        return address;
    }

    /** Whether it talks TLS. */
    public boolean secure() {
        return selfSigned || certificate != null;
    }

    /** The certificate that a self-signed server shows. */
    public Path certificateFile(Path data) {
        return data.resolve("keys").resolve(CERTIFICATE);
    }

    @Nullable
    TlsIdentity identity(Path keys, InstantSource clock, SecureRandom random) throws IOException {
        if (certificate != null && key != null) {
            return TlsIdentity.ofPem(certificate, key);
        }
        if (!selfSigned) {
            return null;
        }
        TlsIdentity identity = TlsIdentity.selfSigned(keys, hosts(), clock, random);
        Files.writeString(keys.resolve(CERTIFICATE), identity.certificatePems().get(0), StandardCharsets.US_ASCII);
        return identity;
    }

    private List<String> hosts() throws IOException {
        List<String> hosts = new ArrayList<>(List.of("localhost", "127.0.0.1"));
        InetAddress own = address.getAddress();
        if (!own.isAnyLocalAddress() && !own.isLoopbackAddress()) {
            hosts.add(own.getHostAddress());
        }
        String name = InetAddress.getLocalHost().getHostName();
        if (!hosts.contains(name)) {
            hosts.add(name);
        }
        return hosts;
    }
}
