package org.liuhen.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.Manifest;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.RecordingId;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.vault.Verification;

/** What {@link Vault.Incoming} promises, from the first byte to the seal; part of the {@link VaultContract}. */
abstract class IncomingContract {
    protected static final LocalDate DAY = LocalDate.of(2026, 3, 9);
    private static final long SEED = 20260309;

    private final Random random = new Random(SEED);
    protected Vault vault;

    /** A vault with nothing in it and ample room. */
    protected abstract Vault emptyVault() throws Exception;

    /** A vault with nothing in it and no room. */
    protected abstract Vault fullVault() throws Exception;

    /** What {@code vault} is after its process was restarted. */
    protected abstract Vault restarted(Vault vault) throws Exception;

    @BeforeEach
    final void openVault() throws Exception {
        vault = emptyVault();
    }

    @AfterEach
    final void closeVault() {
        vault.close();
    }

    protected final UploadId newUpload() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new UploadId(HexFormat.of().formatHex(bytes));
    }

    protected final byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    protected final OriginalKey seal(byte[] bytes, LocalDate day) throws StorageFailure {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            return incoming.seal(SampleManifests.of(incoming, upload), day);
        }
    }

    protected final byte[] read(OriginalKey key) throws StorageFailure, IOException {
        try (SeekableByteChannel channel = vault.open(key)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (all.hasRemaining() && channel.read(all) >= 0) {}
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            return all.array();
        }
    }

    protected final List<OriginalKey> originals() throws StorageFailure {
        try (Stream<OriginalKey> keys = vault.originals()) {
            return keys.toList();
        }
    }

    protected static Fingerprint sha256(byte[] bytes) throws Exception {
        return Fingerprint.of(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    protected static void assertFails(StorageFailure.Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(call)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void sealed_upload_is_read_back_bit_for_bit() throws Exception {
        for (int size : new int[] {0, 1, 4095, Vault.CRC_BLOCK_BYTES, 3 * Vault.CRC_BLOCK_BYTES + 17}) {
            byte[] bytes = bytes(size);
            OriginalKey key = seal(bytes, DAY);

            assertThat(read(key)).as("size %d, seed %d", size, SEED).isEqualTo(bytes);
            assertThat(Verification.of(vault, key).intact()).isTrue();
        }
    }

    @Test
    void key_is_the_day_given_and_the_id_in_the_manifest() throws Exception {
        byte[] bytes = bytes(10);

        OriginalKey key = seal(bytes, DAY);

        assertThat(key).isEqualTo(new OriginalKey(DAY, RecordingId.of(SampleManifests.DEVICE, sha256(bytes))));
        assertThat(Vault.dayOf(Instant.parse("2026-03-09T23:59:59.999Z"))).isEqualTo(DAY);
        assertThat(Vault.dayOf(Instant.parse("2026-03-10T00:00:00Z"))).isEqualTo(DAY.plusDays(1));
    }

    @Test
    void nothing_is_visible_before_the_seal() throws Exception {
        UploadId upload = newUpload();
        byte[] bytes = bytes(100);
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
            Manifest manifest = SampleManifests.of(incoming, upload);
            OriginalKey key = new OriginalKey(DAY, manifest.id());

            assertThat(vault.manifest(key)).isEmpty();
            assertThat(vault.localFile(key)).isEmpty();
            assertThat(originals()).isEmpty();
            assertFails(StorageFailure.Kind.MISSING, () -> vault.open(key));
            assertThat(vault.unfinished()).containsExactly(upload);

            assertThat(incoming.seal(manifest, DAY)).isEqualTo(key);

            assertThat(vault.manifest(key)).contains(manifest);
            assertThat(originals()).containsExactly(key);
            assertThat(vault.unfinished()).isEmpty();
        }
    }

    @Test
    void write_consumes_heap_and_direct_buffers_between_position_and_limit() throws Exception {
        byte[] bytes = bytes(300);
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            ByteBuffer direct = ByteBuffer.allocateDirect(400);
            direct.position(50);
            direct.put(bytes, 0, 150).flip().position(50);
            incoming.write(direct);
            ByteBuffer heap = ByteBuffer.wrap(bytes, 150, 150);
            incoming.write(heap);
            incoming.write(ByteBuffer.allocate(0));

            assertThat(direct.hasRemaining()).isFalse();
            assertThat(direct.limit()).isEqualTo(200);
            assertThat(heap.hasRemaining()).isFalse();
            assertThat(incoming.sizeBytes()).isEqualTo(300);
            assertThat(read(incoming.seal(SampleManifests.of(incoming, upload), DAY)))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void fingerprint_is_the_sha256_of_what_was_written_so_far_and_writing_goes_on() throws Exception {
        byte[] bytes = bytes(2 * Vault.CRC_BLOCK_BYTES + 5);
        try (Vault.Incoming incoming = vault.begin(newUpload())) {
            int written = 0;
            while (written < bytes.length) {
                int size = Math.min(bytes.length - written, 1 + random.nextInt(300_000));
                incoming.write(ByteBuffer.wrap(bytes, written, size));
                written += size;

                assertThat(incoming.sizeBytes()).isEqualTo(written);
                assertThat(incoming.fingerprint()).as("seed %d", SEED).isEqualTo(sha256(Arrays.copyOf(bytes, written)));
            }
        }
    }

    @Test
    void crc_list_has_one_crc32c_for_each_mib_and_for_what_is_left() throws Exception {
        int mib = Vault.CRC_BLOCK_BYTES;
        for (int size : new int[] {0, 1, mib - 1, mib, mib + 1, 7 * mib, 7 * mib + 9}) {
            byte[] bytes = bytes(size);
            List<String> expected = new ArrayList<>();
            for (int start = 0; start < size; start += mib) {
                CRC32C crc = new CRC32C();
                crc.update(bytes, start, Math.min(mib, size - start));
                expected.add(HexFormat.of().toHexDigits((int) crc.getValue()));
            }
            try (Vault.Incoming incoming = vault.begin(newUpload())) {
                incoming.write(ByteBuffer.wrap(bytes));

                assertThat(incoming.crc32cPerMiB()).as("size %d", size).isEqualTo(expected);
            }
        }
    }

    @Test
    void force_returns_how_much_was_written() throws Exception {
        try (Vault.Incoming incoming = vault.begin(newUpload())) {
            assertThat(incoming.force()).isZero();
            incoming.write(ByteBuffer.wrap(bytes(1000)));
            assertThat(incoming.force()).isEqualTo(1000);
            assertThat(incoming.force()).isEqualTo(1000);
            incoming.write(ByteBuffer.wrap(bytes(1)));
            assertThat(incoming.force()).isEqualTo(1001);
        }
    }

    @Test
    void forced_bytes_are_there_after_a_restart_and_the_upload_goes_on() throws Exception {
        byte[] bytes = bytes(Vault.CRC_BLOCK_BYTES + 1000);
        UploadId upload = newUpload();
        long durable;
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes, 0, Vault.CRC_BLOCK_BYTES + 300));
            durable = incoming.force();
        }
        vault = restarted(vault);
        assertThat(vault.unfinished()).containsExactly(upload);

        try (Vault.Incoming incoming = vault.resume(upload, durable)) {
            assertThat(incoming.sizeBytes()).isEqualTo(durable);
            incoming.write(ByteBuffer.wrap(bytes, (int) durable, bytes.length - (int) durable));
            assertThat(incoming.fingerprint()).isEqualTo(sha256(bytes));

            OriginalKey key = incoming.seal(SampleManifests.of(incoming, upload), DAY);
            assertThat(Verification.of(vault, key).intact()).isTrue();
            assertThat(read(key)).isEqualTo(bytes);
        }
    }

    @Test
    void resume_drops_everything_past_the_acknowledged_offset() throws Exception {
        byte[] bytes = bytes(1000);
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes));
            incoming.force();
        }
        for (int durable : new int[] {1000, 700, 1, 0}) {
            try (Vault.Incoming incoming = vault.resume(upload, durable)) {
                assertThat(incoming.sizeBytes()).isEqualTo(durable);
                assertThat(incoming.fingerprint()).isEqualTo(sha256(Arrays.copyOf(bytes, durable)));
            }
        }
        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.resume(upload, 1));
    }

    @Test
    void resume_of_what_never_began_was_discarded_or_was_sealed_is_missing() throws Exception {
        UploadId discarded = newUpload();
        vault.begin(discarded).close();
        vault.discard(discarded);
        UploadId sealed = newUpload();
        try (Vault.Incoming incoming = vault.begin(sealed)) {
            incoming.seal(SampleManifests.of(incoming, sealed), DAY);
        }

        assertFails(StorageFailure.Kind.MISSING, () -> vault.resume(newUpload(), 0));
        assertFails(StorageFailure.Kind.MISSING, () -> vault.resume(discarded, 0));
        assertFails(StorageFailure.Kind.MISSING, () -> vault.resume(sealed, 0));
    }

    @Test
    void resume_of_fewer_bytes_than_acknowledged_is_corrupt_and_leaves_them_be() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes(10)));
            incoming.force();
        }

        assertFails(StorageFailure.Kind.CORRUPT, () -> vault.resume(upload, 11));

        try (Vault.Incoming incoming = vault.resume(upload, 10)) {
            assertThat(incoming.sizeBytes()).isEqualTo(10);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> vault.resume(upload, -1));
    }

    @Test
    void upload_is_open_once_and_begins_once() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            assertThatIllegalStateException().isThrownBy(() -> vault.begin(upload));
            assertThatIllegalStateException().isThrownBy(() -> vault.resume(upload, 0));
            assertThatIllegalStateException().isThrownBy(() -> vault.discard(upload));
            incoming.write(ByteBuffer.wrap(bytes(3)));
        }
        assertThatIllegalStateException().isThrownBy(() -> vault.begin(upload));
        vault.resume(upload, 3).close();
    }

    @Test
    void closed_upload_takes_nothing_more_and_closing_again_does_nothing() throws Exception {
        UploadId upload = newUpload();
        Vault.Incoming closed = vault.begin(upload);
        closed.close();
        Vault.Incoming open = vault.resume(upload, 0);
        closed.close();

        assertThatIllegalStateException().isThrownBy(() -> closed.write(ByteBuffer.wrap(bytes(1))));
        assertThatIllegalStateException().isThrownBy(closed::force);
        assertThatIllegalStateException().isThrownBy(() -> closed.seal(SampleManifests.of(closed, upload), DAY));
        assertThatIllegalStateException().isThrownBy(() -> vault.resume(upload, 0));
        open.close();
    }

    @Test
    void seal_closes_the_upload() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.seal(SampleManifests.of(incoming, upload), DAY);

            assertThatIllegalStateException().isThrownBy(() -> incoming.write(ByteBuffer.wrap(bytes(1))));
        }
    }

    @Test
    void discard_drops_the_bytes_and_does_nothing_if_there_are_none() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            incoming.write(ByteBuffer.wrap(bytes(10)));
            incoming.force();
        }

        vault.discard(upload);
        vault.discard(upload);
        vault.discard(newUpload());

        assertThat(vault.unfinished()).isEmpty();
    }

    @Test
    void manifest_that_speaks_of_other_bytes_is_refused_and_the_upload_stays_open() throws Exception {
        UploadId upload = newUpload();
        try (Vault.Incoming incoming = vault.begin(upload)) {
            Manifest before = SampleManifests.of(incoming, upload);
            incoming.write(ByteBuffer.wrap(bytes(10)));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> incoming.seal(before, DAY))
                    .withMessageContaining(upload.hex());

            assertThat(originals()).isEmpty();
            assertThat(vault.manifest(incoming.seal(SampleManifests.of(incoming, upload), DAY)))
                    .isPresent();
        }
    }

    @Test
    void sealing_the_same_bytes_again_keeps_the_first_and_drops_the_second() throws Exception {
        byte[] bytes = bytes(5000);
        OriginalKey first = seal(bytes, DAY);
        Optional<Manifest> kept = vault.manifest(first);

        OriginalKey second = seal(bytes, DAY);

        assertThat(second).isEqualTo(first);
        assertThat(vault.manifest(second)).isEqualTo(kept);
        assertThat(originals()).containsExactly(first);
        assertThat(vault.unfinished()).isEmpty();
        assertThat(Verification.of(vault, first).intact()).isTrue();
    }

    @Test
    void same_bytes_sealed_by_many_at_once_are_one_original() throws Exception {
        byte[] bytes = bytes(100_000);
        int uploads = 6;
        CyclicBarrier together = new CyclicBarrier(uploads);
        ExecutorService threads = Executors.newFixedThreadPool(uploads);
        try {
            List<Callable<OriginalKey>> seals = new ArrayList<>();
            for (int i = 0; i < uploads; i++) {
                UploadId upload = newUpload();
                seals.add(() -> {
                    try (Vault.Incoming incoming = vault.begin(upload)) {
                        incoming.write(ByteBuffer.wrap(bytes));
                        together.await();
                        return incoming.seal(SampleManifests.of(incoming, upload), DAY);
                    }
                });
            }
            for (Future<OriginalKey> sealed : threads.invokeAll(seals)) {
                assertThat(originals()).containsExactly(sealed.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(vault.unfinished()).isEmpty();
    }
}
