package org.liuhen.ingest.http;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Who the server says it is: a private key and the certificates that vouch for it, its own first.
 *
 * @param chain not empty
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: at least the server's own certificate)");
        }
    }

    /**
     * Reads PEM files: certificates, own first, and an unencrypted key in PKCS #8, PKCS #1 or SEC 1 form. Both may be
     * the same file.
     *
     * @throws IOException if a file cannot be read, holds no such thing, or key and certificate do not belong together
     */
    public static TlsIdentity ofPem(Path certificates, Path key) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object object : pemObjects(certificates)) {
            if (object instanceof X509CertificateHolder holder) {
                chain.add(certificate(holder, certificates));
            }
        }
        if (chain.isEmpty()) {
            throw new IOException("certificate: none found (expected: PEM, CERTIFICATE), path=" + certificates);
        }
        PrivateKey found = null;
        for (Object object : pemObjects(key)) {
            if (object instanceof PEMKeyPair pair) {
                found = new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
            } else if (object instanceof PrivateKeyInfo info) {
                found = new JcaPEMKeyConverter().getPrivateKey(info);
            }
        }
        if (found == null) {
            throw new IOException("key: none found (expected: PEM, an unencrypted PRIVATE KEY), path=" + key);
        }
        if (!SelfSigned.belongTogether(found, chain.get(0))) {
            throw new IOException("key: does not belong to the first certificate of " + certificates + ", path=" + key);
        }
        return new TlsIdentity(found, chain);
    }

    /**
     * The self-signed identity kept in a folder; made at the first call, the same ever after.
     *
     * @param hosts names and addresses it is for, used when it is made
     */
    public static TlsIdentity selfSigned(Path keysFolder, List<String> hosts, InstantSource clock, SecureRandom random)
            throws IOException {
        Path file = keysFolder.resolve(SelfSigned.FILE_NAME);
        if (!Files.exists(file)) {
            SelfSigned.make(file, hosts, clock, random);
        }
        return ofPem(file, file);
    }

    /** SHA-256 of the server's own certificate, in hex: what people compare when nobody vouches for it. */
    public String fingerprint() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(chain.get(0).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificate: cannot be encoded", e);
        }
    }

    /** The certificates as PEM, own first, for those who want to pin them. */
    public List<String> certificatePems() {
        List<String> pems = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            try {
                String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
                pems.add("-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("certificate: cannot be encoded", e);
            }
        }
        return pems;
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.get(0).getSubjectX500Principal() + "]";
    }

    /**
     * TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1, by OpenSSL where it loads.
     *
     * @param asksClients whether clients may show a certificate
     */
    SslContext serverContext(boolean asksClients) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forServer(key, chain);
        if (asksClients) {
            builder.trustManager(new ClientCertificates()).clientAuth(ClientAuth.OPTIONAL);
        }
        return builder.sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    private static List<Object> pemObjects(Path file) throws IOException {
        List<Object> objects = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
                PEMParser parser = new PEMParser(reader)) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                objects.add(object);
            }
        } catch (PEMException | IllegalArgumentException e) {
            throw new IOException("pem: cannot be read, path=" + file, e);
        }
        return objects;
    }

    private static X509Certificate certificate(X509CertificateHolder holder, Path file) throws IOException {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (GeneralSecurityException e) {
            throw new IOException("certificate: cannot be read, path=" + file, e);
        }
    }
}
