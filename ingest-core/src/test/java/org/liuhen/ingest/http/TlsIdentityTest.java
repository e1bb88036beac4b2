package org.liuhen.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.Security;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

class TlsIdentityTest {
    @TempDir
    private Path keys;

    @Test
    @ResourceLock("java.security.Security")
    void key_is_its_certificates_whatever_provider_somebody_else_has_registered() throws Exception {
        TlsIdentity made = identity();
        // as the SFTP server's library does
        boolean registered = Security.addProvider(new BouncyCastleProvider()) >= 0;
        try {
            assertThat(identity().fingerprint()).isEqualTo(made.fingerprint());
        } finally {
            if (registered) {
                Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
            }
        }
    }

    private TlsIdentity identity() throws Exception {
        return TlsIdentity.selfSigned(keys, List.of("localhost"), InstantSource.system(), new SecureRandom());
    }
}
