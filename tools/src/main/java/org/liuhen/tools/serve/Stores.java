package org.liuhen.tools.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.CopyableCatalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.Vault;
import org.liuhen.storage.catalog.CatalogSettings;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.MirroredVault;
import org.liuhen.tools.attest.PublicLog;
import org.liuhen.tools.upkeep.CatalogFolders;
import org.liuhen.tools.upkeep.Restoration;
import org.liuhen.tools.upkeep.ScrubState;

/**
 * What everything else in a server stands on.
 *
 * @param mirror the folder of the second vault; null if there is none
 */
record Stores(
        Vault vault,
        @Nullable Path mirror,
        CopyableCatalog catalog,
        PublicLog log,
        Schedule schedule,
        InstantSource clock,
        SecureRandom random,
        PrometheusMeterRegistry meters) {
    /** @param privately whether it is for one verb, which does not read the server's configuration */
    static Stores open(DataFolder data, ServerSettings settings, boolean privately, Closing closing)
            throws StorageFailure {
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
            CatalogFolders folders = new CatalogFolders(data.root(), DurableFiles.LOCAL);
            folders.settle(clock.instant());
            folders.requireNotLost();
        } catch (IOException e) {
            throw new StorageFailure(StorageFailure.Kind.OUT_OF_SERVICE, "catalog: cannot be put in order: " + e, e);
        }
        Path mirror = mirror(data, settings, privately);
        FileVault first = closing.add("vault", FileVault.open(data.vault(), settings.vault(), clock));
        Vault vault = mirror == null
                ? first
                : MirroredVault.open(first, closing.add("mirror", FileVault.open(mirror, settings.vault(), clock)));
        RocksCatalog catalog = closing.add(
                "catalog",
                RocksCatalog.open(data.catalog(), data.keys(), CatalogSettings.DEFAULT, clock, random, meters));
        PublicLog log = closing.add("ledger folder", PublicLog.open(data.ledger(), catalog));
        Gauge.builder("liuhen.ledger.published", log.folder()::publishedSize)
                .description("Events that the published checkpoint covers")
                .register(meters);
        ServerMeters.bind(meters, data.root(), vault, catalog, closing);
        return new Stores(vault, mirror, catalog, log, schedule, clock, random, meters);
    }

    /**
     * The second vault that this store is to have. A verb keeps the one that the server has, so that it neither adds nor
     * erases in one only.
     */
    private static @Nullable Path mirror(DataFolder data, ServerSettings settings, boolean privately)
            throws StorageFailure {
        ScrubState before = ScrubState.read(data.scrub());
        String known = before == null ? null : before.mirror();
        Path configured = settings.mirror();
        Path mirror = configured == null && privately && known != null ? Path.of(known) : configured;
        if (mirror == null) {
            return null;
        }
        if (mirror.startsWith(data.vault()) || data.vault().startsWith(mirror)) {
            throw new InvalidField("vault.mirror", mirror + " (expected: apart from " + data.vault() + ")");
        }
        if (mirror.toString().equals(known) && !Files.isDirectory(mirror.resolve("originals"))) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE,
                    "vault.mirror: " + mirror
                            + " is empty (expected: what was mirrored there; mount that disk, or remove " + data.scrub()
                            + " to begin an empty mirror)");
        }
        return mirror;
    }
}
