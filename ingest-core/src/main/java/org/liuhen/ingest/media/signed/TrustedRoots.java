package org.liuhen.ingest.media.signed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.liuhen.storage.Said;
import org.liuhen.storage.Sentence;

/** The certificates that somebody has decided to believe about cameras. Immutable. */
public final class TrustedRoots {
    public static final TrustedRoots NONE = new TrustedRoots(List.of());

    private final List<X509Certificate> roots;

    private TrustedRoots(List<X509Certificate> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * Reads every {@code .pem} and {@code .crt} file of a folder, or one file.
     *
     * @throws IOException if one holds no certificate, or one that cannot be read
     */
    public static TrustedRoots of(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                entries.filter(file -> file.toString().endsWith(".pem")
                                || file.toString().endsWith(".crt"))
                        .sorted()
                        .forEach(files::add);
            }
        } else {
            files.add(folder);
        }
        List<X509Certificate> roots = new ArrayList<>();
        for (Path file : files) {
            try {
                List<X509Certificate> read =
                        SigningKey.certificates(Files.readString(file, StandardCharsets.ISO_8859_1));
                if (read.isEmpty()) {
                    throw new IOException("signature root: " + file + " (expected: PEM with a certificate)");
                }
                roots.addAll(read);
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw new IOException("signature root: " + file + " (expected: PEM with certificates)", e);
            }
        }
        return new TrustedRoots(roots);
    }

    /** As another process reads them with {@link #decoded}. */
    public List<String> encoded() {
        List<String> encoded = new ArrayList<>();
        try {
            for (X509Certificate root : roots) {
                encoded.add(Base64.getEncoder().encodeToString(root.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("what was read can be written", e);
        }
        return encoded;
    }

    /** @param encoded see {@link #encoded} */
    public static TrustedRoots decoded(List<String> encoded) {
        List<X509Certificate> roots = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (String root : encoded) {
                roots.add((X509Certificate) factory.generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(root))));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("roots: cannot be read", e);
        }
        return new TrustedRoots(roots);
    }

    /**
     * What these roots say of a camera's key.
     *
     * @param at when it signed, by its own clock; null if it does not say
     */
    Said judge(SigningKey key, @Nullable Instant at) {
        if (key.chain().isEmpty()) {
            return Said.of(Sentence.NO_CERTIFICATE);
        }
        X509Certificate camera = key.chain().get(0);
        if (key.attestation() != null && !AxisAttestation.vouches(key, key.attestation())) {
            return Said.of(Sentence.CHIP_DOES_NOT_VOUCH);
        }
        if (key.attestation() == null && !camera.getPublicKey().equals(key.key())) {
            return Said.of(Sentence.CERTIFICATE_OF_ANOTHER_KEY);
        }
        String name = SigningKey.name(camera);
        @Nullable
        X509Certificate root =
                root(key.chain(), at == null ? camera.getNotBefore().toInstant() : at);
        if (root != null) {
            return Said.of(
                    at == null ? Sentence.CERTIFICATE_TRUSTED_WITHOUT_TIME : Sentence.CERTIFICATE_TRUSTED,
                    "name",
                    name,
                    "root",
                    SigningKey.name(root));
        }
        if (at != null && root(key.chain(), camera.getNotBefore().toInstant()) != null) {
            return Said.of(
                    Sentence.CERTIFICATE_NOT_VALID,
                    "name",
                    name,
                    "day",
                    at.atOffset(ZoneOffset.UTC).toLocalDate());
        }
        return Said.of(Sentence.CERTIFICATE_NOT_TRUSTED, "name", name);
    }

    private @Nullable X509Certificate root(List<X509Certificate> chain, Instant at) {
        Set<TrustAnchor> anchors = new HashSet<>();
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
        if (anchors.isEmpty()) {
            return null;
        }
        if (roots.contains(chain.get(0))) {
            return isValid(chain.get(0), at) ? chain.get(0) : null;
        }
        try {
            X509CertSelector camera = new X509CertSelector();
            camera.setCertificate(chain.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, camera);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setDate(Date.from(at));
            parameters.setRevocationEnabled(false);
            PKIXCertPathBuilderResult path = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            X509Certificate root = path.getTrustAnchor().getTrustedCert();
            return isValid(root, at) ? root : null;
        } catch (GeneralSecurityException ignored) {
            // no way from here to a root
            return null;
        }
    }

    private static boolean isValid(X509Certificate certificate, Instant at) {
        return !at.isBefore(certificate.getNotBefore().toInstant())
                && !at.isAfter(certificate.getNotAfter().toInstant());
    }
}
