package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Verification;

/** What {@link Vault} promises, sentence by sentence. Every implementation runs it. */
public abstract class VaultContract extends IncomingContract {
    @Test
    void unknown_original_has_no_manifest_no_file_and_cannot_be_opened() throws Exception {
        OriginalKey unknown = new OriginalKey(DAY, RecordingId.of(new DeviceId("X"), sha256(bytes(1))));

        assertThat(vault.manifest(unknown)).isEmpty();
        assertThat(vault.localFile(unknown)).isEmpty();
        assertFails(StorageFailure.Kind.MISSING, () -> vault.open(unknown));
        assertFails(StorageFailure.Kind.MISSING, () -> Verification.of(vault, unknown));
    }

    @Test
    void bytes_of_an_unfinished_upload_can_be_read_and_a_gone_one_is_missing() throws Exception {
        byte[] bytes = bytes(3000);
        UploadId upload = newUpload();
        assertFails(StorageFailure.Kind.MISSING, () -> vault.openUnfinished(upload));
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
        }

        try (SeekableByteChannel channel = vault.openUnfinished(upload)) {
            ByteBuffer last = ByteBuffer.allocate(1000);
            channel.position(2000);
            channel.read(last);
            assertThat(last.array()).isEqualTo(Arrays.copyOfRange(bytes, 2000, 3000));
            assertThat(channel.read(last.clear())).isEqualTo(-1);
        }

        vault.discard(upload);
        assertFails(StorageFailure.Kind.MISSING, () -> vault.openUnfinished(upload));
    }

    @Test
    void original_is_read_anywhere_and_cannot_be_written() throws Exception {
        byte[] bytes = bytes(1000);
        OriginalKey key = seal(bytes, DAY);
        try (SeekableByteChannel channel = vault.open(key)) {
            ByteBuffer ten = ByteBuffer.allocate(10);
            channel.position(500);
            channel.read(ten);

            assertThat(ten.array()).isEqualTo(Arrays.copyOfRange(bytes, 500, 510));
            assertThat(channel.position()).isEqualTo(510);
            assertThat(channel.size()).isEqualTo(1000);
            assertThat(channel.position(1000).read(ten.clear())).isEqualTo(-1);
            assertThatExceptionOfType(java.nio.channels.NonWritableChannelException.class)
                    .isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void local_file_if_there_is_one_holds_the_bytes() throws Exception {
        byte[] bytes = bytes(1000);
        OriginalKey key = seal(bytes, DAY);
        Optional<Path> file = vault.localFile(key);

        assertThat(file.isPresent()).isEqualTo(hasLocalFiles());
        if (file.isPresent()) {
            assertThat(Files.readAllBytes(file.get())).isEqualTo(bytes);
        }
    }

    /** Whether {@link Vault#localFile} tells a file. */
    protected abstract boolean hasLocalFiles();

    @Test
    void originals_come_oldest_day_first_and_survive_a_restart() throws Exception {
        OriginalKey newest = seal(bytes(1), DAY.plusYears(1));
        OriginalKey middle = seal(bytes(2), DAY);
        OriginalKey alsoMiddle = seal(bytes(3), DAY);
        OriginalKey oldest = seal(bytes(4), DAY.minusDays(1));

        vault = restarted(vault);

        List<OriginalKey> keys = originals();
        assertThat(keys).hasSize(4).startsWith(oldest).endsWith(newest);
        try (Stream<OriginalKey> ofOneDay = vault.originals(DAY.minusDays(1))) {
            assertThat(ofOneDay).containsExactly(oldest);
        }
        try (Stream<OriginalKey> ofAnEmptyDay = vault.originals(DAY.minusDays(2))) {
            assertThat(ofAnEmptyDay).isEmpty();
        }
        assertThat(keys.subList(1, 3)).containsExactlyInAnyOrder(middle, alsoMiddle);
    }

    @Test
    void erased_original_is_gone_for_ever_and_erasing_again_does_nothing() throws Exception {
        byte[] bytes = bytes(100);
        OriginalKey erased = seal(bytes, DAY);
        OriginalKey other = seal(bytes(50), DAY);

        vault.erase(erased);
        vault.erase(erased);
        vault.erase(new OriginalKey(DAY.minusYears(3), erased.id()));

        assertThat(vault.manifest(erased)).isEmpty();
        assertFails(StorageFailure.Kind.MISSING, () -> vault.open(erased));
        assertThat(originals()).containsExactly(other);
        vault = restarted(vault);
        assertThat(originals()).containsExactly(other);
        assertThat(Verification.of(vault, other).intact()).isTrue();
    }

    @Test
    void erased_bytes_that_arrive_again_are_an_original_again() throws Exception {
        byte[] bytes = bytes(100);
        vault.erase(seal(bytes, DAY));

        OriginalKey again = seal(bytes, DAY);

        assertThat(read(again)).isEqualTo(bytes);
    }

    @Test
    void room_shrinks_to_nothing_and_a_full_vault_begins_nothing() throws Exception {
        assertThat(vault.roomBytes()).isPositive();
        try (Vault full = fullVault()) {
            assertThat(full.roomBytes()).isZero();
            assertFails(StorageFailure.Kind.NO_SPACE, () -> full.begin(newUpload()));
            assertThat(full.unfinished()).isEmpty();
            assertThat(full.outOfService()).isEmpty();
        }
    }

    @Test
    void healthy_vault_is_in_service() {
        assertThat(vault.outOfService()).isEmpty();
    }
}
