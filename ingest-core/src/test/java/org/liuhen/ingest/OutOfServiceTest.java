package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.liuhen.ingest.UploadDesk.BY_DOCK;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.catalog.MemoryCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.fault.FailingFiles;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/** A disk whose writes fail is given no more work, and nothing is promised about it. */
class OutOfServiceTest {
    private static final byte[] FOOTAGE = UploadDesk.footage(1000, 3);

    @TempDir
    private Path folder;

    private static void assertRefused(ThrowingCallable call) {
        assertThatExceptionOfType(StorageFailure.class)
                .isThrownBy(call)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(StorageFailure.Kind.OUT_OF_SERVICE));
    }

    @Test
    void nothing_begins_or_goes_on_once_a_write_has_failed_and_what_was_acknowledged_is_known() throws Exception {
        SettableClock clock = new SettableClock(NOW);
        FailingFiles disk = new FailingFiles(DurableFiles.LOCAL);
        try (MemoryCatalog catalog = new MemoryCatalog(clock, new SecureRandom())) {
            UploadDesk.register(catalog, DOCK);
            FileVault vault =
                    FileVault.open(folder.resolve("v"), VaultSettings.STANDARD.withReserveBytes(0), clock, disk);
            UploadDesk desk = new UploadDesk(catalog, vault);
            UploadWriter good = desk.begin(FOOTAGE.length);
            good.write(ByteBuffer.wrap(FOOTAGE, 0, 400));
            Upload upload = ((Written.Acknowledged) good.finish()).upload();

            // The folder and the file of the next upload are made before its first write.
            disk.failAt(2, FailingFiles.Fault.IO_ERROR);
            UploadWriter bad = desk.begin(FOOTAGE.length);
            assertRefused(() -> bad.write(ByteBuffer.wrap(FOOTAGE)));

            assertThat(vault.outOfService()).isPresent();
            assertRefused(() -> desk.begin(FOOTAGE.length));
            assertRefused(() -> desk.uploads.append(upload.id(), BY_DOCK, 400, OptionalLong.of(600)));
            assertThat(desk.uploads.peek(upload.id(), BY_DOCK))
                    .isInstanceOfSatisfying(
                            Standing.Found.class,
                            found -> assertThat(found.upload().offsetBytes()).isEqualTo(400));
            desk.uploads.close();
        }
    }
}
