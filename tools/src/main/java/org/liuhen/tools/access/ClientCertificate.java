package org.liuhen.tools.access;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.apache.commons.codec.digest.DigestUtils;
import org.liuhen.storage.InvalidField;

/** The name by which a client certificate is known here: SHA-256 over its DER form, hexadecimal. */
public final class ClientCertificate {
    private static final int MOST_CHARACTERS = 64 << 10;

    private ClientCertificate() {}

    /**
     * The name of the first certificate in a PEM text.
     *
     * @throws InvalidField {@code certificate}, if it holds none
     */
    public static String fingerprint(String pem) {
        if (pem.length() > MOST_CHARACTERS || pem.contains("PRIVATE KEY")) {
            throw new InvalidField(
                    "certificate", "is too long or holds a private key (expected: one certificate, PEM)");
        }
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return DigestUtils.sha256Hex(certificate.getEncoded());
        } catch (CertificateException | ClassCastException e) {
            InvalidField failure = new InvalidField("certificate", "cannot be read (expected: one certificate, PEM)");
            failure.initCause(e);
            throw failure;
        }
    }
}
