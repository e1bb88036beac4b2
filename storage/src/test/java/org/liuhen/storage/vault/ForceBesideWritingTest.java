package org.liuhen.storage.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.contract.SettableClock;

class ForceBesideWritingTest {
    private static final SettableClock CLOCK = new SettableClock(Instant.parse("2026-11-22T10:00:00Z"));

    @TempDir
    private Path folder;

    /** Local files; while one is forced, something else happens. */
    private static final class WhileForcing implements FileCalls {
        private final Deque<Runnable> meanwhile = new ArrayDeque<>();

        @Override
        public OpenFile create(Path file) throws IOException {
            return watched(DurableFiles.LOCAL.create(file));
        }

        @Override
        public OpenFile reopen(Path file) throws IOException {
            return watched(DurableFiles.LOCAL.reopen(file));
        }

        @Override
        public OpenFolder openFolder(Path folder) throws IOException {
            return DurableFiles.LOCAL.openFolder(folder);
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            DurableFiles.LOCAL.createFolder(folder);
        }

        @Override
        public void renameFolder(Path folder, Path target) throws IOException {
            DurableFiles.LOCAL.renameFolder(folder, target);
        }

        @Override
        public void replaceFile(Path file, Path target) throws IOException {
            DurableFiles.LOCAL.replaceFile(file, target);
        }

        @Override
        public void delete(Path path) throws IOException {
            DurableFiles.LOCAL.delete(path);
        }

        private OpenFile watched(OpenFile file) {
            return new OpenFile() {
                @Override
                public void write(ByteBuffer bytes, long offsetBytes) throws IOException {
                    file.write(bytes, offsetBytes);
                }

                @Override
                public void truncate(long sizeBytes) throws IOException {
                    file.truncate(sizeBytes);
                }

                @Override
                public long sizeBytes() throws IOException {
                    return file.sizeBytes();
                }

                @Override
                public void force() throws IOException {
                    file.force();
                    Runnable next = meanwhile.poll();
                    if (next != null) {
                        next.run();
                    }
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }
    }

    @Test
    void a_force_promises_only_what_was_written_before_it() throws Exception {
        WhileForcing files = new WhileForcing();
        FileVault vault = FileVault.open(folder, VaultSettings.STANDARD.withReserveBytes(0), CLOCK, files);
        try (Vault.Incoming incoming = vault.begin(UploadId.random(new SecureRandom()))) {
            incoming.write(ByteBuffer.wrap(new byte[1000]));
            CountDownLatch forcing = new CountDownLatch(1);
            CountDownLatch written = new CountDownLatch(1);
            files.meanwhile.add(() -> {
                forcing.countDown();
                try {
                    written.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            CompletableFuture<Long> durable = CompletableFuture.supplyAsync(() -> {
                try {
                    return incoming.force();
                } catch (StorageFailure e) {
                    throw new IllegalStateException(e);
                }
            });
            forcing.await();
            incoming.write(ByteBuffer.wrap(new byte[500]));
            written.countDown();

            assertThat(durable.get()).isEqualTo(1000);
            assertThat(incoming.force()).isEqualTo(1500);
            assertThat(incoming.fingerprint().hex()).isEqualTo(DigestUtils.sha256Hex(new byte[1500]));
        }
    }
}
