package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SampleManifests;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.fault.FailingFiles.Fault;
import org.liuhen.storage.fault.TearingFiles;
import org.liuhen.storage.fault.TearingFiles.Damage;

/** Fails or tears each file call of two vaults in turn; afterwards what was acknowledged is in both, or can be put there. */
class MirroredVaultFaultTest {
    private static final InstantSource CLOCK = InstantSource.fixed(SampleManifests.RECEIVED);
    private static final LocalDate DAY = LocalDate.of(2026, 3, 9);
    private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");
    private static final VaultSettings SETTINGS = new VaultSettings(0, 1000);
    private static final byte[] BYTES = new byte[5000];

    static {
        new Random(7).nextBytes(BYTES);
    }

    @TempDir
    Path folder;

    private int roots;

    /** Two vaults with disks of their own, which lose power together, and what they have acknowledged. */
    private final class Trial {
        private final Path root = folder.resolve("trial-" + roots++);
        private final TearingFiles tearing;
        private final FailingFiles files;
        private long acknowledged;
        private @Nullable OriginalKey sealed;
        private @Nullable StorageFailure failure;

        private Trial() throws IOException {
            Files.createDirectories(root.resolve("graves"));
            tearing = new TearingFiles(DurableFiles.LOCAL, root.resolve("graves"));
            files = new FailingFiles(tearing);
            Files.createDirectories(root.resolve("more-graves"));
        }

        private MirroredVault vault(FileCalls first, FileCalls second) throws StorageFailure {
            return MirroredVault.open(
                    FileVault.open(root.resolve("vault"), SETTINGS, CLOCK, first),
                    FileVault.open(root.resolve("mirror"), SETTINGS, CLOCK, second));
        }

        private MirroredVault healthy() throws StorageFailure {
            FileCalls pretending = new TearingFiles(DurableFiles.LOCAL, root.resolve("more-graves"));
            return vault(pretending, pretending);
        }

        private void upload(MirroredVault vault) {
            try (Vault.Incoming incoming = vault.begin(UPLOAD)) {
                goOn(incoming);
            } catch (StorageFailure e) {
                failure = e;
            }
        }

        private void goOn(Vault.Incoming incoming) throws StorageFailure {
            while (incoming.sizeBytes() < BYTES.length) {
                int from = (int) incoming.sizeBytes();
                incoming.write(ByteBuffer.wrap(BYTES, from, Math.min(700, BYTES.length - from)));
                if (from % 1400 == 0) {
                    acknowledged = incoming.force();
                }
            }
            sealed = incoming.seal(SampleManifests.of(incoming, UPLOAD), DAY);
        }

        private OriginalKey sealed(MirroredVault vault) throws StorageFailure {
            try (Vault.Incoming incoming = vault.begin(UPLOAD)) {
                goOn(incoming);
            }
            OriginalKey key = sealed;
            if (key == null) {
                throw new IllegalStateException("not sealed");
            }
            return key;
        }

        private String state(Object what, int n) {
            return "failed call: " + files.failed() + ", " + what + " at " + n + ", acknowledged " + acknowledged
                    + ", failure " + failure;
        }
    }

    private static List<OriginalKey> originals(Vault vault) throws StorageFailure {
        try (Stream<OriginalKey> keys = vault.originals()) {
            return keys.toList();
        }
    }

    private static void assertWhole(Vault vault, OriginalKey key, String state) throws StorageFailure {
        for (Vault copy : vault.copies()) {
            assertThat(Verification.of(copy, key).intact()).as(state).isTrue();
        }
    }

    private static void assertNothingAcknowledgedIsLost(Trial trial, String state) throws StorageFailure {
        try (MirroredVault vault = trial.healthy()) {
            List<OriginalKey> originals = originals(vault);
            assertThat(originals.size()).as(state).isBetween(trial.sealed == null ? 0 : 1, 1);
            if (trial.sealed != null) {
                // Nobody has to ask for it: sealed is sealed in both.
                assertWhole(vault, trial.sealed, state);
            }
            for (OriginalKey key : originals) {
                assertThat(vault.manifest(key)).as(state).isPresent();
                assertWhole(vault, key, state);
            }
            if (!originals.isEmpty()) {
                assertThat(vault.unfinished()).as(state).isEmpty();
            } else if (vault.unfinished().isEmpty()) {
                assertThat(trial.acknowledged).as(state).isZero();
            } else {
                try (Vault.Incoming incoming = vault.resume(UPLOAD, trial.acknowledged)) {
                    assertThat(incoming.sizeBytes()).as(state).isEqualTo(trial.acknowledged);
                    trial.goOn(incoming);
                }
                assertWhole(vault, originals(vault).get(0), state);
                assertThat(vault.unfinished()).as(state).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_an_upload_loses_nothing_acknowledged(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            MirroredVault vault = trial.vault(trial.files, trial.files);
            trial.files.failAt(n, Fault.POWER_CUT);
            trial.upload(vault);
            trial.tearing.tear(damage);

            assertNothingAcknowledgedIsLost(trial, trial.state(damage, n));
            if (trial.files.failed().isEmpty()) {
                assertThat(n).isGreaterThan(60);
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"IO_ERROR", "IO_ERROR_AFTERWARDS", "NO_SPACE"})
    void one_vault_that_fails_at_any_call_costs_nothing_acknowledged(Fault fault) throws Exception {
        for (int side = 0; side < 2; side++) {
            for (int n = 0; ; n++) {
                Trial trial = new Trial();
                FailingFiles failing = new FailingFiles(DurableFiles.LOCAL);
                MirroredVault vault =
                        side == 0 ? trial.vault(failing, DurableFiles.LOCAL) : trial.vault(DurableFiles.LOCAL, failing);
                failing.failAt(n, fault);
                trial.upload(vault);
                String state = "side " + side + ", " + failing.failed() + ", " + trial.state(fault, n);
                if (failing.failed().isEmpty()) {
                    assertThat(trial.failure).as(state).isNull();
                    break;
                }
                assertThat(trial.failure).as(state).isNotNull();
                vault.close();
                assertNothingAcknowledgedIsLost(trial, state);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_mending_never_touches_the_good_copy(Damage damage) throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            for (int n = 0; ; n++) {
                Trial trial = new Trial();
                OriginalKey key;
                Manifest manifest;
                byte[] manifestBytes;
                try (MirroredVault vault = trial.healthy()) {
                    key = trial.sealed(vault);
                    manifest = vault.manifest(key).orElseThrow();
                    manifestBytes = vault.manifestBytes(key).orElseThrow();
                    spoil(vault.copies().get(bad), key);
                }
                MirroredVault mending = trial.vault(trial.files, trial.files);
                trial.files.failAt(n, Fault.POWER_CUT);
                try {
                    mending.mend(key, bad, manifestBytes, manifest.fingerprint(), Pace.FULL);
                } catch (StorageFailure e) {
                    trial.failure = e;
                }
                trial.tearing.tear(damage);

                String state = "bad " + bad + ", " + trial.state(damage, n);
                try (MirroredVault vault = trial.healthy()) {
                    assertThat(Verification.of(vault.copies().get(1 - bad), key).intact())
                            .as(state)
                            .isTrue();
                    vault.mend(key, bad, manifestBytes, manifest.fingerprint(), Pace.FULL);
                    assertWhole(vault, key, state);
                    assertThat(trial.root.resolve(bad == 0 ? "vault/rotten" : "mirror/rotten"))
                            .as(state)
                            .isNotEmptyDirectory();
                    vault.erase(key);
                    assertThat(originals(vault)).as(state).isEmpty();
                }
                if (trial.files.failed().isEmpty()) {
                    assertThat(trial.failure).as(state).isNull();
                    break;
                }
            }
        }
    }

    private static void spoil(Vault copy, OriginalKey key) throws IOException {
        Path original = copy.localFile(key).orElseThrow();
        DurableFiles.makeWritable(original);
        byte[] bytes = BYTES.clone();
        bytes[2500] ^= 64;
        Files.write(original, bytes);
    }

    @Test
    void power_cut_at_any_call_of_an_erasure_can_be_finished_by_repeating_it() throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            OriginalKey key;
            try (MirroredVault vault = trial.healthy()) {
                key = trial.sealed(vault);
            }
            MirroredVault erasing = trial.vault(trial.files, trial.files);
            trial.files.failAt(n, Fault.POWER_CUT);
            try {
                erasing.erase(key);
            } catch (StorageFailure e) {
                trial.failure = e;
            }
            trial.tearing.tear(Damage.DELETE);

            try (MirroredVault vault = trial.healthy()) {
                vault.erase(key);
                assertThat(originals(vault)).as(trial.state("erase", n)).isEmpty();
            }
            if (trial.files.failed().isEmpty()) {
                return;
            }
        }
    }
}
