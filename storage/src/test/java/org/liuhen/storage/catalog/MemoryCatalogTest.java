package org.liuhen.storage.catalog;

import java.security.SecureRandom;
import org.junit.jupiter.api.Nested;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Recording;
import org.liuhen.storage.contract.CatalogContract;
import org.liuhen.storage.contract.LedgerContract;
import org.liuhen.storage.contract.ListContract;
import org.liuhen.storage.contract.RegisterContract;
import org.liuhen.storage.contract.SettableClock;

final class MemoryCatalogTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Nested
    final class Recordings extends CatalogContract {
        @Override
        protected Catalog open(SettableClock clock, int scannedPerPage) {
            return new MemoryCatalog(clock, RANDOM, scannedPerPage);
        }
    }

    @Nested
    final class Lists extends ListContract {
        @Override
        protected Catalog open(SettableClock clock, int scannedPerPage) {
            return new MemoryCatalog(clock, RANDOM, scannedPerPage);
        }

        @Override
        protected void plantHints(Catalog catalog, Recording never) {
            // Its indexes and its recordings change together: there are no hints.
        }
    }

    @Nested
    final class Entries extends RegisterContract {
        @Override
        protected Catalog open(SettableClock clock) {
            return new MemoryCatalog(clock, RANDOM);
        }
    }

    @Nested
    final class Log extends LedgerContract {
        @Override
        protected Catalog open(SettableClock clock) {
            return new MemoryCatalog(clock, RANDOM);
        }
    }
}
