package org.liuhen.tools.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.CopyableCatalog;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.CatalogSettings;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.tools.attest.PublicLog;
import org.liuhen.tools.upkeep.CatalogFolders;
import org.liuhen.tools.upkeep.Restoration;

/** What everything else in a server stands on. */
record Stores(
        Vault vault,
        CopyableCatalog catalog,
        PublicLog log,
        Schedule schedule,
        InstantSource clock,
        SecureRandom random,
        PrometheusMeterRegistry meters) {
    static Stores open(DataFolder data, ServerSettings settings, Closing closing) throws StorageFailure {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        closing.add("meters", meters::close);
        Schedule schedule = settings.schedule();
        if (Restoration.isUnderWay(data.root())) {
            throw new StorageFailure(
                    StorageFailure.Kind.CORRUPT,
                    "data folder: a restoration has not ended (expected: run restore again to the end), folder="
                            + data.root());
        }
        try {
            new CatalogFolders(data.root(), DurableFiles.LOCAL).settle(clock.instant());
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: cannot be put in order: " + e, e);
        }
        FileVault vault = closing.add("vault", FileVault.open(data.vault(), settings.vault(), clock));
        RocksCatalog catalog = closing.add(
                "catalog",
                RocksCatalog.open(data.catalog(), data.keys(), CatalogSettings.DEFAULT, clock, random, meters));
        PublicLog log = closing.add("ledger folder", PublicLog.open(data.ledger(), catalog));
        Gauge.builder("liuhen.ledger.published", log.folder()::publishedSize)
                .description("Events that the published checkpoint covers")
                .register(meters);
        ServerMeters.bind(meters, data.root(), vault, catalog, closing);
        return new Stores(vault, catalog, log, schedule, clock, random, meters);
    }
}
