package org.liuhen.ingest.contract;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.liuhen.ingest.DeviceAdapter;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.Uploads;
import org.liuhen.ingest.http.HttpServer;
import org.liuhen.ingest.http.HttpSettings;
import org.liuhen.ingest.http.Principal;
import org.liuhen.ingest.http.Problem;
import org.liuhen.ingest.http.Request;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.Actor;
import org.liuhen.storage.Catalog;
import org.liuhen.storage.Change;
import org.liuhen.storage.CustodyEvent;
import org.liuhen.storage.Device;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.EventKind;
import org.liuhen.storage.OriginalKey;
import org.liuhen.storage.Recording;
import org.liuhen.storage.RecordingQuery;
import org.liuhen.storage.Register;
import org.liuhen.storage.StorageFailure;
import org.liuhen.storage.catalog.RocksCatalog;
import org.liuhen.storage.vault.FileVault;
import org.liuhen.storage.vault.VaultSettings;

/** A real server over a vault and a catalog in a folder, with two registered devices and one adapter. */
public final class IngestServer implements AutoCloseable {
    public static final DeviceId DOCK = new DeviceId("dock-1");
    public static final DeviceId OTHER_DOCK = new DeviceId("dock-2");
    public static final String TOKEN = "token-of-dock-1";
    public static final String OTHER_TOKEN = "token-of-dock-2";

    /** Less than any disk has. */
    public static final long NO_RESERVE = 0;
    /** More than any disk has, so that there is no room. */
    public static final long ALL_RESERVED = Long.MAX_VALUE / 4;

    private static final Map<String, DeviceId> TOKENS = Map.of(TOKEN, DOCK, OTHER_TOKEN, OTHER_DOCK);

    private final RocksCatalog catalog;
    private final FileVault vault;
    private final Uploads uploads;
    private final DeviceAdapter adapter;
    private final HttpServer server;
    private final InetSocketAddress address;
    private boolean closed;

    private IngestServer(Path folder, long reserveBytes, BiFunction<Uploads, Catalog, DeviceAdapter> adapters)
            throws StorageFailure, IOException {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        catalog = RocksCatalog.open(folder.resolve("catalog"), folder.resolve("keys"), clock, random);
        vault = FileVault.open(folder.resolve("vault"), VaultSettings.STANDARD.withReserveBytes(reserveBytes), clock);
        register(catalog, clock.instant());
        uploads = Uploads.open(catalog, vault, Schedule.builtIn(), UploadSettings.DEFAULT, clock, random, meters);
        adapter = adapters.apply(uploads, catalog);
        server = HttpServer.start(HttpSettings.defaults(), adapter.routes(), IngestServer::authenticate, meters);
        adapter.start();
        address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null);
    }

    public static IngestServer start(Path folder, long reserveBytes, Function<Uploads, DeviceAdapter> adapters)
            throws StorageFailure, IOException {
        return start(folder, reserveBytes, (uploads, ignored) -> adapters.apply(uploads));
    }

    /** For protocols that remember something in the catalog. */
    public static IngestServer start(
            Path folder, long reserveBytes, BiFunction<Uploads, Catalog, DeviceAdapter> adapters)
            throws StorageFailure, IOException {
        return new IngestServer(folder, reserveBytes, adapters);
    }

    private static void register(RocksCatalog catalog, Instant now) throws StorageFailure {
        for (DeviceId id : TOKENS.values()) {
            if (catalog.register().entry(Register.DEVICES, id.value()).isEmpty()) {
                try {
                    catalog.commit(Change.builder()
                                    .put(Register.DEVICES, id.value(), new Device(id, "Dock", null, null, now, null))
                                    .event(CustodyEvent.of(
                                            now,
                                            Actor.CONSOLE,
                                            EventKind.DEVICE_ADDED,
                                            null,
                                            Map.of("device", id.value())))
                                    .build())
                            .get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException("registering " + id, e);
                }
            }
        }
    }

    private static Principal authenticate(Request request) throws Problem {
        Optional<String> field = request.header("authorization");
        if (field.isEmpty()) {
            return new Principal.Anonymous();
        }
        DeviceId device = TOKENS.get(field.get().replaceFirst("^Bearer ", ""));
        if (device == null) {
            throw new Problem(401, "unauthorized", "token: unknown");
        }
        return new Principal.OfDevice(device);
    }

    /** The device of a token; empty for any other. */
    public static Optional<DeviceId> device(String token) {
        return Optional.ofNullable(TOKENS.get(token));
    }

    public InetSocketAddress address() {
        return address;
    }

    public Uploads uploads() {
        return uploads;
    }

    public RocksCatalog catalog() {
        return catalog;
    }

    public FileVault vault() {
        return vault;
    }

    public List<Recording> recordings() throws StorageFailure {
        return catalog.recordings(RecordingQuery.ALL, 500, null).items();
    }

    public byte[] original(Recording recording) throws StorageFailure, IOException {
        try (var channel = vault.open(new OriginalKey(recording.receivedDay(), recording.id()))) {
            return Channels.newInputStream(channel).readAllBytes();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                server.close(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("server: interrupted while closing", e);
            }
            adapter.close();
            uploads.close();
            vault.close();
            catalog.close();
        }
    }
}
