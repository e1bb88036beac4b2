package org.liuhen.tools.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.InvalidField;

/**
 * Trusts one server certificate and no other: pinned by its file or by its SHA-256. The name in it is not compared,
 * since nobody else can have its key; its dates are.
 */
public final class TlsTrust {
    private final byte[] sha256;

    private TlsTrust(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** @param file the server's certificate, PEM */
    public static TlsTrust certificate(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new TlsTrust(DigestUtils.sha256(CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getEncoded()));
        } catch (CertificateException e) {
            throw new InvalidField("tls-cert", file + " is not a certificate (expected: PEM)");
        }
    }

    /** @param hex SHA-256 of the certificate, with or without colons */
    public static TlsTrust fingerprint(String hex) {
        String plain = hex.replace(":", "").toLowerCase(Locale.ROOT);
        if (!plain.matches("[0-9a-f]{64}")) {
            throw new InvalidField("tls-fingerprint", "is not 64 hexadecimal digits");
        }
        return new TlsTrust(HexFormat.of().parseHex(plain));
    }

    /** A context whose connections trust that certificate only. */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Pinned(sha256)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS: not in this Java", e);
        }
    }

    private static final class Pinned extends X509ExtendedTrustManager {
        private final byte[] sha256;

        Pinned(byte[] sha256) {
            this.sha256 = sha256;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !MessageDigest.isEqual(sha256, DigestUtils.sha256(chain[0].getEncoded()))) {
                throw new CertificateException("certificate: not the pinned one");
            }
            chain[0].checkValidity();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("certificate: this side is never a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("certificate: this side is never a server");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("certificate: this side is never a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
