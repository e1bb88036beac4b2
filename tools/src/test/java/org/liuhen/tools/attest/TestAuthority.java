package org.liuhen.tools.attest;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/** A timestamp authority with a certificate of its own root, in this process. */
public final class TestAuthority implements AutoCloseable {
    private static final String ALGORITHM = "SHA256withECDSA";

    /** What becomes of an honest answer on its way. */
    interface Tampering {
        byte[] apply(byte[] query, byte[] answer) throws Exception;
    }

    private final KeyPair rootKeys = keys();
    private final KeyPair keys = keys();
    private final X509Certificate root;
    private final X509Certificate certificate;
    private final HttpServer server;
    private int serial;
    volatile Tampering tampering = (query, answer) -> answer;
    final AtomicInteger requests = new AtomicInteger();

    public TestAuthority() throws Exception {
        root = certify("CN=Test root", rootKeys, "CN=Test root", rootKeys, true);
        certificate = certify("CN=Test root", rootKeys, "CN=Test authority", keys, false);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/tsa", exchange -> {
            int unused = requests.incrementAndGet();
            byte[] query = exchange.getRequestBody().readAllBytes();
            byte[] answer;
            try {
                answer = tampering.apply(query, answer(query));
            } catch (Exception e) {
                throw new IOException(e);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/timestamp-reply");
            exchange.sendResponseHeaders(answer.length == 0 ? 500 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509Certificate certify(
            String issuer, KeyPair issuerKeys, String subject, KeyPair subjectKeys, boolean isCa) throws Exception {
        Instant now = InstantSource.system().instant();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.valueOf(++serial),
                Date.from(now.minusSeconds(3600)),
                Date.from(now.plusSeconds(360_000)),
                new X500Name(subject),
                subjectKeys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa));
        if (!isCa) {
            builder.addExtension(
                    Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(issuerKeys.getPrivate())));
    }

    /** A whole answer about {@code data}, DER. */
    public byte[] stamp(byte[] data) throws Exception {
        return answer(new TimeStampRequestGenerator()
                .generate(TSPAlgorithms.SHA256, DigestUtils.sha256(data))
                .getEncoded());
    }

    byte[] answer(byte[] query) throws Exception {
        TimeStampRequest request = new TimeStampRequest(query);
        TimeStampTokenGenerator tokens = new TimeStampTokenGenerator(
                new JcaSimpleSignerInfoGeneratorBuilder().build(ALGORITHM, keys.getPrivate(), certificate),
                new JcaDigestCalculatorProviderBuilder()
                        .build()
                        .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
                new ASN1ObjectIdentifier("1.2.3.4.1"));
        tokens.addCertificates(new JcaCertStore(List.of(certificate)));
        return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
                .generate(
                        request,
                        BigInteger.valueOf(++serial),
                        Date.from(InstantSource.system().instant()))
                .getEncoded();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/tsa");
    }

    Path root(Path folder) throws Exception {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(Files.createTempFile(folder, "root", ".pem"), pem);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
