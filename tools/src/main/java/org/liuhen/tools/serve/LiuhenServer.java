package org.liuhen.tools.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.liuhen.device.axis.AxisAdapter;
import org.liuhen.device.tus.TusAdapter;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.Repairs;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.drop.DropFolders;
import org.liuhen.ingest.http.HttpServer;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Route;
import org.liuhen.ingest.http.TlsIdentity;
import org.liuhen.ingest.media.MediaJobs;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.Renditions;
import org.liuhen.ingest.media.ondemand.OnDemand;
import org.liuhen.ingest.media.sandbox.Sandbox;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.retention.RecordsDesk;
import org.liuhen.retention.RetentionRun;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.vault.DurableFiles;
import org.liuhen.tools.access.Accounts;
import org.liuhen.tools.access.AxisSystems;
import org.liuhen.tools.access.DeviceDoor;
import org.liuhen.tools.access.DeviceReceipts;
import org.liuhen.tools.access.Devices;
import org.liuhen.tools.access.FootageDesk;
import org.liuhen.tools.access.ReceiptDesk;
import org.liuhen.tools.api.AdministrationApi;
import org.liuhen.tools.api.AxisApi;
import org.liuhen.tools.api.BackupApi;
import org.liuhen.tools.api.ClipApi;
import org.liuhen.tools.api.ClipsApi;
import org.liuhen.tools.api.DevicesApi;
import org.liuhen.tools.api.EventsApi;
import org.liuhen.tools.api.ExportApi;
import org.liuhen.tools.api.LedgerApi;
import org.liuhen.tools.api.OperationApi;
import org.liuhen.tools.api.ReceiptsApi;
import org.liuhen.tools.api.RecordingsApi;
import org.liuhen.tools.api.RecordsApi;
import org.liuhen.tools.api.RetentionApi;
import org.liuhen.tools.api.StatisticsApi;
import org.liuhen.tools.api.VerificationApi;
import org.liuhen.tools.attest.AttestSettings;
import org.liuhen.tools.attest.Attestations;
import org.liuhen.tools.attest.TimestampAuthority;
import org.liuhen.tools.attest.Timestamps;
import org.liuhen.tools.clips.ClipMaker;
import org.liuhen.tools.clips.ClipShelf;
import org.liuhen.tools.export.EvidenceDesk;
import org.liuhen.tools.export.Outgoing;
import org.liuhen.tools.portal.Portal;
import org.liuhen.tools.portal.PortalSources;
import org.liuhen.tools.upkeep.Backup;
import org.liuhen.tools.upkeep.Caretaker;
import org.liuhen.tools.upkeep.Scrubber;
import org.liuhen.tools.upkeep.Verifications;
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

    /** How many recordings are made playable at the same time for people who wait. */
    private static final int AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);

    private final Closing closing;
    private final List<Route> routes;
    private final Repairs repairs;
    private final Optional<String> firstPassword;
    private final @Nullable InetSocketAddress address;
    private final List<String> further;

    private LiuhenServer(
            Closing closing,
            List<Route> routes,
            Repairs repairs,
            Optional<String> firstPassword,
            @Nullable InetSocketAddress address,
            List<String> further) {
        this.further = List.copyOf(further);
        this.closing = closing;
        this.routes = List.copyOf(routes);
        this.repairs = repairs;
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
        OldDocks docks = listen == null ? null : settings.oldDocks(listen.secure());
        Stores stores = Stores.open(data, settings, listen == null, closing);
        Uploads uploads = closing.add(
                "uploads",
                Uploads.open(
                        stores.catalog(),
                        stores.vault(),
                        stores.schedule(),
                        settings.uploads(),
                        stores.clock(),
                        stores.random(),
                        stores.meters()));
        Accounts accounts = new Accounts(stores.catalog(), stores.clock(), stores.random());
        Devices devices = new Devices(accounts, uploads, stores.clock());
        Optional<String> firstPassword = accounts.createFirstAdministrator(adminPassword);
        ReceiptDesk receipts = new ReceiptDesk(stores.catalog(), stores.clock());
        closing.add("receipts", receipts);
        TlsIdentity identity = listen == null ? null : listen.identity(data.keys(), stores.clock(), stores.random());
        List<DeviceAdapter> adapters = new ArrayList<>(List.of(
                new TusAdapter(uploads),
                new AxisAdapter(
                        uploads, stores.catalog(), stores.schedule(), devices::told, stores.clock(), stores.random())));
        if (docks != null) {
            adapters.addAll(docks.adapters(
                    dropFolders(uploads, settings, receipts, stores),
                    new DeviceDoor(stores.catalog(), accounts),
                    identity,
                    data.keys(),
                    stores.clock(),
                    stores.random()));
        }
        AtomicReference<@Nullable List<String>> certificates = new AtomicReference<>();
        List<Route> routes = new ArrayList<>();
        adapters.forEach(adapter -> routes.addAll(adapter.routes()));
        EvidenceDesk evidence = new EvidenceDesk(
                stores.catalog(),
                stores.vault(),
                stores.schedule(),
                new Outgoing(),
                data.ledger(),
                settings.organization(),
                stores.clock(),
                stores.random());
        InterrogationRooms rooms =
                InterrogationRooms.open(settings.rooms(), data.root().resolve("natives"), stores, uploads, closing);
        routes.addAll(rooms.routes());
        routes.addAll(new AxisApi(new AxisSystems(
                        stores.catalog(),
                        stores.clock(),
                        stores.random(),
                        () -> Optional.ofNullable(certificates.get())))
                .routes());
        routes.addAll(interfaceRoutes(
                data, settings, listen != null, stores, accounts, devices, evidence, rooms, receipts, closing));
        routes.addAll(new ReceiptsApi(receipts).routes());
        EventsApi events = new EventsApi(stores.catalog(), stores.clock());
        routes.addAll(events.routes());
        HttpServer http = HttpServer.start(settings.http(), routes, accounts, stores.meters());
        closing.add("http", () -> http.close(GRACE));
        closing.add("events", events);
        closing.add("exports", evidence);
        InetSocketAddress address = null;
        List<String> further = new ArrayList<>();
        if (listen != null) {
            for (DeviceAdapter adapter : adapters) {
                closing.add(adapter.name(), adapter);
                adapter.start();
                further.addAll(adapter.addresses());
            }
            closing.add("attestations", attestations(settings.attestations(), stores));
            rooms.start(closing);
            address = http.listen(listen.address(), identity, settings.asksForClientCertificates());
            certificates.set(identity == null ? List.of() : identity.certificatePems());
        }
        http.listenPrivately(data.socket());
        LOG.info("started, repairs={}, addresses={}", uploads.repairs(), further);
        return new LiuhenServer(closing, routes, uploads.repairs(), firstPassword, address, further);
    }

    private static DropFolders dropFolders(
            Uploads uploads, ServerSettings settings, ReceiptDesk receipts, Stores stores) {
        return new DropFolders(uploads, settings.naming(), new DeviceReceipts(receipts), stores.clock());
    }

    private static List<Route> interfaceRoutes(
            DataFolder data,
            ServerSettings settings,
            boolean makesPlayable,
            Stores stores,
            Accounts accounts,
            Devices devices,
            EvidenceDesk evidence,
            InterrogationRooms rooms,
            ReceiptDesk receipts,
            Closing closing)
            throws StorageFailure, IOException {
        Catalog catalog = stores.catalog();
        InstantSource clock = stores.clock();
        Renditions renditions = Renditions.open(data.renditions());
        MediaSettings mediaSettings = settings.media(data.root().resolve("natives"));
        MediaJobs jobs = null;
        if (makesPlayable) {
            requireSandbox(mediaSettings.sandbox());
        }
        if (makesPlayable && settings.mediaChildren() > 0) {
            jobs = closing.add(
                    "media", new MediaJobs(catalog, stores.vault(), renditions, mediaSettings, clock, stores.meters()));
            jobs.start();
        }
        MediaState media = new MediaState(mediaSettings, jobs, stores.meters());
        // somebody waits for an excerpt, so cutting one does not step back behind uploads
        MediaTools tools = closing.add("media tools", new MediaTools(mediaSettings.withNiceness(0)));
        OnDemand onDemand = closing.add(
                "playback",
                new OnDemand(tools, data.root().resolve("playback"), settings.playbackCacheBytes(), AT_ONCE));
        FootageDesk footage = new FootageDesk(catalog, stores.vault(), renditions::folder, onDemand, clock);
        ClipMaker clips = new ClipMaker(footage, receipts, tools, clock);
        ClipShelf shelf = closing.add(
                "clips", new ClipShelf(clips, data.root().resolve("clips-ordered"), clock, stores.random()));
        RecordsDesk records = new RecordsDesk(catalog, stores.schedule(), clock);
        RetentionRun retention = new RetentionRun(
                catalog,
                stores.vault(),
                key -> {
                    evidence.outgoing().requireIdle(key);
                    drop(renditions, key);
                    onDemand.forget(key.id());
                    shelf.forget(key.id());
                },
                stores.schedule(),
                clock,
                stores.random(),
                stores.meters());
        closing.add("retention", retention::stop);

        List<Route> routes = new ArrayList<>();
        routes.addAll(new RecordingsApi(footage).routes());
        routes.addAll(new ClipApi(footage, tools, clips, data.root().resolve("clips")).routes());
        routes.addAll(new ClipsApi(shelf, footage).routes());
        routes.addAll(new RecordsApi(records, footage).routes());
        routes.addAll(new ExportApi(evidence).routes());
        routes.addAll(new RetentionApi(catalog, stores.schedule(), retention, clock).routes());
        Caretaker caretaker = new Caretaker(catalog, stores.vault(), clock);
        Scrubber scrubber = new Scrubber(
                catalog, caretaker, data.scrub(), stores.mirror(), settings.scrub(), clock, stores.meters());
        if (makesPlayable) {
            closing.add("scrub", scrubber).start();
        }
        routes.addAll(
                new VerificationApi(new Verifications(catalog, stores.vault(), caretaker, settings.readers(), clock))
                        .routes());
        routes.addAll(new AdministrationApi(accounts).routes());
        routes.addAll(new DevicesApi(accounts, devices).routes());
        routes.addAll(new StatisticsApi(catalog, clock).routes());
        routes.addAll(new LedgerApi(catalog, stores.log(), clock).routes());
        Backup backup = new Backup(
                data.root(), stores.catalog(), stores.vault(), settings.scheduleFile(), DurableFiles.LOCAL, clock);
        closing.add("backup", backup::stop);
        routes.addAll(new BackupApi(backup, clock).routes());
        OperationApi operation = new OperationApi(
                stores.vault(),
                catalog,
                stores.meters(),
                List.of(scrubber::troubles, stores.log()::troubles, rooms.captures()::troubles, media::warnings),
                media::document);
        routes.addAll(operation.routes());
        PortalSources shown = new PortalSources(
                footage,
                accounts,
                devices,
                records,
                catalog,
                stores.schedule(),
                stores.meters(),
                operation::troubles,
                rooms.desk());
        routes.addAll(new Portal(shown, clock, stores.random()).routes());
        return routes;
    }

    /** Before anything is taken in: whoever demands a sandbox does not want to find out later. */
    private static void requireSandbox(SandboxMode mode) {
        if (mode == SandboxMode.REQUIRED) {
            Sandbox.of(SandboxMode.PREFERRED).missing().ifPresent(why -> {
                throw new InvalidField("media.sandbox", "required, but there is none: " + why);
            });
        }
    }

    /** Asks nobody unless somebody is configured. */
    private static Attestations attestations(AttestSettings settings, Stores stores) throws IOException {
        AttestSettings.Stamping stamping = settings.stamping();
        Timestamps timestamps = stamping == null
                ? null
                : new Timestamps(
                        stores.log(),
                        stores.catalog(),
                        new TimestampAuthority(stamping.url(), stamping.roots(), stores.random()),
                        stamping.every(),
                        stores.clock());
        return Attestations.start(stores.log(), settings, timestamps, stores.clock());
    }

    /** Everything it answers to. */
    List<Route> routes() {
        return routes;
    }

    private static void drop(Renditions renditions, org.liuhen.storage.OriginalKey key) throws StorageFailure {
        try {
            renditions.drop(key);
        } catch (IOException e) {
            throw new StorageFailure(
                    StorageFailure.Kind.OUT_OF_SERVICE, "renditions: cannot be dropped, recording=" + key.id(), e);
        }
    }

    /** What start-up found of uploads that a stop or a crash had interrupted. */
    public Repairs repairs() {
        return repairs;
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

    /** Where docks are listened to by other ways than HTTP, with the ports that were chosen. */
    public List<String> furtherAddresses() {
        return further;
    }

    /** Stops taking work, parks what is under way, closes everything in reverse. Idempotent. */
    @Override
    public void close() {
        closing.close();
    }
}
