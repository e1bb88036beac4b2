package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SampleManifests;

class VerificationTest {
    private static final int MIB = Vault.CRC_BLOCK_BYTES;
    private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");

    @TempDir
    Path folder;

    private Vault vault;
    private OriginalKey key;
    private Path file;

    @BeforeEach
    void sealFourMiBAndAHalf() throws Exception {
        vault = FileVault.open(
                folder.resolve("vault"),
                VaultSettings.STANDARD.withReserveBytes(0),
                InstantSource.fixed(SampleManifests.RECEIVED));
        byte[] bytes = new byte[4 * MIB + MIB / 2];
        new Random(5).nextBytes(bytes);
        try (Vault.Incoming incoming = vault.begin(UPLOAD)) {
            incoming.write(ByteBuffer.wrap(bytes));
            key = incoming.seal(SampleManifests.of(incoming, UPLOAD), LocalDate.of(2026, 3, 9));
        }
        file = vault.localFile(key).orElseThrow();
        DurableFiles.makeWritable(file);
    }

    private void flipBitAt(long offset) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(one.put(0, (byte) (one.get(0) ^ 1)).rewind(), offset);
        }
    }

    @Test
    void untouched_original_is_intact() throws Exception {
        Verification verification = Verification.of(vault, key);

        assertThat(verification.intact()).isTrue();
        assertThat(verification.found()).isEqualTo(verification.expected());
        assertThat(verification.foundBytes()).isEqualTo(4L * MIB + MIB / 2);
        assertThat(verification.rottenMiB()).isEmpty();
    }

    @Test
    void each_rotten_mib_is_named() throws Exception {
        flipBitAt(MIB);
        flipBitAt(2L * MIB - 1);
        flipBitAt(4L * MIB + 7);

        Verification verification = Verification.of(vault, key);

        assertThat(verification.intact()).isFalse();
        assertThat(verification.truncated()).isFalse();
        assertThat(verification.found()).isNotEqualTo(verification.expected());
        assertThat(verification.rottenMiB()).containsExactly(1L, 4L);
    }

    @Test
    void truncated_original_lacks_its_last_blocks() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(2L * MIB + 1);
        }

        Verification verification = Verification.of(vault, key);

        assertThat(verification.intact()).isFalse();
        assertThat(verification.truncated()).isTrue();
        assertThat(verification.foundBytes()).isEqualTo(2L * MIB + 1);
        assertThat(verification.rottenMiB()).containsExactly(2L, 3L, 4L);
    }

    @Test
    void longer_original_is_rotten_past_its_end() throws Exception {
        Files.write(file, new byte[MIB], StandardOpenOption.APPEND);

        Verification verification = Verification.of(vault, key);

        assertThat(verification.intact()).isFalse();
        assertThat(verification.truncated()).isFalse();
        assertThat(verification.rottenMiB()).containsExactly(4L, 5L);
    }

    @Test
    void original_without_its_file_is_missing_and_without_its_manifest_corrupt() throws Exception {
        Path manifest = file.resolveSibling("manifest.json");
        DurableFiles.makeWritable(file.resolveSibling("."));
        Files.delete(file);
        assertFails(StorageFailure.Kind.MISSING);

        Files.delete(manifest);
        assertFails(StorageFailure.Kind.CORRUPT);
    }

    private void assertFails(StorageFailure.Kind kind) {
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(() -> Verification.of(vault, key))
                .withMessageContaining(key.id().hex())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
