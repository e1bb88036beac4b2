package org.liuhen.tools.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.liuhen.ingest.naming.FileNames;
import org.liuhen.storage.InvalidField;
import org.liuhen.storage.StoredJson;
import org.liuhen.tools.client.Push;
import org.liuhen.tools.client.Refused;
import org.liuhen.tools.client.ServerConnection;
import org.liuhen.tools.client.UnfinishedPushes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verb {@code push}. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        description = "Pushes files as a docking station does. Exits 0 only if every file is safe to erase.")
final class PushCommand implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private FootageOptions footage = new FootageOptions();

    @Option(names = "--from", description = "Start of recording, RFC 3339.")
    private @Nullable String from;

    @Option(names = "--to", description = "End of recording, RFC 3339.")
    private @Nullable String to;

    @Option(names = "--receipts", paramLabel = "DIR", description = "Where to keep the receipts.")
    private @Nullable Path receipts;

    @Option(
            names = "--patience",
            defaultValue = "PT10M",
            description = "How long to keep trying when nothing gets through (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(10);

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "What to push.")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws Exception {
        for (Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new InvalidField("FILE", file + " is not a file that can be read");
            }
        }
        if (receipts != null) {
            Files.createDirectories(receipts);
        }
        return connection.connected(false, this::push);
    }

    private int push(ServerConnection server) throws IOException {
        Push push = new Push(
                server, InstantSource.system(), patience, new ProgressLine(output.err()), UnfinishedPushes.ofUser());
        ArrayNode pushed = StoredJson.MAPPER.createArrayNode();
        int worst = ExitCode.DONE;
        for (Path file : files) {
            try {
                Push.Pushed done = push.push(file, metadata(file));
                if (receipts != null) {
                    keep(receipts, done);
                }
                if (output.json()) {
                    ObjectNode one = pushed.addObject();
                    one.put("recording", done.recording());
                    one.put("sha256", done.fingerprint().hex());
                    one.put("file", file.toString());
                    one.put("size", done.sizeBytes());
                } else {
                    output.line(done.recording() + " " + done.fingerprint().hex() + " " + file);
                }
            } catch (Refused | IOException e) {
                output.err().println(file + ": not pushed, keep it");
                worst = Math.max(worst, ExitCode.of(e, output.err()));
                output.err().flush();
            }
        }
        if (output.json()) {
            ObjectNode json = StoredJson.MAPPER.createObjectNode();
            json.set("recordings", pushed);
            output.print(json);
        }
        return worst;
    }

    private Map<String, String> metadata(Path file) throws IOException {
        Map<String, String> metadata = footage.metadata();
        FootageOptions.put(metadata, "from", from);
        FootageOptions.put(metadata, "to", to);
        FootageOptions.put(
                metadata,
                "filetype",
                FileNames.type(String.valueOf(file.getFileName())).orElse(Files.probeContentType(file)));
        return metadata;
    }

    /** Keeps a receipt in a folder, whole or not at all. */
    static void keep(Path folder, Push.Pushed done) throws IOException {
        Path file = folder.resolve(done.recording() + ".receipt.json");
        Path part = folder.resolve(done.recording() + ".receipt.json.part");
        Files.write(part, StoredJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(done.receipt()));
        Files.copy(part, file, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(part);
    }
}
