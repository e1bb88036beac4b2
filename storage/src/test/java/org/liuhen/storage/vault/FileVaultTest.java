package org.liuhen.storage.vault;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SampleManifests;
import org.liuhen.storage.contract.VaultContract;

class FileVaultTest extends VaultContract {
    private static final InstantSource CLOCK = InstantSource.fixed(SampleManifests.RECEIVED);

    @TempDir
    Path folder;

    private Path root() {
        return folder.resolve("vault");
    }

    private Vault open(long reserveBytes) throws Exception {
        return FileVault.open(root(), VaultSettings.STANDARD.withReserveBytes(reserveBytes), CLOCK);
    }

    @Override
    protected Vault emptyVault() throws Exception {
        return open(0);
    }

    @Override
    protected Vault fullVault() throws Exception {
        return open(Long.MAX_VALUE);
    }

    @Override
    protected Vault restarted(Vault vault) throws Exception {
        vault.close();
        return open(0);
    }

    @Override
    protected boolean hasLocalFiles() {
        return true;
    }
}
