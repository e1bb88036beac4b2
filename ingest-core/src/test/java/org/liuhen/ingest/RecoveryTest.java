package org.liuhen.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.liuhen.ingest.UploadDesk.DOCK;
import static org.liuhen.ingest.UploadDesk.NOW;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Upload;
import org.liuhen.storage.UploadId;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

class RecoveryTest {
    private final SettableClock clock = new SettableClock(NOW);
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path folder;

    private RocksCatalog catalog() throws StorageFailure {
        return RocksCatalog.open(folder.resolve("catalog"), folder.resolve("keys"), clock, random);
    }

    private Upload row(String protocol, long offsetBytes) {
        return new Upload(
                UploadId.random(random),
                DOCK,
                protocol,
                Map.of(),
                1L << 20,
                offsetBytes,
                NOW,
                NOW.plus(Duration.ofDays(7)),
                null,
                null);
    }

    private static void leaveBytes(Vault vault, Upload upload) throws StorageFailure {
        try (Vault.Incoming incoming = vault.begin(upload.id())) {
            incoming.write(ByteBuffer.wrap(new byte[1024]));
        }
    }

    @Test
    void a_thousand_unfinished_uploads_are_ready_in_under_ten_seconds() throws Exception {
        Vault vault = FileVault.open(folder.resolve("vault"), VaultSettings.STANDARD.withReserveBytes(0), clock);
        List<Upload> withBytes = new ArrayList<>();
        try (Catalog catalog = catalog()) {
            Change.Builder rows = Change.builder();
            for (int i = 0; i < 1000; i++) {
                Upload upload = row("tus", 1024);
                withBytes.add(upload);
                rows.upload(upload);
                leaveBytes(vault, upload);
            }
            for (int i = 0; i < 100; i++) {
                rows.upload(row("tus", 0));
            }
            catalog.commit(rows.build()).get();
        }

        try (Catalog catalog = catalog()) {
            long started = System.nanoTime();
            UploadDesk desk = new UploadDesk(catalog, vault);
            Duration took = Duration.ofNanos(System.nanoTime() - started);

            assertThat(took).isLessThan(Duration.ofSeconds(10));
            assertThat(desk.uploads.repairs()).isEqualTo(new Repairs(1100, 0, 0, List.of()));
            assertThat(desk.standing(withBytes.get(500)).offsetBytes()).isEqualTo(1024);
            desk.uploads.close();
        }
    }

    @Test
    void what_nobody_was_promised_is_dropped_and_what_is_gone_is_told() throws Exception {
        Vault vault = FileVault.open(folder.resolve("vault"), VaultSettings.STANDARD.withReserveBytes(0), clock);
        try (Catalog catalog = catalog()) {
            Upload whole = row(Uploads.WHOLE_FILE, 0);
            Upload gone = row("tus", 5000);
            leaveBytes(vault, whole);
            leaveBytes(vault, row("tus", 0));
            catalog.commit(Change.builder().upload(whole).upload(gone).build()).get();

            UploadDesk desk = new UploadDesk(catalog, vault);

            assertThat(desk.uploads.repairs().discarded()).isEqualTo(2);
            assertThat(desk.uploads.repairs().lost()).singleElement().asString().contains("5000 acknowledged bytes");
            assertThat(vault.unfinished()).isEmpty();
            assertThat(catalog.uploads()).isEmpty();
            desk.uploads.close();
        }
    }
}
