package org.liuhen.ingest.media.signed;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.signed.SignatureMessage.Scheme;

/**
 * The key that a camera signs with, and what came along to vouch for it.
 *
 * @param chain the camera's certificate first; empty if none came
 * @param attestation of the camera's chip; null if none came
 */
record SigningKey(Scheme scheme, PublicKey key, List<X509Certificate> chain, byte @Nullable [] attestation) {
    private static final int MOST_CERTIFICATES = 8;
    private static final byte[] SHA_256_INFO = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
    private static final int FINGERPRINT_DIGITS = 16;
    private static final String CERTIFICATE = "CERTIFICATE";

    SigningKey {
        chain = List.copyOf(chain);
    }

    /** The key in a message; null if it brings none. */
    static @Nullable SigningKey of(SignatureMessage message) throws SignatureMessage.Unreadable {
        try {
            String certificates = message.certificates;
            List<X509Certificate> chain = certificates == null ? List.of() : certificates(certificates);
            byte @Nullable [] attestation = message.attestation;
            if (attestation != null && attestation.length == 0) {
                attestation = null;
            }
            if (message.scheme == Scheme.AXIS && message.publicKey != null) {
                return new SigningKey(message.scheme, publicKey(message.publicKey), chain, attestation);
            }
            return chain.isEmpty()
                    ? null
                    : new SigningKey(message.scheme, chain.get(0).getPublicKey(), chain, attestation);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SignatureMessage.Unreadable("its key cannot be read", e);
        }
    }

    /** The certificates in a text, for example {@code -----BEGIN CERTIFICATE-----…}. */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(pem, CERTIFICATE)) {
            if (certificates.size() == MOST_CERTIFICATES) {
                throw new CertificateException("too many certificates");
            }
            certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
        }
        return certificates;
    }

    private static PublicKey publicKey(String pem) throws GeneralSecurityException {
        List<byte[]> blocks = blocks(pem, "PUBLIC KEY");
        if (blocks.isEmpty()) {
            throw new GeneralSecurityException("no key");
        }
        X509EncodedKeySpec encoded = new X509EncodedKeySpec(blocks.get(0));
        try {
            return KeyFactory.getInstance("EC").generatePublic(encoded);
        } catch (GeneralSecurityException notElliptic) {
            return KeyFactory.getInstance("RSA").generatePublic(encoded);
        }
    }

    /** What stands between the lines that name it. */
    static List<byte[]> blocks(String pem, String label) {
        List<byte[]> blocks = new ArrayList<>();
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        for (int at = pem.indexOf(begin); at >= 0; at = pem.indexOf(begin, at)) {
            int from = at + begin.length();
            int to = pem.indexOf(end, from);
            if (to < 0) {
                throw new IllegalArgumentException("PEM: no end");
            }
            blocks.add(Base64.getMimeDecoder().decode(pem.substring(from, to)));
            at = to;
        }
        return blocks;
    }

    /** The first digits of the key's fingerprint, SHA-256 of its usual encoding. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    boolean isSameKey(SigningKey other) {
        return key.equals(other.key);
    }

    /** Whether a signature is of this document by this key. */
    boolean signed(byte[] document, String digest, byte[] signature) {
        try {
            if (key instanceof RSAPublicKey rsa && scheme == Scheme.ONVIF) {
                return signedWithSalt(rsa, document, signature);
            }
            return signedHash(MessageDigest.getInstance(digest).digest(document), signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    /** Whether a signature is of this hash by this key. */
    boolean signedHash(byte[] hash, byte[] signature) {
        try {
            boolean rsa = key instanceof RSAPublicKey;
            Signature verification = Signature.getInstance(rsa ? "NONEwithRSA" : "NONEwithECDSA");
            verification.initVerify(key);
            if (rsa) {
                ByteArrayOutputStream info = new ByteArrayOutputStream();
                info.writeBytes(SHA_256_INFO);
                info.writeBytes(hash);
                verification.update(info.toByteArray());
            } else {
                verification.update(hash);
            }
            return verification.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    /** Signers choose how long the salt is: mostly as long as the hash, or as fits. */
    private static boolean signedWithSalt(RSAPublicKey key, byte[] document, byte[] signature)
            throws GeneralSecurityException {
        int hashBytes = 32;
        int mostBytes = (key.getModulus().bitLength() + 6) / 8 - hashBytes - 2;
        for (int saltBytes : new int[] {mostBytes, hashBytes}) {
            Signature verification = Signature.getInstance("RSASSA-PSS");
            verification.setParameter(
                    new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, Math.max(0, saltBytes), 1));
            verification.initVerify(key);
            verification.update(document);
            try {
                if (verification.verify(signature)) {
                    return true;
                }
            } catch (GeneralSecurityException ignored) {
                // another length of salt may fit
            }
        }
        return false;
    }

    /** A certificate's own name for people, its common name where it has one. */
    static String name(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        for (String part : name.split(",", -1)) {
            if (part.startsWith("CN=")) {
                name = part.substring(3);
            }
        }
        String ascii = new String(name.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return ascii.length() > 60 ? ascii.substring(0, 60) : ascii;
    }
}
