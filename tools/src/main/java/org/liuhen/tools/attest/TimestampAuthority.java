package org.liuhen.tools.attest;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;
import org.liuhen.storage.InvalidField;

/**
 * An authority that says when something existed, as its client sees it: what it answers is believed only if its
 * signature, its certificate's purpose and the way to a trusted root are right. Source: RFC 3161, RFC 5816. Safe for
 * many threads.
 */
public final class TimestampAuthority {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER = 1 << 20;
    private static final int NONCE_BITS = 64;

    private final URI address;
    private final Set<TrustAnchor> roots;
    private final SecureRandom random;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /**
     * @param roots PEM, the certificates that are trusted
     * @throws InvalidField {@code ledger.timestamps.roots}, if there is none in the file
     */
    public TimestampAuthority(URI address, Path roots, SecureRandom random) {
        this.address = address;
        this.roots = anchors(roots);
        this.random = random;
    }

    private static Set<TrustAnchor> anchors(Path file) {
        Set<TrustAnchor> anchors = new HashSet<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                anchors.add(new TrustAnchor((X509Certificate) certificate, null));
            }
        } catch (IOException | GeneralSecurityException e) {
            InvalidField failure = new InvalidField("ledger.timestamps.roots", file + " cannot be read: " + e);
            failure.initCause(e);
            throw failure;
        }
        if (anchors.isEmpty()) {
            throw new InvalidField("ledger.timestamps.roots", file + " holds no certificate (expected: PEM)");
        }
        return anchors;
    }

    URI address() {
        return address;
    }

    /**
     * Has {@code data} stamped.
     *
     * @return the whole answer of the authority, DER, checked
     * @throws IOException if it cannot be reached, refuses, or cannot be believed; the message says why
     */
    byte[] stamp(byte[] data) throws IOException, InterruptedException {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        TimeStampRequest request =
                generator.generate(TSPAlgorithms.SHA256, DigestUtils.sha256(data), new BigInteger(NONCE_BITS, random));
        HttpResponse<InputStream> answer = http.send(
                HttpRequest.newBuilder(address)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/timestamp-query")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request.getEncoded()))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        byte[] body;
        try (InputStream in = answer.body()) {
            body = in.readNBytes(MAX_ANSWER);
        }
        if (answer.statusCode() != 200) {
            throw new IOException("timestamp authority: " + answer.statusCode() + " (expected: 200), url=" + address);
        }
        try {
            TimeStampResponse response = new TimeStampResponse(body);
            response.validate(request);
            TimeStampToken token = response.getTimeStampToken();
            if (token == null) {
                throw new IOException(
                        "timestamp authority: refuses: " + response.getStatusString() + ", url=" + address);
            }
            check(token);
        } catch (TSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new IOException("timestamp authority: cannot be believed: " + e.getMessage() + ", url=" + address, e);
        }
        return body;
    }

    /** The signature is the authority's, and a trusted root vouches for it at that time. */
    private void check(TimeStampToken token)
            throws TSPException, OperatorCreationException, GeneralSecurityException, IOException {
        Store<X509CertificateHolder> held = token.getCertificates();
        List<X509Certificate> certificates = new ArrayList<>();
        X509Certificate signer = null;
        for (X509CertificateHolder holder : held.getMatches(null)) {
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(holder);
            certificates.add(certificate);
            if (token.getSID().match(holder)) {
                signer = certificate;
            }
        }
        if (signer == null) {
            throw new IOException("timestamp authority: a token without its certificate, url=" + address);
        }
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(signer);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(roots, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(token.getTimeStampInfo().getGenTime());
        var unused = CertPathBuilder.getInstance("PKIX").build(parameters);
    }
}
