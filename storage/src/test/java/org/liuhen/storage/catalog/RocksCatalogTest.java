package org.liuhen.storage.catalog;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Recording;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.contract.CatalogContract;
import org.liuhen.storage.contract.LedgerContract;
import org.liuhen.storage.contract.ListContract;
import org.liuhen.storage.contract.RegisterContract;
import org.liuhen.storage.contract.SettableClock;
import org.liuhen.storage.ledger.CompactRange;
import org.rocksdb.WriteBatch;

final class RocksCatalogTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private RocksCatalog open(SettableClock clock, int scannedPerPage) throws StorageFailure {
        return RocksCatalog.open(
                folder.resolve("catalog"),
                folder.resolve("keys"),
                CatalogSettings.DEFAULT.withScannedPerPage(scannedPerPage),
                clock,
                RANDOM,
                new SimpleMeterRegistry());
    }

    @Nested
    final class Recordings extends CatalogContract {
        @Override
        protected Catalog open(SettableClock clock, int scannedPerPage) throws StorageFailure {
            return RocksCatalogTest.this.open(clock, scannedPerPage);
        }
    }

    @Nested
    final class Lists extends ListContract {
        @Override
        protected Catalog open(SettableClock clock, int scannedPerPage) throws StorageFailure {
            return RocksCatalogTest.this.open(clock, scannedPerPage);
        }

        @Override
        protected void plantHints(Catalog catalog, Recording never) throws Exception {
            RocksStore store = ((RocksCatalog) catalog).store();
            try (WriteBatch batch = new WriteBatch()) {
                ChangeRows.hintsOnly(never).addTo(batch, store, CompactRange.empty());
                store.write(batch);
            }
        }
    }

    @Nested
    final class Entries extends RegisterContract {
        @Override
        protected Catalog open(SettableClock clock) throws StorageFailure {
            return RocksCatalogTest.this.open(clock, 1000);
        }
    }

    @Nested
    final class Log extends LedgerContract {
        @Override
        protected Catalog open(SettableClock clock) throws StorageFailure {
            return RocksCatalogTest.this.open(clock, 1000);
        }
    }
}
