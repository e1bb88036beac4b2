package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SampleManifests;
import org.liuhen.storage.contract.VaultContract;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.fault.FailingFiles.Fault;

class MirroredVaultTest extends VaultContract {
    private static final InstantSource CLOCK = InstantSource.fixed(SampleManifests.RECEIVED);

    @TempDir
    Path folder;

    private FileVault side(String name, long reserveBytes) throws Exception {
        return FileVault.open(folder.resolve(name), VaultSettings.STANDARD.withReserveBytes(reserveBytes), CLOCK);
    }

    private MirroredVault both() throws Exception {
        return MirroredVault.open(side("vault", 0), side("mirror", 0));
    }

    @Override
    protected Vault emptyVault() throws Exception {
        return both();
    }

    @Override
    protected Vault fullVault() throws Exception {
        return MirroredVault.open(side("vault", 0), side("mirror", Long.MAX_VALUE));
    }

    @Override
    protected Vault restarted(Vault vault) throws Exception {
        vault.close();
        return both();
    }

    @Override
    protected boolean hasLocalFiles() {
        return true;
    }

    private Path original(String side, OriginalKey key) {
        return new Layout(folder.resolve(side)).original(key).resolve("original");
    }

    private static byte[] manifestBytes(Vault vault, OriginalKey key) throws StorageFailure {
        return vault.manifestBytes(key).orElseThrow();
    }

    private static Manifest manifest(Vault vault, OriginalKey key) throws StorageFailure {
        return vault.manifest(key).orElseThrow();
    }

    private void assertWhole(OriginalKey key) throws StorageFailure {
        for (Vault copy : vault.copies()) {
            assertThat(Verification.of(copy, key).intact()).isTrue();
        }
    }

    private static void spoil(Path original) throws Exception {
        DurableFiles.makeWritable(original);
        byte[] bytes = Files.readAllBytes(original);
        bytes[bytes.length / 2] ^= 1;
        Files.write(original, bytes);
    }

    /** Removes an original from one side, as if that disk had been replaced. */
    private void lose(String side, OriginalKey key) throws Exception {
        Folders.delete(DurableFiles.LOCAL, new Layout(folder.resolve(side)).original(key));
    }

    @Test
    void acknowledged_bytes_and_sealed_originals_lie_in_both() throws Exception {
        byte[] bytes = bytes(3000);
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes, 0, 2000));
            incoming.force();
            for (String side : List.of("vault", "mirror")) {
                assertThat(new Layout(folder.resolve(side)).part(upload).resolve("original"))
                        .hasBinaryContent(Arrays.copyOf(bytes, 2000));
            }
            incoming.write(ByteBuffer.wrap(bytes, 2000, 1000));
            OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);

            assertWhole(key);
            assertThat(manifestBytes(vault.copies().get(0), key))
                    .isEqualTo(manifestBytes(vault.copies().get(1), key));
            vault.erase(key);
            assertThat(original("vault", key)).doesNotExist();
            assertThat(original("mirror", key)).doesNotExist();
        }
    }

    @Test
    void original_that_one_vault_lost_is_read_from_the_other() throws Exception {
        byte[] bytes = bytes(3000);
        OriginalKey key = seal(bytes, DAY);
        lose("vault", key);

        assertThat(read(key)).isEqualTo(bytes);
        assertThat(vault.localFile(key)).contains(original("mirror", key));
        assertThat(originals()).containsExactly(key);
    }

    @Test
    void copy_that_is_known_to_be_bad_is_not_read() throws Exception {
        byte[] bytes = bytes(3000);
        OriginalKey key = seal(bytes, DAY);
        spoil(original("vault", key));
        ((MirroredVault) vault).distrust(key, 0);

        assertThat(read(key)).isEqualTo(bytes);
        assertThat(vault.localFile(key)).contains(original("mirror", key));
    }

    @Test
    void original_is_vouched_for_only_when_both_have_it() throws Exception {
        for (String side : List.of("vault", "mirror")) {
            OriginalKey key = seal(bytes(3000), DAY);
            lose(side, key);

            assertThat(vault.manifest(key)).isPresent();

            assertWhole(key);
        }
    }

    @Test
    void uploads_under_way_move_into_a_new_mirror() throws Exception {
        byte[] bytes = bytes(3000);
        UploadId upload = newUpload();
        UploadId untouched = newUpload();
        try (FileVault alone = side("vault", 0)) {
            alone.begin(untouched).close();
            try (Vault.Incoming incoming = alone.begin(upload)) {
                incoming.write(ByteBuffer.wrap(bytes, 0, 2000));
                incoming.force();
            }
        }
        vault = both();
        assertThat(vault.unfinished()).containsExactlyInAnyOrder(upload, untouched);

        try (Vault.Incoming incoming = vault.resume(upload, 1500)) {
            assertThat(incoming.sizeBytes()).isEqualTo(1500);
            incoming.write(ByteBuffer.wrap(bytes, 1500, 1500));
            OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);
            assertThat(read(key)).isEqualTo(bytes);
            assertWhole(key);
        }
        vault.resume(untouched, 0).close();
    }

    @Test
    void acknowledged_bytes_that_differ_are_not_gone_on_with() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes(1000)));
            incoming.force();
        }
        spoil(new Layout(folder.resolve("mirror")).part(upload).resolve("original"));

        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.resume(upload, 1000));
    }

    @Test
    void seal_that_a_crash_left_in_one_vault_is_finished_at_start() throws Exception {
        byte[] bytes = bytes(3000);
        UploadId upload = newUpload();
        OriginalKey key;
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
        }
        try (Vault.Incoming half = vault.copies().get(0).resume(upload, 3000)) {
            key = half.seal(SampleManifests.of(half, upload), DAY);
        }

        vault = restarted(vault);

        assertThat(vault.unfinished()).isEmpty();
        assertWhole(key);
    }

    @Test
    void rotten_copy_is_exchanged_for_the_sound_one_and_kept_aside() throws Exception {
        for (int bad = 0; bad < 2; bad++) {
            byte[] bytes = bytes(3000);
            OriginalKey key = seal(bytes, DAY);
            String side = bad == 0 ? "vault" : "mirror";
            spoil(original(side, key));
            byte[] rotten = Files.readAllBytes(original(side, key));

            Path aside = ((MirroredVault) vault)
                    .mend(
                            key,
                            bad,
                            manifestBytes(vault, key),
                            manifest(vault, key).fingerprint(),
                            Pace.FULL)
                    .orElseThrow();

            assertWhole(key);
            assertThat(aside).startsWith(folder.resolve(side).resolve("rotten"));
            assertThat(aside.resolve("original")).hasBinaryContent(rotten);
            vault.erase(key);
            assertThat(folder.resolve(side).resolve("rotten")).isEmptyDirectory();
            assertThat(folder.resolve(side).resolve("mending")).isEmptyDirectory();
        }
    }

    @Test
    void nothing_is_exchanged_when_both_copies_are_rotten() throws Exception {
        OriginalKey key = seal(bytes(3000), DAY);
        Manifest manifest = manifest(vault, key);
        spoil(original("vault", key));
        byte[] before = Files.readAllBytes(original("vault", key));
        spoil(original("mirror", key));

        assertFails(
                StorageFailure.Kind.CORRUPT,
                () -> ((MirroredVault) vault)
                        .mend(key, 0, manifestBytes(vault, key), manifest.fingerprint(), Pace.FULL));

        assertThat(original("vault", key)).hasBinaryContent(before);
        assertThat(folder.resolve("vault/mending")).isEmptyDirectory();
    }

    @Test
    void write_that_finds_one_vault_full_can_be_repeated() throws Exception {
        for (int full = 0; full < 2; full++) {
            FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
            FileVault failing = FileVault.open(
                    folder.resolve("failing-" + full), VaultSettings.STANDARD.withReserveBytes(0), CLOCK, files);
            FileVault sound = side("sound-" + full, 0);
            byte[] bytes = bytes(1000);
            UploadId upload = newUpload();
            try (Vault two = full == 0 ? MirroredVault.open(failing, sound) : MirroredVault.open(sound, failing);
                    Vault.Incoming incoming = two.begin(upload)) {
                incoming.write(ByteBuffer.wrap(bytes, 0, 100));
                files.failAt(0, Fault.NO_SPACE);
                ByteBuffer more = ByteBuffer.wrap(bytes, 100, 900);
                assertFails(StorageFailure.Kind.NO_SPACE, () -> incoming.write(more));
                assertThat(more.remaining()).isEqualTo(900);
                assertThat(incoming.sizeBytes()).isEqualTo(100);
                assertThat(incoming.force()).isEqualTo(100);

                incoming.write(more);

                OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);
                for (Vault copy : two.copies()) {
                    assertThat(Verification.of(copy, key).intact()).isTrue();
                }
            }
        }
    }

    @Test
    void when_one_vault_fails_nothing_is_written_and_reading_goes_on() throws Exception {
        FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
        FileVault failing =
                FileVault.open(folder.resolve("failing"), VaultSettings.STANDARD.withReserveBytes(0), CLOCK, files);
        vault = MirroredVault.open(side("sound", 0), failing);
        OriginalKey before = seal(bytes(1000), DAY);
        try (Vault.Incoming incoming = vault.begin(newUpload())) {
            files.failAt(0, Fault.IO_ERROR);
            assertFails(StorageFailure.Kind.OUT_OF_SERVICE, () -> incoming.write(ByteBuffer.wrap(bytes(10))));
            assertFails(StorageFailure.Kind.OUT_OF_SERVICE, incoming::force);
        }

        assertThat(vault.outOfService().orElseThrow()).startsWith("mirror: ");
        assertFails(StorageFailure.Kind.OUT_OF_SERVICE, () -> vault.begin(newUpload()));
        assertThatThrownBy(() -> vault.erase(before)).isInstanceOf(StorageFailure.class);
        assertThat(read(before)).hasSize(1000);
        try (Stream<OriginalKey> all = vault.originals()) {
            assertThat(all).containsExactly(before);
        }
    }
}
