package org.liuhen.tools.serve;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.UploadSettings;
import org.liuhen.ingest.http.HttpSettings;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.sandbox.GraphicsHardware;
import org.liuhen.ingest.media.sandbox.HardwareMode;
import org.liuhen.ingest.media.sandbox.SandboxMode;
import org.liuhen.ingest.media.signed.TrustedRoots;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.ingest.room.RoomSettings;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.ledger.CosignerKey;
import org.liuhen.storage.vault.VaultSettings;
import org.liuhen.tools.attest.AttestSettings;
import org.liuhen.tools.upkeep.ScrubSettings;

/** A configuration in each part's own words, with what was left out filled in. */
final class ServerSettings {
    private static final long DEFAULT_PLAYBACK_CACHE_BYTES = 512L << 20;
    private static final long LEAST_PLAYBACK_CACHE_BYTES = 64L << 20;

    private final ServerConfiguration configuration;

    ServerSettings(ServerConfiguration configuration) {
        this.configuration = configuration;
    }

    Schedule schedule() {
        ServerConfiguration.Retention retention = configuration.retention();
        return retention == null || retention.schedule() == null
                ? Schedule.builtIn()
                : Schedule.read(retention.schedule());
    }

    /** Null if the built-in schedule is used. */
    @Nullable
    Path scheduleFile() {
        ServerConfiguration.Retention retention = configuration.retention();
        return retention == null ? null : retention.schedule();
    }

    VaultSettings vault() {
        ServerConfiguration.Vault vault = configuration.vault();
        return vault == null || vault.reserveBytes() == null
                ? VaultSettings.STANDARD
                : VaultSettings.STANDARD.withReserveBytes(vault.reserveBytes());
    }

    /** The second vault; null if there is none. */
    @Nullable
    Path mirror() {
        ServerConfiguration.Vault vault = configuration.vault();
        Path mirror = vault == null ? null : vault.mirror();
        return mirror == null ? null : mirror.toAbsolutePath().normalize();
    }

    ScrubSettings scrub() {
        ServerConfiguration.Scrub scrub = configuration.scrub();
        ScrubSettings usual = ScrubSettings.STANDARD;
        if (scrub == null) {
            return usual;
        }
        return new ScrubSettings(
                scrub.mibPerSecond() == null ? usual.mibPerSecond() : scrub.mibPerSecond(),
                scrub.every() == null ? usual.every() : scrub.every());
    }

    /** How many originals a verification reads at once. */
    int readers() {
        ServerConfiguration.Verify verify = configuration.verify();
        if (verify == null || verify.readers() == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (verify.readers() < 1) {
            throw new InvalidField("verify.readers", verify.readers() + " (expected: 1 or more)");
        }
        return verify.readers();
    }

    UploadSettings uploads() {
        ServerConfiguration.Uploads uploads = configuration.uploads();
        UploadSettings usual = UploadSettings.DEFAULT;
        if (uploads == null) {
            return usual;
        }
        Long largest = uploads.largestBytes();
        Duration unfinished = uploads.unfinishedFor();
        return new UploadSettings(
                largest == null ? usual.largestBytes() : largest,
                unfinished == null ? usual.unfinishedFor() : unfinished,
                usual.finishedFor(),
                usual.idleFor(),
                usual.openWhenIdle(),
                usual.checkpointBytes());
    }

    HttpSettings http() {
        ServerConfiguration.Http http = configuration.http();
        HttpSettings usual = HttpSettings.defaults();
        if (http == null) {
            return usual;
        }
        HttpSettings.Limits limits = usual.limits();
        Integer connections = http.connections();
        Long slowest = http.slowestBodyBytesPerSecond();
        Duration window = http.slowestBodyWindow();
        return usual.with(new HttpSettings.Limits(
                        connections == null ? limits.connections() : connections,
                        limits.targetBytes(),
                        limits.headBytes(),
                        limits.laneBytes(),
                        limits.bodyBytes(),
                        limits.receiveBytes(),
                        limits.drainBytes()))
                .with(new HttpSettings.Slowest(
                        slowest == null ? usual.slowest().bodyBytesPerSecond() : slowest,
                        window == null ? usual.slowest().window() : window));
    }

    RoomSettings rooms() {
        List<RoomSettings.Room> rooms = new ArrayList<>();
        if (configuration.rooms() != null) {
            configuration.rooms().forEach(room -> rooms.add(room(room)));
        }
        ServerConfiguration.Capture capture = configuration.capture();
        RoomSettings usual = RoomSettings.NONE;
        return capture == null
                ? new RoomSettings(rooms, usual.piece(), usual.silence(), usual.retryAtMost())
                : new RoomSettings(
                        rooms,
                        capture.piece() == null ? usual.piece() : capture.piece(),
                        capture.silence() == null ? usual.silence() : capture.silence(),
                        capture.retryAtMost() == null ? usual.retryAtMost() : capture.retryAtMost());
    }

    private static RoomSettings.Room room(ServerConfiguration.Room room) {
        String id = room.id();
        if (id == null) {
            throw new InvalidField("rooms.id", "is missing (expected: for example ROOM-1)");
        }
        List<RoomSettings.Camera> cameras = new ArrayList<>();
        for (ServerConfiguration.Camera camera :
                room.cameras() == null ? List.<ServerConfiguration.Camera>of() : room.cameras()) {
            DeviceId device = camera.device();
            if (device == null) {
                throw new InvalidField("rooms.cameras.device", "is missing in room " + id);
            }
            cameras.add(new RoomSettings.Camera(device, camera.url(), camera.user(), camera.passwordFile()));
        }
        return new RoomSettings.Room(id, cameras);
    }

    /** Who is asked to testify about the log; nobody by default. */
    AttestSettings attestations() {
        ServerConfiguration.Ledger ledger = configuration.ledger();
        List<AttestSettings.Witness> witnesses = new ArrayList<>();
        if (ledger != null && ledger.witnesses() != null) {
            for (ServerConfiguration.Witness witness : ledger.witnesses()) {
                String key = witness.key();
                if (key == null) {
                    throw new InvalidField("ledger.witnesses.key", "is missing (expected: <name>+<id>+<key>)");
                }
                witnesses.add(
                        new AttestSettings.Witness(web("ledger.witnesses.url", witness.url()), CosignerKey.parse(key)));
            }
        }
        return new AttestSettings(witnesses, stamping(ledger), AttestSettings.USUAL_INTERVAL);
    }

    private static AttestSettings.@Nullable Stamping stamping(ServerConfiguration.@Nullable Ledger ledger) {
        ServerConfiguration.Timestamps timestamps = ledger == null ? null : ledger.timestamps();
        if (timestamps == null || timestamps.url() == null) {
            return null;
        }
        Path roots = timestamps.roots();
        if (roots == null) {
            throw new InvalidField("ledger.timestamps.roots", "is missing (expected: whom to trust)");
        }
        Duration every = timestamps.every() == null ? AttestSettings.USUAL_STAMPING : timestamps.every();
        if (every.compareTo(AttestSettings.SHORTEST_STAMPING) < 0) {
            throw new InvalidField(
                    "ledger.timestamps.every",
                    every + " (expected: at least " + AttestSettings.SHORTEST_STAMPING + ")");
        }
        return new AttestSettings.Stamping(web("ledger.timestamps.url", timestamps.url()), every, roots);
    }

    private static URI web(String key, @Nullable URI url) {
        if (url == null
                || url.getHost() == null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new InvalidField(key, url + " (expected: https://HOST/…)");
        }
        return url;
    }

    /**
     * What is offered to docks that push files by name.
     *
     * @param hasIdentity whether the server talks TLS
     */
    OldDocks oldDocks(boolean hasIdentity) {
        return new OldDocks(configuration, hasIdentity);
    }

    /** How names of files are read. */
    NamingPresets naming() {
        return OldDocks.presets(configuration, schedule().zone());
    }

    /** 0 for none. */
    int mediaChildren() {
        ServerConfiguration.Media media = configuration.media();
        if (media == null || media.children() == null) {
            return MediaSettings.standard(Path.of("")).children();
        }
        if (media.children() < 0) {
            throw new InvalidField("media.children", media.children() + " (expected: 0 or more)");
        }
        return media.children();
    }

    boolean asksForClientCertificates() {
        ServerConfiguration.Tls tls = configuration.tls();
        return tls != null && Boolean.TRUE.equals(tls.clientCertificates());
    }

    /** Who hands over evidence, as the papers name it; null if nobody said. */
    @Nullable
    String organization() {
        ServerConfiguration.Evidence evidence = configuration.evidence();
        String organization = evidence == null ? null : evidence.organization();
        if (organization != null && (organization.isBlank() || organization.length() > 200)) {
            throw new InvalidField("evidence.organization", "is blank or longer than 200 characters");
        }
        return organization;
    }

    MediaSettings media(Path natives) {
        return MediaSettings.standard(natives)
                .withChildren(Math.max(1, mediaChildren()))
                .withSandbox(sandbox())
                .withHardware(hardware())
                .withSignatureRoots(signatureRoots());
    }

    /** How much of what was lately made for people who watch is kept. */
    long playbackCacheBytes() {
        ServerConfiguration.Media media = configuration.media();
        Long bytes = media == null ? null : media.playbackCacheBytes();
        if (bytes != null && bytes < LEAST_PLAYBACK_CACHE_BYTES) {
            throw new InvalidField(
                    "media.playbackCacheBytes", bytes + " (expected: " + LEAST_PLAYBACK_CACHE_BYTES + " or more)");
        }
        return bytes == null ? DEFAULT_PLAYBACK_CACHE_BYTES : bytes;
    }

    /** Whether media children have to run in a sandbox. */
    SandboxMode sandbox() {
        ServerConfiguration.Media media = configuration.media();
        if (media == null || media.sandbox() == null) {
            return SandboxMode.PREFERRED;
        }
        return switch (media.sandbox()) {
            case "required" -> SandboxMode.REQUIRED;
            case "preferred" -> SandboxMode.PREFERRED;
            case "off" -> SandboxMode.OFF;
            default ->
                throw new InvalidField("media.sandbox", media.sandbox() + " (expected: required, preferred or off)");
        };
    }

    private GraphicsHardware hardware() {
        ServerConfiguration.Media media = configuration.media();
        if (media == null || media.hardware() == null) {
            return GraphicsHardware.none();
        }
        HardwareMode mode = switch (media.hardware()) {
            case "none" -> HardwareMode.NONE;
            case "vaapi" -> HardwareMode.VAAPI;
            case "nvenc" -> HardwareMode.NVENC;
            case "qsv" -> HardwareMode.QSV;
            case "auto" -> HardwareMode.AUTO;
            default ->
                throw new InvalidField(
                        "media.hardware", media.hardware() + " (expected: none, vaapi, nvenc, qsv or auto)");
        };
        return GraphicsHardware.of(mode, media.hardwareDevice());
    }

    private TrustedRoots signatureRoots() {
        ServerConfiguration.Media media = configuration.media();
        Path folder = media == null ? null : media.signatureRoots();
        try {
            return folder == null ? TrustedRoots.NONE : TrustedRoots.of(folder);
        } catch (IOException e) {
            throw new InvalidField("media.signatureRoots", String.valueOf(e.getMessage()));
        }
    }
}
