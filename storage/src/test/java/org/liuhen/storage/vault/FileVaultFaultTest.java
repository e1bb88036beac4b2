package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.liuhen.storage.Fingerprint;
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

/** Fails or tears each file call in turn; afterwards what was acknowledged is there, and originals are whole or absent. */
class FileVaultFaultTest {
    private static final InstantSource CLOCK = InstantSource.fixed(SampleManifests.RECEIVED);
    private static final LocalDate DAY = LocalDate.of(2026, 3, 9);
    private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");
    private static final UploadId OTHER_UPLOAD = new UploadId("ffeeddccbbaa99887766554433221100");
    /** Forces of its own now and then, as with large files. */
    private static final VaultSettings SETTINGS = new VaultSettings(0, 1000);

    private static final byte[] BYTES = new byte[5000];

    static {
        new Random(7).nextBytes(BYTES);
    }

    @TempDir
    Path folder;

    private int roots;

    /** One vault with a disk of its own, and what it has acknowledged. */
    private final class Trial {
        private final Path root;
        private final TearingFiles tearing;
        private final FailingFiles files;
        private @Nullable Vault vault;
        private long acknowledged;
        private @Nullable OriginalKey sealed;
        private @Nullable StorageFailure failure;

        private Trial() throws IOException {
            root = folder.resolve("vault-" + roots++);
            tearing = new TearingFiles(DurableFiles.LOCAL, newGraveyard());
            files = new FailingFiles(tearing);
        }

        private Path newGraveyard() throws IOException {
            return Files.createDirectory(folder.resolve("graves-" + roots++));
        }

        private Vault vault() throws StorageFailure {
            Vault open = vault;
            if (open == null) {
                open = FileVault.open(root, SETTINGS, CLOCK, files);
                vault = open;
            }
            return open;
        }

        private Vault reopened() throws StorageFailure, IOException {
            return FileVault.open(root, SETTINGS, CLOCK, new TearingFiles(DurableFiles.LOCAL, newGraveyard()));
        }

        /** Uploads and seals. Stops at the first failure. */
        private void upload() {
            try (Vault.Incoming incoming = vault().begin(UPLOAD)) {
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

        private String state(Object... more) {
            return "failed call: " + files.failed() + ", " + Arrays.toString(more) + ", acknowledged " + acknowledged
                    + ", failure " + failure;
        }
    }

    private static List<OriginalKey> originals(Vault vault) throws StorageFailure {
        try (Stream<OriginalKey> keys = vault.originals()) {
            return keys.toList();
        }
    }

    private static Fingerprint fingerprint(int size) {
        Fingerprinting fingerprinting = new Fingerprinting();
        fingerprinting.add(ByteBuffer.wrap(BYTES, 0, size));
        return fingerprinting.fingerprint();
    }

    /** What holds after any crash of an upload; ends with the upload sealed. */
    private void assertNothingAcknowledgedIsLost(Trial trial, Object... more) throws Exception {
        try (Vault vault = trial.reopened()) {
            String state = trial.state(more);
            assertThat(vault.outOfService()).as(state).isEmpty();
            List<OriginalKey> originals = originals(vault);
            assertThat(originals.size()).as(state).isBetween(trial.sealed == null ? 0 : 1, 1);
            for (OriginalKey key : originals) {
                Verification verification = Verification.of(vault, key);
                assertThat(verification.intact()).as(state).isTrue();
                assertThat(verification.found()).as(state).isEqualTo(fingerprint(BYTES.length));
            }
            if (originals.isEmpty()) {
                if (vault.unfinished().isEmpty()) {
                    assertThat(trial.acknowledged).as(state).isZero();
                } else {
                    resumeAndSeal(trial, vault, state);
                }
            }
        }
    }

    private void resumeAndSeal(Trial trial, Vault vault, String state) throws StorageFailure {
        assertThat(vault.unfinished()).as(state).containsExactly(UPLOAD);
        try (Vault.Incoming incoming = vault.resume(UPLOAD, trial.acknowledged)) {
            assertThat(incoming.sizeBytes()).as(state).isEqualTo(trial.acknowledged);
            assertThat(incoming.fingerprint()).as(state).isEqualTo(fingerprint((int) trial.acknowledged));
            trial.goOn(incoming);
        }
        OriginalKey key = originals(vault).get(0);
        assertThat(Verification.of(vault, key).intact()).as(state).isTrue();
        assertThat(vault.unfinished()).as(state).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_an_upload_loses_nothing_acknowledged(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            trial.vault();
            trial.files.failAt(n, Fault.POWER_CUT);
            trial.upload();
            trial.tearing.tear(damage);

            assertNothingAcknowledgedIsLost(trial, damage, n);
            if (trial.files.failed().isEmpty()) {
                assertThat(n).isGreaterThan(30);
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_the_first_start_leaves_a_vault_that_opens(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            trial.files.failAt(n, Fault.POWER_CUT);
            trial.upload();
            trial.tearing.tear(damage);

            assertNothingAcknowledgedIsLost(trial, damage, n);
            if (trial.files.failed().isEmpty()) {
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_a_resumed_upload_loses_nothing_acknowledged(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            try (Vault.Incoming incoming = trial.vault().begin(UPLOAD)) {
                incoming.write(ByteBuffer.wrap(BYTES, 0, 1500));
                trial.acknowledged = incoming.force();
                incoming.write(ByteBuffer.wrap(BYTES, 2000, 300));
            }
            trial.files.failAt(n, Fault.POWER_CUT);
            try (Vault.Incoming incoming = trial.vault().resume(UPLOAD, trial.acknowledged)) {
                trial.goOn(incoming);
            } catch (StorageFailure e) {
                trial.failure = e;
            }
            trial.tearing.tear(damage);

            assertNothingAcknowledgedIsLost(trial, damage, n);
            if (trial.files.failed().isEmpty()) {
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_at_any_call_of_an_erasure_leaves_an_original_whole_or_none(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            trial.upload();
            OriginalKey key = originals(trial.vault()).get(0);
            trial.files.failAt(n, Fault.POWER_CUT);
            boolean erased = erases(trial, key);
            trial.tearing.tear(damage);

            try (Vault vault = trial.reopened()) {
                String state = trial.state(damage, n);
                if (erased) {
                    assertThat(vault.manifest(key)).as(state).isEmpty();
                }
                if (vault.manifest(key).isPresent()) {
                    assertThat(Verification.of(vault, key).intact()).as(state).isTrue();
                } else {
                    assertThat(originals(vault)).as(state).isEmpty();
                    assertThat(vault.localFile(key)).as(state).isEmpty();
                }
                vault.erase(key);
                assertThat(originals(vault)).as(state).isEmpty();
                assertThat(trial.root.resolve("erasing")).as(state).isEmptyDirectory();
            }
            if (trial.files.failed().isEmpty()) {
                return;
            }
        }
    }

    private static boolean erases(Trial trial, OriginalKey key) throws StorageFailure {
        try {
            trial.vault().erase(key);
            return true;
        } catch (StorageFailure e) {
            trial.failure = e;
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void power_cut_while_the_same_bytes_are_sealed_again_leaves_the_first_original(Damage damage) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            trial.upload();
            trial.files.failAt(n, Fault.POWER_CUT);
            try (Vault.Incoming incoming = trial.vault().begin(OTHER_UPLOAD)) {
                incoming.write(ByteBuffer.wrap(BYTES));
                incoming.seal(SampleManifests.of(incoming, OTHER_UPLOAD), DAY);
            } catch (StorageFailure e) {
                trial.failure = e;
            }
            trial.tearing.tear(damage);

            try (Vault vault = trial.reopened()) {
                String state = trial.state(damage, n);
                OriginalKey key = originals(vault).get(0);
                assertThat(vault.manifest(key).map(Manifest::upload)).as(state).contains(UPLOAD);
                assertThat(Verification.of(vault, key).intact()).as(state).isTrue();
                vault.discard(OTHER_UPLOAD);
                assertThat(vault.unfinished()).as(state).isEmpty();
            }
            if (trial.files.failed().isEmpty()) {
                return;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"IO_ERROR", "IO_ERROR_AFTERWARDS"})
    void call_that_fails_stops_writing_and_reading_goes_on(Fault fault) throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            OriginalKey before = sealOther(trial.vault());
            trial.files.failAt(n, fault);
            trial.upload();
            if (trial.files.failed().isEmpty()) {
                assertThat(trial.failure).isNull();
                return;
            }
            String state = trial.state(fault, n);
            StorageFailure failure = Objects.requireNonNull(trial.failure, state);
            assertThat(failure.kind()).as(state).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE);
            assertThat(failure).as(state).hasRootCauseMessage("Input/output error");
            if (List.of("write", "force", "forceFolder", "renameFolder").contains(trial.files.failed())) {
                assertOutOfService(trial.vault(), state);
            }
            assertThat(Verification.of(trial.vault(), before).intact())
                    .as(state)
                    .isTrue();

            try (Vault vault = trial.reopened()) {
                vault.erase(before);
            }
            assertNothingAcknowledgedIsLost(trial, fault, n);
        }
    }

    private static OriginalKey sealOther(Vault vault) throws StorageFailure {
        try (Vault.Incoming incoming = vault.begin(OTHER_UPLOAD)) {
            incoming.write(ByteBuffer.wrap(BYTES, 0, 100));
            return incoming.seal(SampleManifests.of(incoming, OTHER_UPLOAD), DAY.minusDays(1));
        }
    }

    private static void assertOutOfService(Vault vault, String state) {
        assertThat(vault.outOfService().orElse("")).as(state).contains(SampleManifests.RECEIVED.toString());
        assertThatExceptionOfType(StorageFailure.class)
                .as(state)
                .isThrownBy(() -> vault.begin(new UploadId("0".repeat(32))))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE));
    }

    @Test
    void full_disk_at_any_call_is_answered_and_the_upload_goes_on_when_there_is_room() throws Exception {
        for (int n = 0; ; n++) {
            Trial trial = new Trial();
            trial.vault();
            trial.files.failAt(n, Fault.NO_SPACE);
            trial.upload();
            if (trial.files.failed().isEmpty()) {
                return;
            }
            String state = trial.state(n);
            StorageFailure failure = Objects.requireNonNull(trial.failure, state);
            if (failure.kind() == StorageFailure.Kind.OUT_OF_SERVICE) {
                // A folder whose force failed, for whatever reason, is not to be trusted.
                assertThat(trial.files.failed()).as(state).isEqualTo("forceFolder");
            } else {
                assertThat(failure.kind()).as(state).isEqualTo(StorageFailure.Kind.NO_SPACE);
                assertThat(trial.vault().outOfService()).as(state).isEmpty();
                if (trial.vault().unfinished().isEmpty()) {
                    assertThat(trial.acknowledged).as(state).isZero();
                    trial.upload();
                } else {
                    resumeAndSeal(trial, trial.vault(), state);
                }
            }
            assertNothingAcknowledgedIsLost(trial, n);
        }
    }

    @Test
    void write_that_finds_the_disk_full_can_be_repeated() throws Exception {
        Trial trial = new Trial();
        try (Vault.Incoming incoming = trial.vault().begin(UPLOAD)) {
            incoming.write(ByteBuffer.wrap(BYTES, 0, 100));
            trial.files.failAt(0, Fault.NO_SPACE);
            ByteBuffer more = ByteBuffer.wrap(BYTES, 100, 900);
            assertThatExceptionOfType(StorageFailure.class).isThrownBy(() -> incoming.write(more));
            assertThat(more.remaining()).isEqualTo(900);
            assertThat(incoming.sizeBytes()).isEqualTo(100);
            assertThat(incoming.force()).isEqualTo(100);

            more.limit(300);
            incoming.write(more);

            OriginalKey key = incoming.seal(SampleManifests.of(incoming, UPLOAD), DAY);
            assertThat(Verification.of(trial.vault(), key).intact()).isTrue();
        }
    }

    @Test
    void original_whose_rename_may_not_be_durable_is_not_vouched_for() throws Exception {
        Trial trial = new Trial();
        OriginalKey key;
        try (Vault.Incoming incoming = trial.vault().begin(UPLOAD)) {
            incoming.write(ByteBuffer.wrap(BYTES));
            Manifest manifest = SampleManifests.of(incoming, UPLOAD);
            key = new OriginalKey(DAY, manifest.id());
            failTheForceAfterTheRename(trial, incoming, manifest);
        }

        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> trial.vault().manifest(key))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE));
        assertThat(trial.reopened().manifest(key)).isPresent();
    }

    /** The last call of a seal. */
    private void failTheForceAfterTheRename(Trial trial, Vault.Incoming incoming, Manifest manifest) throws Exception {
        Trial model = new Trial();
        int calls;
        try (Vault.Incoming same = model.vault().begin(UPLOAD)) {
            same.write(ByteBuffer.wrap(BYTES));
            calls = model.files.calls();
            same.seal(manifest, DAY);
            calls = model.files.calls() - calls;
        }
        trial.files.failAt(calls - 1, Fault.IO_ERROR);
        assertThatExceptionOfType(StorageFailure.class).isThrownBy(() -> incoming.seal(manifest, DAY));
        assertThat(trial.files.failed()).isEqualTo("forceFolder");
    }

    @Test
    void interrupted_thread_loses_its_upload_and_not_the_disk() throws Exception {
        Trial trial = new Trial();
        long durable;
        try (Vault.Incoming incoming = trial.vault().begin(UPLOAD)) {
            incoming.write(ByteBuffer.wrap(BYTES, 0, 100));
            durable = incoming.force();
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> incoming.write(ByteBuffer.wrap(BYTES, 100, 100)))
                    .withMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(trial.vault().outOfService()).isEmpty();
        trial.vault().resume(UPLOAD, durable).close();
    }

    @Test
    void force_of_nothing_new_calls_nothing() throws Exception {
        Trial trial = new Trial();
        try (Vault.Incoming incoming = trial.vault().begin(UPLOAD)) {
            incoming.write(ByteBuffer.wrap(BYTES));
            incoming.force();
            int calls = trial.files.calls();

            incoming.force();

            assertThat(trial.files.calls()).isEqualTo(calls);
        }
    }
}
