package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SampleManifests;
import org.liuhen.storage.contract.VaultContract;
import org.liuhen.storage.fault.FailingFiles;

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

    private Path part(UploadId upload) {
        return root().resolve("incoming").resolve(upload.hex() + ".part");
    }

    private UploadId uploaded(byte[] bytes) throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
        }
        return upload;
    }

    @Test
    void original_is_a_folder_that_explains_itself() throws Exception {
        byte[] bytes = bytes(100);
        OriginalKey key = seal(bytes, DAY);
        Path folder = root().resolve("originals/2026/03/09").resolve(key.id().hex());

        assertThat(folder.resolve("original")).hasBinaryContent(bytes);
        assertThat(folder.resolve("manifest.json"))
                .content()
                .contains("\"sha256\" : \"" + sha256(bytes).hex() + "\"");
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("r-xr-x---"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("original")))
                .isEqualTo(PosixFilePermissions.fromString("r--r-----"));
        assertThat(root().resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void upload_is_a_part_that_others_cannot_read() throws Exception {
        Path part = part(uploaded(bytes(10)));

        assertThat(Files.getPosixFilePermissions(part)).isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(Files.getPosixFilePermissions(part.resolve("original")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void names_that_are_not_the_vaults_are_left_alone() throws Exception {
        OriginalKey key = seal(bytes(10), DAY);
        for (String foreign : List.of(
                "incoming/lost+found",
                "incoming/short.part",
                "originals/lost+found",
                "originals/2026/13/40/" + "0".repeat(32),
                "originals/2026/02/31/" + "0".repeat(32),
                "originals/2026/03/09/" + "0".repeat(32) + ".erasing",
                "originals/2026/03/09/notes")) {
            Files.createDirectories(root().resolve(foreign));
        }
        Files.writeString(root().resolve("originals/2026/03/09/" + "1".repeat(32)), "a file");
        Files.writeString(root().resolve("originals/readme"), "a file");

        vault = restarted(vault);

        assertThat(vault.unfinished()).isEmpty();
        assertThat(originals()).containsExactly(key);
    }

    @Test
    void part_without_its_file_goes_on_from_nothing_only() throws Exception {
        UploadId upload = uploaded(bytes(10));
        Files.delete(part(upload).resolve("original"));

        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.resume(upload, 1));

        try (Vault.Incoming incoming = vault.resume(upload, 0)) {
            incoming.write(ByteBuffer.wrap(bytes(5)));
            OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);
            assertThat(Verification.of(vault, key).intact()).isTrue();
        }
    }

    @Test
    void manifest_that_an_interrupted_seal_left_is_replaced() throws Exception {
        byte[] bytes = bytes(10);
        UploadId upload = uploaded(bytes);
        Files.writeString(part(upload).resolve("manifest.json"), "{\"format\" : 1, \"id");

        try (Vault.Incoming incoming = vault.resume(upload, 10)) {
            OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);
            assertThat(vault.manifest(key)).isPresent();
            assertThat(read(key)).isEqualTo(bytes);
        }
    }

    @Test
    void good_upload_is_never_dropped_in_favour_of_a_damaged_original() throws Exception {
        byte[] bytes = bytes(1000);
        OriginalKey key = seal(bytes, DAY);
        Path original = vault.localFile(key).orElseThrow();
        DurableFiles.makeWritable(original);
        Files.write(original, Arrays.copyOf(bytes, 999));
        UploadId again = uploaded(bytes);

        try (Vault.Incoming incoming = vault.resume(again, 1000)) {
            assertFails(StorageFailure.Kind.CORRUPT, () -> incoming.seal(SampleManifests.of(incoming, again), DAY));
        }

        assertThat(vault.unfinished()).containsExactly(again);
        try (Vault.Incoming incoming = vault.resume(again, 1000)) {
            assertThat(incoming.fingerprint()).isEqualTo(sha256(bytes));
        }
    }

    @Test
    void original_without_or_with_a_spoiled_manifest_is_corrupt_and_not_absent() throws Exception {
        OriginalKey key = seal(bytes(10), DAY);
        Path original = vault.localFile(key).orElseThrow();
        Path manifest = original.resolveSibling("manifest.json");
        DurableFiles.makeWritable(manifest);
        Files.write(manifest, new byte[50]);
        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.manifest(key));

        Files.writeString(manifest, "{\"format\" : 9}");
        assertFails(StorageFailure.Kind.FORMAT_TOO_NEW, () -> vault.manifest(key));

        DurableFiles.makeWritable(original.resolveSibling("."));
        Files.delete(manifest);
        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.manifest(key));
    }

    @Test
    void interrupted_erasure_is_finished_when_the_vault_is_opened() throws Exception {
        OriginalKey key = seal(bytes(10), DAY);
        Path folder = vault.localFile(key).orElseThrow().resolveSibling(".").normalize();
        DurableFiles.makeWritable(folder);
        Path doomed = root().resolve("erasing").resolve("2026-03-09." + key.id());
        DurableFiles.LOCAL.renameFolder(folder, doomed);

        vault = restarted(vault);

        assertThat(doomed).doesNotExist();
        assertThat(vault.manifest(key)).isEmpty();
    }

    @Test
    void vault_that_cannot_be_forced_opens_out_of_service_and_can_be_read() throws Exception {
        byte[] bytes = bytes(10);
        OriginalKey key = seal(bytes, DAY);
        FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
        files.failAt(1, FailingFiles.Fault.IO_ERROR);

        vault = FileVault.open(root(), VaultSettings.STANDARD.withReserveBytes(0), CLOCK, files);

        assertThat(files.failed()).isEqualTo("forceFolder");
        assertThat(vault.outOfService()).isPresent();
        assertThat(read(key)).isEqualTo(bytes);
        assertThat(Verification.of(vault, key).intact()).isTrue();
        assertFails(StorageFailure.Kind.OUT_OF_SERVICE, () -> vault.begin(newUpload()));
        assertFails(StorageFailure.Kind.OUT_OF_SERVICE, () -> vault.erase(key));
    }

    @Test
    void opening_forces_the_days_that_changed_lately_and_no_others() throws Exception {
        seal(bytes(1), DAY);
        seal(bytes(2), DAY.minusDays(1));
        seal(bytes(3), DAY.minusDays(2));
        FileTime longAgo = FileTime.from(CLOCK.instant().minus(Duration.ofDays(2)));
        int allDays = callsOfOpening();

        Files.setLastModifiedTime(root().resolve("originals/2026/03/07"), longAgo);
        int twoDays = callsOfOpening();
        Files.setLastModifiedTime(root().resolve("originals/2026/03/08"), longAgo);
        int oneDay = callsOfOpening();
        Files.setLastModifiedTime(root().resolve("originals/2026/03/09"), longAgo);
        int allDaysLongAgo = callsOfOpening();

        assertThat(allDays - twoDays).isPositive().isEqualTo(twoDays - oneDay);
        assertThat(allDaysLongAgo).as("as if the clock had been set forward").isEqualTo(allDays);
    }

    private int callsOfOpening() throws Exception {
        FailingFiles files = new FailingFiles(DurableFiles.LOCAL);
        FileVault.open(root(), VaultSettings.STANDARD.withReserveBytes(0), CLOCK, files)
                .close();
        return files.calls();
    }

    @Test
    void root_that_is_a_file_cannot_be_opened() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertFails(StorageFailure.Kind.OUT_OF_SERVICE, () -> FileVault.open(file, VaultSettings.STANDARD, CLOCK));
    }

    @Test
    void many_open_uploads_cost_little_heap() throws Exception {
        int uploads = 1000;
        List<Vault.Incoming> open = new ArrayList<>();
        ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
        long before = usedHeapBytes();
        try {
            for (int i = 0; i < uploads; i++) {
                Vault.Incoming incoming = vault.begin(newUpload());
                open.add(incoming);
                incoming.write(chunk.clear());
            }
            assertThat(usedHeapBytes() - before).isLessThan(uploads * 10_000L);
        } finally {
            open.forEach(Vault.Incoming::close);
        }
        assertThat(vault.unfinished()).hasSize(uploads);
    }

    private static long usedHeapBytes() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
