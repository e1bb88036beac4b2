package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.VaultContract;

class MemoryVaultTest extends VaultContract {
    @Override
    protected Vault emptyVault() {
        return new MemoryVault();
    }

    @Override
    protected Vault fullVault() {
        return new MemoryVault(0);
    }

    @Override
    protected Vault restarted(Vault vault) {
        return vault;
    }

    @Override
    protected boolean hasLocalFiles() {
        return false;
    }

    @Test
    void write_that_does_not_fit_leaves_the_upload_as_it_was() throws Exception {
        MemoryVault small = new MemoryVault(100);
        try (Vault.Incoming incoming = small.begin(newUpload())) {
            incoming.write(ByteBuffer.wrap(bytes(90)));

            assertFails(StorageFailure.Kind.NO_SPACE, () -> incoming.write(ByteBuffer.wrap(bytes(11))));

            assertThat(incoming.sizeBytes()).isEqualTo(90);
            incoming.write(ByteBuffer.wrap(bytes(10)));
            assertThat(small.roomBytes()).isZero();
        }
    }
}
