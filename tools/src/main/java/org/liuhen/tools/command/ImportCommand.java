package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.media.MediaSettings;
import org.liuhen.ingest.media.MediaTools;
import org.liuhen.ingest.media.Probed;
import org.liuhen.ingest.naming.NamingPresets;
import org.liuhen.retention.Schedule;
import org.liuhen.storage.DeviceId;
import org.liuhen.storage.Fingerprint;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.camera.CameraFolder;
import org.liuhen.tools.camera.CameraFolder.Found;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.client.UnfinishedPushes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = "Pushes what lies on a mounted camera. Exits 0 only if all its footage is safe to erase.")
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private FootageOptions footage = new FootageOptions();

    @Option(
            names = "--erase-after-receipt",
            description = "Erase each file from the camera once the server's receipt for it has been verified.")
    private boolean eraseAfterReceipt;

    @Option(names = "--receipts", paramLabel = "DIR", description = "Where to keep the receipts.")
    private @Nullable Path receipts;

    @Option(
            names = "--presets",
            paramLabel = "FILE",
            description =
                    "Own ways of naming files, a file or a folder of .yaml files; they come before those built in.")
    private @Nullable Path presets;

    @Option(
            names = "--zone",
            description = "Zone of the camera's clock, for example Asia/Shanghai (default: the retention schedule's).")
    private @Nullable String zone;

    @Option(
            names = "--patience",
            defaultValue = "PT10M",
            description = "How long to keep trying when nothing gets through (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(10);

    @Parameters(paramLabel = "DIR", description = "Where the camera is mounted.")
    private @Nullable Path folder;

    @Override
    public Integer call() throws Exception {
        Path root = Objects.requireNonNull(folder);
        if (!Files.isDirectory(root)) {
            throw new InvalidField("DIR", root + " is not a folder");
        }
        CameraFolder camera = new CameraFolder(root, naming());
        if (receipts != null) {
            Files.createDirectories(receipts);
        }
        return connection.connected(false, server -> push(camera, server));
    }

    private NamingPresets naming() {
        ZoneId at;
        try {
            at = zone == null ? Schedule.builtIn().zone() : ZoneId.of(zone);
        } catch (java.time.DateTimeException e) {
            throw new InvalidField("--zone", zone + " is unknown (expected: for example Asia/Shanghai)");
        }
        return presets == null ? NamingPresets.builtIn(at) : NamingPresets.with(presets, at);
    }

    /** Beside what belongs to a server, because a dock has none. */
    private static Path natives() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home =
                cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return home.resolve("liuhen").resolve("natives");
    }

    private int push(CameraFolder camera, ServerConnection server) throws IOException, Refused {
        Map<String, String> forAll = new LinkedHashMap<>(footage.metadata());
        DeviceId device = device(server, forAll, camera);
        Push push = new Push(
                server, InstantSource.system(), patience, new ProgressLine(output.err()), UnfinishedPushes.ofUser());
        ObjectNode json = StoredJson.MAPPER.createObjectNode();
        ArrayNode pushed = json.putArray("recordings");
        ArrayNode left = json.putArray("left");
        int worst = ExitCode.DONE;
        try (MediaTools media = new MediaTools(MediaSettings.standard(natives()))) {
            for (Found found : camera.files()) {
                if (!found.footage()) {
                    leave(left, found, "no footage by its name");
                } else if (found.sizeBytes() == 0 && Files.isReadable(found.file())) {
                    leave(left, found, "is empty");
                } else {
                    worst = Math.max(worst, pushed(camera, found, push, device, forAll, media, pushed, left));
                }
            }
        }
        if (output.json()) {
            output.print(json);
        }
        return worst;
    }

    /** Whose footage it is: the token's own device, or the one that is named, or the one the camera says it is. */
    private static @Nullable DeviceId device(ServerConnection server, Map<String, String> forAll, CameraFolder camera)
            throws IOException, Refused {
        String actor = server.get("/api/v1/me").path("actor").asText();
        if (actor.startsWith("device:")) {
            return new DeviceId(actor.substring("device:".length()));
        }
        String bound = camera.binding().device();
        if (bound != null) {
            forAll.putIfAbsent("device", bound);
        }
        String named = forAll.get("device");
        return named == null ? null : new DeviceId(named);
    }

    private void leave(ArrayNode left, Found found, String why) {
        left.addObject().put("file", found.file().toString()).put("why", why);
        output.err().println(found.file() + ": " + why + ", left alone");
        output.err().flush();
    }

    private int pushed(
            CameraFolder camera,
            Found found,
            Push push,
            @Nullable DeviceId device,
            Map<String, String> forAll,
            MediaTools media,
            ArrayNode pushed,
            ArrayNode left) {
        Path file = found.file();
        try {
            Fingerprint fingerprint = Push.fingerprint(file);
            Optional<Push.Pushed> known = device == null ? Optional.empty() : push.known(file, fingerprint, device);
            Push.Pushed done = known.isPresent()
                    ? known.get()
                    : push.push(file, fingerprint, camera.metadata(found, forAll, inside(media, file)));
            if (!found.isUnchanged() || done.sizeBytes() != found.sizeBytes()) {
                leave(left, found, "is still being written, or was while it was read; import it again");
                return ExitCode.NO;
            }
            if (receipts != null) {
                PushCommand.keep(receipts, done);
            }
            boolean erased = eraseAfterReceipt && erased(file);
            if (output.json()) {
                pushed.addObject()
                        .put("recording", done.recording())
                        .put("sha256", done.fingerprint().hex())
                        .put("file", file.toString())
                        .put("size", done.sizeBytes())
                        .put("known", known.isPresent())
                        .put("erased", erased)
                        .put("preset", found.name().preset());
            } else {
                output.line(done.recording() + " " + done.fingerprint().hex() + " " + file);
            }
            return ExitCode.DONE;
        } catch (Refused | IOException e) {
            output.err().println(file + ": not pushed, keep it");
            int code = ExitCode.of(e, output.err());
            output.err().flush();
            left.addObject().put("file", file.toString()).put("why", String.valueOf(e.getMessage()));
            return code;
        }
    }

    private Optional<Probed> inside(MediaTools media, Path file) {
        try {
            Optional<Probed> inside = media.probe(file);
            if (inside.isEmpty()) {
                output.err().println(file + ": cannot be read as media, half-written perhaps; pushed as it is");
                output.err().flush();
            }
            return inside;
        } catch (IOException e) {
            output.err().println(file + ": its own times cannot be read: " + e.getMessage());
            output.err().flush();
            return Optional.empty();
        }
    }

    /** A file that does not let itself be erased keeps nothing else from being pushed. */
    private boolean erased(Path file) {
        try {
            Files.delete(file);
            return true;
        } catch (IOException e) {
            output.err().println(file + ": safe at the server, but cannot be erased: " + e);
            output.err().flush();
            return false;
        }
    }
}
