package org.liuhen.tools.serve;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.liuhen.device.tus.TusAdapter;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.HttpServer;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Route;
import org.liuhen.retention.Erasure;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.RetentionRun;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.CatalogSettings;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.access.Verifications;
import org.liuhen.tools.api.AdministrationApi;
import org.liuhen.tools.api.EventsApi;
import org.liuhen.tools.api.LedgerApi;
import org.liuhen.tools.api.OperationApi;
import org.liuhen.tools.api.RecordingsApi;
import org.liuhen.tools.api.RecordsApi;
import org.liuhen.tools.api.RetentionApi;
import org.liuhen.tools.api.StatisticsApi;
import org.liuhen.tools.api.VerificationApi;
import org.liuhen.tools.portal.Portal;
import org.liuhen.tools.portal.PortalSources;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: every part in its place, opened in the order in which bytes pass them and closed in reverse. Whoever
 * starts one closes it.
 */
public final class LiuhenServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiuhenServer.class);
    /** What closing may take, so that the whole ends within the 30 s that whoever stops us waits. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final Closing closing;
    private final Optional<String> firstPassword;
    private final @Nullable InetSocketAddress address;

    private LiuhenServer(Closing closing, Optional<String> firstPassword, @Nullable InetSocketAddress address) {
        this.closing = closing;
        this.firstPassword = firstPassword;
        this.address = address;
    }

    /**
     * Starts a server; it takes uploads on return.
     *
     * @param folder the data folder
     * @param listen where, and with what identity; null to be reachable through the private socket only, and then to make
     *     nothing playable
     */
    public static LiuhenServer start(
            Path folder, ServerConfiguration configuration, @Nullable Listening listen, char @Nullable [] adminPassword)
            throws StorageFailure, IOException, Problem {
        Closing closing = new Closing();
        try {
            DataFolder data = closing.add("data folder", DataFolder.open(folder));
            return start(data, new ServerSettings(configuration), listen, adminPassword, closing);
        } catch (StorageFailure | IOException | Problem | RuntimeException | Error e) {
            closing.close();
            throw e;
        }
    }

    /** Starts a server for one verb of this program. */
    public static LiuhenServer startPrivately(Path folder, ServerConfiguration configuration)
            throws StorageFailure, IOException, Problem {
        return start(folder, configuration, null, null);
    }

    private static LiuhenServer start(
            DataFolder data,
            ServerSettings settings,
            @Nullable Listening listen,
            char @Nullable [] adminPassword,
            Closing closing)
            throws StorageFailure, IOException, Problem {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        closing.add("meters", meters::close);
        Schedule schedule = settings.schedule();
        FileVault vault = closing.add("vault", FileVault.open(data.vault(), settings.vault(), clock));
        RocksCatalog catalog = closing.add(
                "catalog",
                RocksCatalog.open(data.catalog(), data.keys(), CatalogSettings.DEFAULT, clock, random, meters));
        ServerMeters.bind(meters, data.root(), vault, catalog, closing);
        Uploads uploads = closing.add(
                "uploads", Uploads.open(catalog, vault, schedule, settings.uploads(), clock, random, meters));

        Accounts accounts = new Accounts(catalog, clock, random);
        Optional<String> firstPassword = accounts.createFirstAdministrator(adminPassword);
        FootageDesk footage = new FootageDesk(
                catalog, vault, key -> data.renditions().resolve(key.id().hex()), clock);
        RetentionRun retention =
                new RetentionRun(catalog, vault, Erasure.NOTHING_DERIVED, schedule, clock, random, meters);
        closing.add("retention", retention::stop);
        EventsApi events = new EventsApi(catalog, clock);
        List<DeviceAdapter> adapters = List.of(new TusAdapter(uploads));

        List<Route> routes = new ArrayList<>();
        adapters.forEach(adapter -> routes.addAll(adapter.routes()));
        routes.addAll(new RecordingsApi(footage).routes());
        RecordsDesk records = new RecordsDesk(catalog, schedule, clock);
        routes.addAll(new RecordsApi(records, footage).routes());
        routes.addAll(new RetentionApi(catalog, schedule, retention, clock).routes());
        routes.addAll(new VerificationApi(new Verifications(catalog, vault, clock)).routes());
        routes.addAll(new AdministrationApi(accounts).routes());
        routes.addAll(new StatisticsApi(catalog, clock).routes());
        routes.addAll(events.routes());
        routes.addAll(new LedgerApi(catalog.ledger()).routes());
        OperationApi operation = new OperationApi(vault, catalog, meters);
        routes.addAll(operation.routes());
        PortalSources shown =
                new PortalSources(footage, accounts, records, catalog, schedule, meters, operation::reasons);
        routes.addAll(new Portal(shown, clock, random).routes());

        HttpServer http = HttpServer.start(settings.http(), routes, accounts, meters);
        closing.add("http", () -> http.close(GRACE));
        closing.add("events", events);
        InetSocketAddress address = null;
        if (listen != null) {
            for (DeviceAdapter adapter : adapters) {
                closing.add(adapter.name(), adapter);
                adapter.start();
            }
            address = http.listen(listen.address(), listen.identity(data.keys(), clock, random));
        }
        http.listenPrivately(data.socket());
        LOG.info("started, repairs={}", uploads.repairs());
        return new LiuhenServer(closing, firstPassword, address);
    }

    /** The first administrator's password, if it was invented just now; to be shown once. */
    public Optional<String> firstPassword() {
        return firstPassword;
    }

    /** Where it listens, with the port that was chosen. */
    public InetSocketAddress address() {
        if (address == null) {
            throw new IllegalStateException("address: this server listens on its private socket only");
        }
        return address;
    }

    /** Stops taking work, parks what is under way, closes everything in reverse. Idempotent. */
    @Override
    public void close() {
        closing.close();
    }
}
